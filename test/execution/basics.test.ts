import { describe, expect, test } from '@jest/globals';
import { execute, GraphQLObjectType, GraphQLSchema, GraphQLString, Kind, parse } from 'graphql';
import type { ExecutionArgs, GraphQLResolveInfo } from 'graphql';
import { createExecutor } from '../../src/execution/index.ts';
import { answerOf, schemaOf } from './support.ts';

const greeting = schemaOf('type Query { hello: String }', { Query: { hello: () => 'world' } });

describe('A call that cannot be executed is refused as by graphql-js:', () => {
  const { execute: executePlan } = createExecutor(greeting);
  const wrong: ReadonlyArray<readonly [what: string, args: object]> = [
    ['no document', { schema: greeting }],
    ['no schema', { document: parse('{ hello }') }],
    ['variables that are a text', { schema: greeting, document: parse('{ hello }'), variableValues: '{ "a": 1 }' }],
  ];
  test.each(wrong)('%s throws the same error', (_what, args) => {
    const messageOf = (run: (args: ExecutionArgs) => unknown): unknown => {
      try {
        return run(args as ExecutionArgs);
      } catch (error) {
        return String(error);
      }
    };
    expect(messageOf(executePlan)).toMatch(/Error/);
    expect(messageOf(executePlan)).toBe(messageOf(execute));
  });

  test('a schema that is not valid throws what is wrong with it', () => {
    const schema = new GraphQLSchema({});
    const run = () => createExecutor(schema).execute({ schema, document: parse('{ hello }') });
    expect(run).toThrow('Query root type must be provided.');
  });
});

describe('The operation is found in its document:', () => {
  const both = 'query A { first: hello } query B { second: hello }';

  test('the only operation needs no name, and may have one', async () => {
    expect(await answerOf(greeting, '{ hello }')).toEqual({ data: { hello: 'world' } });
    expect(await answerOf(greeting, 'query A { hello }')).toEqual({ data: { hello: 'world' } });
  });

  test('one of several is executed by its name, each time the one that was named', async () => {
    const document = parse(both);
    const executor = createExecutor(greeting);
    for (const operationName of ['A', 'B', 'A', 'B']) {
      const key = operationName === 'A' ? 'first' : 'second';
      expect(executor.execute({ schema: greeting, document, operationName })).toEqual({ data: { [key]: 'world' } });
    }
  });

  test('several without a name, an unknown name, an empty name and no operation are errors', async () => {
    const messages = {
      several: await answerOf(greeting, both),
      unknown: await answerOf(greeting, both, { operationName: 'C' }),
      empty: await answerOf(greeting, both, { operationName: '' }),
      none: await answerOf(greeting, 'fragment F on Query { hello }'),
    };
    expect(messages).toEqual({
      several: { errors: { '': 'Must provide operation name if query contains multiple operations.' } },
      unknown: { errors: { '': 'Unknown operation named "C".' } },
      empty: { errors: { '': 'Unknown operation named "".' } },
      none: { errors: { '': 'Must provide an operation.' } },
    });
  });

  test('definitions that cannot be executed are passed over', async () => {
    expect(await answerOf(greeting, '{ hello } type Query { hello: Int }')).toEqual({ data: { hello: 'world' } });
  });

  test('an operation that the schema does not have is an error', async () => {
    const message = 'Schema is not configured to execute mutation operation.';
    expect(await answerOf(greeting, 'mutation { hello }')).toEqual({ data: null, errors: { '': message } });
  });

  test('queries, mutations and subscriptions have each their root type', async () => {
    const root = (name: string) => `type ${name} { name: String }`;
    const schema = schemaOf(['Query', 'Mutation', 'Subscription'].map(root).join(' '));
    const rootValue = { name: 'root' };
    for (const [operation, name] of Object.entries({
      query: 'Query',
      mutation: 'Mutation',
      subscription: 'Subscription',
    })) {
      const answer = await answerOf(schema, `${operation} { name __typename }`, { rootValue });
      expect(answer).toEqual({ data: { name: 'root', __typename: name } });
    }
  });
});

