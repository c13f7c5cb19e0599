import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  accessDirectives,
  definePolicy,
  guardSchema,
  subjectOf,
  type Conditions,
  type Policy,
  type Principal,
} from '../../src/authorization/index.ts';

interface User {
  readonly id: string;
  readonly email: string;
}
interface Post {
  readonly id: string;
  readonly title: string;
  readonly notes: string;
  readonly author: string;
  readonly isPublic: boolean;
  readonly readers: ReadonlyArray<{ readonly id: string }>;
}

const shield = definePolicy('User', ({ anyOf, owner, role }: Conditions<User>) => ({
  readEmail: anyOf(role('ADMIN'), owner('id')),
}));

const hasura = definePolicy('Post', ({ anyOf, is, owner }: Conditions<Post>) => ({
  read: anyOf(is({ isPublic: true }), owner('author')),
  create: owner('author'),
  update: owner('author'),
}));

const neo4j = definePolicy('Post', ({ allOf, anyOf, owner, role, some }: Conditions<Post>) => ({
  read: anyOf(
    owner('author'),
    some('readers', ({ owner: reader }) => reader('id')),
  ),
  rename: allOf(role('EDITOR'), owner('author')),
}));

/** What Federation's own library adds to a subgraph. */
const federation = `
  scalar Import scalar federation__Scope scalar federation__Policy
  directive @link(url: String!, as: String, import: [Import]) repeatable on SCHEMA
  directive @mustLogin on FIELD_DEFINITION
  directive @requiresScopes(scopes: [[federation__Scope!]!]!) on FIELD_DEFINITION
  directive @policy(policies: [[federation__Policy!]!]!) on FIELD_DEFINITION`;

const anonymous: Principal = { kind: 'anonymous' };
const user = (id: string, roles: string[] = [], scopes: string[] = []): Principal => ({
  kind: 'user',
  id,
  roles,
  scopes,
});

const post = { title: 'T', notes: 'N', isPublic: false, readers: [] };
const posts: readonly Post[] = [
  { ...post, id: '1', author: 'ann', isPublic: true },
  { ...post, id: '2', author: 'ann', readers: [{ id: 'ben' }] },
  { ...post, id: '3', author: 'ben' },
];
const some = [{ id: '1' }];
const rootValue = {
  users: [
    { id: 'ann', email: 'a' },
    { id: 'ben', email: 'b' },
  ],
  me: { id: 'ann' },
  reports: some,
  orders: some,
  cheap: some,
  audit: some,
  time: 'now',
  posts,
};

