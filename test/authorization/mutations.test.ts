import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import type { GraphQLResolveInfo } from 'graphql';
import {
  accessDirectives,
  definePolicy,
  guardSchema,
  principalOf,
  rebindPrincipal,
  subjectOf,
  type Principal,
} from '../../src/authorization/index.ts';
import { admin, anonymous, build, executeBy, roles, run, user, viewer } from './support.ts';

const rows = new Map(
  ['mine', 'theirs', 'hidden'].map((id) => [
    id,
    { id, author: id === 'mine' ? 'viewer' : 'them', isOpen: id !== 'hidden' },
  ]),
);
let loads: string[] = [];
let written: string[] = [];
const write = (name: string) => () => {
  written.push(name);
  return 1;
};

const { ask, schema, log } = build({
  policies: [
    definePolicy<{ author: string; isOpen: boolean }>('Doc', ({ anyOf, is, owner }) => ({
      read: anyOf(is({ isOpen: true }), owner('author')),
      edit: owner('author'),
    })),
  ],
  load: async (type, id) => {
    loads.push(`${type} ${id}`);
    if (id === 'broken') throw new Error('the database is gone');
    return rows.get(id) ?? null;
  },
  sdl: `
    input Where { doc: ID to: ID }
    type Doc @can(action: "read") { id: ID secret: Int @auth }
    type Guarded @auth { x: Int }
    type Query { q: Int @public become: Session @public stay: Session @public }
    type Mutation {
      open: Int @public
      other: Int @public
      must: Int! @public
      signedIn: Int @auth
      admin: Int @hasRole(roles: [ADMIN])
      arg(x: Int @auth): Int @public
      guarded: Guarded @public
      edit(id: ID!): Doc @can(action: "edit")
      move(where: Where!): String @can(action: "edit", on: "Doc", id: "where.doc") @can(action: "read", on: "Doc", id: "where.to")
      twice(id: ID!): Int @can(action: "read", on: "Doc") @can(action: "edit", on: "Doc")
      read(id: ID): Doc @public
      login: Session @public
      peek: Int @auth
    }
    type Session { name: String @auth self: Session }`,
  resolvers: {
    Query: {
      become: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => {
        rebindPrincipal(info, user('fresh'));
        return { self: {} };
      },
      stay: () => ({}),
    },
    Mutation: {
      open: write('open'),
      other: write('other'),
      must: write('must'),
      signedIn: write('signedIn'),
      admin: write('admin'),
      arg: write('arg'),
      twice: write('twice'),
      guarded: () => write('guarded')() && { x: 1 },
      edit: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => write('edit')() && subjectOf(info),
      move: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => JSON.stringify(subjectOf(info, 'Doc')),
      read: (_: unknown, { id }: { id: string }) => rows.get(id),
      login: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => {
        rebindPrincipal(info, user('fresh'));
        return { self: {} };
      },
      peek: write('peek'),
    },
    Session: {
      name: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => JSON.stringify(principalOf(info)),
      self: () => ({}),
    },
  },
});
const U = 'UNAUTHENTICATED';
const fresh = <Result>(result: Result): Result => {
  loads = [];
  written = [];
  return result;
};

describe('the root fields of a mutation are checked together:', () => {
  test.each([
    [
      'one refused, none runs',
      'mutation { open signedIn other }',
      { open: null, signedIn: null, other: null },
      { signedIn: U },
    ],
    ['by an argument', 'mutation { open arg(x: 1) }', { open: null, arg: null }, { arg: U }],
    [
      'by an argument that is a variable',
      'mutation ($x: Int) { open arg(x: $x) }',
      { open: null, arg: null },
      { arg: U },
    ],
    ['by what it returns', 'mutation { open guarded { x } }', { open: null, guarded: null }, { guarded: U }],
    ['under an alias', 'mutation { open x: signedIn }', { open: null, x: null }, { x: U }],
    [
      'in a fragment',
      'mutation { open ...F } fragment F on Mutation { signedIn }',
      { open: null, signedIn: null },
      { signedIn: U },
    ],
    [
      'each refused one says so',
      'mutation { signedIn admin open }',
      { signedIn: null, admin: null, open: null },
      { signedIn: U, admin: U },
    ],
  ])('%s', async (_, document, data, codes) => {
    fresh(undefined);
    expect(await ask(document, anonymous, { x: 1 })).toEqual({ data, codes });
    expect(written).toEqual([]);
  });

  test('the first error lists all refused paths', async () => {
    const result = await executeBy({
      schema,
      document: parse('mutation { open a: signedIn admin }'),
      contextValue: anonymous,
    });
    const refused = [
      { path: ['a'], code: U },
      { path: ['admin'], code: U },
    ];
    expect(result.errors?.map(({ extensions }) => extensions['refused'])).toEqual([refused, undefined]);
  });

  test('one that may not be null says what another was refused for', async () => {
    fresh(undefined);
    expect(await ask('mutation { must signedIn }', anonymous)).toEqual({ data: null, codes: { signedIn: U } });
    expect(written).toEqual([]);
  });

  test('what is skipped is not checked', async () => {
    fresh(undefined);
    expect((await ask('mutation { open signedIn @skip(if: true) }', anonymous)).data).toEqual({ open: 1 });
  });

  test('what is selected below never undoes the write', async () => {
    fresh(undefined);
    expect(await ask('mutation { open read(id: "theirs") { id secret } }', anonymous)).toEqual({
      data: { open: 1, read: { id: 'theirs', secret: null } },
      codes: { 'read.secret': U },
    });
    expect(written).toEqual(['open']);
  });
});

