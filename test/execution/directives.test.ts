import { describe, expect, test } from '@jest/globals';
import { execute, parse } from 'graphql';
import { createExecutor } from '../../src/execution/index.ts';
import { answerOf, schemaOf } from './support.ts';

const schema = schemaOf('type Query { a: String b: String deep: Query }', {
  Query: { a: () => 'a', b: () => 'b', deep: () => ({}) },
});

const places: ReadonlyArray<readonly [where: string, query: (directives: string) => string]> = [
  ['a field', (on) => `query ($yes: Boolean!, $no: Boolean = false) { a b ${on} }`],
  ['a spread', (on) => `query ($yes: Boolean!, $no: Boolean = false) { a ...F ${on} } fragment F on Query { b }`],
  ['an inline fragment', (on) => `query ($yes: Boolean!, $no: Boolean = false) { a ... on Query ${on} { b } }`],
  ['a fragment without a type', (on) => `query ($yes: Boolean!, $no: Boolean = false) { a ... ${on} { b } }`],
];

const cases: ReadonlyArray<readonly [directives: string, isIncluded: boolean]> = [
  ['', true],
  ['@include(if: true)', true],
  ['@include(if: false)', false],
  ['@skip(if: false)', true],
  ['@skip(if: true)', false],
  ['@include(if: $yes)', true],
  ['@include(if: $no)', false],
  ['@skip(if: $no)', true],
  ['@skip(if: $yes)', false],
  ['@include(if: true) @skip(if: false)', true],
  ['@include(if: true) @skip(if: true)', false],
  ['@include(if: false) @skip(if: false)', false],
  ['@include(if: $yes) @skip(if: $yes)', false],
];

describe.each(places)('@skip and @include on %s', (_where, query) => {
  test.each(cases)('%s is honoured', async (directives, isIncluded) => {
    expect(await answerOf(schema, query(directives), { variableValues: { yes: true } })).toEqual({
      data: isIncluded ? { a: 'a', b: 'b' } : { a: 'a' },
    });
  });
});

describe('Conditions by variables', () => {
  const document = parse(
    'query ($one: Boolean = true, $two: Boolean = false) { a @include(if: $one) deep { b @skip(if: $two) a } }',
  );
  const { execute: run } = createExecutor(schema);

  test('decide anew for each execution of the same document', () => {
    for (const one of [true, false, undefined, true]) {
      for (const two of [false, true, undefined]) {
        const variableValues = { ...(one === undefined ? {} : { one }), ...(two === undefined ? {} : { two }) };
        const given = { schema, document, variableValues };
        const deep = two === true ? { a: 'a' } : { b: 'b', a: 'a' };
        expect(run(given)).toEqual({ data: one === false ? { deep } : { a: 'a', deep } });
        expect(run(given)).toEqual(execute(given));
      }
    }
  });

  test('that are null are an error in the place of the selection', async () => {
    const answer = await answerOf(schema, document, { variableValues: { two: null } });
    expect(answer).toEqual({
      data: { a: 'a', deep: null },
      errors: { deep: 'Argument "if" of non-null type "Boolean!" must not be null.' },
    });
    expect(await answerOf(schema, document, { variableValues: { one: null } })).toEqual({
      data: null,
      errors: { '': 'Argument "if" of non-null type "Boolean!" must not be null.' },
    });
  });

  test('in more combinations than are kept are answered all the same', async () => {
    const names = Array.from({ length: 7 }, (_, at) => `v${at}`);
    const text = `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { ${names.map((name) => `${name}: a @include(if: $${name})`).join(' ')} }`;
    const many = parse(text);
    for (let bits = 0; bits < 2 ** names.length; bits += 1) {
      const values = names.map((name, at) => [name, ((bits >> at) & 1) === 1] as const);
      const expected = Object.fromEntries(values.filter(([, isOn]) => isOn).map(([name]) => [name, 'a']));
      expect(run({ schema, document: many, variableValues: Object.fromEntries(values) })).toEqual({ data: expected });
    }
  });
});

test('directives that are not known here are passed over, as by graphql-js', async () => {
  expect(await answerOf(schema, '{ a @other ...F @defer } fragment F on Query { b }')).toEqual({
    data: { a: 'a', b: 'b' },
  });
});
