import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse, subscribe } from 'graphql';
import { definePolicy } from '../../src/authorization/index.ts';
import type { Principal } from '../../src/authorization/index.ts';
import { anonymous, asked, build, executeBy, offenders, user, viewer } from './support.ts';

/** Ways round the rules that work, or once worked, in other engines. Each of them ends at a refusal here. */

const REFUSED = 'UNAUTHENTICATED';
const secret = { __typename: 'Secret', id: 's', value: 42 };
let effects = 0;

const { ask, calls, schema } = build({
  introspection: 'visible',
  policies: [definePolicy<{ owner: string }>('Row', ({ owner }) => ({ read: owner('owner') }))],
  sdl: `
    interface Node { id: ID }
    interface Valued { value: Int @auth }
    type Secret implements Node @auth { id: ID value: Int }
    type Typed implements Node & Valued @public { id: ID @auth value: Int }
    type Row implements Node @can(action: "read") { id: ID }
    input Filter { byMail: String @auth byName: String nested: Filter }
    type Query @public {
      node(id: ID): Node
      nodes: [Node]
      typed: Typed
      valued: Valued
      secret: Secret
      row(id: ID): Row
      rows(owner: ID): [Row!]!
      users(filter: Filter): Int
      listed(filters: [Filter!]): Int
      scoped: Int @hasScope(scopes: [["articles:write"]])
      cached(id: ID @auth): Int
      self: Query
    }
    type Mutation { drop: Secret @public free: Int @public }
    type Subscription { whisper: Int @auth }`,
  resolvers: {
    Query: {
      node: (_: unknown, { id }: { id: string }) =>
        id === 'row'
          ? { __typename: 'Row', id, owner: 'other' }
          : id === 'typed'
            ? { __typename: 'Typed', id }
            : secret,
      nodes: () => [secret],
      typed: () => ({ id: 't', value: 1 }),
      valued: () => ({ __typename: 'Typed', id: 't', value: 1 }),
      secret: () => {
        effects += 1;
        return secret;
      },
      row: (_: unknown, { id }: { id: string }) => ({ id, owner: id }),
      rows: () => ['me', 'other'].map((owner) => ({ id: owner, owner })),
      users: () => 1,
      listed: () => 1,
      scoped: () => 1,
      cached: () => 1,
      self: () => ({}),
    },
    Mutation: {
      drop: () => {
        effects += 1;
        return secret;
      },
      free: () => 1,
    },
    Subscription: { whisper: { subscribe: () => [] } },
  },
});

describe('no way leads round the types:', () => {
  test.each([
    ['a rule on the implementing type, read through the interface', '{ node { id } }', { node: REFUSED }],
    [
      'a rule on a field of the implementing type, read through the interface',
      '{ node(id: "typed") { id } }',
      { 'node.id': REFUSED },
    ],
    ['a rule on the interface, read through the type', '{ typed { value } }', { 'typed.value': REFUSED }],
    ['a rule on the interface, read through the interface', '{ valued { value } }', { 'valued.value': REFUSED }],
    [
      'named fragments',
      '{ node { ...A } } fragment A on Node { ...B } fragment B on Secret { value }',
      { node: REFUSED },
    ],
    ['node(id) in place of the guarded field', '{ node(id: "s") { ... on Secret { value } } }', { node: REFUSED }],
    ['the type name alone', '{ node(id: "s") { __typename } }', { node: REFUSED }],
    ['a list', '{ nodes { __typename } }', { 'nodes.0': REFUSED }],
    ['the root within the root', '{ self { self { secret { id } } } }', { 'self.self.secret': REFUSED }],
    ['another response key', '{ id: secret { id } users: secret { id } }', { id: REFUSED, users: REFUSED }],
  ])('%s', async (_, document, codes) => expect((await ask(document, anonymous)).codes).toEqual(codes));

  test('the effects of a resolver whose type is refused', async () => {
    await ask('{ secret { id } }', anonymous);
    await ask('mutation { drop { id } }', anonymous);
    expect(effects).toBe(0);
  });
});

describe('no way leads round the arguments:', () => {
  test.each<[string, string, object, object]>([
    [
      'input-field rules through variables',
      'query ($f: Filter) { users(filter: $f) }',
      { f: { byMail: 'x' } },
      { users: REFUSED },
    ],
    [
      'through partial variables',
      'query ($m: String) { users(filter: { byName: "n", byMail: $m }) }',
      { m: 'x' },
      { users: REFUSED },
    ],
    [
      'through nesting',
      'query ($f: Filter) { users(filter: { nested: { nested: $f } }) }',
      { f: { byMail: 'x' } },
      { users: REFUSED },
    ],
    [
      'through lists',
      'query ($f: Filter!) { listed(filters: [{ byName: "n" }, $f]) }',
      { f: { byMail: 'x' } },
      { listed: REFUSED },
    ],
    [
      'through defaults of the document',
      'query ($f: Filter = { byMail: "x" }) { users(filter: $f) }',
      {},
      { users: REFUSED },
    ],
    ['decision caches that are blind to arguments', '{ a: cached b: cached(id: 1) c: cached }', {}, { b: REFUSED }],
  ])('%s', async (_, document, variables, codes) =>
    expect((await ask(document, anonymous, variables)).codes).toEqual(codes),
  );
});