describe('@can on a root field loads the row first', () => {
  test.each([
    ['absent', 'mutation { edit(id: "none") { id } }', viewer, 'NOT_FOUND'],
    ['unreadable', 'mutation { edit(id: "hidden") { id } }', viewer, 'NOT_FOUND'],
    ['unreadable to anonymous', 'mutation { edit(id: "hidden") { id } }', anonymous, 'NOT_FOUND'],
    ['readable, but not permitted', 'mutation { edit(id: "theirs") { id } }', viewer, 'FORBIDDEN'],
    ['readable, but not permitted to anonymous', 'mutation { edit(id: "theirs") { id } }', anonymous, U],
    ['not to be loaded', 'mutation { edit(id: "broken") { id } }', viewer, 'NOT_FOUND'],
  ])('and refuses what is %s', async (_, document, principal, code) => {
    fresh(undefined);
    expect(await ask(document, principal)).toEqual({ data: { edit: null }, codes: { edit: code } });
    expect(written).toEqual([]);
  });

  test('once, and hands it on', async () => {
    fresh(undefined);
    expect((await ask('mutation { edit(id: "mine") { id } }', viewer)).data).toEqual({ edit: { id: 'mine' } });
    expect(loads).toEqual(['Doc mine']);
  });

  test('once for two actions', async () => {
    fresh(undefined);
    expect((await ask('mutation { twice(id: "mine") }', viewer)).data).toEqual({ twice: 1 });
    expect(loads).toEqual(['Doc mine']);
  });

  test('a failing loader is logged once', () => {
    expect(log.filter(({ kind }) => kind === 'loader')).toHaveLength(1);
  });

  test('a refused row does not stop the next root field', async () => {
    fresh(undefined);
    expect((await ask('mutation { edit(id: "theirs") { id } open }', viewer)).data).toEqual({ edit: null, open: 1 });
  });

  test('several of them, by dotted paths', async () => {
    const move = (doc: string | null, to: string) =>
      ask('mutation ($w: Where!) { move(where: $w) }', viewer, { w: { doc, to } });
    expect((await move('mine', 'theirs')).codes).toEqual({});
    expect((await move('theirs', 'mine')).codes).toEqual({ move: 'FORBIDDEN' });
    expect((await move('mine', 'hidden')).codes).toEqual({ move: 'NOT_FOUND' });
    expect((await move(null, 'mine')).codes).toEqual({ move: 'NOT_FOUND' });
  });
});

describe('after a sign-in', () => {
  test('what lies below is judged by who signed in', async () => {
    const { data, codes } = await ask('mutation { login { name self { name } } }', anonymous);
    expect(codes).toEqual({});
    expect(JSON.stringify(data)).toContain('fresh');
  });

  test('what stands beside is not', async () => {
    const { codes } = await ask('mutation { a: login { name } read(id: "theirs") { secret } }', anonymous);
    expect(codes).toEqual({ 'read.secret': U });
  });

  test('nor in a query, if a field of it signs in', async () => {
    expect((await ask('{ become { name self { name } } stay { name } }', anonymous)).codes).toEqual({ 'stay.name': U });
    expect((await ask('{ stay { name } become { name } }', anonymous)).codes).toEqual({ 'stay.name': U });
  });

  test('and the next operation is not', async () => {
    expect((await ask('mutation { peek }', anonymous)).codes).toEqual({ peek: U });
  });
});

