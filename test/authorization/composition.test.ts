import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildSchema, extendSchema, GraphQLInt, GraphQLObjectType, GraphQLSchema, isObjectType, parse } from 'graphql';
import { describe, expect, test } from '@jest/globals';
import { accessDirectives, guardSchema } from '../../src/authorization/index.ts';
import { admin, anonymous, build, editor, roles, run, viewer } from './support.ts';

describe('requirements add up', () => {
  const { ask, calls } = build({
    sdl: `
      interface Named @auth { name: String @hasRole(roles: [EDITOR]) nick(loud: Boolean @hasRole(roles: [ADMIN])): String }
      interface Aged implements Named @hasRole(roles: [VIEWER]) { name: String nick(loud: Boolean): String age: Int }
      type Person implements Named & Aged { name: String nick(loud: Boolean): String age: Int free: Int }
      type Vault @hasRole(roles: [ADMIN]) { open: Int twice: Int @hasScope(scopes: "articles:write") }
      type Plain { count: Int vault: Vault }
      enum Colour @hasRole(roles: [EDITOR]) { RED }
      scalar Secret @hasRole(roles: [ADMIN])
      type Query {
        person: Person @public
        vault: Vault @public
        vaults: [[Vault!]!] @public
        plain: Plain @public
        colour: Colour @public
        colours: [Colour!] @public
        secret: Secret @public
        marked: Int @hasRole(roles: [EDITOR])
      }`,
    resolvers: {
      Query: {
        person: () => ({ name: 'n', nick: 'k', age: 1, free: 1 }),
        vault: () => ({ open: 1, twice: 2 }),
        vaults: () => [[{ open: 1 }]],
        plain: () => ({ count: 1, vault: { open: 1 } }),
        colour: () => 'RED',
        colours: () => ['RED'],
        secret: () => 's',
        marked: () => 1,
      },
    },
  });

  test.each([
    ['what the type of a field demands', '{ vault { open } }', editor, { vault: 'FORBIDDEN' }, 'Query.vault'],
    ['what the type demands within lists', '{ vaults { open } }', editor, { vaults: 'FORBIDDEN' }, 'Query.vaults'],
    [
      'what the type demands below the root',
      '{ plain { count vault { open } } }',
      editor,
      { 'plain.vault': 'FORBIDDEN' },
      'Plain.vault',
    ],
    ['what an enum demands', '{ colour }', viewer, { colour: 'FORBIDDEN' }, 'Query.colour'],
    ['what an enum demands within lists', '{ colours }', viewer, { colours: 'FORBIDDEN' }, 'Query.colours'],
    ['what a scalar demands', '{ secret }', editor, { secret: 'FORBIDDEN' }, 'Query.secret'],
    ['what an interface demands', '{ person { free } }', anonymous, { person: 'UNAUTHENTICATED' }, 'Query.person'],
    [
      'what a field of an interface demands',
      '{ person { name } }',
      viewer,
      { 'person.name': 'FORBIDDEN' },
      'Person.name',
    ],
    [
      'what an argument of an interface demands',
      '{ person { nick(loud: true) } }',
      editor,
      { 'person.nick': 'FORBIDDEN' },
      'Person.nick',
    ],
  ])('%s, before any resolver runs', async (_, document, principal, codes, coordinate) => {
    const before = calls(coordinate);
    expect((await ask(document, principal)).codes).toEqual(codes);
    expect(calls(coordinate)).toBe(before);
  });

  test('and let through who meets all of them', async () => {
    const document =
      '{ vault { open twice } vaults { open } colour colours secret person { name nick(loud: true) age free } }';
    expect((await ask(document, admin)).codes).toEqual({});
  });

  test('by interfaces of interfaces, too', async () => {
    expect((await ask('{ person { age } }', { kind: 'user', id: 'u', roles: [], scopes: [] })).codes).toEqual({
      person: 'FORBIDDEN',
    });
  });
});

