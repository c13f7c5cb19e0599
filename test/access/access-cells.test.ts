import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isObjectType, isUnionType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { accessMatrix, explainOperation, type AccessOutcome } from '../../src/authorization/index.ts';
import { newId } from '../../src/database/base.entity.ts';
import { ApiKey } from '../../src/identity/api-keys/api-key.entity.ts';
import { ExternalIdentity } from '../../src/identity/external-login/external-identity.entity.ts';
import { TrustedDevice } from '../../src/identity/sign-in/trusted-device.entity.ts';
import { User } from '../../src/users/user.entity.ts';
import {
  callers,
  callsOf,
  createAskAs,
  documentOf,
  fateOf,
  isRefusal,
  keysOf,
  madeUpFor,
  routesTo,
  typeNameOf as nameOf,
  type Field,
  type Route,
} from '../support/access-cells.ts';
import { publishArticle } from '../support/publish-article.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { bearer, disposeListeners, listenAt } from '../support/websocket.ts';

/**
 * The access matrix, the simulator and the answers of the running server, compared for every coordinate and every caller:
 * fields of objects, arguments, input fields, values of enums, and subscriptions.
 */

let server: TestServer;
let schema: GraphQLSchema;
beforeAll(async () => {
  server = await startServer();
  ({ schema } = server.app);
  await giveEachAccountItsOwn();
});
afterAll(() => server.stop());

/** Gives each account of the demo what the demo has none of: an API key, a trusted device, and an identity of a provider. */
async function giveEachAccountItsOwn(): Promise<void> {
  const em = server.database.fork();
  const [now, expiresAt] = [server.now(), new Date(Date.now() + 86_400_000)];
  for (const { id: user, credentialVersion } of await em.find(User, {})) {
    const row = () => ({ id: newId(now), createdAt: now });
    const key = { ...row(), owner: user, name: 'A key', secretHash: Buffer.from(user), expiresAt };
    em.create(ApiKey, { ...key, scopes: ['articles:read'], networks: [], lastUsedAt: null, revokedAt: null });
    em.create(TrustedDevice, {
      ...row(),
      user,
      deviceId: user.slice(0, 32),
      name: 'A browser',
      credentialVersion,
      expiresAt,
    });
    const identity = { provider: 'corporate', issuer: 'https://id.example.com', subject: user, sealedTokens: null };
    em.create(ExternalIdentity, { ...row(), user, ...identity });
  }
  await em.flush();
}

const askAs = createAskAs(() => server);

type Outcomes = ReadonlyMap<string, Readonly<Record<string, AccessOutcome>>>;

/** What the matrix says of a coordinate, for each caller. */
const matrixOf = (): Outcomes =>
  new Map(
    accessMatrix(schema).map(({ coordinate, anonymous, roles: own }) => [
      coordinate,
      { anonymous, ...Object.fromEntries(own.map(({ role, outcome }) => [role, outcome])) },
    ]),
  );

/** What the matrix says of a field of an object, for each caller. */
const cellsOf = (): Outcomes =>
  new Map([...matrixOf()].filter(([at]) => /^\w+\.\w+$/.test(at) && isObjectType(schema.getType(nameOf(at)))));

interface Cell {
  readonly coordinate: string;
  readonly caller: string;
  readonly routes: readonly Route[];
  readonly field: Field;
  readonly outcome: AccessOutcome;
}

/** The cells of the types that a root leads to; a route is one only for those who may take each of its steps. */
function cells(root: GraphQLObjectType | null | undefined): readonly Cell[] {
  const matrix = cellsOf();
  const routes = root ? routesTo(root) : new Map<string, readonly Route[]>();
  return [...matrix].flatMap(([coordinate, outcomes]) => {
    const type = schema.getType(nameOf(coordinate));
    const field = isObjectType(type) ? type.getFields()[coordinate.split('.')[1] ?? ''] : undefined;
    const all = routes.get(nameOf(coordinate)) ?? [];
    if (field === undefined) return [];
    return callers.map((caller) => ({
      coordinate,
      caller,
      field,
      outcome: outcomes[caller] ?? 'DENIED',
      routes: all.filter((route) => route.every((step) => matrix.get(step.coordinate)?.[caller] !== 'DENIED')),
    }));
  });
}

/** A call of a field that supplies coordinates of inputs. */
interface InputCell extends Cell {
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly call: string;
  readonly supplied: readonly string[];
  /** Whether the field, or anything that the call supplies, is denied by the matrix. */
  readonly isDenied: boolean;
}

