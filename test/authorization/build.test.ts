import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildSchema } from 'graphql';
import { describe, expect, test } from '@jest/globals';
import { accessDirectives, AccessSchemaError, definePolicy, guardSchema } from '../../src/authorization/index.ts';
import type { AccessWarning, Policy, RoleTable } from '../../src/authorization/index.ts';
import { anonymous, build, offenders, roles } from './support.ts';

const field = (directives: string) => ({ sdl: `type Query { a: Int ${directives} }` });
const docs: Policy = definePolicy('Doc', ({ everyone }) => ({ read: everyone, edit: everyone }));
const load = async () => null;

describe('silence does not build', () => {
  test('and every problem is listed at once', () => {
    const sdl = `
      type Query { a: Int b: Int @public c: Int }
      type Mutation { d: Int @auth e: Int }
      type Subscription { f: Int }`;
    expect(offenders({ sdl })).toEqual(['Query.a', 'Query.c', 'Mutation.e', 'Subscription.f']);
  });
  test.each([
    [
      'what a return type demands does not speak for the field',
      'type Query { a: T } type T @auth { x: Int }',
      ['Query.a'],
    ],
    ['@public beside a guarded return type builds', 'type Query { a: T @public } type T @auth { x: Int }', []],
    ['@public on a root opens its fields', 'type Query @public { a: Int b: Int @auth }', []],
    ['a requirement on a root speaks for its fields', 'type Query @auth { a: Int }', []],
    ['so does that of an interface', 'interface I { a: Int @auth } type Query implements I { a: Int }', []],
    ['fields below the root need not speak', 'type Query { a: T @public } type T { x: Int }', []],
    ['renamed roots do', 'schema { query: Reading } type Reading { a: Int }', ['Reading.a']],
    ['extensions do', 'type Query { a: Int @public } extend type Query { b: Int }', ['Query.b']],
    [
      'a factor or a network alone speaks',
      'type Query { a: Int @mfa b: Int @network(names: ["x"]) c: Int @recentAuth }',
      [],
    ],
  ])('%s', (_, sdl, expected) => expect(offenders({ sdl })).toEqual(expected));
});

describe('contradictions and mistakes do not build', () => {
  test.each([
    ['@public beside a requirement', '@public @auth', ['Query.a']],
    ['no role', '@hasRole(roles: [])', ['Query.a @hasRole']],
    ['an unknown role', '@hasRole(roles: [EDITOR, KING])', ['Query.a @hasRole']],
    ['no scopes', '@hasScope(scopes: [])', ['Query.a @hasScope']],
    ['an empty list of scopes', '@hasScope(scopes: [[]])', ['Query.a @hasScope']],
    ['an empty list among others', '@hasScope(scopes: [["articles:read"], []])', ['Query.a @hasScope']],
    ['an empty scope', '@hasScope(scopes: [[""]])', ['Query.a @hasScope']],
    ['a blank scope', '@hasScope(scopes: [[" "]])', ['Query.a @hasScope']],
    ['a blank within a scope', '@hasScope(scopes: [["articles:read articles:write"]])', ['Query.a @hasScope']],
    ['a flat list of two', '@hasScope(scopes: ["articles:read", "articles:write"])', ['Query.a @hasScope']],
    ['a list that is half flat', '@hasScope(scopes: [["articles:read"], "articles:write"])', ['Query.a @hasScope']],
    ['an unknown scope', '@hasScope(scopes: [["articles:reed"]])', ['Query.a @hasScope']],
    ['a scope above a known one', '@hasScope(scopes: [["articles"]])', ['Query.a @hasScope']],
    ['a wildcard', '@hasScope(scopes: [["articles:*"]])', ['Query.a @hasScope']],
    ['the wildcard of all', '@hasScope(scopes: [["*"]])', ['Query.a @hasScope']],
    ['no network', '@network(names: [])', ['Query.a @network']],
    ['no kind', '@auth(kinds: [])', ['Query.a @auth']],
    ['no time at all', '@mfa(maxAge: 0)', ['Query.a @mfa']],
    ['a time that ended', '@recentAuth(maxAge: -1)', ['Query.a @recentAuth']],
  ])('%s', (_, directives, expected) => expect(offenders(field(directives))).toEqual(expected));

  test.each([
    ['a bare scope', '@hasScope(scopes: "articles:read")'],
    ['a list of one', '@hasScope(scopes: ["articles:read"])'],
    ['a further scope', '@hasScope(scopes: [["other:thing"]])'],
  ])('but %s builds', (_, directives) =>
    expect(offenders({ ...field(directives), scopes: ['other:thing'] })).toEqual([]),
  );

  test.each([
    ['@public on a field of a guarded type', 'type Query { t: T @public } type T @auth { x: Int @public }', ['T.x']],
    [
      '@public on a field of a guarded interface',
      'interface I { x: Int @auth } type Query { t: T @public } type T implements I { x: Int @public }',
      ['T.x'],
    ],
    ['@public on a guarded type', 'type Query { t: T @public } type T @public @auth { x: Int }', ['T']],
    ['a mistake on an argument', 'type Query { a(x: Int @hasRole(roles: [])): Int @public }', ['Query.a(x:) @hasRole']],
    [
      'a mistake on an input field',
      'input I { x: Int @hasRole(roles: []) } type Query { a(i: I): Int @public }',
      ['I.x @hasRole'],
    ],
    ['a mistake on an enum value', 'enum E { X @hasRole(roles: []) } type Query { e: E @public }', ['E.X @hasRole']],
    [
      'a mistake that many inherit, once',
      'interface I @hasRole(roles: []) { x: Int } type A implements I { x: Int y: Int } type B implements I { x: Int } type Query { a: A @public b: B @public }',
      ['I @hasRole'],
    ],
  ])('%s', (_, sdl, expected) => expect(offenders({ sdl })).toEqual(expected));
});