describe('directives count wherever they stand', () => {
  test('in `extend type`, in another file, on renamed roots', async () => {
    const { ask } = build({
      sdl: `
        schema { query: Reading }
        type Reading { a: Thing @public }
        type Thing { x: Int y: Int }
        extend type Thing @auth
        extend type Reading { b: Int @hasRole(roles: [ADMIN]) }`,
      resolvers: { Reading: { a: () => ({ x: 1 }), b: () => 1 } },
    });
    expect((await ask('{ a { x } b }', anonymous)).codes).toEqual({ a: 'UNAUTHENTICATED', b: 'UNAUTHENTICATED' });
  });

  test('in extensions that stay apart from the definition', async () => {
    const sdl = `${accessDirectives} type Query { a: Int @public t: T @public } type T { x: Int }`;
    const schema = extendSchema(
      buildSchema(sdl),
      parse('extend type T @auth { y: Int } extend enum PrincipalKind @auth'),
    );
    const guarded = guardSchema(schema, { principal: () => anonymous, roles });
    expect((await run(guarded, '{ t { x } }', undefined)).codes).toEqual({ t: 'UNAUTHENTICATED' });
  });

  test('in the extensions of schemas that are built by code', async () => {
    const field = (directives: unknown) => ({ type: GraphQLInt, resolve: () => 1, extensions: { directives } });
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: {
        a: field({ hasRole: { roles: ['ADMIN'] } }),
        b: field({ hasRole: [{ roles: ['ADMIN'] }] }),
        c: field([{ name: 'auth', args: {} }]),
      },
    });
    const schema = guardSchema(new GraphQLSchema({ query }), { principal: () => anonymous, roles });
    const all = 'UNAUTHENTICATED';
    expect((await run(schema, '{ a b c }', undefined)).codes).toEqual({ a: all, b: all, c: all });
  });
});

test('a directive of the host for roles, with an enum of its own, means the same', async () => {
  const schema = guardSchema(
    makeExecutableSchema({
      typeDefs: `
        enum Role { VIEWER EDITOR ADMIN }
        directive @hasRole(roles: [Role!]!) repeatable on FIELD_DEFINITION
        type Query { a: Int @hasRole(roles: [EDITOR]) b: Int @hasRole(roles: EDITOR) }`,
      resolvers: { Query: { a: () => 1 }, Role: { EDITOR: 'internal' } },
    }),
    { principal: () => viewer, roles },
  );
  expect((await run(schema, '{ a b }', undefined)).codes).toEqual({ a: 'FORBIDDEN', b: 'FORBIDDEN' });
});

test('guards survive a mapSchema over the guarded schema', async () => {
  const { schema } = build({
    sdl: `
      type Query { a(x: Int @auth): Int @public in(i: In): String @public node: Node @public }
      input In { a: Int = 1 @auth e: E = ON @auth l: [Int!] = [1] @auth }
      enum E { ON }
      interface Node { id: ID }
      type Hidden implements Node @auth { id: ID }`,
    resolvers: {
      Query: {
        a: () => 1,
        in: (_: unknown, { i }: { i: unknown }) => JSON.stringify(i),
        node: () => ({ __typename: 'Hidden' }),
      },
    },
  });
  const mapped = mapSchema(schema, { [MapperKind.OBJECT_FIELD]: (config) => ({ ...config }) });
  const document = 'query ($i: In) { a(x: 1) in(i: $i) node { __typename } }';
  expect((await run(mapped, document, anonymous, { i: {} })).codes).toEqual({
    a: 'UNAUTHENTICATED',
    node: 'UNAUTHENTICATED',
  });
  expect((await run(mapped, document, anonymous, { i: { a: 2 } })).codes).toMatchObject({ in: 'UNAUTHENTICATED' });
});

test('the schema that was given is not changed', async () => {
  const bare = makeExecutableSchema({
    typeDefs: [accessDirectives, 'type Query { a: Int @auth }'],
    resolvers: { Query: { a: () => 1 } },
  });
  guardSchema(bare, { principal: () => anonymous, roles });
  expect((await run(bare, '{ a }', undefined)).data).toEqual({ a: 1 });
});

function schemaField(schema: GraphQLSchema): unknown {
  const type = schema.getType('Thing');
  return isObjectType(type) ? type.getFields()['x']?.resolve : undefined;
}

test('what nothing guards keeps the resolver that it had', () => {
  const thing = () => 1;
  const bare = makeExecutableSchema({
    typeDefs: [accessDirectives, 'type Query { a: Thing @public } type Thing { x: Int y: Int @auth }'],
    resolvers: { Thing: { x: thing } },
  });
  const schema = guardSchema(bare, { principal: () => anonymous, roles });
  expect(schemaField(schema)).toBe(schemaField(bare));
});
