import { describe, expect, test } from '@jest/globals';
import { problemOf } from '../../src/json-text.ts';

describe('A JSON text', () => {
  const nested = (depth: number): string => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

  const tellingApart = [
    '{}',
    '[]',
    '"a"',
    '1',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
    '{"a":"b","b":"a","c":["a","a"]}',
    '["a","a"]',
    '[{"a":1},"a","a"]',
    '{"a":["b","b"],"b":1}',
    '{"a\\"":1,"a":2}',
    '{"a\\\\":"\\"a\\\\","b":1}',
    '{"a{[,:":1,"b":"{[\\"a\\":1,\\"a\\":2]}"}',
    '{"A":1,"a":2}',
    '{"a":1,"\\u0062":2}',
    nested(100),
  ];

  test('whose names tell its values apart is accepted', () => {
    expect(tellingApart.filter((text) => problemOf(text) !== null)).toEqual([]);
  });

  const repeating = [
    '{"a":1,"a":2}',
    '{ "a" : 1 ,\n "b" : [] , "a" : 2 }',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"a":2}',
    '{"a\\"":1,"a\\"":2}',
    '{"a\\\\":1,"a\\\\":2}',
    '[1,{"b":{"a":"a","c":"c","a":"a"}}]',
    '{"b":{"x":1},"a":[{"y":1}],"b":2}',
    '{"":1,"":2}',
    '{"a":{"b":1},"a":2}',
    '{"a":"b","c":"d","a":"e"}',
  ];

  test('with one name twice is not', () => {
    expect(repeating.filter((text) => problemOf(text) !== 'repeated name')).toEqual([]);
  });

  test('of a hundred levels is accepted, and of one more is not', () => {
    expect(problemOf(`[${nested(100)}]`)).toBe('too deep');
    expect(problemOf(`${'['.repeat(101)}${']'.repeat(101)}`)).toBe('too deep');
    expect(problemOf(`[${'[],{},'.repeat(200)}1]`)).toBeNull();
  });

  test('that breaks off is looked at to its end', () => {
    expect(['"', '"a\\"', '{"a', '}', ']]', ',"a"', '{"\\x":1}', '{"\\x'].map(problemOf)).toEqual(Array(8).fill(null));
  });
});
