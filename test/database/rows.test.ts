import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serialize, type AnyEntity, type EntityClass } from '@mikro-orm/core';
import fc from 'fast-check';
import { entities } from '../../src/app/entities.ts';
import { Article } from '../../src/articles/article.entity.ts';
import { readNewest } from '../../src/database/rows/list.ts';
import { createStatements } from '../../src/database/rows/statement-cache.ts';
import { updateRow } from '../../src/database/rows/update-row.ts';
import { fillRows } from '../support/rows.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';

let server: TestServer;
let callers: Array<Pick<SignedIn, 'get' | 'ask'>>;
beforeAll(async () => {
  server = await startServer();
  callers = [server, ...(await Promise.all(['viewer', 'editor', 'admin'].map((name) => server.signIn(name))))];
  await fillRows(server.database.fork(), server.app.schema, rowEntities);
});
afterAll(() => server.stop());

type RowEntity = EntityClass<AnyEntity & { id: string }>;
/** The entities that have an id, in the order in which they relate to each other. */
const rowEntities = entities.filter(({ name }) =>
  ['Session', 'ApiKey', 'Article', 'Comment'].includes(name),
) as RowEntity[];

describe.each(rowEntities.map((entity) => ({ name: entity.name, entity })))('A row of $name', ({ entity }) => {
  test('has the values that its entity has, each property in the same place', async () => {
    const rows = await readNewest(server.database.rows(), entity, { where: {} }, 100);
    const found = await server.database.fork().find(entity, {}, { orderBy: { id: 'desc' } as never, limit: 100 });
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.map((row) => ({ ...row }))).toEqual(found.map((one) => serialize(one, { forceObject: false })));
    expect(new Set(rows.map((row) => Object.keys(row).join())).size).toBe(1);
    expect(rows[0]?.constructor.name).toBe(entity.name);
  });
});

/** What can be selected of a type: a leaf, or the fields of an object. */
interface Fields {
  readonly [field: string]: true | Fields;
}

const user: Fields = {
  id: true,
  displayName: true,
  createdAt: true,
  email: true,
  emailVerified: true,
  roles: true,
  status: true,
  scopes: true,
  sessions: { current: true, expiresAt: true },
};
const article: Fields = {
  id: true,
  title: true,
  body: true,
  status: true,
  createdAt: true,
  updatedAt: true,
  publishedAt: true,
  version: true,
  author: user,
  viewerCan: { update: true, publish: true, delete: true, comment: true },
};
const comment: Fields = { id: true, body: true, createdAt: true, author: user, article, viewerCan: { delete: true } };
const everything: Fields = {
  me: user,
  'articles(first: 30)': {
    totalCount: true,
    nodes: { ...article, 'comments(first: 2)': { totalCount: true, nodes: comment } },
  },
};

const nameOf = (field: string): string => field.replace(/\(.*/, '');

const textOf = (fields: Fields): string =>
  Object.entries(fields)
    .map(([field, below]) => (below === true ? field : `${field} { ${textOf(below)} }`))
    .join(' ');

/** Some of the fields, at least one of each object that is selected. */
const someOf = (fields: Fields): fc.Arbitrary<Fields> => {
  const each = Object.fromEntries(
    Object.entries(fields).map(([field, below]) => [
      field,
      below === true ? fc.constant(true as const) : someOf(below),
    ]),
  );
  return fc
    .subarray(Object.keys(fields), { minLength: 1 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, each[name] ?? fc.constant(true)]))));
};

/** What an answer to everything says of some of the fields. */
function projected(answer: unknown, fields: Fields): unknown {
  if (Array.isArray(answer)) return answer.map((item) => projected(item, fields));
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(fields).map(([field, below]) => {
      const value: unknown = Reflect.get(answer, nameOf(field));
      return [nameOf(field), below === true ? value : projected(value, below)];
    }),
  );
}

test('What is selected is answered as if everything were, to every caller: no rule misses what it reads', async () => {
  const whole = await Promise.all(
    callers.map(async (caller) => (await caller.ask(`{ ${textOf(everything)} }`)).body.data),
  );
  expect(JSON.stringify(whole)).toContain('"nodes":[{');
  await fc.assert(
    fc.asyncProperty(someOf(everything), fc.nat(callers.length - 1), async (fields, who) => {
      const answer = await callers[who]?.ask(`{ ${textOf(fields)} }`);
      expect(answer?.body.data).toEqual(projected(whole[who], fields));
    }),
    { numRuns: 60 },
  );
});