/** The cells of all arguments, input fields and values of enums: each coordinate once, where the caller can come nearest to it. */
function inputCells(): readonly InputCell[] {
  const matrix = matrixOf();
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  const found = new Map<string, InputCell>();
  const isFurther = (one: InputCell, than: InputCell | undefined): boolean =>
    than === undefined || (than.outcome === 'DENIED' && one.outcome !== 'DENIED');
  for (const [operation, root] of roots)
    for (const cell of cells(root))
      for (const { text: call, supplied } of cell.routes.length === 0 ? [] : callsOf(cell.coordinate, cell.field)) {
        const denied = [cell.coordinate, ...supplied].filter((at) => matrix.get(at)?.[cell.caller] === 'DENIED');
        const one = { ...cell, operation, call, supplied, isDenied: denied.length > 0 };
        for (const at of supplied) {
          const key = `${at} as ${cell.caller}`;
          if (isFurther(one, found.get(key))) found.set(key, one);
        }
      }
  return [...new Set(found.values())];
}

/** The coordinates of every argument below the roots, and of all that can be supplied in them. */
const suppliable = (): ReadonlySet<string> =>
  new Set(
    Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type))
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) =>
        Object.values(type.getFields()).flatMap((field) =>
          callsOf(`${type.name}.${field.name}`, field).flatMap(({ supplied }) => supplied),
        ),
      ),
  );

describe('The simulator', () => {
  test('says of every field what the matrix says, for each caller', () => {
    let compared = 0;
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const covered = new Set<string>();
    for (const root of roots)
      for (const { coordinate, caller, routes, field, outcome } of cells(root)) {
        const operation = root === roots[0] ? 'query' : root === roots[1] ? 'mutation' : 'subscription';
        // A step that the matrix leaves to the object may be refused to a caller that owns nothing: another way may lead on.
        const explained = routes.flatMap((route) => {
          const document = documentOf(operation, route, field);
          const own = explainOperation(schema, document, madeUpFor(caller)).decisions.find(
            ({ path, coordinate: at }) => at === coordinate && path.length === route.length + 1,
          );
          return own === undefined ? [] : [{ document, own }];
        });
        const [first] = explained;
        if (first === undefined) continue;
        const { document, own } = first;
        // What the filter of a caller tells of all objects, the matrix leaves to the object.
        const said = own.outcome === 'DENIED' && outcome === 'DEPENDS_ON_OBJECT' ? outcome : own.outcome;
        expect({ document, caller, outcome: said }).toEqual({ document, caller, outcome });
        covered.add(coordinate);
        compared += 1;
      }
    expect(compared).toBeGreaterThan(500);
    // Routes do not lead through unions.
    const ofUnions = new Set(
      Object.values(schema.getTypeMap())
        .filter(isUnionType)
        .flatMap((union) => union.getTypes().map(({ name }) => name)),
    );
    const missing = [...cellsOf().keys()].filter((coordinate) => !covered.has(coordinate));
    expect(missing.filter((coordinate) => !ofUnions.has(nameOf(coordinate)))).toEqual([]);
  });

  test('refuses every argument, input field and value of an enum that the matrix refuses, and no other', () => {
    const guarded = new Set<string>();
    for (const { caller, routes, field, call, operation, supplied, isDenied } of inputCells()) {
      const document = documentOf(operation, routes[0] ?? [], field, call);
      const last = explainOperation(schema, document, madeUpFor(caller)).decisions.find(
        ({ path }) => path.length === (routes[0]?.length ?? 0) + 1,
      );
      expect({ document, caller, isDenied: last?.outcome === 'DENIED' }).toEqual({ document, caller, isDenied });
      for (const at of supplied) guarded.add(at);
    }
    const unreached = [...suppliable()].filter((at) => !guarded.has(at));
    expect(unreached).toEqual([]);
  });
});

const byMutations = 'only mutations return it, and with made-up values none succeeds';
/** The types of which not every field is answered to somebody below Query, and why. Their cells are compared with the simulator. */
const notReached: Readonly<Record<string, string>> = {
  Mutation: 'is compared by the next test',
  Subscription: 'goes over WebSockets: test/events/subscriptions.test.ts',
  AuthTokens: byMutations,
  ConfirmationSent: byMutations,
  CreatedApiKey: byMutations,
  EmailLogin: byMutations,
  ExternalLogin: byMutations,
  MfaChallenge: byMutations,
  RecoveryCodes: byMutations,
  SimulatedResult: byMutations,
  TotpEnrolment: byMutations,
  ShownResult: 'nobody was shown a result: test/access/simulated-results.test.ts',
  IdentityProvider: 'no provider is set: test/identity/external-login/external-login.test.ts',
  Passkey: 'an account that has one does not sign in by its password alone: test/identity/passkeys/passkeys.test.ts',
  MailLink: 'no mails are kept without a folder for them: test/start/system.test.ts',
  SentMail: 'no mails are kept without a folder for them: test/start/system.test.ts',
};

