import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isEnumType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { createRights } from '../src/access/rights-of-roles.ts';
import { roles } from '../src/access/roles.ts';
import { madeUp } from '../src/access/simulate.ts';
import { accessMatrix, explainOperation, type AccessOutcome, type Principal } from '../src/authorization/index.ts';
import { newId } from '../src/database/base.entity.ts';
import { ApiKey } from '../src/identity/api-keys/api-key.entity.ts';
import { ExternalIdentity } from '../src/identity/external-login/external-identity.entity.ts';
import { TrustedDevice } from '../src/identity/sign-in/trusted-device.entity.ts';
import { User } from '../src/users/user.entity.ts';
import type { Answer } from './support/client.ts';
import { startServer, type SignedIn, type TestServer } from './support/server.ts';

/** The access matrix, the simulator and the answers of the running server, compared for every field and every caller. */

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

const names = Object.keys(roles);
const callers = ['anonymous', ...names];
const clients = new Map<string, SignedIn>();
const clientOf = async (caller: string): Promise<Pick<SignedIn, 'ask'>> => {
  if (caller === 'anonymous') return server;
  const known = clients.get(caller) ?? (await server.signIn(caller.toLowerCase()));
  clients.set(caller, known);
  return known;
};

/** What the matrix says of a field, for each caller. */
function cellsOf(): ReadonlyMap<string, Readonly<Record<string, AccessOutcome>>> {
  return new Map(
    accessMatrix(schema)
      .filter(({ coordinate }) => /^\w+\.\w+$/.test(coordinate) && isObjectType(schema.getType(nameOf(coordinate))))
      .map(({ coordinate, anonymous, roles: own }) => [
        coordinate,
        { anonymous, ...Object.fromEntries(own.map(({ role, outcome }) => [role, outcome])) },
      ]),
  );
}
const nameOf = (coordinate: string): string => coordinate.split('.')[0] ?? '';

/** Fields from a root to a type, each with the arguments that it requires. */
type Route = ReadonlyArray<{ readonly text: string; readonly coordinate: string }>;

/** The ways to the objects of each type from a root, the shortest first, at most so many. */
function routesTo(root: GraphQLObjectType, most = 6): ReadonlyMap<string, readonly Route[]> {
  const found = new Map<string, Route[]>([[root.name, [[]]]]);
  let ends: ReadonlyArray<readonly [GraphQLObjectType, Route]> = [[root, []]];
  for (let depth = 0; depth < 5; depth += 1) {
    ends = ends.flatMap(([type, route]) =>
      Object.values(type.getFields()).flatMap((field): Array<readonly [GraphQLObjectType, Route]> => {
        const target = getNamedType(field.type);
        const known = found.get(target.name) ?? [];
        if (!isObjectType(target) || known.length >= most) return [];
        const longer = [...route, { text: textOf(field), coordinate: `${type.name}.${field.name}` }];
        found.set(target.name, [...known, longer]);
        return [[target, longer]];
      }),
    );
  }
  return found;
}

const id = '01900000-0000-7000-8000-000000000000';