describe('reject mode', () => {
  const rejecting = build({
    mode: 'reject',
    sdl: `
      interface Node { id: ID }
      type Closed implements Node @auth { id: ID }
      type Open implements Node @public { id: ID x: Int }
      type Thing { open: Int secret: Int @auth things: [Thing] arg(x: Int @auth): Int }
      type Query @public { thing: Thing things: [Thing] node: Node free: Int must: Int! }`,
    resolvers: {
      Query: { thing: () => ({ open: 1 }), free: () => 1, must: () => 1, node: () => ({ __typename: 'Closed' }) },
    },
  });
  const refusedOf = async (document: string) => {
    const result = await executeBy({ schema: rejecting.schema, document: parse(document), contextValue: anonymous });
    return result.errors?.[0]?.extensions['refused'];
  };

  test('nothing runs, and every refused path is listed, without indices', async () => {
    expect(
      await refusedOf('{ free thing { open secret s: secret things { secret } arg(x: 1) } things { secret } }'),
    ).toEqual([
      { path: ['thing', 'secret'], code: U },
      { path: ['thing', 's'], code: U },
      { path: ['thing', 'things', 'secret'], code: U },
      { path: ['thing', 'arg'], code: U },
      { path: ['things', 'secret'], code: U },
    ]);
    expect(rejecting.calls('Query.free')).toBe(0);
    expect(rejecting.calls('Query.thing')).toBe(0);
  });

  test('what is refused behind one of several types alone is left to the run', async () => {
    expect(await refusedOf('{ node { id } }')).toBeUndefined();
    expect(await refusedOf('{ node { id ... on Closed { id } } }')).toBeUndefined();
    expect(await refusedOf('{ node { ... on Closed { id } } }')).toEqual([{ path: ['node', 'id'], code: U }]);
    expect((await rejecting.ask('{ node { id } }', anonymous)).codes).toEqual({ node: U });
  });

  test('an operation without a refusal runs', async () => {
    expect((await rejecting.ask('{ free thing { open } }', anonymous)).data).toEqual({ free: 1, thing: { open: 1 } });
  });

  test('one that selects more than can be counted is refused as a whole', async () => {
    const depth = 24;
    const nested = Array.from(
      { length: depth },
      (_, at) => `fragment F${at} on Thing { a: things { ...F${at + 1} } b: things { ...F${at + 1} } }`,
    );
    const document = `{ thing { ...F0 } } ${nested.join(' ')} fragment F${depth} on Thing { open }`;
    const result = await executeBy({ schema: rejecting.schema, document: parse(document), contextValue: anonymous });
    expect(result.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});

describe('A principal that changes for one root field', () => {
  const become = (_: unknown, { name }: { name: string }, __: unknown, info: GraphQLResolveInfo) => {
    rebindPrincipal(info, name === 'admin' ? admin : user(name));
    return { secret: 'secret' };
  };
  const roots = { stay: () => ({ secret: 'secret' }), become };
  const fields = 'stay: Viewer become(name: String!): Viewer';
  const typeDefs = `
    type Viewer @public { secret: String @hasRole(roles: [ADMIN]) own: String @hasRole(roles: [ADMIN]) }
    type Query @public { ${fields} }
    type Mutation @public { ${fields} }`;
  // Without anything around its resolvers: `secret` is read as graphql-js reads a property.
  const changing = guardSchema<Principal>(
    makeExecutableSchema({
      typeDefs: [accessDirectives, typeDefs],
      resolvers: { Viewer: { own: () => 'own' }, Query: roots, Mutation: roots },
    }),
    { principal: (context) => context, roles },
  );
  const seen = { secret: 'secret', own: 'own' };
  const unseen = { secret: null, own: null };

  test.each(['query', 'mutation'])('loses below it what it was allowed before it, in a %s', async (operation) => {
    const document = `${operation} { before: stay { secret own } lower: become(name: "me") { secret own } }`;
    expect(await run(changing, document, admin)).toEqual({
      data: { before: seen, lower: unseen },
      codes: { 'lower.secret': 'FORBIDDEN', 'lower.own': 'FORBIDDEN' },
    });
  });

  test.each(['query', 'mutation'])('is allowed below it alone what it gains, in a %s', async (operation) => {
    const document = `${operation} { higher: become(name: "admin") { secret own } after: stay { secret own } }`;
    expect(await run(changing, document, user('me'))).toEqual({
      data: { higher: seen, after: unseen },
      codes: { 'after.secret': 'FORBIDDEN', 'after.own': 'FORBIDDEN' },
    });
  });
});

test('A guarded field without a resolver is read as graphql-js reads it: methods are called, and texts have no properties', async () => {
  const read = guardSchema<Principal>(
    makeExecutableSchema({
      typeDefs: [
        accessDirectives,
        'type Text @auth { length: Int shout(mark: String): String } type Query { object: Text @public text: Text @public }',
      ],
      resolvers: {
        Query: {
          object: () => ({ length: 3, shout: ({ mark }: { mark: string }) => `shouted${mark}` }),
          text: () => 'text',
        },
      },
    }),
    { principal: (context) => context, roles },
  );
  const document = '{ object { length shout(mark: "!") } text { length shout } }';
  expect(await run(read, document, user('me'))).toEqual({
    data: { object: { length: 3, shout: 'shouted!' }, text: { length: null, shout: null } },
    codes: {},
  });
});

test('A mutation whose guarded argument is no value of its type says so', async () => {
  const { ask: askWith } = build({
    sdl: 'type Query { open: String @public } type Mutation { write(x: Int! = 1 @auth): String @public }',
  });
  for (const principal of [user('me'), anonymous]) {
    // eslint-disable-next-line no-await-in-loop
    const { codes } = await askWith('mutation ($x: Int) { write(x: $x) }', principal, { x: null });
    expect(codes).toEqual({ write: 'Argument "x" of non-null type "Int!" must not be null.' });
  }
});
