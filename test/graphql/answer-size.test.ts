import { describe, expect, test } from '@jest/globals';
import { exceeds } from '../../src/graphql/answer-size.ts';

describe('The size of an answer', () => {
  test.each<readonly [value: unknown, bytes: number]>([
    [null, 4],
    [true, 4],
    [-1.5, 4],
    ['', 2],
    ['abc', 5],
    ['é', 4],
    ['😀', 6],
    ['"', 4],
    ['\\n', 5],
    ['\n', 4],
    ['\u0000', 8],
    ['\uD800', 8],
    ['"é', 6],
    ['a'.repeat(1_000), 1_002],
    [[], 2],
    [{}, 2],
    [{ a: undefined }, 2],
    [[[], {}], 2 + 2 + 2 + 2],
    [[1, 22, 'x'], 2 + 3 + 1 + 2 + 3],
    [{ a: 1, é: 'x' }, 2 + (3 + 2 + 1) + (4 + 2 + 3)],
    [{ '"': { a: [null] } }, 2 + (4 + 2 + 2 + (3 + 2 + 2 + 1 + 4))],
  ])('of %j is at least that of its JSON', (value, bytes) => {
    expect(bytes).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(value)));
    expect([exceeds(value, bytes), exceeds(value, bytes - 1)]).toEqual([false, true]);
  });

  test('has no say about one that is nested too deeply to be written', () => {
    const nested = (levels: number): unknown =>
      levels === 0 ? 1 : levels % 2 ? [nested(levels - 1)] : { a: nested(levels - 1) };
    expect([exceeds(nested(201), 1_000_000), exceeds(nested(202), 1_000_000)]).toEqual([false, true]);
  });
});
