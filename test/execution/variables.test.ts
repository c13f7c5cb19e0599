import { describe, expect, test } from '@jest/globals';
import { GraphQLScalarType } from 'graphql';
import { answerOf, schemaOf } from './support.ts';

const sdl = `
  scalar Complex
  enum Level { NULL LOW HIGH }
  input In { a: String b: [String] c: String! = "default" d: Complex within: In }
  input OneOf @oneOf { a: String b: Int }
  type Query {
    f(in: In, level: Level, n: Int = 5, text: String, must: String! = "default", needed: String!, words: [String], strict: [String!]!): String
    open(in: In, level: Level, n: Int = 5, text: String, words: [String] = ["w"], strict: [String!], one: OneOf, d: Complex): String
  }`;
const asked = (_source: unknown, args: object) => JSON.stringify(args);
const schema = schemaOf(sdl, {
  Complex: new GraphQLScalarType({
    name: 'Complex',
    parseValue: (value) => {
      if (value === 'faulty') throw new Error('faulty scalar');
      return `parsed ${String(value)}`;
    },
  }),
  Level: { NULL: null, LOW: 0, HIGH: { is: 'high' } },
  Query: { f: asked, open: asked },
});

const open = async (args: string, head = '', variableValues: Record<string, unknown> = {}) => {
  const { data, errors } = await answerOf(schema, `query ${head} { open${args === '' ? '' : `(${args})`} }`, {
    variableValues,
  });
  const text = (data as { open: string | null } | null | undefined)?.open;
  return typeof text === 'string' ? (JSON.parse(text) as unknown) : errors;
};
const defaults = { n: 5, words: ['w'] };

describe('Arguments that stand in the document', () => {
  test.each<readonly [string, string, unknown]>([
    ['an input object is completed by its defaults', 'in: { a: "x" }', { in: { a: 'x', c: 'default' } }],
    ['a single value becomes a list', 'in: { b: "x" }, words: "y"', { in: { b: ['x'], c: 'default' }, words: ['y'] }],
    [
      'null is null',
      'in: { a: null }, n: null, words: [null]',
      { in: { a: null, c: 'default' }, n: null, words: [null] },
    ],
    ['an enum is its value', 'level: HIGH', { level: { is: 'high' } }],
    ['an enum may stand for null', 'level: NULL', { level: null }],
    [
      'a scalar of the host is parsed',
      'd: "x", in: { d: "y" }',
      { d: 'parsed x', in: { c: 'default', d: 'parsed y' } },
    ],
    ['nothing is what the defaults say', '', {}],
    ['one of an input is taken', 'one: { b: 3 }', { one: { b: 3 } }],
  ])('%s', async (_what, args, expected) => {
    expect(await open(args)).toEqual({ ...defaults, ...(expected as object) });
  });

  test.each<readonly [string, string, string]>([
    ['a list in the place of an object', 'in: ["a"]', 'Argument "in" has invalid value ["a"].'],
    ['a text in the place of a number', 'n: "x"', 'Argument "n" has invalid value "x".'],
    ['null in a list without', 'strict: [null]', 'Argument "strict" has invalid value [null].'],
    ['two of an input that takes one', 'one: { a: "a", b: 3 }', 'Argument "one" has invalid value {a: "a", b: 3}.'],
    ['an unknown enum value', 'level: MIDDLE', 'Argument "level" has invalid value MIDDLE.'],
    ['a scalar that refuses', 'd: "faulty"', 'Argument "d" has invalid value "faulty".'],
  ])('%s is an error of the field', async (_what, args, message) => {
    expect(await open(args)).toEqual({ open: message });
  });
});

