import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildASTSchema, isObjectType, parse, type GraphQLSchema } from 'graphql';
import { guardSchema, AccessSchemaError, type GuardOptions, type Principal } from '../../src/authorization/index.ts';
import { admin, anonymous, build, offenders, roles, user } from './support.ts';

const places = 'on OBJECT | INTERFACE | FIELD_DEFINITION | SCALAR | ENUM';
/** What Federation's own library adds to a subgraph, with the names that the link gives. */
const definitions = (names: Readonly<Record<'authenticated' | 'requiresScopes' | 'policy', string>>): string => `
  scalar Import
  directive @link(url: String!, as: String, import: [Import]) repeatable on SCHEMA
  directive @${names.authenticated} ${places}
  directive @${names.requiresScopes}(scopes: [[String!]!]!) ${places}
  directive @${names.policy}(policies: [[String!]!]!) ${places}`;

const prefixed = (prefix: string) => ({
  authenticated: `${prefix}__authenticated`,
  requiresScopes: `${prefix}__requiresScopes`,
  policy: `${prefix}__policy`,
});
const federation = { policies: { staff: () => false } };

const links: ReadonlyArray<readonly [link: string, names: ReturnType<typeof prefixed>]> = [
  [
    `@link(url: "https://specs.apollo.dev/federation/v2.5", import: [{ name: "@authenticated", as: "@mustLogin" }, { name: "@requiresScopes", as: "@needs" }, { name: "@policy", as: "@rule" }])`,
    { authenticated: 'mustLogin', requiresScopes: 'needs', policy: 'rule' },
  ],
  [
    `@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@policy"])`,
    { authenticated: 'authenticated', requiresScopes: 'requiresScopes', policy: 'policy' },
  ],
  [`@link(url: "https://specs.apollo.dev/federation/v2.12", as: "fed")`, prefixed('fed')],
  [`@link(url: "https://specs.apollo.dev/federation/v2.6")`, prefixed('federation')],
  [
    `@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "in") @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", as: "may") @link(url: "https://specs.apollo.dev/policy/v0.1", as: "rule")`,
    { authenticated: 'in', requiresScopes: 'may', policy: 'rule' },
  ],
];

describe.each(links)('Under the names that a schema gives by %s', (link, names) => {
  const sdl = `${definitions(names)}
    extend schema ${link}
    type Query { me: User @public a: Int @${names.requiresScopes}(scopes: [["articles:read"]]) b: Int @${names.policy}(policies: [["staff"]]) }
    type User @${names.authenticated} { name: String }`;
  const resolvers = { Query: { me: () => ({ name: 'Ada' }), a: () => 1, b: () => 2 } };

  test("Federation's directives guard what they stand on", async () => {
    const { ask } = build({ sdl, federation, resolvers });
    const { data, codes } = await ask('{ me { name } a b }', anonymous);
    expect(data).toEqual({ me: null, a: null, b: null });
    expect(codes).toEqual({ me: 'UNAUTHENTICATED', a: 'UNAUTHENTICATED', b: 'UNAUTHENTICATED' });
    expect(await ask('{ me { name } }', user('u'))).toMatchObject({ data: { me: { name: 'Ada' } } });
  });

  test("Federation's directives guard in a schema that is built from the bare document", () => {
    const schema = buildASTSchema(parse(`type Query\n${sdl.replace('type Query', 'extend type Query')}`), {
      assumeValidSDL: true,
    });
    const options = { principal: (context: Principal) => context, roles, federation };
    expect(() => guardSchema(schema, options)).not.toThrow();
  });
});

const base = definitions({ authenticated: 'authenticated', requiresScopes: 'requiresScopes', policy: 'policy' });
const offendersOf = (link: string, rest = 'type Query { a: Int @public }') =>
  offenders({ sdl: `${base} extend schema ${link} ${rest}`, federation });

test.each([
  ['a later major version', `@link(url: "https://specs.apollo.dev/federation/v3.0", import: ["@authenticated"])`],
  ['no version', `@link(url: "https://specs.apollo.dev/federation", import: ["@authenticated"])`],
  [
    'a version before there were such directives',
    `@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@authenticated"])`,
  ],
  ['an import of another shape', `@link(url: "https://specs.apollo.dev/federation/v2.5", import: [{ as: "@x" }])`],
  [
    'an alias that is no directive',
    `@link(url: "https://specs.apollo.dev/federation/v2.5", import: [{ name: "@policy", as: "rule" }])`,
  ],
  [
    'a name of the engine',
    `@link(url: "https://specs.apollo.dev/federation/v2.5", import: [{ name: "@authenticated", as: "@public" }])`,
  ],
])('A link with %s does not build', (_, link) => {
  expect(offendersOf(link)).toContain('schema @link');
});

test('Links to other specifications, and to Federation before it had such directives, are left alone', () => {
  expect(offendersOf(`@link(url: "https://example.com/own/v1.0", as: "own")`)).toEqual([]);
  expect(offendersOf(`@link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])`)).toEqual([]);
});

