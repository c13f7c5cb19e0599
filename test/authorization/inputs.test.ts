import { parse, printSchema, visit } from 'graphql';
import { describe, expect, test } from '@jest/globals';
import { anonymous, asked, build, executeBy } from './support.ts';

const HIGH = 2;

const { ask, calls, schema } = build({
  sdl: `
    enum Level { LOW HIGH @auth }
    enum Hidden @auth { ONLY }
    scalar Token @auth
    input Leaf { plain: Int secret: Int @auth withDefault: Int = 7 @auth level: Level level2: Level = HIGH }
    input Tree { leaf: Leaf leaves: [[Leaf]] tree: Tree withDefault: Leaf = { secret: 1 } list: [Int!] = [1, 2] @auth flag: Boolean = true @auth text: String = "t" @auth nil: Int = null @auth }
    type Query {
      arg(open: Int, secret: Int @auth, withDefault: Int = 5 @auth): String @public
      leaf(leaf: Leaf): String @public
      leaves(leaves: [Leaf!]): String @public
      tree(tree: Tree = { leaf: { secret: 3 } }): String @public
      level(level: Level, levels: [Level]): String @public
      hidden(hidden: Hidden, hiddens: [Hidden!]): String @public
      token(token: Token): String @public
      back(level: String): Level @public
    }`,
  resolvers: {
    Query: Object.fromEntries(
      ['arg', 'leaf', 'leaves', 'tree', 'level', 'hidden', 'token'].map((name) => [
        name,
        (_: unknown, args: unknown) => JSON.stringify(args),
      ]),
    ),
  },
});

const REFUSED: ReadonlyArray<readonly [what: string, document: string, variables?: object]> = [
  ['an argument', '{ arg(secret: 1) }'],
  ['an argument that is null', '{ arg(secret: null) }'],
  ['an argument with a default', '{ arg(withDefault: 5) }'],
  ['a variable', 'query ($x: Int) { arg(secret: $x) }', { x: 1 }],
  ['a variable that is null', 'query ($x: Int) { arg(secret: $x) }', { x: null }],
  ['the default that the document gives a variable', 'query ($x: Int = 1) { arg(secret: $x) }'],
  ['an input field', '{ leaf(leaf: { plain: 1, secret: 1 }) }'],
  ['an input field that is null', '{ leaf(leaf: { secret: null }) }'],
  ['an input field with a default', '{ leaf(leaf: { withDefault: 7 }) }'],
  ['a variable in a literal', 'query ($x: Int) { leaf(leaf: { secret: $x }) }', { x: 1 }],
  ['a variable object', 'query ($x: Leaf) { leaf(leaf: $x) }', { x: { secret: 1 } }],
  ['a variable object with a null', 'query ($x: Leaf) { leaf(leaf: $x) }', { x: { secret: null } }],
  ['a variable object that repeats the default', 'query ($x: Leaf) { leaf(leaf: $x) }', { x: { withDefault: 7 } }],
  ['the default object of a variable', 'query ($x: Leaf = { secret: 1 }) { leaf(leaf: $x) }'],
  ['an item of a list', '{ leaves(leaves: [{ plain: 1 }, { secret: 1 }]) }'],
  ['one item that stands for a list', 'query ($x: [Leaf!]) { leaves(leaves: $x) }', { x: { secret: 1 } }],
  ['a variable within a list', 'query ($x: Leaf!) { leaves(leaves: [$x]) }', { x: { secret: 1 } }],
  ['depth', '{ tree(tree: { tree: { tree: { leaf: { secret: 1 } } } }) }'],
  ['lists of lists', 'query ($x: Tree) { tree(tree: $x) }', { x: { leaves: [[{}, { secret: 1 }]] } }],
  ['a list with a default', '{ tree(tree: { list: [1, 2] }) }'],
  ['an enum value', '{ level(level: HIGH) }'],
  ['an enum value in a list', '{ level(levels: [LOW, HIGH]) }'],
  ['an enum value by variable', 'query ($x: [Level]) { level(levels: $x) }', { x: ['LOW', 'HIGH'] }],
  ['an enum value within an input', 'query ($x: Leaf) { leaf(leaf: $x) }', { x: { level: 'HIGH' } }],
  ['an enum value that repeats the default', '{ leaf(leaf: { level2: HIGH }) }'],
  ['a guarded enum', '{ hidden(hidden: ONLY) }'],
  ['a list of a guarded enum', '{ hidden(hiddens: []) }'],
  ['a guarded scalar', 'query ($x: Token) { token(token: $x) }', { x: 't' }],
];