describe('Variables', () => {
  test.each<readonly [string, string, string, Record<string, unknown>, unknown]>([
    [
      'are coerced with the defaults of input fields',
      '$v: In',
      'in: $v',
      { v: { b: 'x', within: {} } },
      { in: { b: ['x'], c: 'default', within: { c: 'default' } } },
    ],
    ['that are not given are not there', '$v: In, $w: String', 'in: $v, text: $w, n: $x', {}, {}],
    ['that are not given leave the default of the argument', '$v: Int', 'n: $v', {}, {}],
    [
      'that are null are null',
      '$v: In = { a: "d" }, $n: Int = 3',
      'in: $v, n: $n',
      { v: null, n: null },
      { in: null, n: null },
    ],
    ['have defaults', '$v: In = { a: "d" }, $n: Int = 3', 'in: $v, n: $n', {}, { in: { a: 'd', c: 'default' }, n: 3 }],
    ['go before their defaults', '$n: Int = 3', 'n: $n', { n: 4 }, { n: 4 }],
    ['may be null by default', '$t: String = null', 'text: $t', {}, { text: null }],
    [
      'may stand inside lists and objects',
      '$t: String, $n: String',
      'words: [$t, $n], in: { a: $t, within: { a: $n } }',
      { t: 't' },
      { words: ['t', null], in: { a: 't', c: 'default', within: { c: 'default' } } },
    ],
    ['of enums are their values', '$l: Level', 'level: $l', { l: 'LOW' }, { level: 0 }],
    [
      'of scalars of the host are parsed',
      '$d: Complex',
      'd: $d, in: { d: $d }',
      { d: 1 },
      { d: 'parsed 1', in: { c: 'default', d: 'parsed 1' } },
    ],
  ])('%s', async (_what, head, args, values, expected) => {
    expect(await open(args, `(${head})`, values)).toEqual({ ...defaults, ...(expected as object) });
  });

  test.each<readonly [string, string, Record<string, unknown>, RegExp]>([
    ['a required one that is missing', '$v: String!', {}, /of required type "String!" was not provided/],
    ['null where it may not be', '$v: [String!]!', { v: null }, /of non-null type "\[String!\]!" must not be null/],
    ['null in a list without', '$v: [String!]', { v: ['a', null] }, /invalid value null at "v\[1\]"/],
    ['a text for an object', '$v: In', { v: 'x' }, /Expected type "In" to be an object/],
    [
      'a field that the input does not have',
      '$v: In',
      { v: { extra: 1 } },
      /Field "extra" is not defined by type "In"/,
    ],
    ['null for what must be there', '$v: In', { v: { within: { c: null } } }, /invalid value null at "v.within.c"/],
    ['a list for a text', '$v: String', { v: [1, 2] }, /String cannot represent a non string value/],
    ['a scalar that refuses', '$v: Complex', { v: 'faulty' }, /faulty scalar/],
    ['two of an input that takes one', '$v: OneOf', { v: { a: 'a', b: null } }, /Exactly one key must be specified/],
    ['an output type', '$v: Query', { v: {} }, /which cannot be used as an input type/],
    ['an unknown type', '$v: Nothing', { v: {} }, /which cannot be used as an input type/],
  ])('that are wrong end the operation: %s', async (_what, head, values, message) => {
    const { data, errors } = await answerOf(schema, `query (${head}) { open }`, { variableValues: values });
    expect([data, errors?.['']]).toEqual([undefined, expect.stringMatching(message)]);
  });

  test('that are wrong in many places are told up to the number that was asked for', async () => {
    const variableValues = { v: { x: 1, y: 2, z: 3 } };
    for (const maxCoercionErrors of [1, 2, 50]) {
      const { errors } = await answerOf(schema, 'query ($v: In) { open }', {
        variableValues,
        options: { maxCoercionErrors },
      });
      expect(errors).toBeDefined();
    }
  });

  test('that are wrong are told without suggestions, if that was asked for', async () => {
    const given = { variableValues: { l: 'LOWW' }, hideSuggestions: true };
    const { errors } = await answerOf(schema, 'query ($l: Level) { open(level: $l) }', given);
    expect(errors?.['']).not.toContain('Did you mean');
  });
});

describe('A required argument', () => {
  const f = async (args: string, head = '', variableValues: Record<string, unknown> = {}) =>
    answerOf(schema, `query ${head} { f(strict: ["s"], ${args}) }`, { variableValues });

  test('takes a literal, a variable, and the default of a variable', async () => {
    const expected = { data: { f: '{"n":5,"must":"default","needed":"x","strict":["s"]}' } };
    expect(await f('needed: "x"')).toEqual(expected);
    expect(await f('needed: $v', '($v: String!)', { v: 'x' })).toEqual(expected);
    expect(await f('needed: $v', '($v: String = "x")')).toEqual(expected);
  });

  test.each<readonly [string, string, string, Record<string, unknown>, string]>([
    ['is missing', 'n: 1', '', {}, 'Argument "needed" of required type "String!" was not provided.'],
    ['is null', 'needed: null', '', {}, 'Argument "needed" of non-null type "String!" must not be null.'],
    [
      'is a variable without a value',
      'needed: $v',
      '($v: String)',
      {},
      'Argument "needed" of required type "String!" was provided the variable "$v" which was not provided a runtime value.',
    ],
    [
      'is a variable that is null',
      'needed: $v',
      '($v: String)',
      { v: null },
      'Argument "needed" of non-null type "String!" must not be null.',
    ],
    [
      'has a default and is a variable without a value',
      'needed: "x", must: $v, n: "bad"',
      '($v: String)',
      {},
      'Argument "n" has invalid value "bad".',
    ],
  ])('that %s is an error of the field', async (_what, args, head, values, message) => {
    expect(await f(args, head, values)).toEqual({ data: { f: null }, errors: { f: message } });
  });

  test('that is wrong is an error even if nothing would read it', async () => {
    const plain = schemaOf('type Query { value(needed: Int!): String }');
    expect(await answerOf(plain, '{ value }', { rootValue: { value: 'there' } })).toEqual({
      data: { value: null },
      errors: { value: 'Argument "needed" of required type "Int!" was not provided.' },
    });
  });
});
