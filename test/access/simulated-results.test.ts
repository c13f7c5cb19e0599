import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLFieldResolver } from 'graphql';
import { demoPassword } from '../../src/app/demo.ts';
import { Article } from '../../src/articles/article.entity.ts';
import { batchInSequence } from '../../src/database/batch-in-sequence.ts';
import { readOnlyRun } from '../../src/database/read-only-run.ts';
import { readNewest } from '../../src/database/rows/list.ts';
import { updateRow } from '../../src/database/rows/update-row.ts';
import { asSystem } from '../../src/database/write-guard/as-system.ts';
import type { RequestContext } from '../../src/request/context.ts';
import { enrol, registerAccount } from '../support/authenticator.ts';
import { createClient, type Client } from '../support/client.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../support/server.ts';

const show = 'mutation ($input: SimulateAccessInput!) { simulateOperation(input: $input) { data errors } }';
const shown = '{ resultsShown { at by { id displayName } fields } }';
const events =
  '{ auditEvents(first: 100, filter: { type: "access.result_shown" }) { nodes { actor { id } subjectId outcome sessionId details } } }';

interface Result {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: ReadonlyArray<{
    readonly path?: readonly string[];
    readonly extensions: { readonly code: string };
  }> | null;
}

interface Event {
  readonly actor: { readonly id: string };
  readonly subjectId: string | null;
  readonly outcome: string;
  readonly sessionId: string | null;
  readonly details: object;
}

let server: TestServer;
let admin: SignedIn;
let editor: SignedIn;
let viewer: SignedIn;
beforeAll(async () => {
  server = await startServer({ SIMULATION_RESULTS: 'on', ACCESS_TOKEN_TTL: '86400' });
  [admin, editor, viewer] = (await Promise.all(['admin', 'editor', 'viewer'].map((name) => server.signIn(name)))) as [
    SignedIn,
    SignedIn,
    SignedIn,
  ];
});
afterAll(() => server.stop());

const resultOf = async (input: object, by: Client = admin): Promise<Result> =>
  (await by.get<{ simulateOperation: Result }>(show, { input })).simulateOperation;

const refusalOf = async (input: object, by: Client = admin) => {
  const { body } = await by.ask(show, { input });
  return body.errors?.[0]?.extensions;
};

const recorded = async (): Promise<Event[]> =>
  (await admin.get<{ auditEvents: { nodes: Event[] } }>(events)).auditEvents.nodes;

/** Replaces a public field of the schema by which results are shown; ordinary operations keep their own. */
async function withResolver<T>(
  resolve: GraphQLFieldResolver<unknown, RequestContext>,
  work: () => Promise<T>,
  { app }: Pick<TestServer, 'app'> = server,
): Promise<T> {
  const field = app.schema.getQueryType()?.getFields()['identityProviders'];
  if (field === undefined) throw new Error('The schema has no such field.');
  const { resolve: own } = field;
  field.resolve = resolve;
  try {
    return await work();
  } finally {
    if (own === undefined) delete field.resolve;
    else field.resolve = own;
  }
}

