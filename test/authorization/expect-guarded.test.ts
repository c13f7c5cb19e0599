import { describe, expect, test } from '@jest/globals';
import { execute, parse } from 'graphql';
import { definePolicy, expectGuarded } from '../../src/authorization/index.ts';
import type { Principal } from '../../src/authorization/index.ts';
import { anonymous, build, editor, user } from './support.ts';

interface Doc {
  readonly id: string;
  readonly author: string;
}
const docs: readonly Doc[] = [
  { id: '1', author: 'me' },
  { id: '2', author: 'them' },
];
const docPolicy = definePolicy<Doc>('Doc', ({ anyOf, owner, role }) => ({
  read: anyOf(owner('author'), role('EDITOR')),
}));
const callers: Readonly<Record<string, Principal>> = { anonymous, me: user('me'), editor };
const seenBy = (principal: Principal): readonly Doc[] => {
  if (principal.kind === 'anonymous') return [];
  return docs.filter(({ author }) => author === principal.id || principal.roles.includes('EDITOR'));
};
const connectionOf = (nodes: readonly Doc[], totalCount = nodes.length) => ({
  nodes,
  totalCount,
  pageInfo: { hasNextPage: false },
});

type Lists = Readonly<Record<'docs' | 'list' | 'byAuthor', (principal: Principal) => unknown>>;
const sound: Lists = {
  docs: (principal) => connectionOf(seenBy(principal)),
  list: seenBy,
  byAuthor: (principal) => ({ docs: connectionOf(seenBy(principal)) }),
};

function asking(lists: Partial<Lists>) {
  const all = { ...sound, ...lists };
  const resolver = (name: keyof Lists) => (_: unknown, __: unknown, principal: Principal) => all[name](principal);
  const { schema } = build({
    policies: [docPolicy],
    sdl: `type Doc @can(action: "read") { id: ID }
      type PageInfo { hasNextPage: Boolean }
      type DocConnection { nodes: [Doc!] edges: [DocEdge!] totalCount: Int pageInfo: PageInfo }
      type DocEdge { node: Doc }
      type Author { docs(first: Int): DocConnection }
      type Query @public { docs(first: Int): DocConnection list: [Doc!] byAuthor(id: ID!): Author numbers: [Int] }`,
    resolvers: {
      Query: { docs: resolver('docs'), list: resolver('list'), byAuthor: resolver('byAuthor') },
      DocConnection: { edges: ({ nodes }: { nodes: readonly Doc[] }) => nodes.map((node) => ({ node })) },
    },
  });
  return expectGuarded(schema, {
    callers: Object.keys(callers),
    ask: async (query, caller) => execute({ schema, document: parse(query), contextValue: callers[caller] }),
    args: { 'Query.byAuthor': 'id: "1"' },
  });
}

describe('Every list of guarded rows is asked as each caller', () => {
  test('and nothing is found if the services filter by the policy', async () => {
    const asked = await asking({});
    expect(asked.toSorted()).toEqual(['Author.docs', 'DocConnection.nodes', 'Query.docs', 'Query.list']);
  });

  test.each<[string, Partial<Lists>, RegExp]>([
    ['a list that is not filtered', { list: () => docs }, /Query\.list as me: .*refuses/],
    ['a connection that is not filtered', { docs: () => connectionOf(docs) }, /Query\.docs as anonymous: .*refuses/],
    [
      'a connection behind an argument',
      { byAuthor: () => ({ docs: connectionOf(docs) }) },
      /Author\.docs as me: .*refuses/,
    ],
    [
      'a count that is not filtered',
      { docs: (principal) => connectionOf(seenBy(principal), 2) },
      /Query\.docs as anonymous: its totalCount is 2, and it shows 0 rows/,
    ],
  ])('and %s is found', async (_, lists, message) => {
    await expect(asking(lists)).rejects.toThrow(message);
  });
});
