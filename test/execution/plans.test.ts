import { describe, expect, test } from '@jest/globals';
import { assertValidSchema, defaultFieldResolver, parse } from 'graphql';
import type { DocumentNode, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { createExecutor } from '../../src/execution/index.ts';
import { schemaOf } from './support.ts';

const field = (schema: GraphQLSchema, name: string) => {
  const found = schema.getQueryType()?.getFields()[name];
  if (found === undefined) throw new Error(`There is no field ${name}.`);
  return found;
};

describe('What a plan does not know goes to graphql-js:', () => {
  const schema = schemaOf('interface I { a: String } type A implements I { a: String } type Query { a: String i: I }');
  const document = parse('{ a i { __typename a } }');
  const { execute } = createExecutor(schema);

  test('resolvers that are given to the call', () => {
    const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (_source, _args, _context, { fieldName }) =>
      fieldName;
    const answer = execute({ schema, document, fieldResolver, typeResolver: () => 'A' });
    expect(answer).toEqual({ data: { a: 'a', i: { __typename: 'A', a: 'a' } } });
  });

  test('another schema', () => {
    const other = schemaOf('type Query { a: String }', { Query: { a: () => 'other' } });
    expect(execute({ schema: other, document: parse('{ a }') })).toEqual({ data: { a: 'other' } });
  });
});

describe('Plans are kept for some documents:', () => {
  /** How often fields of the root type were looked up, which only planning does. */
  function counted(maxFields: number) {
    const schema = schemaOf('type Query { a: String b: String }', { Query: { a: () => 'a', b: () => 'b' } });
    let count = 0;
    const query = schema.getQueryType();
    const getFields = query?.getFields.bind(query);
    if (query && getFields) {
      query.getFields = () => {
        count += 1;
        return getFields();
      };
    }
    assertValidSchema(schema);
    count = 0;
    const { execute } = createExecutor(schema, { maxFields });
    const plannedFor = async (document: DocumentNode, variableValues = {}): Promise<number> => {
      const before = count;
      expect(await execute({ schema, document, variableValues })).toHaveProperty('data');
      return count - before;
    };
    return plannedFor;
  }

  test('the second execution of a document plans nothing', async () => {
    const plannedFor = counted(10);
    const document = parse('{ a b }');
    expect([await plannedFor(document), await plannedFor(document)]).toEqual([2, 0]);
  });

  test('what was not used for long is planned again, and what is used is not', async () => {
    const plannedFor = counted(10);
    const [used, unused] = [parse('{ a b }'), parse('{ b a }')];
    await plannedFor(unused);
    await plannedFor(used);
    for (let turn = 0; turn < 30; turn += 1) {
      await plannedFor(parse('{ a }'));
      expect(await plannedFor(used)).toBe(0);
    }
    expect(await plannedFor(unused)).toBe(2);
  });

  test('the values of conditions fill it as documents do', async () => {
    const plannedFor = counted(10);
    const document = parse('query ($x: Boolean!, $y: Boolean!) { a @skip(if: $x) b @skip(if: $y) }', {
      noLocation: true,
    });
    const first = { x: false, y: false };
    const values = [first, { x: true, y: false }, { x: false, y: true }];
    expect(await Promise.all(values.map((value) => plannedFor(document, value)))).not.toContain(0);
    expect(await plannedFor(document, first)).toBe(0);
  });
});

describe('A plan is kept, and holds nothing of an execution:', () => {
  test('the same document asks its resolvers anew each time', async () => {
    let count = 0;
    const schema = schemaOf('type Query { count: Int }', { Query: { count: () => (count += 1) } });
    const { execute } = createExecutor(schema);
    const document = parse('{ count }');
    expect([execute({ schema, document }), execute({ schema, document })]).toEqual([
      { data: { count: 1 } },
      { data: { count: 2 } },
    ]);
  });

  test('executions of the same plan at once do not see each other', async () => {
    const schema = schemaOf('type Query { who(x: Int): String list: [Query] fails: String }', {
      Query: {
        who: async (_source: unknown, { x }: { x: number }, context: string) => `${context} ${x}`,
        list: () => [{}, {}],
        fails: async (_source: unknown, _args: unknown, context: string) => {
          throw new Error(context);
        },
      },
    });
    const { execute } = createExecutor(schema);
    const document = parse('query ($x: Int) { who(x: $x) list { who(x: $x) fails } }');
    const ask = (contextValue: string, x: number) => execute({ schema, document, contextValue, variableValues: { x } });
    const answers = await Promise.all([ask('ann', 1), ask('ben', 2)]);
    for (const [at, who] of ['ann 1', 'ben 2'].entries()) {
      expect(answers[at]?.data).toEqual({
        who,
        list: [
          { who, fails: null },
          { who, fails: null },
        ],
      });
      expect(answers[at]?.errors?.map(({ message }) => message)).toEqual([who.slice(0, 3), who.slice(0, 3)]);
    }
  });

  test('a resolver that is put in front of a field later is called', () => {
    const schema = schemaOf('type Query { a: String deep: Query list: [Query] }', {
      Query: { deep: () => ({}), list: () => [{ a: 'open' }] },
    });
    const { execute } = createExecutor(schema);
    const document = parse('{ a deep { list { a } } }');
    const ask = () => execute({ schema, document, rootValue: { a: 'open' } });
    expect(ask()).toEqual({ data: { a: 'open', deep: { list: [{ a: 'open' }] } } });
    field(schema, 'a').resolve = () => 'guarded';
    expect(ask()).toEqual({ data: { a: 'guarded', deep: { list: [{ a: 'guarded' }] } } });
    field(schema, 'a').resolve = defaultFieldResolver;
    expect(ask()).toEqual({ data: { a: 'open', deep: { list: [{ a: 'open' }] } } });
  });

  test('variables of an execution are an object of its own, by which it is told from others', async () => {
    const seen = new Set<unknown>();
    const schema = schemaOf('type Query { a: String }', {
      Query: {
        a: (_source: unknown, _args: unknown, _context: unknown, { variableValues }: { variableValues: unknown }) =>
          seen.add(variableValues) && 'a',
      },
    });
    const { execute } = createExecutor(schema);
    for (const text of ['{ a again: a }', 'query ($v: String) { a @skip(if: false) }']) {
      const document = parse(text);
      await execute({ schema, document });
      await execute({ schema, document, variableValues: { v: 'v' } });
    }
    expect(seen.size).toBe(4);
  });
});