describe('no way leads round the scopes:', () => {
  test.each<[string, string[]]>([
    ['double spaces, which split into an empty scope', 'openid  profile'.split(' ')],
    ['a scope string that was never split', ['openid articles:write']],
    ['an empty scope', ['']],
    ['a colon', [':', ':*']],
    ['a prefix', ['article', 'articles:w', 'articles:writ']],
    ['another case', ['ARTICLES:WRITE']],
    ['a wildcard in the middle', ['*:write', 'a*', '**']],
  ])('%s', async (_, scopes) =>
    expect((await ask('{ scoped }', user('u', [], scopes))).codes).toEqual({ scoped: 'FORBIDDEN' }),
  );

  test.each(['[]', '[[]]', '[[""]]'])('an empty requirement, which every caller meets: %s', (scopes) => {
    expect(offenders({ sdl: `type Query { a: Int @hasScope(scopes: ${scopes}) }` })).toEqual(['Query.a @hasScope']);
  });
});

describe('no way leads round what was decided before:', () => {
  test('one row for another', async () => {
    expect(
      (await ask('{ a: row(id: "me") { id } b: row(id: "other") { id } c: row(id: "me") { id } }', user('me'))).data,
    ).toEqual({ a: { id: 'me' }, b: null, c: { id: 'me' } });
  });
  test('one caller for another, with one context and one document', async () => {
    const box: { now: Principal } = { now: viewer };
    const shared = build({
      sdl: 'type Query { a: Int @auth }',
      resolvers: { Query: { a: () => 1 } },
      principal: (boxed: typeof box) => boxed.now,
    });
    const document = parse('{ a }');
    const go = async () => asked(await executeBy({ schema: shared.schema, document, contextValue: box })).data;
    expect(await go()).toEqual({ a: 1 });
    box.now = anonymous;
    expect(await go()).toEqual({ a: null });
  });
  test('one caller for another, at the same time', async () => {
    const slow = build({
      sdl: 'type Query { t: T @public } type T { wait: T a: Int @auth }',
      resolvers: {
        Query: { t: () => ({}) },
        T: { wait: () => new Promise((resolve) => setTimeout(() => resolve({}), 1)), a: () => 1 },
      },
    });
    const document = '{ t { wait { wait { a } } } }';
    const answers = await Promise.all(
      [viewer, anonymous, viewer, anonymous].map((principal) => slow.ask(document, principal)),
    );
    expect(answers.map(({ codes }) => Object.keys(codes).length)).toEqual([0, 1, 0, 1]);
  });
  test('one key id for another owner', async () => {
    const key = (userId: string) => ({ kind: 'apiKey', id: 'k', userId, roles: [], scopes: [] }) as const;
    expect((await ask('{ rows { id } }', key('me'))).data).toEqual({ rows: [{ id: 'me' }] });
    expect((await ask('{ rows { id } }', key('other'))).data).toEqual({ rows: [{ id: 'other' }] });
  });
});

describe('no way leads round introspection', () => {
  test.each([
    ['the usual query', getIntrospectionQuery()],
    [
      'fragments',
      '{ ...F } fragment F on Query { s: __schema { ...G } } fragment G on __Schema { types { name fields { name } } }',
    ],
    ['aliases', '{ a: __type(name: "Secret") { fields { name } } b: __type(name: "Filter") { inputFields { name } } }'],
    ['order', '{ users __schema { types { name } } }'],
  ])('by %s', async (_, document) => {
    const { data } = await ask(document, anonymous);
    expect(JSON.stringify(data)).not.toMatch(/"Secret"|"byMail"|"scoped"/);
  });
});

test('payloads of a subscription that claim an identity', async () => {
  const result = await subscribe({
    schema,
    document: parse('subscription { whisper }'),
    contextValue: anonymous,
    rootValue: { principal: viewer, whisper: 1 },
  });
  expect(result).toMatchObject({ errors: [{ extensions: { code: REFUSED } }] });
});

test('root values and sources that claim an identity', async () => {
  const result = await executeBy({
    schema,
    document: parse('{ scoped }'),
    contextValue: anonymous,
    rootValue: { principal: viewer, operation: { table: [1] } },
  });
  expect(asked(result).codes).toEqual({ scoped: REFUSED });
});

test('nothing of all this ran', () => {
  expect(calls('Secret.id') + calls('Secret.value') + calls('Query.secret') + calls('Mutation.drop')).toBe(0);
});
