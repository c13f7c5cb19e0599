import { describe, expect, test } from '@jest/globals';
import { execute, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import { accessMatrix, AccessSchemaError, guardSchema } from '../../src/authorization/index.ts';
import type { GuardOptions, Principal } from '../../src/authorization/index.ts';
import { admin, anonymous, asked, build, editor, offenders, roles, user, viewer } from './support.ts';

const service: Principal = { kind: 'service', id: 's', roles: [], scopes: ['articles'] };
let isOpen = false;
const rules = { isBusinessHours: () => isOpen, isNonsense: (() => 'yes') as unknown as () => boolean };

describe('@access', () => {
  const one = () => 1;
  const { ask, schema, log } = build({
    sdl: `type Query {
        a: Int @access(anyOf: [{ roles: [ADMIN] }, { scopes: ["articles:read"], kinds: [SERVICE] }, { rule: "isBusinessHours" }])
        roles: Int @access(anyOf: [{ roles: [EDITOR, MODERATOR] }])
        both: Int @access(anyOf: [{ roles: [EDITOR], networks: ["office"] }])
        scopes: Int @access(anyOf: [{ scopes: ["articles:read", "articles:write"] }])
        twice: Int @access(anyOf: [{ roles: [EDITOR] }]) @access(anyOf: [{ networks: ["office"] }])
        odd: Int @access(anyOf: [{ rule: "isNonsense" }])
        arg(x: Int @access(anyOf: [{ roles: [ADMIN] }])): Int @public
      }`,
    rules,
    resolvers: { Query: { a: one, roles: one, both: one, scopes: one, twice: one, odd: one, arg: one } },
  });
  const inOffice = (principal: Principal): Principal => ({ ...principal, networks: ['office'] });
  const codeFor = async (field: string, principal: Principal) =>
    Object.values((await ask(`{ ${field} }`, principal)).codes)[0];

  test.each<[string, Principal, unknown]>([
    ['a', admin, undefined],
    ['a', service, undefined],
    ['a', user('u', [], ['articles:read']), 'FORBIDDEN'],
    ['a', { ...service, scopes: [] }, 'FORBIDDEN'],
    ['a', anonymous, 'UNAUTHENTICATED'],
    ['roles', editor, undefined],
    ['roles', admin, undefined],
    ['roles', viewer, 'FORBIDDEN'],
    ['both', editor, 'FORBIDDEN'],
    ['both', inOffice(editor), undefined],
    ['both', inOffice(viewer), 'FORBIDDEN'],
    ['scopes', user('u', [], ['articles:read']), 'FORBIDDEN'],
    ['scopes', user('u', [], ['articles']), undefined],
    ['twice', editor, 'FORBIDDEN'],
    ['twice', inOffice(editor), undefined],
    ['odd', admin, 'FORBIDDEN'],
    ['arg', viewer, undefined],
    ['arg(x: 1)', viewer, 'FORBIDDEN'],
  ])('%s for %j is %s', async (field, principal, code) => {
    isOpen = false;
    expect(await codeFor(field, principal)).toBe(code);
  });

  test('is met by a rule of the host, which is asked for each operation', async () => {
    isOpen = true;
    expect(await codeFor('a', anonymous)).toBeUndefined();
    isOpen = false;
    expect(await codeFor('a', anonymous)).toBe('UNAUTHENTICATED');
  });

  test('with a rule that answers nonsense denies, which is logged', () => {
    expect(log.map(({ kind }) => kind)).toContain('policy');
  });

  test('stands in the matrix like the rest', () => {
    const line = accessMatrix(schema).find(({ coordinate }) => coordinate === 'Query.roles');
    expect(line).toMatchObject({ requirement: 'any of (role EDITOR or MODERATOR)', anonymous: 'DENIED' });
    expect(line?.roles.filter(({ outcome }) => outcome === 'ALLOWED').map(({ role }) => role)).toEqual([
      'EDITOR',
      'MODERATOR',
      'ADMIN',
    ]);
  });

  test.each([
    ['no alternative', '[]'],
    ['an alternative that requires nothing', '[{ roles: ["ADMIN"] }, {}]'],
    ['an unknown role', '[{ roles: ["KING"] }]'],
    ['no roles', '[{ roles: [] }]'],
    ['no scopes', '[{ scopes: [] }]'],
    ['an unknown scope', '[{ scopes: ["nope"] }]'],
    ['an unknown rule', '[{ rule: "nope" }]'],
    ['an unknown kind', '[{ kinds: [KING] }]'],
    ['an unknown key', '[{ groups: ["a"] }]'],
  ])('with %s does not build', (_, anyOf) => {
    expect(offenders({ sdl: `type Query { a: Int @access(anyOf: ${anyOf}) }`, rules })).toEqual(['Query.a @access']);
  });
});

describe('A refusal tells what would suffice, if the host lets clients know', () => {
  const sdl = `type Query {
      editors: Int @hasRole(roles: [EDITOR, MODERATOR])
      scopes: Int @hasScope(scopes: [["articles:read", "articles:write"], ["comments:moderate"]])
      both: Int @hasRole(roles: [EDITOR]) @hasScope(scopes: [["articles:write"]])
      any: Int @access(anyOf: [{ roles: [ADMIN] }, { scopes: ["articles:read"], kinds: [SERVICE] }])
      factor: Int @mfa
      arg(secret: Int @hasRole(roles: [EDITOR]), input: In): Int @public
    }
    enum Level { HIGH @hasRole(roles: [EDITOR]) }
    input In { secret: Int @hasScope(scopes: ["articles:write"]) level: Level }
    type Mutation { editors: Int @hasRole(roles: [EDITOR]) arg(secret: Int @hasRole(roles: [EDITOR])): Int @public }`;
  const requiredFor = async (document: string, principal: Principal, tellRequired = true) => {
    const { schema } = build({ sdl, tellRequired });
    const { errors = [] } = await execute({ schema, document: parse(document), contextValue: principal });
    return errors[0]?.extensions['required'];
  };

  test.each([
    ['{ editors }', anonymous, [[{ roles: ['EDITOR'] }, { roles: ['MODERATOR'] }]]],
    ['{ scopes }', viewer, [[{ scopes: ['articles:read', 'articles:write'] }, { scopes: ['comments:moderate'] }]]],
    ['{ both }', editor, undefined],
    ['{ both }', viewer, [[{ roles: ['EDITOR'] }], [{ scopes: ['articles:write'] }]]],
    ['{ any }', viewer, [[{ roles: ['ADMIN'] }, { scopes: ['articles:read'], kinds: ['service'] }]]],
    ['{ factor }', viewer, undefined],
    ['mutation { editors }', viewer, [[{ roles: ['EDITOR'] }]]],
    ['{ arg(secret: 1) }', viewer, [[{ roles: ['EDITOR'] }]]],
    ['{ arg(input: { secret: 1 }) }', viewer, [[{ scopes: ['articles:write'] }]]],
    ['{ arg(input: { level: HIGH }) }', viewer, [[{ roles: ['EDITOR'] }]]],
    ['mutation { arg(secret: 1) }', viewer, [[{ roles: ['EDITOR'] }]]],
  ])('%s for %j', async (document, principal, required) => {
    expect(await requiredFor(document, principal)).toEqual(required);
  });

  test('and nothing otherwise', async () => {
    expect(await requiredFor('{ editors }', viewer, false)).toBeUndefined();
  });
});

describe('A schema that is built by code has its rules in `extensions.access`', () => {
  const field = (access: unknown) => ({ type: GraphQLString, resolve: () => 'x', extensions: { access } });
  const schemaOf = (fields: Record<string, ReturnType<typeof field>>) =>
    new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
  const guard = (schema: GraphQLSchema, options: Partial<GuardOptions<Principal>> = {}) =>
    guardSchema<Principal>(schema, { principal: (context) => context, roles, ...options });

  test('which are read like directives', async () => {
    const schema = guard(
      schemaOf({
        open: field({ public: true }),
        signedIn: field({ auth: true }),
        keys: field({ kinds: ['API_KEY'] }),
        editors: field({ roles: ['EDITOR'] }),
        scoped: field({ scopes: [['articles:write']] }),
        both: field({ roles: ['EDITOR'], scopes: [['articles:write']] }),
        inside: field({ networks: ['office'] }),
        any: field({ anyOf: [{ roles: ['ADMIN'] }, { kinds: ['SERVICE'] }] }),
        factor: field({ mfa: { maxAge: 60 } }),
      }),
    );
    const codesFor = async (principal: Principal) => {
      const document = parse('{ open signedIn keys editors scoped both inside any factor }');
      return asked(await execute({ schema, document, contextValue: principal })).codes;
    };
    expect(Object.keys(await codesFor(anonymous))).toEqual([
      'signedIn',
      'keys',
      'editors',
      'scoped',
      'both',
      'inside',
      'any',
      'factor',
    ]);
    expect(await codesFor(editor)).toEqual({
      keys: 'FORBIDDEN',
      inside: 'FORBIDDEN',
      any: 'FORBIDDEN',
      factor: 'MFA_REQUIRED',
    });
  });

  test.each([
    ['an unknown key', { rolls: ['EDITOR'] }],
    ['a name of Object', { constructor: true }],
    ['no object', 'ADMIN'],
    ['an unknown role', { roles: ['KING'] }],
    ['nothing', { public: false }],
  ])('and do not build with %s', (_, access) => {
    expect(() => guard(schemaOf({ a: field(access) }))).toThrow(AccessSchemaError);
  });
});
