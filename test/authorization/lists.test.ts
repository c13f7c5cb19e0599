import { describe, expect, test } from '@jest/globals';
import type { GraphQLResolveInfo } from 'graphql';
import { definePolicy } from '../../src/authorization/index.ts';
import { build, user } from './support.ts';

/** What a service may put into a list, and what becomes of it. */
const open = { id: 'open', isOpen: true, isListed: true };
const closed = { id: 'closed', isOpen: false, isListed: true };
const unlisted = { id: 'unlisted', isOpen: true, isListed: false };
const keys: unknown[] = [];

const docPolicy = definePolicy('Doc', ({ is }) => ({ read: is({ isOpen: true }) }));
const entryPolicy = definePolicy('Entry', ({ is }) => ({ read: is({ isOpen: true }), list: is({ isListed: true }) }));
const { ask } = build({
  policies: [docPolicy, entryPolicy],
  sdl: `
    type Doc @can(action: "read") { id: ID }
    type Entry @can(action: "read") @can(action: "list") { id: ID }
    type Other @public { id: ID }
    union Any = Doc | Other
    type DocEdge @public { node: Doc }
    type Query @public {
      all: [Doc]
      one: [Doc]
      text: [Doc]
      number: [Doc]
      object: [Doc]
      entries: [Entry]
      anys: [Any]
      edges: [DocEdge]
    }`,
  resolvers: {
    Query: {
      all: () => [
        open,
        null,
        undefined,
        new Error('broken'),
        Promise.resolve(null),
        Promise.resolve(),
        Promise.resolve(closed),
        Promise.resolve(open),
        Promise.reject(new Error('failed')),
        closed,
      ],
      one: () => new Set([open, closed]),
      text: () => 'open',
      number: () => 5,
      object: () => ({ length: 1, 0: open }),
      entries: () => [open, closed, unlisted],
      anys: () => [open, { id: 'lost' }, closed],
      edges: () => [Promise.resolve({ ...open }), { ...open }, closed, { ...open }],
    },
    Any: {
      __resolveType: async ({ id }: { id: string }) => {
        if (id === 'lost') throw new Error('of no type');
        return 'Doc';
      },
    },
    DocEdge: {
      node: (edge: object, _: unknown, __: unknown, { path }: GraphQLResolveInfo) => {
        keys.push(path.prev?.key);
        return edge;
      },
    },
  },
});
const me = user('me');

describe('A list', () => {
  test('keeps what is null or failed in its place, and loses the rows that are refused, at once or later', async () => {
    expect(await ask('{ all { id } }', me)).toEqual({
      data: { all: [{ id: 'open' }, null, null, null, null, null, { id: 'open' }, null] },
      codes: { 'all.3': 'broken', 'all.7': 'failed' },
    });
  });

  test('may be whatever can be iterated', async () => {
    expect((await ask('{ one { id } }', me)).data).toEqual({ one: [{ id: 'open' }] });
  });

  test.each(['text', 'number', 'object'])('is none if it is made of %s', async (field) => {
    const { data, codes } = await ask(`{ ${field} { id } }`, me);
    expect(data).toEqual({ [field]: null });
    expect(codes).toEqual({ [field]: `Expected Iterable, but did not find one for field "Query.${field}".` });
  });

  test('shows the rows that pass every action of their type', async () => {
    expect((await ask('{ entries { id } }', me)).data).toEqual({ entries: [{ id: 'open' }] });
  });

  test('fails in the place of a row whose type cannot be told', async () => {
    expect(await ask('{ anys { ... on Doc { id } } }', me)).toEqual({
      data: { anys: [{ id: 'open' }, null] },
      codes: { 'anys.1': 'of no type' },
    });
  });

  test('of edges asks for each node once, in the place of its edge', async () => {
    expect((await ask('{ edges { node { id } } }', me)).data).toEqual({
      edges: [{ node: { id: 'open' } }, { node: { id: 'open' } }, { node: { id: 'open' } }],
    });
    expect(keys.toSorted()).toEqual([0, 1, 2, 3]);
  });
});