describe('@can needs something to decide with', () => {
  const doc = 'type Doc @public { id: ID }';
  test.each([
    ['a policy', `type Query { d(id: ID): Doc @can(action: "read") } ${doc}`, { load }, ['Query.d @can']],
    [
      'an action of the policy',
      `type Query { d(id: ID): Doc @can(action: "fly") } ${doc}`,
      { load, policies: [docs] },
      ['Query.d @can'],
    ],
    ['a loader', `type Query { d(id: ID): Doc @can(action: "read") } ${doc}`, { policies: [docs] }, ['Query.d @can']],
    [
      'an argument',
      `type Query { d(key: ID): Doc @can(action: "read") } ${doc}`,
      { load, policies: [docs] },
      ['Query.d @can'],
    ],
    [
      'an argument with one id',
      `type Query { d(id: [ID]): Doc @can(action: "read") } ${doc}`,
      { load, policies: [docs] },
      ['Query.d @can'],
    ],
    [
      'a path that leads to an id',
      `input I { x: ID } type Query { d(i: I): Doc @can(action: "read", id: "i.y") } ${doc}`,
      { load, policies: [docs] },
      ['Query.d @can'],
    ],
    [
      'a type that exists',
      `type Query { d(id: ID): Int @can(action: "read", on: "Dok") } ${doc}`,
      { load, policies: [docs] },
      ['Query.d @can'],
    ],
    [
      'an object type',
      'type Query { d(id: ID): Int @can(action: "read") }',
      { load, policies: [docs] },
      ['Query.d @can'],
    ],
    ['rows', `type Query @can(action: "read") { d: Doc } ${doc}`, { load, policies: [docs] }, ['Query @can']],
    ['a policy on a type', 'type Query { d: Doc @public } type Doc @can(action: "read") { id: ID }', {}, ['Doc @can']],
    [
      'a policy on a field',
      'type Query { d: Doc @public } type Doc @public { id: ID @can(action: "fly") }',
      { policies: [docs] },
      ['Doc.id @can'],
    ],
    [
      'no `on` where the row is the object itself',
      'type Query { d: Doc @public } type Doc @public { id: ID @can(action: "read", on: "Doc") }',
      { policies: [docs] },
      ['Doc.id @can'],
    ],
    [
      'a policy of each type that implements an interface',
      'interface I { x: ID @can(action: "read") } type Doc implements I @public { x: ID } type Dak implements I { x: ID } type Query { d: Doc @public k: Dak @public }',
      { policies: [docs] },
      ['Dak.x @can'],
    ],
  ])('%s', (_, sdl, options, expected) => expect(offenders({ sdl, ...options })).toEqual(expected));

  test('and builds with all of that', () => {
    const sdl = `input I { x: ID! } type Query { d(i: I!): Doc @can(action: "read", id: "i.x") e(id: ID!): Int @can(action: "edit", on: "Doc") } ${doc}`;
    expect(offenders({ sdl, load, policies: [docs] })).toEqual([]);
  });
});

