import { describe, expect, test } from '@jest/globals';
import type { GraphQLResolveInfo } from 'graphql';
import { definePolicy } from '../../src/authorization/index.ts';
import { anonymous, build, user } from './support.ts';

/** Edges, as Relay's connections have them: a refused node takes its edge along. */
const open = { id: 'open', isOpen: true };
const closed = { id: 'closed', isOpen: false };
const edgeOf = (node: unknown) => ({ cursor: 'c', node });
const shared = edgeOf(open);
let resolved = 0;
let asked: GraphQLResolveInfo | undefined;

const docPolicy = definePolicy('Doc', ({ is }) => ({ read: is({ isOpen: true }) }));
const edgePolicy = definePolicy('OwnEdge', ({ is }) => ({ read: is({ cursor: 'c' }) }));
const { ask } = build({
  policies: [docPolicy, edgePolicy],
  typeResolver: () => 'Doc',
  sdl: `
    type Doc @can(action: "read") { id: ID }
    type Other @public { id: ID }
    union Any = Doc | Other
    type DocEdge { cursor: String node: Doc }
    type SecretEdge { cursor: String node: Doc @auth }
    type AnyEdge { cursor: String node: Any }
    type PlainEdge { cursor: String node: Other }
    type OwnEdge @can(action: "read") { cursor: String node: Doc }
    type PairEdge { node: Doc other: Doc }
    type SizedEdge { node(size: Int): Doc }
    type Link { cursor: String node: Doc }
    type Query @public {
      docs: [DocEdge]
      secrets: [SecretEdge]
      anys: [AnyEdge]
      plain: [PlainEdge]
      links: [Link]
      odd: [DocEdge]
      twice: [DocEdge]
      one: DocEdge
      other: DocEdge
      failed: Doc
      owns: [OwnEdge]
      pairs: [PairEdge]
      sized: [SizedEdge]
    }`,
  resolvers: {
    Query: {
      docs: () => [null, undefined, new Error('broken'), open, closed].map(edgeOf),
      secrets: () => [open, closed].map(edgeOf),
      anys: () => [open, closed].map(edgeOf),
      plain: () => [open, closed].map(edgeOf),
      links: () => [open, closed].map(edgeOf),
      odd: () => ['text', edgeOf(open), 5],
      twice: () => [shared, shared],
      one: () => edgeOf(open),
      other: () => edgeOf(closed),
      failed: () => new Error('broken'),
      pairs: () => [{ node: open, other: { ...open, id: 'other' } }],
      owns: () => [edgeOf(open), edgeOf(closed), { cursor: 'd', node: open }],
      sized: () => [open, closed].map(edgeOf),
    },
    DocEdge: {
      node: ({ node }: { node: unknown }, _: unknown, __: unknown, info: GraphQLResolveInfo) => {
        resolved += 1;
        asked = info;
        return node;
      },
    },
    SizedEdge: {
      node: ({ node }: { node: typeof open }, { size }: { size?: number }) => ({ ...node, id: `${node.id} ${size}` }),
    },
  },
});
const me = user('me');

describe('An edge', () => {
  test('stays if its node is not there or failed, and leaves the list if its node is refused', async () => {
    expect(await ask('{ docs { cursor node { id } } }', me)).toEqual({
      data: {
        docs: [
          { cursor: 'c', node: null },
          { cursor: 'c', node: null },
          { cursor: 'c', node: null },
          { cursor: 'c', node: { id: 'open' } },
        ],
      },
      codes: { 'docs.2.node': 'broken' },
    });
    expect((await ask('{ docs { cursor } }', me)).data).toEqual({
      docs: ['c', 'c', 'c', 'c'].map((cursor) => ({ cursor })),
    });
  });

  test('stays, and its node fails in its place, for those who may not have the node at all', async () => {
    expect(await ask('{ secrets { cursor node { id } } }', anonymous)).toEqual({
      data: {
        secrets: [
          { cursor: 'c', node: null },
          { cursor: 'c', node: null },
        ],
      },
      codes: { 'secrets.0.node': 'UNAUTHENTICATED', 'secrets.1.node': 'UNAUTHENTICATED' },
    });
    expect((await ask('{ secrets { node { id } } }', me)).data).toEqual({ secrets: [{ node: { id: 'open' } }] });
  });

  test('leaves the list for a node of a union as well', async () => {
    expect((await ask('{ anys { cursor } }', me)).data).toEqual({ anys: [{ cursor: 'c' }] });
  });

  test('stays if its node has no policy', async () => {
    expect((await ask('{ plain { node { id } } }', me)).data).toEqual({
      plain: [{ node: { id: 'open' } }, { node: { id: 'closed' } }],
    });
  });

  test('is known by its name: another type keeps its place, and its node is null', async () => {
    expect((await ask('{ links { cursor node { id } } }', me)).data).toEqual({
      links: [
        { cursor: 'c', node: { id: 'open' } },
        { cursor: 'c', node: null },
      ],
    });
  });

  test('is an object: what is none leaves the list', async () => {
    expect(await ask('{ odd { node { id } } }', me)).toEqual({ data: { odd: [{ node: { id: 'open' } }] }, codes: {} });
  });

  test('outside lists asks for its node as any field does', async () => {
    expect((await ask('{ one { node { id } } other { cursor node { id } } }', me)).data).toEqual({
      one: { node: { id: 'open' } },
      other: { cursor: 'c', node: null },
    });
  });

  test('with a policy of its own has to pass that as well', async () => {
    expect((await ask('{ owns { cursor } }', me)).data).toEqual({ owns: [{ cursor: 'c' }] });
  });

  test('hands its node to the field of that name alone', async () => {
    expect((await ask('{ pairs { node { id } other { id } } }', me)).data).toEqual({
      pairs: [{ node: { id: 'open' }, other: { id: 'other' } }],
    });
  });

  test('asks for its node anew if it is asked with arguments', async () => {
    const document = '{ sized { node { id } small: node(size: 1) { id } } }';
    expect((await ask(document, me)).data).toEqual({
      sized: [{ node: { id: 'open undefined' }, small: { id: 'open 1' } }],
    });
  });

  test('asks for its node with what is selected of it, under the name that it has in the answer', async () => {
    await ask('{ twice { cursor it: node { id } } }', me);
    expect(asked?.path).toMatchObject({ key: 'it', typename: 'DocEdge', prev: { key: 0 } });
    expect(asked?.fieldNodes[0]?.selectionSet?.selections).toHaveLength(1);
    await ask('{ twice { cursor node { id } } }', me);
    expect(asked?.path.key).toBe('node');
    await ask('{ twice { cursor } }', me);
    expect(asked?.path.key).toBe('node');
    expect(asked?.fieldNodes[0]?.selectionSet).toBeUndefined();
  });

  test('that stands in a list twice asks for its node once', async () => {
    resolved = 0;
    expect((await ask('{ twice { node { id } } }', me)).data).toEqual({
      twice: [{ node: { id: 'open' } }, { node: { id: 'open' } }],
    });
    expect(resolved).toBe(1);
  });
});

test('A field that answers an error fails as it says, and not as a refused row', async () => {
  expect(await ask('{ failed { id } }', me)).toEqual({ data: { failed: null }, codes: { failed: 'broken' } });
});
