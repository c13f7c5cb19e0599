import { describe, expect, test } from '@jest/globals';
import {
  assertObjectType,
  buildSchema,
  getOperationAST,
  parse,
  validate,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import { AppError } from '../../src/errors.ts';
import { countComparisons } from '../../src/graphql/comparisons.ts';
import {
  coerceVariables,
  executedFields,
  fragmentsOf,
  writtenFields,
  type Variables,
} from '../../src/graphql/executed-fields.ts';
import { FewRepeatsRule } from '../../src/graphql/few-repeats.ts';
import { checkLimits } from '../../src/graphql/operation-limits.ts';
import { createMeasure, type Size } from '../../src/graphql/operation-size.ts';
import { requireReading } from '../../src/graphql/require-reading.ts';
import { acceptsEnded, requireAlone } from '../../src/graphql/sole-field.ts';

const schema = buildSchema(`
  directive @cost(weight: Int!) on FIELD_DEFINITION
  type Query implements Named {
    name: String
    self: Query
    dear: Int @cost(weight: 9999)
    two: [Query!]! @cost(weight: 2)
    lists: [[Query]]
    named: Named
    being: Being
    pages(first: Int, last: Int): Page
    own(first: Int): [Query]
  }
  type Page { nodes: [Query!]! edges: [Edge] totalCount: Int }
  type Edge { node: Query }
  interface Named { name: String dear: Int @cost(weight: 9999) }
  union Being = Query | Page
`);

interface Parsed {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReturnType<typeof fragmentsOf>;
}

function read(source: string): Parsed {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('There is no operation.');
  return { operation, fragments: fragmentsOf(document) };
}

const repeat = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

describe('The size of an operation', () => {
  const root = assertObjectType(schema.getType('Query'));
  function sizeOf(source: string, variables: Variables = {}): Size {
    const { operation, fragments } = read(source);
    return createMeasure(schema, fragments, variables)(operation.selectionSet, root);
  }

  const pageOf20 = '{ pages { nodes { name } } }';

  test.each<readonly [source: string, cost: number, depth: number]>([
    ['{ name }', 1, 1],
    ['{ dear name __typename }', 10_001, 1],
    ['{ self { name self { name } } name }', 5, 3],
    ['{ name self { self { name } } self { name } }', 6, 3],
    ['{ two { name } }', 12, 2],
    ['{ lists { name } }', 11, 2],
    ['{ two { two { name } } }', 122, 3],
    [pageOf20, 22, 3],
    ['{ pages(first: 3) { totalCount nodes { name } } }', 6, 3],
    ['{ pages(last: 3) { nodes { name } } }', 5, 3],
    ['{ pages(first: 1) { nodes { name } } }', 3, 3],
    ['{ pages(first: 3) { edges { node { name } } } }', 8, 4],
    ['{ pages(first: 3) { nodes { two { name } } } }', 38, 4],
    [
      '{ pages(first: 3) { ... { nodes { name } } ... on Page { nodes { name } } ...F } } fragment F on Page { nodes { name } }',
      13,
      3,
    ],
    ['{ own(first: 3) { name two { name } } }', 40, 3],
    ['{ named { __typename name ... on Query { two { name } } } }', 15, 3],
    ['{ named { dear } }', 10_000, 2],
    ['{ being { __typename ... on Page { nodes { name } } ... on Query { dear } } }', 10_012, 3],
    ['{ one: pages(first: 1) { ...F } all: pages(first: 9) { ...F } } fragment F on Page { nodes { name } }', 14, 3],
    ['{ ...F self { ...F } } fragment F on Query { dear }', 19_999, 2],
    ['{ __schema { types { name fields { name } } } }', 26, 1],
    ['{ __type(name: "Query") { ofType { fields { name } } } }', 7, 1],
    ['{ self { name @skip(if: true) } }', 1, 1],
    ['{ self @skip(if: true) { name } name @include(if: false) two @skip(if: false) { name } }', 12, 2],
  ])('%s is its fields, with every list full', (source, cost, depth) => {
    expect(sizeOf(source)).toMatchObject({ cost, depth });
  });

  test.each<readonly [what: string, argument: string, variables: Variables]>([
    ['no rows', 'first: 0', {}],
    ['fewer than none', 'last: -5', {}],
    ['null', 'first: null', {}],
    ['what is no number', 'first: "x"', {}],
    ['a variable without a value', 'first: $n', {}],
    ['a variable that is null', 'first: $n', { n: null }],
  ])('counts a page of %s as one of the size that it has without', (_, argument, variables) => {
    const source = `query ($n: Int) { pages(${argument}) { nodes { name } } }`;
    expect(sizeOf(source, variables)).toEqual(sizeOf(pageOf20));
  });

  test('is that of a fragment each time, which is looked at once for each length of a page', () => {
    const asked: string[] = [];
    class Fragments extends Map<string, FragmentDefinitionNode> {
      override get(name: string): FragmentDefinitionNode | undefined {
        asked.push(name);
        return super.get(name);
      }
    }
    const { operation, fragments } =
      read(`{ pages(first: 1) { ...A } more: pages(first: 1) { ...A } all: pages { ...B } }
      fragment A on Page { ...B ...B } fragment B on Page { totalCount }`);
    const measure = createMeasure(schema, new Fragments(fragments), {});
    expect(measure(operation.selectionSet, root)).toMatchObject({ cost: 3 + 2 + 2 + 1 });
    expect(asked).toEqual(['A', 'B', 'B']);
  });

  test('counts aliases and directives wherever they stand', () => {
    const source = `{ a: name b: self { name c: name @include(if: true) ...F @skip(if: false) } ...F ... @skip(if: true) { d: name } }
      fragment F on Query { e: name ... @include(if: true) { f: name @skip(if: true) } }`;
    expect(sizeOf(source)).toMatchObject({ aliases: 5, directives: 7 });
  });
});

describe('An operation within', () => {
  const check = (source: string): void => {
    const { operation, fragments } = read(source);
    checkLimits(schema, operation, fragments, {});
  };
  test.each<readonly [label: string, most: number, source: (count: number) => string]>([
    ['depth', 15, (count) => `{ ${'self { '.repeat(count - 1)} name ${'}'.repeat(count - 1)} }`],
    ['aliases', 30, (count) => `{ self { ${repeat(count, (index) => `a${index}: name`)} } }`],
    ['directives', 50, (count) => `{ self { ${repeat(count, () => 'name @include(if: true)')} } }`],
    ['cost', 10_000, (count) => `{ dear ${repeat(count - 9_999, () => 'name')} }`],
    ['root fields', 20, (count) => `{ ${repeat(count, () => 'name')} }`],
  ])('the limit of %s may run, and one more may not', (label, most, source) => {
    check(source(most));
    expect(() => check(source(most + 1))).toThrow(
      new AppError('OPERATION_TOO_COMPLEX', `The operation is too complex: ${label} ${most + 1}, at most ${most}.`),
    );
  });
});

describe('A document', () => {
  const reasonsOf = (source: string): string[] =>
    validate(schema, parse(source), [FewRepeatsRule]).map(({ message }) => message.replace(/^.*complex: /, ''));
  const fragments = (count: number): string => repeat(count, (index) => `fragment f${index} on Query { name }`);

  test.each<readonly [what: string, source: (count: number) => string]>([
    ['aliases', (count) => `{ ${repeat(count + 1, () => 'a: name')} }`],
    ['arguments', (count) => `{ ${repeat(count + 1, () => 'pages(first: 1)')} }`],
    ['selections', (count) => `{ ${repeat(count + 1, () => 'self { name }')} }`],
    ['inline fragments', (count) => `{ ${repeat(count + 1, () => '... { self { name } }')} }`],
    ['two places', (count) => `{ a: name a: name self { ${repeat(count, () => 'b: name')} } }`],
    ['a fragment', (count) => `{ ...F } fragment F on Query { ${repeat(count + 1, () => 'a: name')} }`],
  ])('may repeat fields fifty times, and not once more: %s', (_, source) => {
    expect(reasonsOf(source(50))).toEqual([]);
    expect(reasonsOf(source(51))).toEqual(['51 fields repeat another one beside them, at most 50.']);
  });

  test('may spread fifty fragments beside each other, and not one more', () => {
    const spread = (count: number): string => `{ ${repeat(count, (index) => `...f${index}`)} } ${fragments(count)}`;
    expect(reasonsOf(spread(50))).toEqual([]);
    expect(reasonsOf(spread(51))).toEqual(['51 fragments beside each other, at most 50.']);
    expect(reasonsOf(`{ ${repeat(30, () => '...f0')} self { ${repeat(30, () => '...f0')} } } ${fragments(1)}`)).toEqual(
      [],
    );
  });

  test('may name one field and nothing else as often as it costs little', () => {
    // The second is compared with one, the third with two: fifty such pairs are as one of others.
    const bare = (count: number): string => `{ ${repeat(count, () => 'name')} }`;
    expect(reasonsOf(bare(999))).toEqual([]);
    expect(reasonsOf(bare(1_000))).toEqual(['its fields and fragments would be compared more than 10000 times.']);
  });

  test('may define what is no operation: another rule says so', () => {
    expect(reasonsOf('type Query { a: Int }')).toEqual([]);
  });

  const count = (source: string, max = Infinity): number => {
    const document = parse(source);
    return countComparisons(document, fragmentsOf(document), max);
  };
  /** Each selection that is looked at counts for a fiftieth. */
  const comparisonsAnd = (comparisons: number, looks: number): number => comparisons + looks / 50;

  test.each<readonly [source: string, comparisons: number, looks: number]>([
    ['{ a b c }', 0, 3],
    ['{ a a a }', 0, 3 + 1 + 2],
    ['{ a ... { a } ... on Query { a } }', 0, 5 + 1 + 2],
    ['{ x: a x: a x: a }', 3, 3],
    ['{ a(n: 1) a(n: 1) a }', 3, 3],
    ['{ a { b } a { c } }', 1, 4],
    ['{ a { x: b } a { x: b } }', 2, 4],
    ['query A { a } query B { b b }', 0, 3 + 1],
    ['{ ...F a } fragment F on Query { a a }', 1 + 1, 4 + 1 + 2 + 1],
    ['{ ...F ...F } fragment F on Query { a }', 1, 3 + 1],
    ['{ ...F ...G } fragment F on Query { a } fragment G on Query { b }', 1 + 2, 4 + 2],
    ['{ a { ...F } a { b } } fragment F on Query { b }', 1 + 1 + 2, 5 + 1],
    ['{ ...F } fragment F on Query { a { ...F } }', 1, 2 + 1 + 2],
    ['fragment F on Query { ...F a { ...F } }', 0, 3],
    ['{ ...Unknown }', 0, 1],
    ['type Query { a: Int }', 0, 0],
  ])('is compared pair by pair, below fields and through fragments: %s', (source, comparisons, looks) => {
    expect(count(source)).toBeCloseTo(comparisonsAnd(comparisons, looks), 9);
  });

  test('is counted no further than the limit', () => {
    const wide = `{ ${repeat(2_000, (index) => `a${index}`)} }`;
    expect(count(wide, 1)).toBeLessThan(1.1);
    const deep = `{ ${repeat(100, (index) => `a${index} { x: b x: b }`)} }`;
    expect(count(deep, 3)).toBeLessThan(4.1);
  });
});

describe('The fields at the root of an operation', () => {
  const source = `query ($no: Boolean) {
    a ...F ... { c ...F d @skip(if: true) } ...G @include(if: $no) ... @include(if: false) { e } ...Unknown
    f @include(if: true) @skip(if: false) g @include(if: true) @skip(if: true) h @include(if: false) @skip(if: false)
  } fragment F on Query { b ...G @skip(if: true) } fragment G on Query { i ...F }`;
  const { operation, fragments } = read(source);
  const named = (nodes: readonly FieldNode[]): string => nodes.map(({ name }) => name.value).join(' ');

  test('are those that are executed, each fragment once', () => {
    const executed = (no: boolean): string => named(executedFields(operation.selectionSet, fragments, { no }));
    expect([executed(false), executed(true)]).toEqual(['a b c f', 'a b c i f']);
  });

  test('are as they are written, too, whatever is skipped', () => {
    expect(named(writtenFields(operation.selectionSet, fragments))).toBe('a b i c d e f g h');
  });
});

describe('A field that', () => {
  const own = buildSchema(`
    directive @sole on FIELD_DEFINITION
    directive @acceptsEnded on FIELD_DEFINITION
    type Query { free: Int @acceptsEnded a: Int }
    type Mutation { enter: Int @sole @acceptsEnded leave: Int @sole @acceptsEnded a: Int }
  `);

  test.each<readonly [source: string, refused: string | null]>([
    ['mutation { enter }', null],
    ['mutation { enter __typename }', null],
    ['mutation { a enter @skip(if: true) b: a }', null],
    ['mutation { a b: a }', null],
    ['mutation { a enter }', 'enter'],
    ['mutation { leave a }', 'leave'],
    ['mutation { one: enter two: enter }', 'enter'],
    ['mutation { ...F a } fragment F on Mutation { ... { enter } }', 'enter'],
    ['{ enter: a leave: a }', null],
    ['mutation { enter: a leave: a }', null],
    ['subscription { a b }', null],
  ])('changes who is signed in stands alone: %s', (source, refused) => {
    const { operation, fragments } = read(source);
    const check = (): void => requireAlone(own, operation, fragments, {});
    if (refused === null) return check();
    const message = `\`${refused}\` must be the only field of its operation; nothing was executed.`;
    expect(check).toThrow(new AppError('BAD_REQUEST', message));
  });

  test.each<readonly [source: string, isAccepted: boolean]>([
    ['{ free }', true],
    ['{ free __typename again: free }', true],
    ['{ free a }', false],
    ['{ __typename }', false],
    ['{ a }', false],
    ['mutation { enter }', true],
    ['mutation { free: a }', false],
    ['query ($no: Boolean = true) { free a @skip(if: $no) }', true],
    ['query ($no: Boolean!) { free a @skip(if: $no) }', false],
  ])('accepts a credential that has ended stands beside such ones alone: %s', (source, isAccepted) => {
    const { operation, fragments } = read(source);
    expect(acceptsEnded(own, operation, fragments, {})).toBe(isAccepted);
  });
});

describe('An operation whose result is only looked at', () => {
  const own = buildSchema(`
    directive @rateLimit(max: Int!, window: String!) repeatable on FIELD_DEFINITION
    type Query { a: A named: Named any: Any free: Int @rateLimit(max: 0, window: "1m") }
    type A implements Named { name: String counted: Int @rateLimit(max: 0, window: "1m") @rateLimit(max: 1, window: "1m") }
    type B implements Named { name: String @rateLimit(max: 1, window: "1m") }
    interface Named { name: String }
    union Any = A | B
    type Mutation { a: Int }
    type Subscription { a: Int }
  `);
  const counts = (coordinate: string): object => ({
    options: { field: 'input.operation', problem: 'counted' },
    message: `\`${coordinate}\` counts how often it is asked for, so that its result is not shown.`,
  });

  test.each<readonly [source: string, refusal: object | null]>([
    ['{ a { name } free __typename named { __typename } any { ... on A { name } } unknown { too } }', null],
    ['{ a { counted } }', counts('A.counted')],
    ['{ any { ... on A { ...F } } } fragment F on A { alias: counted @skip(if: true) }', counts('A.counted')],
    ['{ named { name } }', counts('Named.name')],
    ['{ any { ... on B { name } } }', counts('B.name')],
    ['mutation { a }', { options: { field: 'input.operation', problem: 'not_a_query' } }],
    ['subscription { a }', { options: { field: 'input.operation', problem: 'not_a_query' } }],
  ])('reads, and is counted nowhere: %s', (source, refusal) => {
    const { operation, fragments } = read(source);
    const check = (): void => requireReading(own, operation, fragments);
    if (refusal === null) return check();
    expect(check).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', ...refusal }));
  });
});

describe('A variable that cannot be read', () => {
  const person = buildSchema('type Query { a(p: P, n: Int, m: [Int]): Int } input P { age: Int! tags: [String] }');
  const refusalOf = (source: string, inputs: Variables): unknown => {
    try {
      return coerceVariables(person, read(source).operation, inputs);
    } catch (error) {
      return error instanceof AppError ? [error.options, error.message] : error;
    }
  };

  test.each<readonly [declared: string, inputs: Variables, field: string, reason: string]>([
    ['$n: Int!', {}, 'n', 'it is required.'],
    ['$n: Int!', { n: null }, 'n', 'it is required.'],
    ['$n: Int', { n: 'x' }, 'n', 'Int cannot represent non-integer value: "x"'],
    ['$m: [Int]', { m: [1, 'x; y'] }, 'm[1]', 'y"'],
    ['$p: P', { p: { age: 'x' } }, 'p.age', 'Int cannot represent non-integer value: "x"'],
    ['$p: P', { p: {} }, 'p', 'Field "age" of required type "Int!" was not provided.'],
    ['$p: P', { p: { age: 1, tag: 1 } }, 'p', 'Field "tag" is not defined by type "P".'],
    ['$n: Int $p: P', { n: 'x', p: 1 }, 'n', 'Int cannot represent non-integer value: "x"'],
    ['$n: Nothing', { n: 1 }, 'n', 'it is required.'],
  ])('(%s) %j is named by its place', (declared, inputs, field, reason) => {
    expect(refusalOf(`query (${declared}) { a }`, inputs)).toEqual([
      { field, problem: 'invalid_value' },
      `\`${field}\` is not valid: ${reason}`,
    ]);
  });

  test('is told in two hundred characters', () => {
    const long = 'x'.repeat(1_000);
    const refusal = refusalOf('query ($n: Int) { a }', { n: long });
    expect(refusal).toEqual([
      expect.anything(),
      `\`n\` is not valid: Int cannot represent non-integer value: "${'x'.repeat(159)}`,
    ]);
    expect(refusalOf(`query ($${long}: Int!) { a }`, {})).toEqual([
      { field: 'x'.repeat(200), problem: 'invalid_value' },
      `\`${'x'.repeat(200)}\` is not valid: it is required.`,
    ]);
  });

  test('has its default where none is given', () => {
    expect(refusalOf('query ($n: Int = 7 $m: [Int]) { a }', { m: 1 })).toEqual({ n: 7, m: [1] });
  });
});