describe('policies', () => {
  const sdl =
    'type Query { d: Doc @public } type Doc @public { id: ID note: Note notes: [Note] } type Note @public { doc: Doc }';
  test.each([
    ['two for one type', [docs, docs], ['Doc']],
    [
      'an unknown role',
      [definePolicy('Doc', ({ anyOf, role }) => ({ read: anyOf(role('KING')) }))],
      ['policy Doc.read'],
    ],
    ['an unknown scope', [definePolicy('Doc', ({ scope }) => ({ read: scope('articles') }))], ['policy Doc.read']],
    [
      'a relation that the SDL does not have',
      [definePolicy('Doc', ({ related }) => ({ read: related('nope', 'read') }))],
      ['policy Doc.read'],
    ],
    [
      'a relation to many',
      [definePolicy('Doc', ({ related }) => ({ read: related('notes', 'read') }))],
      ['policy Doc.read'],
    ],
    [
      'a relation without a policy',
      [definePolicy('Doc', ({ related }) => ({ read: related('note', 'read') }))],
      ['policy Doc.read'],
    ],
    [
      'a circle of relations',
      [
        definePolicy('Doc', ({ related }) => ({ read: related('note', 'read') })),
        definePolicy('Note', ({ related }) => ({ read: related('doc', 'read') })),
      ],
      ['policy Doc.read', 'policy Note.read'],
    ],
  ])('%s', (_, policies, expected) => expect(offenders({ sdl, policies })).toEqual(expected));
});

describe('A type that somebody thought of and that says nothing about access does not build', () => {
  const read = [definePolicy('Doc', ({ everyone }) => ({ read: everyone }))];
  const edit = [definePolicy('Doc', ({ everyone }) => ({ edit: everyone }))];
  const sdl = (marks: string, node = 'interface Node { id: ID }') =>
    `${node} type Query @public { d: Doc node(id: ID): Node } type Doc implements Node ${marks} { id: ID }`;
  const bare = 'type Query @public { d: Doc } type Doc { id: ID }';

  test.each<[string, string, Policy[], string[]]>([
    ['because it implements Node', sdl(''), [], ['Doc']],
    ['because its policy has the action read', bare, read, ['Doc']],
    ['but with @public', sdl('@public'), read, []],
    ['but with @can', sdl('@can(action: "read")'), read, []],
    ['but with another requirement', sdl('@auth'), read, []],
    ['but with a requirement of its interface', sdl('', 'interface Node @auth { id: ID }'), read, []],
    ['but with other actions alone', bare, edit, []],
    ['but without either', bare, [], []],
  ])('%s', (_, document, policies, expected) => expect(offenders({ sdl: document, policies })).toEqual(expected));
});

describe('the role table', () => {
  test.each<[string, RoleTable, string[]]>([
    ['a cycle', { A: { includes: ['B'] }, B: { includes: ['A'] } }, ['roles.A', 'roles.B']],
    ['itself', { A: { includes: ['A'] } }, ['roles.A']],
    ['an unknown role', { A: { includes: ['B'] } }, ['roles.A']],
    ['a name of Object', { A: { includes: ['constructor'] } }, ['roles.A']],
    ['an empty scope', { A: { scopes: [''] } }, ['roles.A']],
    ['two scopes in one', { A: { scopes: ['a b'] } }, ['roles.A']],
  ])('%s does not build', (_, table, expected) =>
    expect(offenders({ ...field('@public'), roles: table })).toEqual(expected),
  );
});