describe('Selections are executed as they are written:', () => {
  const schema = schemaOf(
    'type Query { a: String b: String deep: Query list: [Query] args(x: Int, y: Int = 2, z: String): String }',
    {
      Query: {
        a: () => 'Apple',
        b: async () => 'Banana',
        deep: () => ({}),
        list: () => [{}, null],
        args: (_source: unknown, args: object) => JSON.stringify(args),
      },
    },
  );

  test('fields of all kinds, aliases, lists and fragments are answered', async () => {
    const query = '{ a x: b deep { ...F list { __typename a } } } fragment F on Query { deep { a } again: a }';
    expect(await answerOf(schema, query)).toEqual({
      data: {
        a: 'Apple',
        x: 'Banana',
        deep: { deep: { a: 'Apple' }, again: 'Apple', list: [{ __typename: 'Query', a: 'Apple' }, null] },
      },
    });
  });

  test('fragments that select the same field are merged', async () => {
    const query =
      '{ ...F ...G deep { b } } fragment F on Query { a deep { a } } fragment G on Query { deep { deep { a } } }';
    expect(await answerOf(schema, query)).toEqual({
      data: { a: 'Apple', deep: { a: 'Apple', deep: { a: 'Apple' }, b: 'Banana' } },
    });
  });

  test('fields keep their order, whatever resolves first', async () => {
    const executed = await createExecutor(schema).execute({ schema, document: parse('{ b a second: b }') });
    expect(JSON.stringify(executed)).toBe('{"data":{"b":"Banana","a":"Apple","second":"Banana"}}');
  });

  test('a fragment that spreads itself ends', async () => {
    expect(await answerOf(schema, '{ a ...F } fragment F on Query { a ...F }')).toEqual({ data: { a: 'Apple' } });
  });

  test('fields that a type does not have are left out, and fields without their sub-selection are empty', async () => {
    expect(await answerOf(schema, '{ a notThere }')).toEqual({ data: { a: 'Apple' } });
    expect(await answerOf(schema, '{ a deep }')).toEqual({ data: { a: 'Apple', deep: {} } });
  });

  test('arguments that are not given are not there, unless they have a default', async () => {
    expect(await answerOf(schema, '{ none: args all: args(x: 1, y: null, z: "s") }')).toEqual({
      data: { none: '{"y":2}', all: '{"x":1,"y":null,"z":"s"}' },
    });
  });

  test('keys that an object has by itself elsewhere are ordinary ones', async () => {
    const query = '{ __proto__: a constructor: a toString: a hasOwnProperty: deep { __proto__: a } }';
    const { data } = await createExecutor(schema).execute({ schema, document: parse(query) });
    expect(Object.keys(data ?? {})).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
    expect(Object.getPrototypeOf(data)).toBeNull();
  });
});

