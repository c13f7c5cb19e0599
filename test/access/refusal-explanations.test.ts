import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { parse, Source, type GraphQLFormattedError } from 'graphql';
import {
  accessDirectives,
  compileRoles,
  definePolicy,
  guardSchema,
  type Principal,
} from '../../src/authorization/index.ts';
import { createExplainRefusals, type RefusalExplanation } from '../../src/graphql/explain-refusals.ts';
import { admin, anonymous, editor, roles, viewer } from '../authorization/support.ts';

const sdl = parse(
  new Source(
    `
    type Note @can(action: "read") { id: ID other: [Note] }
    type Query {
      open: Int @public
      closed: Int @hasRole(roles: [ADMIN])
      keyed(key: Int @hasRole(roles: [EDITOR])): Int @public
      notes: [Note] @public
    }`,
    'notes.graphql',
  ),
);
const schema = guardSchema(makeExecutableSchema({ typeDefs: [accessDirectives, sdl] }), {
  principal: (principal: Principal) => principal,
  roles,
  introspection: 'full',
  policies: [definePolicy<{ author: string }>('Note', ({ owner }) => ({ read: owner('author') }))],
});

describe('What explains a refusal', () => {
  const explaining = (consoleUrl: string | null = 'http://localhost/console/') =>
    createExplainRefusals({ schema, roles: compileRoles(roles), consoleUrl });

  interface Asked {
    readonly document?: string | null;
    readonly principal?: Principal;
    readonly variables?: object;
    readonly operationName?: string;
    readonly consoleUrl?: string | null;
  }
  /** Explains an error of an answer. */
  function explained(error: Partial<GraphQLFormattedError>, asked: Asked = {}): RefusalExplanation | undefined {
    const { document = '{ open closed }', principal = viewer, variables, operationName, consoleUrl } = asked;
    const explain = explaining(consoleUrl)({
      document: document === null ? undefined : parse(document),
      operationName,
      request: { variables },
      contextValue: { principal },
    } as never);
    return explain({ message: 'No.', extensions: { code: 'FORBIDDEN' }, ...error });
  }
  const refused = (required?: unknown, code = 'FORBIDDEN'): Partial<GraphQLFormattedError> => ({
    path: ['closed'],
    extensions: { code, required },
  });

  test('is the rule of the field at its path, for what the engine refuses', () => {
    expect(explained({ path: ['closed'] })).toMatchObject({ coordinate: 'Query.closed', rule: 'role ADMIN' });
    for (const code of ['UNAUTHENTICATED', 'MFA_REQUIRED', 'REAUTHENTICATION_REQUIRED']) {
      expect(explained(refused(undefined, code))).toMatchObject({ coordinate: 'Query.closed' });
    }
  });

  test.each([
    ['an error of another kind', { path: ['closed'], extensions: { code: 'NOT_FOUND' } }, {}],
    ['an error without a code', { path: ['closed'], extensions: {} }, {}],
    ['an error without a path', {}, {}],
    ['a field that is allowed', { path: ['open'] }, {}],
    ['a path that is not in the document', { path: ['else'] }, {}],
    ['a document that could not be parsed', { path: ['closed'] }, { document: null }],
  ])('does not exist for %s', (_, error, asked) => expect(explained(error, asked)).toBeUndefined());

  test('is found in the operation that was executed, by its variables, whatever the index in a list', () => {
    const document = 'query A { open } query B ($key: Int) { keyed(key: $key) notes { other { id } } }';
    const asked = { document, operationName: 'B', variables: { key: 1 } };
    expect(explained({ path: ['keyed'] }, asked)).toMatchObject({
      coordinate: 'Query.keyed(key:)',
      rule: 'role EDITOR',
      directives: ['@hasRole(roles: [EDITOR]) on Query.keyed(key:), notes.graphql:6'],
    });
    expect(explained({ path: ['keyed'] }, { ...asked, variables: {} })).toBeUndefined();
    expect(explained({ path: ['notes', 3, 'other', 0, 'id'] }, asked)).toMatchObject({ coordinate: 'Note.id' });
  });

  test('names the directives, with file and line where there is a file', () => {
    expect(explained({ path: ['closed'] })?.directives).toEqual([
      '@hasRole(roles: [ADMIN]) on Query.closed, notes.graphql:5',
    ]);
    const withoutPlaces = parse('type Query { closed: Int @hasRole(roles: [ADMIN]) }', { noLocation: true });
    const byCode = guardSchema(makeExecutableSchema({ typeDefs: [accessDirectives, withoutPlaces] }), {
      principal: (principal: Principal) => principal,
      roles,
    });
    const document = parse('{ closed }');
    const explain = createExplainRefusals({ schema: byCode, roles: compileRoles(roles), consoleUrl: null })({
      document,
      request: {},
      contextValue: { principal: viewer },
    } as never);
    expect(explain({ message: 'No.', ...refused() })?.directives).toEqual(['@hasRole(roles: [ADMIN]) on Query.closed']);
  });

  test('says in words what would suffice: what the error requires, or else the condition of the policy', () => {
    const sufficing = (required: unknown, code?: string) => explained(refused(required, code))?.suffices;
    expect(sufficing([[{ roles: ['ADMIN'] }]])).toEqual(['the role ADMIN']);
    expect(sufficing([[{ kinds: ['apiKey', 'service'] }, { roles: ['A', 'B'], scopes: ['x:y'] }], [{}]])).toEqual([
      'a caller of the kind apiKey or service, or the role A and the role B and the scope x:y (ADMIN has it)',
      '',
    ]);
    expect(sufficing([[{ kinds: ['apiKey'], scopes: ['articles:write'] }]])).toEqual([
      'a caller of the kind apiKey and the scope articles:write (EDITOR, ADMIN has it)',
    ]);
    expect(sufficing(undefined)).toEqual([]);
    expect(sufficing([[{ roles: ['ADMIN'] }]], 'MFA_REQUIRED')).toEqual([
      'a second factor, proved by `reauthenticate`',
    ]);
    expect(sufficing([[{ roles: ['ADMIN'] }]], 'REAUTHENTICATION_REQUIRED')).toEqual([
      'a recent sign-in, proved by `reauthenticate`',
    ]);
    const note = { document: '{ notes { id } }' };
    const [condition] = explained({ path: ['notes', 0, 'id'] }, note)?.suffices ?? [];
    expect(condition).toMatch(/^an object that meets read on Note: .*author/);
    const required = { code: 'FORBIDDEN', required: [[{ roles: ['ADMIN'] }]] };
    expect(explained({ path: ['notes', 0, 'id'], extensions: required }, note)?.suffices).toEqual(['the role ADMIN']);
  });

  test('says so where no role has a scope', () => {
    const few = createExplainRefusals({ schema, roles: compileRoles({ VIEWER: {} }), consoleUrl: null });
    const context = { document: parse('{ closed }'), request: {}, contextValue: { principal: viewer } };
    const explain = few(context as never);
    expect(explain({ message: 'No.', ...refused([[{ scopes: ['x:y'] }]]) })?.suffices).toEqual([
      'the scope x:y (no role has it)',
    ]);
  });

  test('tells the caller what it has, and leads to its column of the matrix, where a console is served', () => {
    const urlFor = (principal: Principal) => explained({ path: ['closed'] }, { principal })?.console;
    const url = 'http://localhost/console/matrix?cell=Query.closed&as=';
    expect(urlFor(anonymous)).toBe(`${url}anonymous`);
    expect(urlFor({ ...editor, roles: [] })).toBe(`${url}anonymous`);
    expect(urlFor({ ...editor, roles: ['EDITOR', 'VIEWER'] })).toBe(`${url}EDITOR`);
    expect(explained({ path: ['closed'] }, { consoleUrl: null })).not.toHaveProperty('console');
    expect(explained({ path: ['closed'] })?.have).toEqual({
      kind: 'user',
      roles: ['VIEWER'],
      scopes: ['articles:read', 'comments:write'],
    });
    expect(explained({ path: ['closed'] }, { principal: anonymous })?.have).toEqual({
      kind: 'anonymous',
      roles: [],
      scopes: [],
    });
    expect(explained({ path: ['closed'] }, { principal: admin })).toBeUndefined();
  });
});
