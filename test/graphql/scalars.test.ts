import { describe, expect, test } from '@jest/globals';
import { buildSchema, graphqlSync, GraphQLScalarType, parseValue } from 'graphql';
import { DateTime, JSONValue, withSpecifications } from '../../src/graphql/scalars.ts';

const expected = 'Expected a date and time such as 2026-01-31T12:00:00Z.';

describe('DateTime', () => {
  const literal = (text: string): Date => DateTime.parseLiteral(parseValue(text));

  test('reads a text, as a variable and in a document, and nothing else', () => {
    const at = new Date('2026-01-31T11:00:00Z');
    expect(DateTime.parseValue('2026-01-31T12:00:00+01:00')).toEqual(at);
    expect(literal('"2026-01-31T12:00:00+01:00"')).toEqual(at);
    for (const value of [at, at.getTime(), null, undefined, ['2026-01-31T12:00:00Z'], 'tomorrow']) {
      expect(() => DateTime.parseValue(value)).toThrow(expected);
    }
    for (const text of ['2026', 'A2026', 'null', 'true', '"tomorrow"']) expect(() => literal(text)).toThrow(expected);
  });

  test('reads the first and the last moment of its years, by UTC, and none beyond', () => {
    for (const text of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z']) {
      expect(DateTime.parseValue(text)).toEqual(new Date(text));
    }
    for (const text of ['0000-12-31T23:59:59Z', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01']) {
      expect(() => DateTime.parseValue(text)).toThrow(expected);
    }
  });

  test('is written in UTC with milliseconds; a value that is no date is an error', () => {
    expect(DateTime.serialize(new Date('2026-01-31T12:00:00+01:00'))).toBe('2026-01-31T11:00:00.000Z');
    for (const value of ['2026-01-31T12:00:00Z', { toISOString: () => 'x' }]) {
      expect(() => DateTime.serialize(value)).toThrow('The value of DateTime is not a date.');
    }
  });
});

test('JSON is passed on as it is: as a variable, in a document with variables in it, and in an answer', () => {
  const value = { a: [1, 'x', null, { b: true }] };
  expect(JSONValue.parseValue(value)).toBe(value);
  expect(JSONValue.serialize(value)).toBe(value);
  expect(JSONValue.parseLiteral(parseValue('{ a: [1, "x", null, { b: $b }] }'), { b: true })).toEqual(value);
});

test('A scalar has the URL of its specification, although a resolver takes the place of what the SDL says', () => {
  const schema = buildSchema(`
    scalar Named @specifiedBy(url: "https://example.com/named")
    scalar Nameless
    enum Level { HIGH }
    type Query { named: Named nameless: Nameless level: Level }`);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLScalarType) type.specifiedByURL = undefined;
  }
  const nameless = schema.getType('Nameless');
  if (nameless instanceof GraphQLScalarType) nameless.specifiedByURL = 'https://example.com/by-its-resolver';
  const source = '{ __schema { types { name specifiedByURL } } }';
  const { data } = graphqlSync({ schema: withSpecifications(schema), source });
  const { types } = (data as { __schema: { types: Array<{ name: string; specifiedByURL: string | null }> } }).__schema;
  expect(types.filter(({ specifiedByURL }) => specifiedByURL !== null)).toEqual([
    { name: 'Named', specifiedByURL: 'https://example.com/named' },
    { name: 'Nameless', specifiedByURL: 'https://example.com/by-its-resolver' },
  ]);
});
