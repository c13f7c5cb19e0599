import { describe, expect, test } from '@jest/globals';
import { definePolicy } from '../../src/authorization/index.ts';
import { admin, anonymous, build, user } from './support.ts';

const rows = {
  open: { kind: 'Open', id: 'o' },
  closed: { kind: 'Closed', id: 'c' },
  mine: { kind: 'Own', id: 'm', author: 'me' },
  theirs: { kind: 'Own', id: 't', author: 'them' },
};
const own = definePolicy<{ author: string }>('Own', ({ owner }) => ({ read: owner('author') }));
let resolutions = 0;

const { ask, calls, log } = build({
  policies: [own],
  sdl: `
    interface Node { id: ID }
    type Open implements Node @public { id: ID }
    type Closed implements Node @hasRole(roles: [ADMIN]) { id: ID }
    type Own implements Node @can(action: "read") { id: ID }
    union Any = Open | Closed | Own
    type Query @public {
      node(key: String): Node
      any(key: String): Any
      must(key: String): Node!
      nodes: [Node]
      anys: [Any!]!
      later: Node
      confused: Node
    }`,
  resolvers: {
    Query: {
      node: (_: unknown, { key }: { key: keyof typeof rows }) => rows[key],
      any: (_: unknown, { key }: { key: keyof typeof rows }) => rows[key],
      must: (_: unknown, { key }: { key: keyof typeof rows }) => rows[key],
      nodes: () => [rows.open, rows.theirs, rows.mine],
      anys: () => [rows.open, rows.theirs, rows.mine],
      later: async () => rows.theirs,
      confused: () => ({ kind: 'Turncoat', author: 'them' }),
    },
    Node: {
      __resolveType: (row: { kind: string }) => {
        resolutions += 1;
        return row.kind === 'Turncoat' ? (resolutions % 2 === 0 ? 'Own' : 'Open') : row.kind;
      },
    },
    Any: { __resolveType: async ({ kind }: { kind: string }) => kind },
  },
});
const me = user('me');

describe('a value of an abstract type is judged by its concrete type:', () => {
  test.each([
    ['an interface, allowed', '{ node(key: "closed") { id } }', admin, { node: { id: 'c' } }, {}],
    ['an interface, refused', '{ node(key: "closed") { id } }', me, { node: null }, { node: 'FORBIDDEN' }],
    [
      'an interface, asked for its name alone',
      '{ node(key: "closed") { __typename } }',
      me,
      { node: null },
      { node: 'FORBIDDEN' },
    ],
    ['a union, refused', '{ any(key: "closed") { __typename } }', anonymous, { any: null }, { any: 'UNAUTHENTICATED' }],
    ['a union, another type', '{ any(key: "open") { __typename } }', anonymous, { any: { __typename: 'Open' } }, {}],
    ['a row of mine', '{ node(key: "mine") { id } }', me, { node: { id: 'm' } }, {}],
    ['a row of theirs, which is absent', '{ node(key: "theirs") { __typename } }', me, { node: null }, {}],
    ['a row of theirs behind a union, which is absent', '{ any(key: "theirs") { __typename } }', me, { any: null }, {}],
    [
      'a row of theirs where null may not be',
      '{ must(key: "theirs") { __typename } }',
      me,
      null,
      { must: 'NOT_FOUND' },
    ],
    ['a row that comes later', '{ later { __typename } }', me, { later: null }, {}],
    ['a list of an interface, nullable items too', '{ nodes { id } }', me, { nodes: [{ id: 'o' }, { id: 'm' }] }, {}],
    ['a list of a union', '{ anys { __typename } }', me, { anys: [{ __typename: 'Open' }, { __typename: 'Own' }] }, {}],
  ])('%s', async (_, document, principal, data, codes) => {
    expect(await ask(document, principal)).toEqual({ data, codes });
  });

  test('nothing of a refused object is resolved', () => {
    expect(calls('Closed.id')).toBe(1);
    expect(calls('Own.id')).toBe(2);
  });

  test('rows that slip through to a list are logged as defects', () => {
    expect(log).toContainEqual(expect.objectContaining({ kind: 'row', coordinate: 'Query.nodes', id: 't' }));
  });

  test('one that changes its type between two looks is taken for what was judged', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async () => (await ask('{ confused { __typename } }', me)).data),
    );
    expect(answers).not.toContainEqual({ confused: { __typename: 'Own' } });
  });
});

test('items of refused types fail in their own place', async () => {
  const listed = build({
    sdl: `
      interface Node { id: ID }
      type Open implements Node @public { id: ID }
      type Closed implements Node @auth { id: ID }
      type Query { nodes: [Node] @public }`,
    resolvers: {
      Query: {
        nodes: () => [
          { __typename: 'Open', id: 1 },
          { __typename: 'Closed', id: 2 },
        ],
      },
    },
  });
  expect(await listed.ask('{ nodes { id __typename } }', anonymous)).toEqual({
    data: { nodes: [{ id: '1', __typename: 'Open' }, null] },
    codes: { 'nodes.1': 'UNAUTHENTICATED' },
  });
});

test('a type that is resolved later is judged as one that is resolved at once', async () => {
  const { ask: askLater } = build({
    sdl: `
      union Any = Open | Closed
      type Open @public { id: ID }
      type Closed @auth { id: ID }
      type Query { any(kind: String): Any @public }`,
    resolvers: {
      Query: { any: (_: unknown, { kind }: { kind: string }) => ({ kind, id: '1' }) },
      Any: { __resolveType: async ({ kind }: { kind: string }) => kind },
    },
  });
  const document = '{ open: any(kind: "Open") { ... on Open { id } } closed: any(kind: "Closed") { __typename } }';
  expect(await askLater(document, anonymous)).toEqual({
    data: { open: { id: '1' }, closed: null },
    codes: { closed: 'UNAUTHENTICATED' },
  });
});

test('a row whose type is refused fails in its place, whatever its policy says', async () => {
  const { ask: askBoth, log: reported } = build({
    policies: [own],
    sdl: `
      interface Node { id: ID }
      type Own implements Node @can(action: "read") @hasRole(roles: [ADMIN]) { id: ID }
      type Query { nodes: [Node] @public }`,
    resolvers: { Query: { nodes: () => [rows.mine, rows.theirs] }, Node: { __resolveType: () => 'Own' } },
  });
  expect(await askBoth('{ nodes { id } }', me)).toEqual({
    data: { nodes: [null, null] },
    codes: { 'nodes.0': 'FORBIDDEN', 'nodes.1': 'FORBIDDEN' },
  });
  expect(reported).toEqual([]);
});

test('the host resolves types that do not do so themselves', async () => {
  const { ask: askHost } = build({
    typeResolver: () => 'Closed',
    sdl: `
      union Any = Open | Closed
      type Open @public { id: ID }
      type Closed @auth { id: ID }
      type Query { any: Any @public }`,
    resolvers: { Query: { any: () => ({}) } },
  });
  expect((await askHost('{ any { __typename } }', anonymous)).codes).toEqual({ any: 'UNAUTHENTICATED' });
  expect((await askHost('{ any { __typename } }', me)).data).toEqual({ any: { __typename: 'Closed' } });
});