test('A prefix that no link gives does not build, because its directive would guard nothing', () => {
  const rest = `directive @fed__authenticated on OBJECT type Query { a: Int @public } type User @fed__authenticated { a: Int }`;
  expect(offendersOf(`@link(url: "https://specs.apollo.dev/federation/v2.5")`, rest)).toEqual([
    'User @fed__authenticated',
  ]);
});

test.each([
  [
    'another argument',
    'directive @authenticated(role: Role! = USER) on FIELD_DEFINITION enum Role { USER ADMIN }',
    '@authenticated(role: ADMIN)',
  ],
  [
    'a flat list',
    'directive @requiresScopes(scopes: [String!]!) on FIELD_DEFINITION',
    '@requiresScopes(scopes: ["articles:read"])',
  ],
  [
    'other places',
    'directive @policy(policies: [[String!]!]!) on QUERY | FIELD_DEFINITION',
    '@policy(policies: [["staff"]])',
  ],
])("A directive of Federation's name that is defined with %s does not build", (_, definition, use) => {
  const [name = ''] = /@\w+/.exec(use) ?? [];
  expect(offenders({ sdl: `${definition} type Query { admin: String ${use} }`, federation })).toContain(name);
});

test("An argument that Federation's directive does not have does not build, whoever applies it", () => {
  const schema = makeExecutableSchema({ typeDefs: 'type Query { a: Int }' });
  const field = schema.getQueryType()?.getFields()['a'];
  Object.assign(field ?? {}, { extensions: { directives: { authenticated: { role: 'ADMIN' } } } });
  expect(problems(schema, { federation })).toEqual(['Query.a @authenticated']);
});

const problems = (schema: GraphQLSchema, options: Partial<GuardOptions<Principal>>): string[] => {
  try {
    guardSchema<Principal>(schema, { principal: (context) => context, roles, ...options });
    return [];
  } catch (error) {
    if (error instanceof AccessSchemaError) return error.problems.map(({ coordinate }) => coordinate);
    throw error;
  }
};

test.each(['hasrole', 'HasRole', 'hasRoles', 'hsRole', 'auths', 'Auth', 'cann', 'netwok'])(
  'A directive @%s that is defined nowhere and looks like one of ours does not build',
  (name) => {
    const sdl = `type Query { a: Int @public b: Int @public @${name}(roles: ["ADMIN"]) }`;
    const schema = buildASTSchema(parse(sdl), { assumeValidSDL: true });
    const found = problems(schema, {});
    expect(found).toContain(`Query.b @${name}`);
  },
);

test('A directive that the schema defines itself may look like one of ours', () => {
  const sdl = 'directive @auths on FIELD_DEFINITION type Query { a: Int @public @auths b: Int @public @deprecated }';
  expect(offenders({ sdl })).toEqual([]);
});

describe("Scopes of Federation's directive", () => {
  const sdl = `${base} type Query { theirs: Int @requiresScopes(scopes: [["articles:read"]]) ours: Int @hasScope(scopes: [["articles:read"]]) }`;
  const { ask } = build({ sdl, federation: true, resolvers: { Query: { theirs: () => 1, ours: () => 1 } } });

  test('compare whole, and ours by what they cover', async () => {
    expect(await ask('{ theirs ours }', user('u', [], ['articles:read']))).toEqual({
      data: { theirs: 1, ours: 1 },
      codes: {},
    });
    for (const scope of ['articles', 'articles:*', '*']) {
      // eslint-disable-next-line no-await-in-loop
      const { data, codes } = await ask('{ theirs ours }', user('u', [], [scope]));
      expect(data).toEqual({ theirs: null, ours: 1 });
      expect(codes).toEqual({ theirs: 'FORBIDDEN' });
    }
    expect((await ask('{ theirs }', admin)).codes).toEqual({ theirs: 'FORBIDDEN' });
  });
});

