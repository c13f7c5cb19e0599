import { describe, expect, test } from '@jest/globals';
import { parse, type GraphQLResolveInfo } from 'graphql';
import { bindPolicies, decideIn, definePolicy } from '../../src/authorization/index.ts';
import { admin, anonymous, build, editor, executeBy, roles, user } from './support.ts';

interface Doc {
  readonly id: string;
  readonly author: string | { id: string };
  readonly status: string;
}
interface Note {
  readonly id: string;
  readonly doc: Doc | { id: string } | string | null;
}

const docs: readonly Doc[] = [
  { id: '1', author: 'me', status: 'DRAFT' },
  { id: '2', author: { id: 'them' }, status: 'PUBLISHED' },
  { id: '3', author: 'them', status: 'DRAFT' },
];
const [, published] = docs;
const stubs = new Set<object>();
const stub = (id: string) => {
  const row = { id };
  stubs.add(row);
  return row;
};
let loads: string[] = [];

const docPolicy = definePolicy<Doc>('Doc', ({ anyOf, is, owner, role }) => ({
  read: anyOf(is({ status: 'PUBLISHED' }), owner('author'), role('EDITOR')),
  secret: anyOf(owner('author'), role('ADMIN')),
}));
const notePolicy = definePolicy<Note>('Note', ({ related }) => ({ read: related('doc', 'read') }));

const built = build({
  policies: [docPolicy, notePolicy],
  isLoaded: (row) => !stubs.has(row),
  load: async (type, id) => {
    loads.push(`${type} ${id}`);
    if (id === 'broken') throw new Error('the database is gone');
    return docs.find((doc) => doc.id === id) ?? null;
  },
  sdl: `
    type Doc @can(action: "read") { id: ID status: String secret: Int @can(action: "secret") opens: Boolean }
    type Note @can(action: "read") { id: ID doc: Doc }
    type DocEdge { cursor: String node: Doc }
    type MustEdge { cursor: String node: Doc! }
    type NoteEdge { cursor: String node(loud: Boolean): Note }
    type Docs { nodes: [Doc!]! edges: [DocEdge!]! must: [MustEdge]! totalCount: Int }
    type Query @public { doc(id: ID!): Doc stub(id: ID!): Doc bare(id: ID!): Doc docs: Docs notes: [Note] loose: [Note] strayed: [Doc] promised: [Doc!] edges: [NoteEdge] }`,
  resolvers: {
    Query: {
      doc: (_: unknown, { id }: { id: string }) => docs.find((doc) => doc.id === id),
      stub: (_: unknown, { id }: { id: string }) => stub(id),
      bare: (_: unknown, { id }: { id: string }) => id,
      docs: () => ({
        nodes: docs,
        edges: docs.map((node) => ({ cursor: `c${node.id}`, node })),
        must: docs.map(({ id }) => ({ cursor: id })),
        totalCount: 1,
      }),
      notes: () => [
        { id: 'a', doc: published },
        { id: 'b', doc: docs[2] },
        { id: 'c', doc: null },
      ],
      loose: () => [
        { id: 'a', doc: '2' },
        { id: 'b', doc: stub('3') },
        { id: 'c', doc: 'broken' },
        { id: 'd', doc: stub('2') },
      ],
      strayed: () => [docs, 'broken', Symbol('x'), { status: 'PUBLISHED' }],
      promised: () => docs.map(async (doc) => doc),
      edges: () => [{ cursor: 'a' }, { cursor: 'b' }],
    },
    Docs: {},
    MustEdge: { node: async ({ cursor }: { cursor: string }) => docs.find(({ id }) => id === cursor) },
    NoteEdge: { node: ({ cursor }: { cursor: string }) => ({ id: cursor, doc: cursor === 'a' ? published : docs[2] }) },
    Doc: {
      secret: () => 42,
      status: ({ status }: Doc) => status,
      opens: (doc: Doc, _: unknown, __: unknown, info: GraphQLResolveInfo) => decideIn(info, docPolicy, 'secret', doc),
    },
  },
});
const { ask, calls, log } = built;
const me = user('me');
const fresh = () => {
  loads = [];
  log.length = 0;
};

