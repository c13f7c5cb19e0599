import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { explained } from './explained.ts';
import { applySlip, findSlips } from './slips.ts';

const mutantsOf = (source: string): string[] => findSlips(source).map((slip) => applySlip(source, slip));

describe('The slips of a source', () => {
  test.each([
    ['a > 1', ['a >= 1', 'a > 2']],
    ['f(a && b)', ['f(a)', 'f(b)', ';']],
    ['x = a ?? b', ['x = a', ';']],
    ['if (a) b();', ['if (true) b();', 'if (false) b();', 'if (a) ;']],
    ['x = !a', ['x = !!(a)', ';']],
    ['x = a ? b : c', ['x = (b)', 'x = (c)', ';']],
    ['const x = list.some(f)', ['const x = list.every(f)']],
    ['const x = true as const', ['const x = false as const']],
  ])('%s', (source, expected) => {
    expect(mutantsOf(source).toSorted()).toEqual(expect.arrayContaining(expected));
  });

  test('are none in types, imports and names', () => {
    expect(
      mutantsOf("import type { A } from './a1.ts';\ntype B<N extends 1 | true = 1> = A extends N ? 1 : 2;"),
    ).toEqual([]);
  });

  test('stand where they were made, after letters of several bytes too', () => {
    expect(mutantsOf("const é = '🔑', a = 1;")).toEqual(["const é = '🔑', a = 2;"]);
  });
});

test('Every explained survivor is a slip that can still be made', () => {
  const outdated = explained.filter(({ file, line, becomes }) => {
    const source = readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
    return !hasLine(source, line) || !mutantsOf(source).some((mutant) => hasLine(mutant, becomes));
  });
  expect(outdated).toEqual([]);
});

const hasLine = (source: string, line: string): boolean => source.split('\n').some((one) => one.trim() === line);