describe('Directives of several SDL files on one element', () => {
  const merged = (...files: readonly string[]): string[] =>
    problems(makeExecutableSchema({ typeDefs: [accessSdl, base, ...files] }), { federation });
  const accessSdl = 'directive @public on FIELD_DEFINITION | OBJECT';
  const query = 'type Query { user: User @public }';

  test('that are joined into alternatives do not build, and both places are named', () => {
    const files = [
      'type User @requiresScopes(scopes: [["articles:read"]]) { a: Int }',
      'extend type User @requiresScopes(scopes: [["articles:write"]])',
    ];
    expect(merged(query, ...files)).toEqual(['User @requiresScopes']);
    const schema = makeExecutableSchema({ typeDefs: [accessSdl, base, query, ...files] });
    expect(() => guardSchema<Principal>(schema, { principal: (context) => context, roles, federation })).toThrow(
      /User @requiresScopes: it stands at GraphQL request:1:1[18] and GraphQL request:1:1[18], and was merged/,
    );
  });

  test('on a field do not build either', () => {
    const extended = 'extend type Query { user: User @requiresScopes(scopes: [["articles:read"]]) }';
    const again = 'extend type Query { user: User @requiresScopes(scopes: [["articles:write"]]) }';
    expect(merged(query, 'type User { a: Int }', extended, again)).toContain('Query.user @requiresScopes');
  });

  test('whose numbers overwrite each other do not build', () => {
    const mfa = 'directive @mfa(maxAge: Int! = 900, ifEnrolled: Boolean! = false) on FIELD_DEFINITION';
    const lax = 'type User { a: Int } extend type Query { user: User @mfa(maxAge: 86400) }';
    expect(merged(mfa, query, lax, 'extend type Query { user: User @mfa }')).toContain('Query.user @mfa');
    expect(merged(mfa, query, 'extend type Query { user: User @mfa(ifEnrolled: true) }', lax)).toContain(
      'Query.user @mfa',
    );
  });

  describe('that were parsed without locations, as by gql,', () => {
    const unplaced = (...files: readonly string[]): string[] => {
      const typeDefs = [accessSdl, base, ...files].map((file) => parse(file, { noLocation: true }));
      return problems(makeExecutableSchema({ typeDefs }), { federation });
    };
    const first = 'type User @requiresScopes(scopes: [["articles:read"]]) { a: Int }';
    const second = 'extend type User @requiresScopes(scopes: [["articles:write"]])';

    test('do not build if their lists may have been joined', () => {
      expect(unplaced(query, first, second)).toEqual(['User @requiresScopes']);
      const one = 'extend type User @requiresScopes(scopes: [["articles:read"], ["articles:write"]])';
      expect(unplaced(query, 'type User { a: Int }', one)).toEqual(['User @requiresScopes']);
      const auth = 'enum PrincipalKind { USER API_KEY SERVICE } directive @auth(kinds: [PrincipalKind!]) on OBJECT';
      const kinds = ['type User @auth(kinds: [USER]) { a: Int }', 'extend type User @auth(kinds: [SERVICE])'];
      expect(unplaced(auth, query, ...kinds)).toEqual(['User @auth']);
    });

    test('build if nothing can have been joined, or if they are repeatable', () => {
      expect(unplaced(query, first)).toEqual([]);
      const hasScope = 'directive @hasScope(scopes: [[String!]!]!) repeatable on OBJECT';
      const own = 'type User @hasScope(scopes: [["articles:read"], ["articles:write"]]) { a: Int }';
      expect(unplaced(hasScope, query, own)).toEqual([]);
    });

    test('do not build either if only one of two places has locations', () => {
      for (const [one, other] of [
        [first, second],
        [second, first],
      ] as const) {
        const typeDefs = [accessSdl, base, query, one, parse(other, { noLocation: true })];
        expect(problems(makeExecutableSchema({ typeDefs }), { federation })).toContain('User @requiresScopes');
      }
    });

    test('do not build beside an element that was built by code', () => {
      const typeDefs = [accessSdl, base, query, first, second].map((file) => parse(file, { noLocation: true }));
      const schema = makeExecutableSchema({ typeDefs });
      const type = schema.getType('User');
      if (!isObjectType(type)) throw new Error('There is no such type.');
      Object.assign(type.getFields()['a'] ?? {}, { extensions: { directives: { requiresScopes: { scopes: [] } } } });
      expect(problems(schema, { federation })).toContain('User @requiresScopes');
    });

    test('build in schemas that are built by code, whose directives were never merged', () => {
      const typeDefs = [accessSdl, base, query, 'type User { a: Int }'];
      const schema = makeExecutableSchema({ typeDefs });
      const type = schema.getType('User');
      const args = { scopes: [['articles:read'], ['articles:write']] };
      const node = parse('type User @requiresScopes(scopes: [["articles:read"], ["articles:write"]]) { a: Int }', {
        noLocation: true,
      }).definitions[0];
      Object.assign(type ?? {}, { astNode: node, extensions: { directives: { requiresScopes: args } } });
      expect(problems(schema, { federation })).toEqual([]);
    });
  });

  test('build if they say the same', () => {
    const file = 'extend type User @requiresScopes(scopes: [["articles:read"]])';
    expect(merged(query, 'type User { a: Int }', file, `${file} # again`)).toEqual([]);
  });

  test('add up if they are repeatable', async () => {
    const { ask } = build({
      sdl: `${query} type User @hasRole(roles: ["EDITOR"]) { a: Int } extend type User @hasRole(roles: ["MODERATOR"])`,
      resolvers: { Query: { user: () => ({}) } },
    });
    expect((await ask('{ user { a } }', user('u', ['EDITOR']))).codes).toEqual({ user: 'FORBIDDEN' });
    expect((await ask('{ user { a } }', user('u', ['EDITOR', 'MODERATOR']))).codes).toEqual({});
  });
});