describe('The running server', () => {
  test('answers every field below Query as the matrix says, for each caller', async () => {
    const reached = new Set<string>();
    for (const { coordinate, caller, routes, field, outcome } of cells(schema.getQueryType())) {
      for (const route of routes) {
        const document = documentOf('query', route, field);
        const fate = fateOf(await askAs(caller, document), keysOf(route, field));
        if (fate !== 'answered' && fate !== 'refused') continue;
        reached.add(coordinate);
        if (outcome !== 'DEPENDS_ON_OBJECT')
          expect({ document, caller, fate }).toEqual({
            document,
            caller,
            fate: outcome === 'DENIED' ? 'refused' : 'answered',
          });
        break;
      }
    }
    const types = new Set([...cellsOf().keys()].map(nameOf));
    const missed = [...types].filter((type) =>
      [...cellsOf().keys()].some((at) => nameOf(at) === type && !reached.has(at)),
    );
    expect(missed.toSorted()).toEqual(Object.keys(notReached).toSorted());
  }, 600_000);

  test('answers every mutation as the matrix says, for each caller', async () => {
    const roots = cells(schema.getMutationType()).filter(({ coordinate }) => coordinate.startsWith('Mutation.'));
    for (const { caller, field, outcome } of roots) {
      if (field.name === 'closeAccount' && caller !== 'anonymous') continue;
      const fate = fateOf(await askAs(caller, documentOf('mutation', [], field)), [field.name]);
      if (outcome !== 'DEPENDS_ON_OBJECT')
        expect({ caller, field: field.name, isRefused: fate === 'refused' }).toEqual({
          caller,
          field: field.name,
          isRefused: outcome === 'DENIED',
        });
    }
  }, 600_000);

  test('takes every argument, input field and value of an enum as the matrix says, for each caller', async () => {
    const decided = new Set<string>();
    for (const { caller, routes, field, call, operation, supplied, isDenied } of inputCells()) {
      if (operation === 'subscription' || (field.name === 'closeAccount' && caller !== 'anonymous')) continue;
      for (const route of routes) {
        const document = documentOf(operation, route, field, call);
        const fate = fateOf(await askAs(caller, document), keysOf(route, field));
        // Roots are always reached; a field below them if there is an object.
        if (fate === 'not reached' && route.length > 0) continue;
        expect({ document, caller, isRefused: fate === 'refused' }).toEqual({ document, caller, isRefused: isDenied });
        for (const at of supplied) decided.add(at);
        break;
      }
    }
    const missing = [...suppliable()].filter((at) => !decided.has(at));
    expect(missing).toEqual([]);
  }, 600_000);

  test('takes every subscription as the matrix says, for each caller, and sends its event to those whom it takes', async () => {
    const events: Readonly<Record<string, () => Promise<unknown>>> = {
      articlePublished: async () => publishArticle(await server.signIn('editor'), 'For those who may read it'),
      sessionEnded: async () => {
        for (const name of callers.slice(1)) await (await server.signIn(name.toLowerCase())).get('mutation { logout }');
      },
    };
    const all = cells(schema.getSubscriptionType()).filter(({ coordinate }) => coordinate.startsWith('Subscription.'));
    expect(Object.keys(events).toSorted()).toEqual([...new Set(all.map(({ field }) => field.name))].toSorted());
    for (const [name, happen] of Object.entries(events)) {
      const listening = await Promise.all(
        all
          .filter(({ field }) => field.name === name)
          .map(async ({ caller, field, outcome }) => {
            const options = caller === 'anonymous' ? {} : bearer(await server.signIn(caller.toLowerCase()));
            const { heard } = await listenAt(server.url, documentOf('subscription', [], field), options);
            return { caller, outcome, first: heard(1).then(([event]) => event) };
          }),
      );
      await happen();
      for (const { caller, outcome, first } of listening) {
        const event = (await first) as { readonly errors?: ReadonlyArray<{ readonly message: string }> };
        expect({ name, caller, isRefused: event.errors?.some(isRefusal) ?? false, event }).toEqual({
          name,
          caller,
          isRefused: outcome === 'DENIED',
          event: outcome === 'DENIED' ? expect.anything() : { data: { [name]: expect.anything() } },
        });
      }
    }
    await disposeListeners();
  });
});