test('A body that is not selected is not read', async () => {
  server.statements.length = 0;
  await server.get('{ articles { nodes { title } } }');
  expect(server.statements.filter((sql) => sql.includes('"title"'))).toHaveLength(1);
  expect(server.statements.filter((sql) => sql.includes('"body"'))).toEqual([]);
});

test('Who is signed in is read with the credential, by one statement', async () => {
  server.statements.length = 0;
  await callers[1]?.get('{ me { id displayName email roles createdAt } }');
  expect(server.statements).toHaveLength(1);
});

test('A list and its authors and count are read by one statement', async () => {
  server.statements.length = 0;
  await server.get('{ articles { totalCount nodes { title author { displayName } } } }');
  expect(server.statements).toHaveLength(1);
});

test.each([
  ['hasPassword', '"password_hash" is not null'],
  ['recoveryCodesLeft', 'from "recovery_codes"'],
  ['passkeySignals', 'from "passkeys"'],
  ['passkeys { id }', 'from "passkeys"'],
  ['externalIdentities { id }', 'from "external_identities"'],
  ['trustedDevices { id }', 'from "trusted_devices"'],
])('What users alone may know of themselves is read once, in however many rows they stand: %s', async (field, read) => {
  const editor = await server.signIn('editor');
  for (let count = 0; count < 3; count += 1) {
    await editor.get('mutation { createArticle(input: { title: "t", body: "b" }) { id } }');
  }
  const mine = `articles(filter: { authorId: "${editor.id}" }, first: 3)`;
  server.statements.length = 0;
  const { articles } = await editor.get<{ articles: { nodes: unknown[] } }>(
    `{ ${mine} { nodes { author { ${field} } } } }`,
  );
  expect(articles.nodes).toHaveLength(3);
  expect(server.statements.filter((sql) => sql.includes(read))).toHaveLength(1);
});

test('Filters that differ in their values alone share a statement, and no value stands in it', async () => {
  server.statements.length = 0;
  const titled = 'query ($title: String) { articles(filter: { titleContains: $title }) { nodes { id } } }';
  await server.get(titled, { title: 'a secret title' });
  await server.get(titled, { title: "'; drop table articles; --" });
  const [first, ...others] = server.statements.filter((sql) => sql.includes('from "articles"'));
  expect(others).toEqual([first]);
  expect(server.statements.join()).not.toMatch(/secret|drop/);
});

test('A change that came too late changes nothing', async () => {
  const unit = server.database.rows();
  const [row] = await readNewest(unit, Article, { where: {} }, 1);
  if (row === undefined) throw new Error('There is no article.');
  const changed = await updateRow(unit, Article, row, { title: 'Sooner' });
  expect(changed).toMatchObject({ title: 'Sooner', version: row.version + 1 });
  await expect(updateRow(unit, Article, row, { title: 'Too late' })).rejects.toMatchObject({
    name: 'OptimisticLockError',
  });
  const [now] = await readNewest(server.database.rows(), Article, { where: {} }, 1);
  expect(now?.title).toBe('Sooner');
});

describe('Statements', () => {
  const statement = { text: 'select 1', constants: [] };

  test('are prepared under a name of their own, up to a bound, and after that without one', () => {
    const { get } = createStatements(true);
    const names = Array.from({ length: 1_200 }, (_, index) => get(`shape ${index}`, () => statement).name);
    expect(new Set(names.slice(0, 500)).size).toBe(500);
    expect(names.slice(500).every((name) => name === undefined)).toBe(true);
    expect(get('shape 3', () => statement).name).toBe(names[3]);
  });

  test('are compiled once, as long as they are kept', () => {
    const { get } = createStatements(true);
    let compiled = 0;
    const compile = () => ({ ...statement, constants: [(compiled += 1)] });
    for (const key of ['a', 'b', 'a', 'b']) get(key, compile);
    expect(compiled).toBe(2);
  });

  test('are not prepared if a pooler cannot carry them', () => {
    expect(createStatements(false).get('shape', () => statement).name).toBeUndefined();
  });
});