describe('each row passes the policy of its type:', () => {
  test.each([
    ['one that is published', '{ doc(id: 2) { id } }', anonymous, { doc: { id: '2' } }],
    ['one of mine', '{ doc(id: 1) { id } }', me, { doc: { id: '1' } }],
    ['one of theirs, as if absent', '{ doc(id: 3) { id } }', me, { doc: null }],
    ['one that is absent', '{ doc(id: 9) { id } }', me, { doc: null }],
    ['all of them, by role', '{ doc(id: 3) { id } }', editor, { doc: { id: '3' } }],
    ['lists', '{ docs { nodes { id } } }', anonymous, { docs: { nodes: [{ id: '2' }] } }],
    [
      'what a resolver asks of it, as a guard would',
      '{ docs { nodes { id opens } } }',
      me,
      {
        docs: {
          nodes: [
            { id: '1', opens: true },
            { id: '2', opens: false },
          ],
        },
      },
    ],
    ['lists of promises', '{ promised { id } }', me, { promised: [{ id: '1' }, { id: '2' }] }],
    [
      'edges, which go with their nodes',
      '{ docs { edges { cursor node { id } } } }',
      me,
      {
        docs: {
          edges: [
            { cursor: 'c1', node: { id: '1' } },
            { cursor: 'c2', node: { id: '2' } },
          ],
        },
      },
    ],
    [
      'edges whose node is not asked for',
      '{ docs { edges { cursor } } }',
      anonymous,
      { docs: { edges: [{ cursor: 'c2' }] } },
    ],
    [
      'edges whose node comes later',
      '{ docs { must { n: node { id } } } }',
      anonymous,
      { docs: { must: [{ n: { id: '2' } }] } },
    ],
    [
      'edges whose node has arguments',
      '{ edges { node(loud: true) { id } } }',
      anonymous,
      { edges: [{ node: { id: 'a' } }] },
    ],
    ['rows by their relation', '{ notes { id } }', anonymous, { notes: [{ id: 'a' }] }],
    ['what is no row at all, which is refused', '{ strayed { id } }', anonymous, { strayed: [{ id: null }] }],
  ])('%s', async (_, document, principal, data) => {
    expect(await ask(document, principal)).toEqual({ data, codes: {} });
  });

  test('the node of an edge is resolved once', async () => {
    const before = calls('MustEdge.node');
    await ask('{ docs { must { cursor a: node { id } b: node { status } } } }', anonymous);
    expect(calls('MustEdge.node') - before).toBe(3);
  });

  test('nothing of a refused row is resolved', async () => {
    const before = calls('Doc.status');
    await ask('{ docs { nodes { status } } }', anonymous);
    expect(calls('Doc.status') - before).toBe(1);
  });
});

describe('a row that is not loaded is loaded first', () => {
  test.each([
    ['a reference', '{ stub(id: 2) { id status } }', { stub: { id: '2', status: 'PUBLISHED' } }, ['Doc 2']],
    ['a reference to a refused row', '{ stub(id: 3) { id } }', { stub: null }, ['Doc 3']],
    ['a bare id', '{ bare(id: 2) { id } }', { bare: { id: '2' } }, ['Doc 2']],
    ['a bare id of nothing', '{ bare(id: 9) { id } }', { bare: null }, ['Doc 9']],
    [
      'relations, of which one fails',
      '{ loose { id } }',
      { loose: [{ id: 'a' }, { id: 'd' }] },
      ['Doc 2', 'Doc 3', 'Doc broken', 'Doc 2'],
    ],
  ])('%s', async (_, document, data, loaded) => {
    fresh();
    expect(await ask(document, anonymous)).toEqual({ data, codes: {} });
    expect(loads).toEqual(loaded);
  });

  test('and not where the principal settles the matter alone', async () => {
    fresh();
    expect((await ask('{ stub(id: 3) { id } }', editor)).data).toEqual({ stub: { id: '3' } });
    expect(loads).toEqual([]);
  });

  test('and a loader that fails is logged once', async () => {
    fresh();
    await ask('{ bare(id: "broken") { id } other: bare(id: "broken") { id } }', anonymous);
    expect(log.filter(({ kind }) => kind === 'loader')).toHaveLength(1);
  });
});

describe('@can on a field decides on its parent', () => {
  test.each([
    ['mine', '{ doc(id: 1) { secret } }', me, { doc: { secret: 42 } }, {}],
    ['theirs', '{ doc(id: 2) { secret } }', me, { doc: { secret: null } }, { 'doc.secret': 'FORBIDDEN' }],
    [
      'theirs, to anonymous',
      '{ doc(id: 2) { secret } }',
      anonymous,
      { doc: { secret: null } },
      { 'doc.secret': 'UNAUTHENTICATED' },
    ],
    ['by role', '{ doc(id: 3) { secret } }', admin, { doc: { secret: 42 } }, {}],
    [
      'a parent that is not loaded',
      '{ stub(id: 3) { secret } }',
      editor,
      { stub: { secret: null } },
      { 'stub.secret': 'FORBIDDEN' },
    ],
  ])('%s', async (_, document, principal, data, codes) => {
    expect(await ask(document, principal)).toEqual({ data, codes });
  });
});