/** What callers get of each of our sides: a list by the ids of its rows, and the codes of refusals. */
type Asked = readonly [as: Principal, query: string, data: unknown, codes?: readonly string[]];
const sections: Readonly<Record<string, { readonly policy?: Policy; readonly asked: readonly Asked[] }>> = {
  'graphql-shield': {
    policy: shield,
    asked: [
      [anonymous, '{ users { id } }', null, ['UNAUTHENTICATED']],
      [user('ann'), '{ users { id } }', null, ['FORBIDDEN']],
      [user('ann', ['ADMIN']), '{ users { id email } }', { users: rootValue.users }],
    ],
  },
  'Pothos scope-auth': {
    asked: [
      [user('ann'), '{ reports { id } }', null, ['FORBIDDEN']],
      [user('ann', ['ADMIN']), '{ reports { id } }', { reports: some }],
      [user('ann', [], ['reports:read']), '{ reports { id } }', { reports: some }],
    ],
  },
  'Envelop generic-auth': {
    asked: [
      [anonymous, '{ time }', { time: 'now' }],
      [anonymous, '{ orders { id } }', null, ['UNAUTHENTICATED']],
      [user('ann', [], ['orders']), '{ orders { id } }', { orders: some }],
    ],
  },
  'mercurius-auth': {
    asked: [
      [user('ann', ['EDITOR']), '{ audit { id } }', null, ['FORBIDDEN']],
      [user('ann', ['ADMIN']), '{ audit { id } }', { audit: some }],
    ],
  },
  'Apollo Router': {
    asked: [
      [anonymous, '{ me { id } }', { me: null }, ['UNAUTHENTICATED']],
      [user('ann'), '{ me { id } }', { me: { id: 'ann' } }],
      [user('ann', [], ['orders']), '{ orders { id } }', null, ['FORBIDDEN']],
      [user('ann', [], ['orders:read']), '{ orders { id } cheap { id } }', { orders: some, cheap: some }],
    ],
  },
  Hasura: {
    policy: hasura,
    asked: [
      [anonymous, '{ posts { id } }', { posts: [{ id: '1' }] }],
      [user('ben'), '{ posts { id } }', { posts: [{ id: '1' }, { id: '3' }] }],
      [anonymous, '{ posts { notes } }', { posts: [{ notes: null }] }, ['UNAUTHENTICATED']],
    ],
  },
  'Neo4j GraphQL': {
    policy: neo4j,
    asked: [
      [anonymous, '{ posts { id } }', null, ['UNAUTHENTICATED']],
      [user('ben'), '{ posts { id } }', { posts: [{ id: '2' }, { id: '3' }] }],
      [user('ben'), 'mutation { renamePost(id: "3", title: "x") { id } }', { renamePost: null }, ['FORBIDDEN']],
      [user('ben', ['EDITOR']), 'mutation { renamePost(id: "3", title: "x") { id } }', { renamePost: { id: '3' } }],
    ],
  },
};

const read = (name: string): string => readFileSync(resolve(import.meta.dirname, '../..', name), 'utf8');
const guide = new Map(
  read('docs/guides/engine-from-other-rules.md')
    .split('\n## ')
    .slice(1)
    .map((section) => [section.split('\n', 1)[0] ?? '', section]),
);
const fencesOf = (section: string, language: string): readonly string[] =>
  Array.from(section.matchAll(new RegExp('```' + language + '\\n([^]*?)```', 'g')), ([, content = '']) => content);

test('The guide has a section for each of those whose rules are compared', () => {
  expect([...guide.keys()]).toEqual(Object.keys(sections));
});

describe.each(Object.entries(sections))('Our side of %s', (name, { policy, asked }) => {
  const section = guide.get(name) ?? '';

  test('answers as the guide says', async () => {
    const [sdl = ''] = fencesOf(section, 'graphql');
    const isFederated = sdl.includes('# federation');
    const renamePost = (_: unknown, __: unknown, ___: unknown, info: never): unknown => subjectOf(info);
    const schema = guardSchema<Principal>(
      makeExecutableSchema({
        typeDefs: [accessDirectives, sdl, ...(isFederated ? [federation] : [])],
        resolvers: sdl.includes('renamePost') ? { Mutation: { renamePost } } : {},
      }),
      {
        principal: (context) => context,
        roles: { EDITOR: {}, ADMIN: { includes: ['EDITOR'], scopes: ['reports:read', 'orders:read'] } },
        policies: policy === undefined ? [] : [policy],
        relations: (type, property) =>
          `${type}.${property}` === 'Post.readers' ? { type: 'User', isMany: true } : undefined,
        load: async (_, id) => posts.find((one) => one.id === id) ?? null,
        federation: isFederated && { policies: { isBusinessHours: () => true } },
      },
    );
    for (const [contextValue, source, data, codes = []] of asked) {
      const answer = await graphql({ schema, source, rootValue, contextValue });
      expect({ source, data: answer.data }).toEqual({ source, data });
      expect((answer.errors ?? []).map(({ extensions }) => extensions['code'])).toEqual(codes);
    }
  });

  test('has the policy that stands in this file', () => {
    const bare = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
    const own = bare(read('test/authorization/from-other-rules.test.ts'));
    for (const code of fencesOf(section, 'ts')) expect(own).toContain(bare(code));
    expect(fencesOf(section, 'ts')).toHaveLength(policy === undefined ? 0 : 1);
  });
});
