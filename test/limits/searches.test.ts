import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Answer } from '../support/client.ts';
import { untilWaiting, waitingStatements } from '../support/locks.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let admin: SignedIn;
let viewer: SignedIn;
beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '127.0.0.1' });
  admin = await server.signIn('admin');
  viewer = await server.signIn('viewer');
});
afterAll(() => server.stop());

/** As many times as an operation may ask for it. */
const often = (field: string | ((index: number) => string)): string => {
  const text = typeof field === 'string' ? () => field : field;
  return `{ ${Array.from({ length: 20 }, (_, index) => `a${index}: ${text(index)}`).join(' ')} }`;
};
/** The number of searches that run at once on a node; of one account 50 more wait. */
const atOnce = 2;

test('What is searched for many times in one operation is found as often', async () => {
  const search = await admin.get(often('search(query: "sally port") { __typename }'));
  expect(Object.values(search)).toEqual(Array.from({ length: 20 }, () => [{ __typename: 'Article' }]));
  const list = await admin.get(
    often('articles(filter: { titleContains: "sally port" }) { totalCount nodes { title } }'),
  );
  expect(Object.values(list)).toEqual(
    Array.from({ length: 20 }, () => ({ totalCount: 1, nodes: [{ title: 'What a sally port is' }] })),
  );
  const users = await admin.get(often('users(search: "vera") { totalCount nodes { displayName } }'));
  expect(Object.values(users)).toEqual(
    Array.from({ length: 20 }, () => ({ totalCount: 1, nodes: [{ displayName: 'Vera Viewer' }] })),
  );
});

const ask = (ipAddress: string, document: string, caller: SignedIn = admin): Promise<Answer> =>
  caller.ask(document, {}, { 'x-forwarded-for': ipAddress });
const refusalOf = ({ status, headers, body }: Answer): unknown[] => [
  status,
  headers.get('retry-after'),
  body.errors?.[0]?.extensions.code,
];
const tooMany = [503, '2', 'SERVICE_UNAVAILABLE'];

/** The number of counted lists that run at once on a node. */
const countsAtOnce = 4;

/** Elsewhere nothing can hold a statement up while a test looks. */
describeOnPostgres('Lists that are counted', () => {
  test.each([
    ['a list', 'articles', () => 'articles(first: 1) { totalCount }'],
    [
      'lists below a row',
      'articles',
      (index: number) => `users(first: 1) { nodes { articles(first: ${index + 1}) { totalCount } } }`,
    ],
    ['the audit log', 'audit_events', () => 'auditEvents(first: 1) { totalCount }'],
    ['the hours of the audit log', 'audit_events', () => 'auditHours { events }'],
  ])('leave connections to those that are not, and are all answered in turn: %s', async (_, table, field) => {
    const counted = often(field);
    const { counting, read } = await server.database.fork().transactional(async (tx) => {
      await tx.execute(`lock table ${table} in access exclusive mode`);
      const flood = Array.from({ length: 3 }, () => ask('203.0.113.6', counted));
      await untilWaiting(server.database, countsAtOnce);
      const users = await viewer.get('{ me { displayName } }');
      expect(await waitingStatements(server.database)).toBe(countsAtOnce);
      return { counting: flood, read: users };
    });
    expect(read).toEqual({ me: { displayName: 'Vera Viewer' } });
    for (const { body } of await Promise.all(counting)) {
      expect(body.errors).toBeUndefined();
      expect(Object.keys(body.data ?? {})).toHaveLength(20);
    }
  });
});

/** The number of lists that are read at once on a node. */
const pagesAtOnce = 6;

/** Elsewhere nothing can hold a statement up while a test looks. */
describeOnPostgres('Lists that are read', () => {
  test.each([
    ['a list', (index: number) => `articles(first: ${index + 1}) { nodes { id } }`],
    [
      'lists below a row',
      (index: number) => `users(first: 1) { nodes { articles(first: ${index + 1}) { nodes { id } } } }`,
    ],
  ])('leave connections to those that write, and are all answered in turn: %s', async (_, field) => {
    const rename = 'mutation { updateProfile(input: { displayName: "Vera Viewer" }) { displayName } }';
    const { reading, written } = await server.database.fork().transactional(async (tx) => {
      await tx.execute('lock table articles in access exclusive mode');
      const flood = Array.from({ length: 3 }, () => ask('203.0.113.9', often(field)));
      await untilWaiting(server.database, pagesAtOnce);
      const profile = await viewer.get(rename);
      expect(await waitingStatements(server.database)).toBe(pagesAtOnce);
      return { reading: flood, written: profile };
    });
    expect(written).toEqual({ updateProfile: { displayName: 'Vera Viewer' } });
    for (const { body } of await Promise.all(reading)) {
      expect(body.errors).toBeUndefined();
      expect(Object.keys(body.data ?? {})).toHaveLength(20);
    }
  });
});

