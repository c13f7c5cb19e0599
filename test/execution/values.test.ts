import { describe, expect, test } from '@jest/globals';
import { GraphQLObjectType, GraphQLScalarType, GraphQLSchema, GraphQLString } from 'graphql';
import { answerOf, schemaOf } from './support.ts';

/** The four ways in which a resolver has nothing good to give, and what it says of each. */
const failures: ReadonlyArray<readonly [how: string, fail: () => unknown, message: string | null]> = [
  ['returns null', () => null, null],
  ['promises null', async () => null, null],
  [
    'throws',
    () => {
      throw new Error('thrown');
    },
    'thrown',
  ],
  ['rejects', () => Promise.reject(new Error('rejected')), 'rejected'],
  ['answers an error', () => new Error('answered'), 'answered'],
  [
    'throws what is no error',
    () => {
      // eslint-disable-next-line typescript/only-throw-error
      throw 'a text';
    },
    'Unexpected error value: "a text"',
  ],
];

describe.each(failures)('A resolver that %s', (_how, fail, message) => {
  const sdl =
    'type Query { may: String must: String! nest: Nest nests: [Nest!] chain: Nest! } type Nest { may: String must: String! nest: Nest chain: Nest! }';
  const nest = { nest: () => ({}), chain: () => ({}) };
  const schema = schemaOf(sdl, {
    Query: { may: fail, must: fail, ...nest, nests: () => [{}, {}] },
    Nest: { may: fail, must: fail, ...nest },
  });
  const told = (path: string, type: string) => ({
    [path]: message ?? `Cannot return null for non-nullable field ${type}.must.`,
  });

  test('makes a nullable field null', async () => {
    const answer = await answerOf(schema, '{ may __typename }');
    expect(answer).toEqual({
      data: { may: null, __typename: 'Query' },
      ...(message === null ? {} : { errors: { may: message } }),
    });
  });

  test('takes along the object whose field must not be null, and leaves the others', async () => {
    expect(await answerOf(schema, '{ nest { must } __typename }')).toEqual({
      data: { nest: null, __typename: 'Query' },
      errors: told('nest.must', 'Nest'),
    });
  });

  test('takes along all objects up to the first that may be null', async () => {
    expect(await answerOf(schema, '{ nest { nest { chain { chain { must } } } } }')).toEqual({
      data: { nest: { nest: null } },
      errors: told('nest.nest.chain.chain.must', 'Nest'),
    });
  });

  test('takes along the list whose items must not be null', async () => {
    expect(await answerOf(schema, '{ nests { must } }')).toEqual({
      data: { nests: null },
      errors: told('nests.0.must', 'Nest'),
    });
  });

  test('takes along the whole answer, if nothing above may be null', async () => {
    expect(await answerOf(schema, '{ must }')).toEqual({ data: null, errors: told('must', 'Query') });
    expect(await answerOf(schema, '{ chain { chain { must } } }')).toEqual({
      data: null,
      errors: told('chain.chain.must', 'Nest'),
    });
  });

  test('takes nothing along beside it, in a tree of nullable fields', async () => {
    const { data } = await answerOf(schema, '{ nest { may nest { may nest { may } } } may }');
    expect(data).toEqual({ nest: { may: null, nest: { may: null, nest: { may: null } } }, may: null });
  });
});

describe('Errors that come together:', () => {
  test('an error below a place that is null already is not told', async () => {
    const later = (message: string, turns: number) => async () => {
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      throw new Error(message);
    };
    const schema = schemaOf('type Query { a: A } type A { first: Int! second: Int! deep: A third: Int }', {
      Query: { a: () => ({}) },
      A: { first: later('first', 1), second: later('second', 5), deep: () => ({}), third: later('third', 9) },
    });
    const answer = await answerOf(schema, '{ a { deep { third } first second } }');
    expect(answer).toEqual({ data: { a: null }, errors: { 'a.first': 'first' } });
  });

  test('a field that throws waits for the promises beside it', async () => {
    const schema = schemaOf('type Query { rejects: Int throws: Int! }', {
      Query: {
        rejects: () => Promise.reject(new Error('rejected')),
        throws: () => {
          throw new Error('thrown');
        },
      },
    });
    expect(await answerOf(schema, '{ rejects throws }')).toEqual({
      data: null,
      errors: { rejects: 'rejected', throws: 'thrown' },
    });
  });

  test('the fields after the one that takes its object along are not resolved', async () => {
    let calls = 0;
    const schema = schemaOf('type Query { a: A } type A { must: Int! after: Int }', {
      Query: { a: () => ({}) },
      A: { must: () => null, after: () => (calls += 1) },
    });
    await answerOf(schema, '{ a { must after } }');
    expect(calls).toBe(0);
  });
});