/** A field with made-up values of what it requires, as few as can be. */
function textOf(field: GraphQLField<unknown, unknown>): string {
  const args = field.args
    .filter((arg) => isRequiredArgument(arg) || arg.name === 'first')
    .map(({ name, type }) => `${name}: ${name === 'first' ? 5 : valueOf(type)}`);
  return `${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`}`;
}

/** Values of input fields that would be refused as text of any kind. */
const madeUpInputs: Readonly<Record<string, string>> = { operation: '"{ me { id } }"' };

function valueOf(type: GraphQLInputType): string {
  const bare = getNullableType(type);
  if (isListType(bare)) return `[${valueOf(bare.ofType)}]`;
  if (isEnumType(bare)) return bare.getValues()[0]?.name ?? '';
  if (isInputObjectType(bare)) {
    const required = Object.values(bare.getFields()).filter(isRequiredInputField);
    return `{ ${required.map((own) => `${own.name}: ${madeUpInputs[own.name] ?? valueOf(own.type)}`).join(' ')} }`;
  }
  const texts: Readonly<Record<string, string>> = { ID: `"${id}"`, Int: '1', Boolean: 'true', JSON: '{}' };
  return texts[String(bare)] ?? (String(bare) === 'EmailAddress' ? '"nobody@example.com"' : '"none at all"');
}

const documentOf = (operation: string, route: Route, field: GraphQLField<unknown, unknown>): string => {
  const leaf = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  const selected = [...route.map(({ text }) => text), `${textOf(field)}${leaf}`];
  return `${operation} { ${selected.join(' { ')}${' }'.repeat(selected.length)}`;
};

/** Refusals of the engine, not of a service that answers the same code; a factor and the time of a sign-in the matrix takes for given. */
const refusals = new Set(['Sign in to continue.', 'You are not allowed to do this.']);

/** Tells whether the field at the end of a route was refused, or was answered for some object; neither if none was reached. */
function fateOf({ body }: Answer, keys: readonly string[]): 'refused' | 'answered' | 'not reached' {
  const isHere = (path: ReadonlyArray<string | number> = []): boolean =>
    path.filter((key) => typeof key === 'string').join('.') === keys.join('.');
  const failed = (body.errors ?? []).filter(({ path }) => isHere(path));
  if (failed.some(({ message }) => refusals.has(message))) return 'refused';
  return failed.length === 0 && hasKey(body.data, keys) ? 'answered' : 'not reached';
}

function hasKey(value: unknown, [key, ...further]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (Array.isArray(value)) return value.some((item) => hasKey(item, [key, ...further]));
  return typeof value === 'object' && value !== null && key in value && hasKey(Reflect.get(value, key), further);
}

interface Cell {
  readonly coordinate: string;
  readonly caller: string;
  readonly routes: readonly Route[];
  readonly field: GraphQLField<unknown, unknown>;
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

/** The caller whom the simulator makes up for a column of the matrix. */
const madeUpFor = (caller: string): Principal =>
  madeUp({ rightsOf: createRights(roles), now: new Date() }, caller === 'anonymous' ? {} : { roles: [caller] });

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
});

const byMutations = 'only mutations return it, and with made-up values none succeeds';
/** The types of which not every field is answered to somebody below Query, and why. Their cells are compared with the simulator. */
const notReached: Readonly<Record<string, string>> = {
  Mutation: 'is compared by the next test',
  Subscription: 'goes over WebSockets: test/subscriptions.test.ts',
  AuthTokens: byMutations,
  ConfirmationSent: byMutations,
  CreatedApiKey: byMutations,
  EmailLogin: byMutations,
  ExternalLogin: byMutations,
  MfaChallenge: byMutations,
  RecoveryCodes: byMutations,
  TotpEnrolment: byMutations,
  IdentityProvider: 'no provider is set: test/external-login.test.ts',
  Passkey: 'an account that has one does not sign in by its password alone: test/passkeys.test.ts',
  MailLink: 'no mails are kept without a folder for them: test/system.test.ts',
  SentMail: 'no mails are kept without a folder for them: test/system.test.ts',
};

describe('The running server', () => {
  test('answers every field below Query as the matrix says, for each caller', async () => {
    const reached = new Set<string>();
    for (const { coordinate, caller, routes, field, outcome } of cells(schema.getQueryType())) {
      const { ask } = await clientOf(caller);
      for (const route of routes) {
        const document = documentOf('query', route, field);
        const keys = [...route.map(({ coordinate: at }) => at.split('.')[1] ?? ''), field.name];
        const fate = fateOf(await ask(document), keys);
        if (fate === 'not reached') continue;
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
    // Those that may end a session come last, each with one of its own.
    const ending = /logout|close|refresh|reauthenticate|revoke|changePassword|disable/i;
    const isEnding = ({ field }: Cell): boolean => ending.test(field.name);
    for (const cell of [...roots.filter((one) => !isEnding(one)), ...roots.filter(isEnding)]) {
      const { caller, field, outcome } = cell;
      if (isEnding(cell)) clients.delete(caller);
      if (field.name === 'closeAccount' && caller !== 'anonymous') continue;
      const { ask } = await clientOf(caller);
      const fate = fateOf(await ask(documentOf('mutation', [], field)), [field.name]);
      if (outcome !== 'DEPENDS_ON_OBJECT')
        expect({ caller, field: field.name, isRefused: fate === 'refused' }).toEqual({
          caller,
          field: field.name,
          isRefused: outcome === 'DENIED',
        });
    }
  }, 600_000);
});