describe('directives of our names with another meaning do not build', () => {
  const guard = (sdl: string) => {
    try {
      guardSchema(buildSchema(`${sdl} type Query { a: Int }`), { principal: () => anonymous, roles });
    } catch (error) {
      if (error instanceof AccessSchemaError) return error.problems.map(({ coordinate }) => coordinate);
    }
    return [];
  };
  test.each([
    ['other arguments', 'directive @hasRole(role: String!) on FIELD_DEFINITION', '@hasRole'],
    ['another shape', 'directive @hasScope(scopes: [String!]!) on FIELD_DEFINITION', '@hasScope'],
    ['another type', 'directive @mfa(maxAge: String = "900", ifEnrolled: Boolean = false) on FIELD_DEFINITION', '@mfa'],
    ['another default', 'directive @recentAuth(maxAge: Int = 60) on FIELD_DEFINITION', '@recentAuth'],
    ['other places', 'directive @auth(kinds: [Kind!]) on QUERY enum Kind { USER }', '@auth'],
  ])('%s', (_, sdl, name) => expect(guard(sdl)).toContain(name));

  test('nor does an argument that a directive does not have', () => {
    const schema = buildSchema('type Query { a: Int @auth(kind: USER) }', { assumeValidSDL: true });
    expect(() => guardSchema(schema, { principal: () => anonymous, roles })).toThrow('no argument kind');
  });
});

test('the error tells each place, what is wrong, and what to do', () => {
  const attempt = () => build(field('@hasRole(roles: [KING])'));
  expect(attempt).toThrow(AccessSchemaError);
  expect(attempt).toThrow('Query.a @hasRole: the role KING is unknown. Add it to the role table or correct it.');
});

test('a schema is guarded once', () => {
  const { schema } = build(field('@public'));
  expect(() => guardSchema(schema, { principal: () => anonymous, roles })).toThrow('already guarded');
});

test('the SDL of the directives builds by itself, with and without an enum for roles', () => {
  const sdl = `${accessDirectives} type Query { a: Int @hasRole(roles: [ADMIN]) @auth(kinds: [USER]) @can(action: "x") @mfa @recentAuth @network(names: ["n"]) @hasScope(scopes: "s") b: Int @public }`;
  expect(() => buildSchema(sdl)).not.toThrow();
  expect(() => buildSchema(`${sdl} enum Role { ADMIN }`)).not.toThrow();
  expect(() =>
    makeExecutableSchema({
      typeDefs: [accessDirectives, 'enum Role { ADMIN } type Query { a: Int @hasRole(roles: [ADMIN]) }'],
    }),
  ).not.toThrow();
});

test('a warning names where null lands when a guarded field takes everything with it', () => {
  const warnings: AccessWarning[] = [];
  build({
    sdl: 'type Query { me: Me! @public may: May @public } type Me { email: String! @auth name: String @auth } type May { email: String! @auth }',
    onWarning: (warning) => warnings.push(warning),
  });
  expect(warnings).toEqual([
    { kind: 'null', coordinate: 'Me.email', message: expect.stringContaining('`data` (by Query.me.email)') },
  ]);
});

describe('directives of Federation', () => {
  const sdl = `
    directive @authenticated on FIELD_DEFINITION | OBJECT
    directive @federation__requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
    directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION
    type Query { a: Int @authenticated b: Int @federation__requiresScopes(scopes: [["articles:read"]]) c: Int @policy(policies: [["staff"]]) _service: Int }`;
  const federation = { policies: { staff: () => false } };

  test('are read when asked for', async () => {
    const { ask } = build({ sdl, federation, resolvers: { Query: { a: () => 1 } } });
    const all = 'UNAUTHENTICATED';
    expect((await ask('{ a b c _service }', anonymous)).codes).toEqual({ a: all, b: all, c: all });
  });
  test('and a policy by name is not asked about a principal that is none', async () => {
    const { ask } = build({ sdl, federation: { policies: { staff: () => true } } });
    expect((await ask('{ c }', anonymous)).codes).toEqual({});
    expect((await ask('{ c }', {} as never)).codes).toEqual({ c: 'UNAUTHENTICATED' });
  });
  test('and one that throws denies', async () => {
    const { ask, log } = build({
      sdl,
      federation: {
        policies: {
          staff: () => {
            throw new Error('boom');
          },
        },
      },
    });
    expect((await ask('{ c d: c }', anonymous)).codes).toEqual({ c: 'FORBIDDEN', d: 'FORBIDDEN' });
    expect(log).toHaveLength(1);
  });
  test('and only then', () => expect(offenders({ sdl })).toEqual(['Query.a', 'Query.b', 'Query.c', 'Query._service']));
  test('unknown policies do not build', () =>
    expect(offenders({ sdl, federation: true })).toEqual(['Query.c @policy']));
});
