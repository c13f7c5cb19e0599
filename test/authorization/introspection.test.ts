import { describe, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, parse, printSchema, specifiedRules, validate } from 'graphql';
import type { GraphQLSchema, IntrospectionQuery } from 'graphql';
import { NoSuggestionsRule } from '../../src/authorization/index.ts';
import { admin, anonymous, build, editor, executeBy, user, viewer } from './support.ts';
import type { Build } from './support.ts';

const sdl = `
  interface Node { id: ID }
  type Open implements Node @public { id: ID by(secret: Int @hasRole(roles: [EDITOR])): Int must(secret: Int! @hasRole(roles: [EDITOR])): Int }
  type Closed implements Node @hasRole(roles: [ADMIN]) { id: ID }
  type Orphan { x: OnlyThere }
  type OnlyThere { y: Int }
  type Hollow { z: Int @auth }
  union Any = Open | Closed
  union Shut = Closed
  enum Level { LOW HIGH @hasRole(roles: [EDITOR]) }
  enum Secret @auth { A }
  input In { a: Int b: Int @auth level: Level }
  input Filled { must: Int! @auth }
  type Query {
    open: Open @public
    node: Node @public
    any: Any @public
    shut: Shut @public
    closed: Closed @public
    signedIn: Int @auth
    editors: Int @hasRole(roles: [EDITOR])
    orphan: Orphan @hasScope(scopes: "articles:write")
    hollow: Hollow @public
    level(level: Level): Level @public
    secret: Secret @public
    args(in: In, filled: Filled, secret: Secret): Int @public
    factor: Int @mfa
    network: Int @network(names: ["office"])
  }
  type Mutation { edit: Int @hasRole(roles: [EDITOR]) }`;

async function seenBy(schema: GraphQLSchema, principal: unknown): Promise<string> {
  const result = await executeBy({ schema, document: parse(getIntrospectionQuery()), contextValue: principal });
  if (result.errors?.[0] !== undefined) throw result.errors[0];
  return printSchema(buildClientSchema(result.data as unknown as IntrospectionQuery)).replaceAll(
    /\n\n"""[^"]*"""|^"""[^"]*"""\n|^directive.*$/gm,
    '',
  );
}
const built = (options: Partial<Build> = {}) => build({ sdl, introspection: 'visible', ...options });