test('a row that slips through a list is logged, each one once', async () => {
  fresh();
  await ask('{ docs { nodes { id } more: nodes { id } } }', anonymous);
  expect(log.map(({ kind, coordinate, type, id }) => [kind, coordinate, type, id])).toEqual([
    ['row', 'Docs.nodes', 'Doc', '1'],
    ['row', 'Docs.nodes', 'Doc', '3'],
  ]);
});

test('everything that is loaded is decided without a promise', () => {
  const result = executeBy({
    schema: built.schema,
    document: parse('{ docs { nodes { id secret } edges { cursor node { id } } } notes { id doc { id } } }'),
    contextValue: me,
  });
  expect(result).not.toBeInstanceOf(Promise);
});

test('services that bind the same policies know the relations of the schema', async () => {
  const bound = bindPolicies({ roles, policies: [docPolicy, notePolicy] });
  expect(bound.decide('Note', 'read', anonymous, { id: 'n', doc: published })).toBe(true);
  expect(bound.where('Note', 'read', anonymous)).toEqual({ doc: { status: 'PUBLISHED' } });
});

describe('A connection whose service did not ask for the filter of the policy', () => {
  const pageInfo = { hasNextPage: false, endCursor: 'of the last' };
  const connection = {
    nodes: docs,
    edges: docs.map((node) => ({ node })),
    totalCount: async () => docs.length,
    pageInfo,
  };
  const filtered = { nodes: docs.slice(1, 2), edges: [{ node: docs[1] }], totalCount: 1, pageInfo };
  const once = {
    *[Symbol.iterator]() {
      yield docs[1];
    },
  };
  const connections = build({
    policies: [docPolicy],
    sdl: `
      type Doc @can(action: "read") { id: ID }
      type DocEdge { node: Doc }
      type PageInfo { hasNextPage: Boolean! endCursor: String }
      type DocConnection { nodes: [Doc!]! edges: [DocEdge!]! totalCount: Int! pageInfo: PageInfo! }
      type EdgesOnly { edges: [DocEdge!]! totalCount: Int }
      type Tally { totalCount: Int }
      type Query @public { all: DocConnection filtered: DocConnection edges: EdgesOnly set: DocConnection later: DocConnection once: DocConnection tally: Tally }`,
    resolvers: {
      Query: {
        all: () => connection,
        filtered: () => filtered,
        edges: () => ({ ...connection, totalCount: 3 }),
        set: () => ({ ...connection, nodes: new Set(docs) }),
        later: () => ({ ...connection, nodes: async () => docs }),
        once: () => ({ nodes: once, totalCount: 1 }),
        tally: () => ({ totalCount: 3 }),
      },
    },
  });

  test.each([
    ['{ all { totalCount } }', { all: null }, { 'all.totalCount': 'FORBIDDEN' }],
    ['{ all { nodes { id } totalCount } }', { all: null }, { 'all.totalCount': 'FORBIDDEN' }],
    [
      '{ edges { totalCount edges { node { id } } } }',
      { edges: { totalCount: null, edges: [{ node: { id: '1' } }, { node: { id: '2' } }] } },
      { 'edges.totalCount': 'FORBIDDEN' },
    ],
    ['{ set { totalCount } }', { set: null }, { 'set.totalCount': 'FORBIDDEN' }],
    ['{ later { totalCount } }', { later: null }, { 'later.totalCount': 'FORBIDDEN' }],
    ['{ all { pageInfo { endCursor } } }', { all: null }, { 'all.pageInfo': 'FORBIDDEN' }],
    ['{ all { nodes { id } pageInfo { hasNextPage } } }', { all: null }, { 'all.pageInfo': 'FORBIDDEN' }],
  ])('withholds its count and its cursors as well: %s', async (document, data, codes) => {
    expect(await connections.ask(document, me)).toEqual({ data, codes });
  });

  test('is reported with the name of its field', async () => {
    connections.log.length = 0;
    await connections.ask('{ all { totalCount } }', me);
    expect(connections.log).toEqual([
      expect.objectContaining({ kind: 'row', coordinate: 'DocConnection.nodes', id: '3' }),
    ]);
  });

  test('is not read for the count alone if the caller sees every row', async () => {
    const before = connections.calls('DocConnection.nodes');
    expect((await connections.ask('{ all { totalCount } }', editor)).data).toEqual({ all: { totalCount: 3 } });
    expect(connections.calls('DocConnection.nodes')).toBe(before);
  });

  test('tells anonymous to sign in', async () => {
    expect((await connections.ask('{ all { totalCount } }', anonymous)).codes).toEqual({
      'all.totalCount': 'UNAUTHENTICATED',
    });
  });

  test.each([
    [
      'that asked',
      '{ filtered { totalCount pageInfo { endCursor } nodes { id } edges { node { id } } } }',
      me,
      {
        filtered: {
          totalCount: 1,
          pageInfo: { endCursor: 'of the last' },
          nodes: [{ id: '2' }],
          edges: [{ node: { id: '2' } }],
        },
      },
    ],
    [
      'for a caller who sees every row',
      '{ all { totalCount } edges { totalCount } }',
      editor,
      { all: { totalCount: 3 }, edges: { totalCount: 3 } },
    ],
    [
      'whose list can be read only once',
      '{ once { totalCount nodes { id } } }',
      me,
      { once: { totalCount: 1, nodes: [{ id: '2' }] } },
    ],
    ['without a list beside the count', '{ tally { totalCount } }', me, { tally: { totalCount: 3 } }],
  ])('differs from one %s', async (_, document, principal, data) => {
    expect(await connections.ask(document, principal)).toEqual({ data, codes: {} });
  });
});