describe('A resolver gets what graphql-js gives it:', () => {
  test('the source, its arguments, the context and all there is to know of the execution', async () => {
    const seen: unknown[][] = [];
    const field = { type: GraphQLString, args: { a: { type: GraphQLString } } };
    const resolve = (...given: unknown[]) => {
      seen.push(given);
      return 'seen';
    };
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { f: { ...field, resolve } } }),
    });
    const document = parse('query ($v: String = "d") { x: f(a: $v) ...F } fragment F on Query { x: f(a: $v) }');
    const given = {
      schema,
      document,
      rootValue: { root: true },
      contextValue: { context: true },
      variableValues: { v: 'v' },
    };
    await execute(given);
    await createExecutor(schema).execute(given);
    const [expected, found] = seen;
    expect(found).toEqual(expected);
    const info = (found ?? [])[3] as GraphQLResolveInfo;
    const { path, fieldNodes, operation, fragments, returnType, parentType } = info;
    expect(Object.keys(info)).toEqual(Object.keys((expected ?? [])[3] as GraphQLResolveInfo));
    expect(path).toEqual({ prev: undefined, key: 'x', typename: 'Query' });
    expect(fieldNodes).toHaveLength(2);
    expect(operation).toBe(document.definitions[0]);
    expect(fragments['F']?.kind).toBe(Kind.FRAGMENT_DEFINITION);
    expect([returnType, parentType]).toEqual([GraphQLString, schema.getQueryType()]);
  });

  test('a path leads through lists and types', async () => {
    const paths: unknown[] = [];
    const leaf = (_source: unknown, _args: unknown, _context: unknown, { path }: GraphQLResolveInfo) => {
      paths.push(path);
      return 'leaf';
    };
    const schema = schemaOf('type Query { list: [[Item]] } type Item { leaf: String }', {
      Query: { list: () => [[{}]] },
      Item: { leaf },
    });
    await answerOf(schema, '{ l: list { leaf } }');
    const item = {
      key: 0,
      typename: undefined,
      prev: { key: 0, typename: undefined, prev: { key: 'l', typename: 'Query', prev: undefined } },
    };
    expect(paths).toEqual(Array.from({ length: 3 }, () => ({ key: 'leaf', typename: 'Item', prev: item })));
  });

  test('arguments are a resolver’s own: what it changes in them, no other sees', async () => {
    const sdl =
      'input In { words: [String!] } type Query { list: [Item] } type Item { f(n: Int, in: In, words: [String]): String }';
    const f = (_source: unknown, args: { n: number; in: { words: string[] }; words: string[] }) => {
      const before = JSON.stringify(args);
      args.n += 1;
      args.in.words.push('more');
      args.words.push('more');
      return before;
    };
    const schema = schemaOf(sdl, { Query: { list: () => [{}, {}] }, Item: { f } });
    const before = '{"n":1,"in":{"words":["a"]},"words":["b"]}';
    expect(await answerOf(schema, '{ list { f(n: 1, in: { words: ["a"] }, words: ["b"]) } }')).toEqual({
      data: { list: [{ f: before }, { f: before }] },
    });
  });

  test('without a resolver a property is read, or a method called with arguments, context and info', async () => {
    const schema = schemaOf('type Query { value: String method(x: Int): String nothing: String }');
    const rootValue = {
      value: 'property',
      method: (args: object, context: unknown, { fieldName }: GraphQLResolveInfo) =>
        JSON.stringify([args, context, fieldName]),
    };
    expect(await answerOf(schema, '{ value method(x: 3) nothing }', { rootValue, contextValue: 'context' })).toEqual({
      data: { value: 'property', method: '[{"x":3},"context","method"]', nothing: null },
    });
    for (const none of [undefined, null, 'text', 5]) {
      expect(await answerOf(schema, '{ value }', { rootValue: none })).toEqual({ data: { value: null } });
    }
  });
});

describe('An answer is a promise only if a resolver made one:', () => {
  const sdl = 'type Query { now: String later: String } type Mutation { now: String later: String }';
  const of = { now: () => 'now', later: async () => 'later' };
  const schema = schemaOf(sdl, { Query: of, Mutation: of });
  const { execute: run } = createExecutor(schema);

  test.each(['query', 'mutation'])('a %s of values is answered at once', (operation) => {
    expect(run({ schema, document: parse(`${operation} { now }`) })).toEqual({ data: { now: 'now' } });
  });

  test.each(['query', 'mutation'])('a %s with one promise is a promise', async (operation) => {
    const answer = run({ schema, document: parse(`${operation} { now later }`) });
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toEqual({ data: { now: 'now', later: 'later' } });
  });

  test('what is wrong before anything runs is answered at once', () => {
    expect(run({ schema, document: parse('fragment F on Query { later }') })).toHaveProperty('errors.length', 1);
  });
});