describe('The result of a query that is shown to an administrator', () => {
  const operation = `query Mine($first: Int!) {
    me { displayName email roles scopes }
    articles(first: $first) { totalCount nodes { id title status author { email } } }
  }`;
  const asked = { operation, variables: { first: 20 } };

  test('is what a user gets, refusals and drafts of their own included', async () => {
    for (const user of [editor, viewer]) {
      const { data = null, errors = null } = (await user.ask(operation, { first: 20 })).body;
      expect(await resultOf({ ...asked, userId: user.id })).toEqual({ data, errors });
    }
    const { data, errors } = await resultOf({
      operation: '{ articles { nodes { status } } users { totalCount } }',
      userId: viewer.id,
    });
    expect([data, errors?.map(({ extensions }) => extensions.code)]).toEqual([null, ['FORBIDDEN']]);
    const drafts = '{ articles { nodes { status } } }';
    const statuses = async (input: object) => JSON.stringify((await resultOf({ operation: drafts, ...input })).data);
    expect(await statuses({ userId: editor.id })).toContain('DRAFT');
    expect(await statuses({ userId: viewer.id })).not.toContain('DRAFT');
    expect(await statuses({ roles: ['VIEWER'] })).not.toContain('DRAFT');
  });

  test('is what anonymous gets, to whom nobody is signed in', async () => {
    const { data = null, errors = null } = (await server.ask(operation, { first: 20 })).body;
    expect(await resultOf(asked)).toEqual({ data, errors });
    expect(await resultOf({ operation: '{ session { id } __typename }' })).toMatchObject({
      data: { session: null },
      errors: [{ path: ['session'], extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('has no session, whoever asks', async () => {
    expect(
      await resultOf({ operation: '{ session { id } me { sessions { current } } }', userId: admin.id }),
    ).toMatchObject({
      data: { session: null, me: { sessions: expect.not.arrayContaining([{ current: true }]) } },
      errors: null,
    });
  });

  test('is that of the operation that is named', async () => {
    const several = 'query A { me { id } } mutation B { closeAccount } query C { __typename }';
    expect(await resultOf({ operation: several, operationName: 'C' })).toEqual({
      data: { __typename: 'Query' },
      errors: null,
    });
    expect(await refusalOf({ operation: several, operationName: 'B' })).toMatchObject({ problem: 'not_a_query' });
  });

  test('is read in one transaction that cannot write, by whatever way', async () => {
    const text = `select concat_ws(' ', current_setting('transaction_read_only'), now(), pg_backend_pid())`;
    const ways: string[] = [];
    await withResolver(
      async (_, __, { rows, em }) => {
        const statement = rows.source.statements.get(text, () => ({ text, constants: [] }));
        const bySystemItself = server.database.fork();
        const answers = [
          (await rows.source.send(statement, [])).flat(),
          (await server.database.rows().source.send(statement, [])).flat(),
          Object.values((await em.execute<Array<Record<string, unknown>>>(text))[0] ?? {}),
          await bySystemItself.transactional(async (tx) =>
            Object.values((await tx.execute<Array<Record<string, unknown>>>(text))[0] ?? {}),
          ),
          Object.values(
            (
              await server.database.readCredentials<Record<string, unknown>>(
                (ids) => `${text} where gen_random_uuid() <> all(${ids})`,
                [admin.id],
              )
            )[0] ?? {},
          ),
        ];
        ways.push(...answers.flat().map(String));
        return [];
      },
      () => resultOf({ operation: '{ identityProviders { name } }' }),
    );
    expect(ways).toHaveLength(5);
    expect(new Set(ways).size).toBe(1);
    expect(ways[0]).toMatch(/^on /);
  });
});

describe('Whoever shows a result', () => {
  test('has it recorded with its fields and without its values, where the user sees it as well', async () => {
    const before = await recorded();
    const operation = '{ me { displayName } articles(first: 3, filter: { titleContains: "sally" }) { nodes { id } } }';
    await resultOf({ operation, userId: viewer.id });
    await resultOf({ operation: '{ __typename }', roles: ['EDITOR'] });
    const [made, first, ...rest] = await recorded();
    expect(rest).toEqual(before);
    expect(first).toMatchObject({
      actor: { id: admin.id },
      subjectId: viewer.id,
      outcome: 'SUCCESS',
      sessionId: expect.any(String),
      details: { fields: expect.arrayContaining(['Query.articles', 'Query.me', 'User.displayName']) },
    });
    expect(JSON.stringify([first, server.logged.filter((line) => line.includes('result_shown'))])).not.toMatch(
      /sally\b/,
    );
    expect(made).toMatchObject({ subjectId: null, details: { roles: ['EDITOR'] } });

    const { resultsShown } = await viewer.get<{ resultsShown: object[] }>(shown);
    expect(resultsShown[0]).toMatchObject({
      by: { id: admin.id, displayName: 'Ada Admin' },
      fields: expect.arrayContaining(['Query.me']),
    });
    const { resultsShown: toOthers } = await (await server.signIn('moderator')).get<{ resultsShown: object[] }>(shown);
    expect(toOthers).toEqual([]);
    const input = { email: 'viewer@demo.sallyport.test', password: demoPassword, scopes: ['articles:read'] };
    const narrowed = signedIn(server.url, await server.ask(signInDocument, { input }));
    expect((await narrowed.get<{ resultsShown: object[] }>(shown)).resultsShown).toEqual([]);
    expect(await server.refusal(shown)).toBe('UNAUTHENTICATED');
  });

  test('is named to the user at /account/sessions as well', async () => {
    const { publicUrl: origin } = server.config.http;
    const fields = { email: 'moderator@demo.sallyport.test', password: demoPassword };
    const signIn = await fetch(`${server.url}/sign-in`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    const cookie = signIn.headers
      .getSetCookie()
      .map((one) => one.split(';', 1)[0])
      .join('; ');
    const page = async (): Promise<string> =>
      (await fetch(`${server.url}/account/sessions`, { headers: { cookie } })).text();
    expect(await page()).not.toContain('Ada Admin');
    const { id } = await server.signIn('moderator');
    await resultOf({ operation: '{ me { displayName } }', userId: id });
    expect(await page()).toMatch(/Ada Admin[^]*Query\.me, User\.displayName/);
  });

  test('has signed in recently, by a second factor if the account has one, and holds the scope', async () => {
    const asked = { operation: '{ __typename }' };
    expect((await refusalOf(asked, server))?.code).toBe('UNAUTHENTICATED');
    expect((await refusalOf(asked, editor))?.code).toBe('FORBIDDEN');
    const { createApiKey } = await admin.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "k", scopes: ["access:simulate"] }) { secret } }',
    );
    const key = createClient(server.url, { 'x-api-key': createApiKey.secret });
    expect((await refusalOf(asked, key))?.code).toBe('FORBIDDEN');
    const before = await recorded();
    server.wait(901);
    expect((await refusalOf(asked))?.code).toBe('REAUTHENTICATION_REQUIRED');
    admin = await server.signIn('admin');
    expect(await recorded()).toEqual(before);
    expect(await resultOf(asked)).toEqual({ data: { __typename: 'Query' }, errors: null });
  });

  test('needs a second factor that the account has', async () => {
    const account = await registerAccount(server);
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [ADMIN]) { id } }', { id: me.id });
    const again = signedIn(
      server.url,
      await server.ask(signInDocument, { input: { email: account.email, password: account.password } }),
    );
    const asked = { operation: '{ me { id } }', userId: viewer.id };
    expect(await resultOf(asked, again)).toMatchObject({ errors: null });
    await enrol(server, { ...account, ...again });
    server.wait(901);
    expect((await refusalOf(asked, again))?.code).toBe('MFA_REQUIRED');
    admin = await server.signIn('admin');
  });

  test('sees nothing by a session that was narrowed, which is not the administrator with all rights', async () => {
    const narrowed = signedIn(
      server.url,
      await server.ask(signInDocument, {
        input: {
          email: 'admin@demo.sallyport.test',
          password: demoPassword,
          scopes: ['access:simulate', 'articles:read'],
        },
      }),
    );
    const asked = { operation: '{ articles { totalCount } }' };
    const before = await recorded();
    for (const caller of [
      { userId: viewer.id },
      { userId: admin.id },
      { roles: ['ADMIN'] },
      { scopes: ['users:read'] },
      { scopes: ['*'] },
    ]) {
      expect([caller, (await refusalOf({ ...asked, ...caller }, narrowed))?.code]).toEqual([caller, 'FORBIDDEN']);
    }
    expect((await refusalOf(asked, narrowed))?.code).toBe('FORBIDDEN');
    expect(await recorded()).toEqual(before);
  });

  test('cannot have fields left out of the event by asking for many others', async () => {
    const operation = `{ me { email sessions { ipAddress } } articles { pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { id title body status createdAt updatedAt publishedAt version viewerCan { update publish delete comment } } } } }`;
    await resultOf({ operation, userId: viewer.id });
    const [event] = await recorded();
    expect(event?.details).toMatchObject({
      fields: expect.arrayContaining([
        'Article.body',
        'ArticleEdge.cursor',
        'Query.me',
        'Session.ipAddress',
        'User.email',
      ]),
    });
  });

  test('who has proved no second factor has none as another caller either', async () => {
    const proofs: unknown[] = [];
    const operation = '{ identityProviders { name } }';
    await withResolver(
      (_, __, { principal }) => {
        proofs.push('mfaAt' in principal ? principal.mfaAt : undefined);
        return [];
      },
      async () => void (await resultOf({ operation, roles: ['VIEWER'] })),
    );
    expect(proofs).toEqual([null]);
  });
});

describe('Before anything is read or recorded', () => {
  test.each([
    ['a mutation', { operation: 'mutation { createArticle(input: { title: "t", body: "b" }) { id } }' }, 'not_a_query'],
    ['a subscription', { operation: 'subscription { sessionEnded { id } }' }, 'not_a_query'],
    [
      'itself',
      { operation: 'mutation { simulateOperation(input: { operation: "{ __typename }" }) { data } }' },
      'not_a_query',
    ],
    ['a field whose calls are counted', { operation: '{ inspectToken(token: "x") { valid } }' }, 'counted'],
    [
      'such a field in a fragment',
      { operation: '{ ...A } fragment A on Query { a: signedAccessMatrix { html } }' },
      'counted',
    ],
    ['what does not parse', { operation: '{ me {' }, 'invalid_operation'],
    ['an unknown field', { operation: '{ nothing }' }, 'invalid_operation'],
    [
      'a user and roles at once',
      { operation: '{ me { id } }', userId: '01900000-0000-7000-8000-000000000000', roles: ['ADMIN'] },
      'contradiction',
    ],
    [
      'a user who is not there',
      { operation: '{ me { id } }', userId: '01900000-0000-7000-8000-000000000000' },
      'unknown',
    ],
  ])('%s is refused', async (_, input, problem) => {
    const before = await recorded();
    expect(await refusalOf(input)).toMatchObject({ code: 'BAD_USER_INPUT', problem });
    expect(await recorded()).toEqual(before);
  });

  test('an operation that asks for too much is refused', async () => {
    const operation = `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: __typename`).join(' ')} }`;
    expect((await refusalOf({ operation }))?.code).toBe('OPERATION_TOO_COMPLEX');
  });

  test('a user who is disabled is refused, as a sign-in would be', async () => {
    const account = await registerAccount(server);
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: me.id });
    expect(await refusalOf({ operation: '{ me { id } }', userId: me.id })).toMatchObject({ problem: 'disabled' });
  });
});

describe('A resolver that writes', () => {
  const title = 'Written while it was shown';
  const written = async (): Promise<number> => server.database.fork().count(Article, { title });
  const article = () =>
    server.database.fork().findOneOrFail(Article, { author: { email: 'editor@demo.sallyport.test' } });
  const sql = (id: string) => `update "articles" set "title" = '${title}' where "id" = '${id}'`;

  const ways: ReadonlyArray<
    readonly [string, (id: string, context: Pick<RequestContext, 'em' | 'rows'>) => Promise<unknown>]
  > = [
    [
      'by the unit of work of its request',
      (id, { em }) =>
        asSystem('a test', () =>
          em.transactional(async (tx) => void ((await tx.findOneOrFail(Article, id)).title = title)),
        ),
    ],
    [
      'by one statement of its rows',
      async (id, { rows }) => {
        const [row] = await readNewest(rows, Article, { where: { id } }, 1);
        if (row !== undefined) await asSystem('a test', () => updateRow(rows, Article, row, { title }));
      },
    ],
    ['by SQL', (id, { em }) => asSystem('a test', () => em.execute(sql(id)))],
    ['by a unit of work of the system', (id) => server.database.fork().nativeUpdate(Article, { id }, { title })],
    [
      'in a transaction of the system',
      (id) => server.database.fork().transactional((tx) => tx.nativeUpdate(Article, { id }, { title })),
    ],
  ];

  test.each(ways)('%s fails, and the fields beside it do not', async (_, write) => {
    const row = await article();
    const own = row.title;
    const before = server.logged.length;
    const result = await withResolver(
      async (__, ___, context) => {
        await write(row.id, context);
        return [];
      },
      () =>
        resultOf({
          operation: '{ a: identityProviders { name } articles { totalCount } me { displayName } }',
          userId: viewer.id,
        }),
    );
    expect(result).toMatchObject({
      data: null,
      errors: [{ path: ['a'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(server.logged.slice(before).join('')).toMatch(/in a read-only transaction/);
    expect(await written()).toBe(0);

    // The same does write outside of it: it is the transaction that refuses.
    const fork = server.database.fork();
    await write(row.id, { em: fork, rows: server.database.rows() });
    expect(await written()).toBe(1);
    await server.database.fork().nativeUpdate(Article, { title }, { title: own });
  });

  test('that goes on by itself afterwards reaches no transaction any more', async () => {
    const late = Promise.withResolvers<string>();
    const result = await withResolver(
      (_, __, { em }) => {
        const later = async (): Promise<void> => {
          await new Promise((resolve) => void setTimeout(resolve, 200));
          await em.execute('select 1');
        };
        later().then(
          () => late.resolve('sent'),
          (error: Error) => late.resolve(error.message),
        );
        return [];
      },
      () => resultOf({ operation: '{ identityProviders { name } }' }),
    );
    expect(result).toEqual({ data: { identityProviders: [] }, errors: null });
    expect(await late.promise).toContain('The read-only transaction is over.');
  });

  test('fails, and what follows it in the same answer is read all the same', async () => {
    const result = await withResolver(
      async (_, __, { em }) => {
        await expect(em.execute(`insert into "job_leases" default values`)).rejects.toThrow();
        return [];
      },
      () => resultOf({ operation: '{ identityProviders { name } articles { totalCount } }' }),
    );
    expect(result).toMatchObject({ data: { identityProviders: [], articles: { totalCount: 2 } }, errors: null });
  });
});

test('Requests beside it are answered and recorded as ever', async () => {
  const operation =
    '{ articles { nodes { author { displayName } comments { totalCount } } } search(query: "port") { __typename } posture { administrators } }';
  const failed = (index: number) =>
    server.refusal(signInDocument, { input: { email: `nobody${index}@example.com`, password: 'not the password' } });
  const results = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const [result, refusal, , mine] = await Promise.all([
        resultOf({ operation, userId: admin.id }),
        failed(index),
        server.database.fork().transactional(async (tx) => tx.count(Article)),
        editor.get<{ updateProfile: object }>(
          'mutation { updateProfile(input: { displayName: "Edgar Editor" }) { id } }',
        ),
      ]);
      return [result.errors, refusal, mine];
    }),
  );
  expect(results).toEqual(
    Array.from({ length: 6 }, () => [null, 'INVALID_CREDENTIALS', { updateProfile: { id: editor.id } }]),
  );
  expect(server.logged.filter((line) => line.includes('could not be recorded'))).toEqual([]);
});

test('What waits for its turn when a result is done is not sent any more', async () => {
  const { outcomes } = await server.database.withinReadOnly(async () => {
    const run = readOnlyRun();
    if (run === undefined) throw new Error('This runs in no read-only transaction.');
    const sent = [run.objects('select 1', []), run.objects('select 2', [])];
    // The first is under way then, and the second is not.
    await Promise.resolve();
    return { outcomes: Promise.allSettled(sent) };
  });
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('Two results at once hold connections, however many are asked for', async () => {
  let [running, most] = [0, 0];
  await withResolver(
    async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => void setTimeout(resolve, 50));
      running -= 1;
      return [];
    },
    () => Promise.all(Array.from({ length: 5 }, () => resultOf({ operation: '{ identityProviders { name } }' }))),
  );
  expect([1, 2]).toContain(most);
});

test('What is read or written in batches is never in one with what a result is made of', async () => {
  const batches: Array<readonly [isWithin: boolean, keys: readonly string[]]> = [];
  const read = batchInSequence<string, string>({ max: 10 }, async (keys) => {
    batches.push([readOnlyRun() !== undefined, keys]);
    return [...keys];
  });
  const begun = Promise.withResolvers<void>();
  const within = server.database.withinReadOnly(() => {
    const reading = read('within');
    begun.resolve();
    return reading;
  });
  await begun.promise;
  expect(await Promise.all([within, read('beside')])).toEqual(['within', 'beside']);
  expect(batches.toSorted()).toEqual([
    [false, ['beside']],
    [true, ['within']],
  ]);
});

test('The bounds of every answer, in bytes and in time, are those of a result, and what takes too long holds nothing up', async () => {
  const bounded = await startServer({ SIMULATION_RESULTS: 'on', ANSWER_MAX_BYTES: '1024', OPERATION_TIMEOUT: '1' });
  try {
    const operator = await bounded.signIn('admin');
    const long = Array.from({ length: 20 }, (_, index) => `a${index}: body`).join(' ');
    expect(await resultOf({ operation: `{ articles { nodes { ${long} } } }` }, operator)).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }],
    });
    const input = { operation: '{ identityProviders { name } }' };
    const late = await withResolver(
      () => new Promise(() => undefined),
      () => operator.ask(show, { input }),
      bounded,
    );
    // Whichever of both comes to its end first, the operation that asks or the query that it shows.
    expect(JSON.stringify(late.body)).toContain('"code":"SERVICE_UNAVAILABLE"');
    expect(await resultOf(input, operator)).toEqual({ data: { identityProviders: [] }, errors: null });
    expect(await operator.get('{ __typename }')).toEqual({ __typename: 'Query' });
  } finally {
    await bounded.stop();
  }
});

test('Without SIMULATION_RESULTS=on no result is shown, and nothing is recorded', async () => {
  const off = await startServer();
  try {
    const operator = await off.signIn('admin');
    expect(await operator.get('{ showsSimulatedResults }')).toEqual({ showsSimulatedResults: false });
    const { body } = await operator.ask(show, { input: { operation: '{ __typename }' } });
    expect(body.errors?.[0]).toMatchObject({
      message: expect.stringContaining('SIMULATION_RESULTS=on'),
      extensions: { code: 'FORBIDDEN' },
    });
    expect(await operator.get(events)).toEqual({ auditEvents: { nodes: [] } });
  } finally {
    await off.stop();
  }
  expect(await admin.get('{ showsSimulatedResults }')).toEqual({ showsSimulatedResults: true });
});