describe('A list', () => {
  const shapes = ['[Int]', '[Int]!', '[Int!]', '[Int!]!'];
  const values: ReadonlyArray<readonly [what: string, value: () => unknown]> = [
    ['of values', () => [1, 2]],
    ['with null', () => [1, null, 2]],
    ['that is null', () => null],
    ['with an error', () => [1, new Error('bad'), 2]],
    ['with a text in the place of a number', () => [1, 'two']],
    ['of promises', () => [Promise.resolve(1), 2]],
    ['with a promise of null', () => [1, Promise.resolve(null)]],
    ['with a rejection', () => [1, Promise.reject(new Error('bad')), 2]],
    ['that is promised', async () => [1, 2]],
    ['that is a promise of promises', async () => [Promise.resolve(1), Promise.reject(new Error('bad'))]],
  ];
  const take: Readonly<Record<string, (answer: unknown) => boolean>> = {
    '[Int]': (list) => Array.isArray(list) || list === null,
    '[Int!]': (list) => list === null || (Array.isArray(list) && !list.includes(null)),
  };

  test.each(shapes.flatMap((shape) => values.map(([what, value]) => [shape, what, value] as const)))(
    'of type %s %s is answered as by graphql-js',
    async (shape, _what, value) => {
      const schema = schemaOf(`type Query { list: ${shape} }`, { Query: { list: value } });
      const { data } = await answerOf(schema, '{ list }');
      const isRight = take[shape.replace(/!$/, '')];
      const list = (data as { list: unknown } | null)?.list;
      expect(list === undefined ? shape.endsWith('!') : isRight?.(list)).toBe(true);
    },
  );

  test.each<readonly [string, () => unknown, unknown]>([
    ['a set', () => new Set(['a', 'b']), ['a', 'b']],
    [
      'what a generator yields',
      function* letters() {
        yield 'a';
        yield 'b';
      },
      ['a', 'b'],
    ],
    ['a map', () => new Map([['a', 1]]).keys(), ['a']],
    ['a text', () => 'ab', null],
    ['an object', () => ({ length: 1 }), null],
    [
      'an asynchronous generator',
      async function* letters() {
        yield 'a';
      },
      null,
    ],
    ['holes', () => Array<string>(2), [null, null]],
    ['a list in which a list stands for a text', () => [['a']], [null]],
  ])('may be %s, if that can be iterated over', async (_what, list, expected) => {
    const { data } = await answerOf(schemaOf('type Query { list: [String] }', { Query: { list } }), '{ list }');
    expect(data).toEqual({ list: expected });
  });

  test('whose iteration fails is null', async () => {
    const list = function* letters() {
      yield 'a';
      throw new Error('no more');
    };
    const answer = await answerOf(schemaOf('type Query { list: [String] }', { Query: { list } }), '{ list }');
    expect(answer).toEqual({ data: { list: null }, errors: { list: 'no more' } });
  });
});

describe('A leaf', () => {
  test('that its scalar refuses is null with the error of the scalar', async () => {
    const schema = schemaOf('type Query { int: Int text: String id: ID float: Float truth: Boolean }');
    const rootValue = { int: 1.5, text: {}, id: true, float: 'x', truth: 'yes' };
    expect(await answerOf(schema, '{ int text id float truth }', { rootValue })).toEqual({
      data: { int: null, text: null, id: null, float: null, truth: null },
      errors: {
        int: 'Int cannot represent non-integer value: 1.5',
        text: 'String cannot represent value: {}',
        id: 'ID cannot represent value: true',
        float: 'Float cannot represent non numeric value: "x"',
        truth: 'Boolean cannot represent a non boolean value: "yes"',
      },
    });
  });

  test('is serialised where it is not what it is answered as', async () => {
    const schema = schemaOf(
      'type Query { int: Int text: String id: ID float: Float truth: Boolean level: Level } enum Level { LOW }',
      {
        Level: { LOW: 7 },
      },
    );
    const rootValue = { int: '5', text: 3, id: 9, float: true, truth: 0, level: 7 };
    expect(await answerOf(schema, '{ int text id float truth level }', { rootValue })).toEqual({
      data: { int: 5, text: '3', id: '9', float: 1, truth: false, level: 'LOW' },
    });
  });

  test.each([undefined, null])('whose scalar answers %s is an error', async (nothing) => {
    const type = new GraphQLScalarType({ name: 'Nothing', serialize: () => nothing });
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { f: { type, resolve: () => 'value' } } }),
    });
    const message = `Expected \`Nothing.serialize("value")\` to return non-nullable value, returned: ${nothing}`;
    expect(await answerOf(schema, '{ f }')).toEqual({ data: { f: null }, errors: { f: message } });
  });

  test('of an enum that has no such value is an error', async () => {
    const schema = schemaOf('type Query { level: Level } enum Level { LOW }', { Query: { level: () => 'HIGH' } });
    expect(await answerOf(schema, '{ level }')).toEqual({
      data: { level: null },
      errors: { level: 'Enum "Level" cannot represent value: "HIGH"' },
    });
  });

  test('whose getter throws is an error of its field alone', async () => {
    const type = new GraphQLObjectType({
      name: 'Query',
      fields: { bad: { type: GraphQLString }, good: { type: GraphQLString } },
    });
    const rootValue = {
      good: 'good',
      get bad() {
        throw new Error('no value');
      },
    };
    expect(await answerOf(new GraphQLSchema({ query: type }), '{ bad good }', { rootValue })).toEqual({
      data: { bad: null, good: 'good' },
      errors: { bad: 'no value' },
    });
  });
});