describe('The list by which a count is checked', () => {
  const edges = docs.map((node) => ({ node }));
  const openPolicy = definePolicy('Open', ({ everyone }) => ({ read: everyone }));
  const twicePolicy = definePolicy('Twice', ({ everyone, nobody }) => ({ read: everyone, list: nobody }));
  const open = { id: 'o' };
  const { ask: askLists } = build({
    policies: [docPolicy, openPolicy, twicePolicy],
    typeResolver: (row) => (row === open ? 'Open' : 'Doc'),
    sdl: `
      type Doc @can(action: "read") { id: ID }
      type Open @can(action: "read") { id: ID }
      type Twice @can(action: "read") @can(action: "list") { id: ID }
      union Any = Doc | Open
      enum Level { LOW HIGH @auth }
      type DocEdge { node: Doc }
      type Sized { nodes(size: Int!): [Doc!]! totalCount: Int }
      type SizedEdges { nodes(size: Int!): [Doc!]! edges: [DocEdge!]! totalCount: Int }
      type OneAndEdges { nodes: Doc edges: [DocEdge!]! totalCount: Int }
      type LevelsAndEdges { nodes: [Level!]! edges: [DocEdge!]! totalCount: Int }
      type Anys { nodes: [Any!]! totalCount: Int }
      type Twices { nodes: [Twice!] totalCount: Int }
      type Words { nodes: [String!]! totalCount: Int }
      type Halves { nodes(from: Int = 1): [Doc!]! totalCount: Int }
      type Query @public {
        sized: Sized sizedEdges: SizedEdges oneAndEdges: OneAndEdges levelsAndEdges: LevelsAndEdges
        anys: Anys twices: Twices none: Twices words: Words halves: Halves
      }`,
    resolvers: {
      Query: {
        sized: () => ({ nodes: docs, totalCount: 3 }),
        sizedEdges: () => ({ nodes: docs, edges, totalCount: 3 }),
        oneAndEdges: () => ({ nodes: docs[1], edges, totalCount: 3 }),
        levelsAndEdges: () => ({ nodes: ['LOW'], edges, totalCount: 3 }),
        anys: () => ({ nodes: [open, ...docs], totalCount: 4 }),
        twices: () => ({ nodes: [open], totalCount: 1 }),
        none: () => ({ nodes: null, totalCount: 3 }),
        words: () => ({ nodes: ['a', 'b', 'c'], totalCount: 3 }),
        halves: () => ({ nodes: ({ from }: { from: number }) => docs.slice(from, from + 1), totalCount: 1 }),
      },
    },
  });

  test.each([
    ['is `edges` if `nodes` needs arguments', 'sizedEdges'],
    ['is `edges` if `nodes` is none', 'oneAndEdges'],
    ['is `edges` if `nodes` has no rows', 'levelsAndEdges'],
    ['may hold a union', 'anys'],
    ['has to pass every action of its rows', 'twices'],
  ])('%s', async (_, field) => {
    expect(await askLists(`{ ${field} { totalCount } }`, me)).toEqual({
      data: { [field]: { totalCount: null } },
      codes: { [`${field}.totalCount`]: 'FORBIDDEN' },
    });
  });

  test('is read with the defaults of its arguments, and is none if it needs others, holds no rows or is not there', async () => {
    const fields = ['halves', 'sized', 'words', 'none'].map((field) => `${field} { totalCount }`);
    expect(await askLists(`{ ${fields.join(' ')} }`, me)).toEqual({
      data: { halves: { totalCount: 1 }, sized: { totalCount: 3 }, words: { totalCount: 3 }, none: { totalCount: 3 } },
      codes: {},
    });
  });
});