/** Elsewhere nothing can hold a statement up while a test looks. */
describeOnPostgres('Lists, counts and searches', () => {
  test('together leave connections to those that write, and are all answered in turn', async () => {
    const rename = 'mutation { updateProfile(input: { displayName: "Vera Viewer" }) { displayName } }';
    const { asked, written } = await server.database.fork().transactional(async (tx) => {
      await tx.execute('lock table articles in access exclusive mode');
      const flood = [
        ask('203.0.113.10', often('articles(first: 1) { totalCount }')),
        ask('203.0.113.11', often('articles(first: 1) { nodes { id } }')),
        ask('203.0.113.12', often('search(query: "sally port") { __typename }')),
      ];
      await untilWaiting(server.database, pagesAtOnce + atOnce);
      const profile = await viewer.get(rename);
      expect(await waitingStatements(server.database)).toBe(pagesAtOnce + atOnce);
      return { asked: flood, written: profile };
    });
    expect(written).toEqual({ updateProfile: { displayName: 'Vera Viewer' } });
    for (const { body } of await Promise.all(asked)) expect(body.errors).toBeUndefined();
  });
});

/** A count for which a statement of its own is sent. */
const commentsCounted = (index: number): string =>
  `articles(first: 1) { nodes { comments(first: ${index + 1}) { totalCount } } }`;

/** A cursor after which no row comes. */
const beyondAll = Buffer.from('00000000000070008000000000000000', 'hex').toString('base64url');

/** Elsewhere nothing can hold a statement up while a test looks. */
describeOnPostgres('Counts that fill their queue', () => {
  test.each([
    ['of articles', 'articles(filter: { titleContains: "sally port" }) { totalCount nodes { title } }'],
    [
      'of articles, counted after an empty page',
      `articles(filter: { titleContains: "sally port" }, after: "${beyondAll}") { totalCount }`,
    ],
    ['of users', 'users(search: "vera") { totalCount nodes { displayName } }'],
  ])('keep no search of another caller waiting: %s', async (_, field) => {
    const { counting, found } = await server.database.fork().transactional(async (tx) => {
      await tx.execute('lock table comments in access exclusive mode');
      const flood = ask('203.0.113.7', often(commentsCounted), viewer);
      await untilWaiting(server.database, countsAtOnce);
      return { counting: flood, found: await ask('203.0.113.8', `{ ${field} }`, admin) };
    });
    expect(found.body.errors).toBeUndefined();
    expect((await counting).body.errors).toBeUndefined();
  });
});

/** Elsewhere nothing can hold a search up while a test looks. */
describeOnPostgres('Searches of one account beyond those that run and wait', () => {
  test.each([
    ['search(query: "sally port") { __typename }', '203.0.113.2', '203.0.113.3'],
    ['articles(filter: { titleContains: "sally port" }) { totalCount nodes { id } }', '203.0.113.4', '203.0.113.5'],
  ])('are refused, and hinder no other account: %s', async (field, one, another) => {
    const refused: Answer[] = [];
    const asking = await server.database.fork().transactional(async (tx) => {
      await tx.execute('lock table articles in access exclusive mode');
      const flood = Array.from({ length: 3 }, async () => {
        const answer = await ask(one, often(field));
        if (answer.body.errors !== undefined) refused.push(answer);
        return answer;
      });
      await until(() => refused.length > 0, 'a search that is refused');
      await untilWaiting(server.database, atOnce);
      expect(await waitingStatements(server.database)).toBe(atOnce);
      expect(await admin.get('{ users(first: 1) { nodes { id } } }')).toMatchObject({});
      return { flood, other: ask(another, `{ ${field} }`, viewer) };
    });
    expect((await asking.other).body.errors).toBeUndefined();
    await Promise.all(asking.flood);
    expect(refused.map(refusalOf)).toEqual(refused.map(() => tooMany));
    expect((await ask(one, often(field))).body.errors).toBeUndefined();
  });

  test('are refused to those who manage users, too', async () => {
    // So many that to look through them takes longer than to ask for it.
    await server.database.orm.em.getConnection().execute(
      `insert into users (id, created_at, email, display_name, roles, status, credential_version)
       select gen_random_uuid(), now(), 'crowd' || n || '@example.com', 'Crowd', '{}', 'ACTIVE', 0
         from generate_series(1, 30000) as n`,
    );
    const found = 'users(search: "nobody at all") { totalCount }';
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('203.0.113.1', often(found))));
    const refused = answers.filter(({ body }) => body.errors !== undefined).map(refusalOf);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused).toEqual(refused.map(() => tooMany));
    expect((await ask('203.0.113.1', `{ ${found} }`)).body.data).toEqual({ users: { totalCount: 0 } });
  });
});