describe('a caller who supplies a guarded input must be allowed to:', () => {
  test.each(REFUSED.map(([what, document, variables = {}]) => [what, document, variables] as const))(
    '%s',
    async (_, document, variables) => {
      const name = /\b(arg|leaf|leaves|tree|level|hidden|token)\(/.exec(document)?.[1] ?? '';
      const before = calls(`Query.${name}`);
      expect((await ask(document, anonymous, variables)).codes).toEqual({ [name]: 'UNAUTHENTICATED' });
      expect(calls(`Query.${name}`)).toBe(before);
    },
  );
});

describe('a caller who leaves a guarded input out need not be allowed to, and the resolver gets the defaults of the SDL:', () => {
  test.each([
    ['nothing', '{ arg }', {}, { withDefault: 5 }],
    ['other arguments', '{ arg(open: 1) }', {}, { open: 1, withDefault: 5 }],
    ['a variable without a value', 'query ($x: Int) { arg(secret: $x, withDefault: $x) }', {}, { withDefault: 5 }],
    [
      'a literal without the field',
      '{ leaf(leaf: { plain: 1 }) }',
      {},
      { leaf: { plain: 1, withDefault: 7, level2: 'HIGH' } },
    ],
    [
      'a literal with a variable without a value',
      'query ($x: Int) { leaf(leaf: { secret: $x, withDefault: $x }) }',
      {},
      { leaf: { withDefault: 7, level2: 'HIGH' } },
    ],
    [
      'a variable object without the field',
      'query ($x: Leaf) { leaf(leaf: $x) }',
      { x: { plain: 2 } },
      { leaf: { plain: 2, withDefault: 7, level2: 'HIGH' } },
    ],
    [
      'a list of such objects',
      'query ($x: [Leaf!]) { leaves(leaves: $x) }',
      { x: [{ plain: 1 }] },
      { leaves: [{ plain: 1, withDefault: 7, level2: 'HIGH' }] },
    ],
    [
      'a default of the argument that fills a guarded field',
      '{ tree }',
      {},
      {
        tree: {
          leaf: { secret: 3, withDefault: 7, level2: 'HIGH' },
          withDefault: { secret: 1, withDefault: 7, level2: 'HIGH' },
          list: [1, 2],
          flag: true,
          text: 't',
          nil: null,
        },
      },
    ],
    [
      'defaults of every kind',
      'query ($x: Tree) { tree(tree: $x) }',
      { x: {} },
      {
        tree: {
          withDefault: { secret: 1, withDefault: 7, level2: 'HIGH' },
          list: [1, 2],
          flag: true,
          text: 't',
          nil: null,
        },
      },
    ],
    ['an open enum value', '{ level(level: LOW) }', {}, { level: 'LOW' }],
    ['a list with null', '{ leaves(leaves: null) }', {}, { leaves: null }],
  ])('%s', async (_, document, variables, args) => {
    const { data, codes } = await ask(document, anonymous, variables);
    expect(codes).toEqual({});
    expect(JSON.parse(String(Object.values(data as object)[0]))).toEqual(args);
  });

  test('twice in one operation, from the same variable', async () => {
    const document = 'query ($x: Leaf) { a: leaf(leaf: $x) b: leaf(leaf: $x) }';
    expect((await ask(document, anonymous, { x: {} })).codes).toEqual({});
  });
});

test('the printed schema shows its defaults', () => {
  const printed = printSchema(schema);
  expect(printed).toContain('withDefault: Int = 7');
  expect(printed).toContain('level2: Level = HIGH');
  expect(printed).toContain('list: [Int!] = [1, 2]');
  expect(printed).toContain('text: String = "t"');
  expect(printed).toContain('flag: Boolean = true');
});

test('a guarded enum value refuses a field only when it is the value returned', async () => {
  const { ask: askLevels } = build({
    sdl: 'enum Level { LOW HIGH @auth } type Query { low: Level @public high: Level @public later: Level! @public all: [Level] @public }',
    resolvers: {
      Level: { LOW: 1, HIGH },
      Query: { low: () => 1, high: () => HIGH, later: async () => 1, all: () => [1, HIGH] },
    },
  });
  expect(await askLevels('{ low later all }', anonymous)).toEqual({
    data: { low: 'LOW', later: 'LOW', all: ['LOW', null] },
    codes: { 'all.1': 'UNAUTHENTICATED' },
  });
});

test('A document that is built by code may leave out empty lists of arguments', async () => {
  const document = visit(parse('{ arg }'), { Field: (node) => ({ ...node, arguments: undefined }) });
  expect(asked(await executeBy({ schema, document, contextValue: anonymous }))).toEqual({
    data: { arg: '{"withDefault":5}' },
    codes: {},
  });
});

test('A guarded input field binds below any number of inputs that have none of their own', async () => {
  const { ask: askDeep } = build({
    sdl: `
      input Outer { middle: [Middle!] }
      input Middle { inner: Inner }
      input Inner { open: Int secret: Int @auth }
      type Query { deep(outer: Outer): String @public }`,
    resolvers: { Query: { deep: () => 'deep' } },
  });
  const askFor = async (inner: string) => askDeep(`{ deep(outer: { middle: [{ inner: { ${inner} } }] }) }`, anonymous);
  expect(await askFor('secret: 1')).toEqual({ data: { deep: null }, codes: { deep: 'UNAUTHENTICATED' } });
  expect(await askFor('open: 1')).toEqual({ data: { deep: 'deep' }, codes: {} });
});