describe('visible introspection shows what the caller can reach, and nothing that hangs on the rest', () => {
  const { schema, ask } = built();

  test('to anonymous, what needs no sign-in', async () => {
    const seen = await seenBy(schema, anonymous);
    expect(seen).toContain(
      'type Query {\n  open: Open\n  node: Node\n  any: Any\n  level(level: Level): Level\n  args(in: In): Int\n  network: Int\n}',
    );
    expect(seen).toContain('type Open implements Node {\n  id: ID\n  by: Int\n}');
    expect(seen).toContain('union Any = Open\n');
    expect(seen).toContain('enum Level {\n  LOW\n}');
    expect(seen).toContain('input In {\n  a: Int\n  level: Level\n}');
    expect(seen).not.toMatch(/Closed|Orphan|OnlyThere|Hollow|Shut|Secret|Filled|Mutation/);
  });

  test('to an editor, more', async () => {
    const seen = await seenBy(schema, editor);
    expect(seen).toMatch(/type Mutation \{\n {2}edit: Int/);
    expect(seen).toContain('by(secret: Int): Int\n  must(secret: Int!): Int');
    expect(seen).toContain('type OnlyThere');
    expect(seen).toContain('factor: Int');
    expect(seen).not.toContain('Closed');
  });

  test('to an administrator, everything', async () => {
    expect(await seenBy(schema, admin)).toBe(await seenBy(built({ introspection: 'full' }).schema, anonymous));
  });

  test('to one and then another, each their own', async () => {
    const [first, second, third] = [
      await seenBy(schema, anonymous),
      await seenBy(schema, editor),
      await seenBy(schema, anonymous),
    ];
    expect(first).toBe(third);
    expect(first).not.toBe(second);
  });

  test.each([
    ['by name', '{ __type(name: "Closed") { name } }', { __type: null }],
    ['by alias', '{ x: __type(name: "Closed") { kind } }', { x: null }],
    [
      'by fragments',
      '{ __schema { ...S } } fragment S on __Schema { t: types { ...T } } fragment T on __Type { n: name }',
      expect.not.stringContaining('Closed'),
    ],
    [
      'by possible types',
      '{ __type(name: "Node") { possibleTypes { name } } }',
      { __type: { possibleTypes: [{ name: 'Open' }] } },
    ],
    [
      'by interfaces',
      '{ __type(name: "Open") { interfaces { possibleTypes { name } } } }',
      { __type: { interfaces: [{ possibleTypes: [{ name: 'Open' }] }] } },
    ],
    ['by the mutation root', '{ __schema { mutationType { name } } }', { __schema: { mutationType: null } }],
    [
      'by its fields',
      '{ __type(name: "Query") { f: fields(includeDeprecated: true) { n: name } } }',
      expect.not.stringContaining('editors'),
    ],
  ])('nothing hidden is found %s', async (_, document, expected) => {
    const { data } = await ask(document, anonymous);
    expect(typeof (expected as { sample?: unknown }).sample === 'string' ? JSON.stringify(data) : data).toEqual(
      expected,
    );
  });

  test('a hidden field that is asked for answers its code', async () => {
    expect((await ask('{ editors }', viewer)).codes).toEqual({ editors: 'FORBIDDEN' });
  });

  test('a malformed principal sees what needs nothing', async () => {
    expect(await seenBy(schema, { kind: 'user' })).toBe(
      await seenBy(schema, anonymous).then((seen) => seen.replace('  network: Int\n', '')),
    );
  });
});

describe('the other settings', () => {
  test('`off` refuses every caller, and the type name is answered all the same', async () => {
    const { ask } = built({ introspection: 'off' });
    expect((await ask('{ __schema { types { name } } }', admin)).codes).toEqual({ __schema: 'FORBIDDEN' });
    expect((await ask('{ a: __type(name: "Open") { name } }', admin)).codes).toEqual({ a: 'FORBIDDEN' });
    expect((await ask('{ __typename }', anonymous)).data).toEqual({ __typename: 'Query' });
  });

  test('`visible` is the default', async () => {
    const { introspection: _, ...rest } = { introspection: 'visible', sdl };
    expect(await seenBy(build({ ...rest, introspection: undefined }).schema, anonymous)).not.toContain('Closed');
  });

  test('schemas that are not guarded answer as ever', async () => {
    const { buildSchema } = await import('graphql');
    expect(await seenBy(buildSchema('type Query { a: Int }'), undefined)).toContain('a: Int');
  });
});

describe('texts of validation', () => {
  const { schema } = built();
  const messages = (document: string) =>
    validate(schema, parse(document), [...specifiedRules, NoSuggestionsRule]).map(({ message }) => message);

  test.each([
    ['fields', '{ editor }'],
    ['types', '{ ... on Querry { a } }'],
    ['arguments', '{ level(leve: LOW) }'],
    ['enum values', '{ level(level: LO) }'],
    ['input fields', '{ args(in: { leve: LOW }) }'],
    ['fragments on unions', '{ any { id } }'],
  ])('suggest no %s', (_, document) => {
    const [first] = validate(schema, parse(document));
    expect(first?.message).toMatch(/Did you mean/);
    const found = messages(document);
    expect(found).not.toHaveLength(0);
    expect(found.join()).not.toMatch(/Did you mean/);
  });

  test('say otherwise what they said, and where', () => {
    const [error] = validate(schema, parse('{ editor }'), [NoSuggestionsRule, ...specifiedRules]);
    expect(error?.message).toBe('Cannot query field "editor" on type "Query".');
    expect(error?.locations).toEqual([{ line: 1, column: 3 }]);
  });
});

test('errors say what the caller can do, and nothing of what lies behind', async () => {
  const result = await executeBy({ schema: built().schema, document: parse('{ editors }'), contextValue: user('u') });
  expect(result.errors?.[0]?.message).not.toMatch(/role|EDITOR|editors/i);
});
