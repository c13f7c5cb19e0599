import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { explained } from './explained/explained.ts';
import { applySlip, findSlips, switchSlips } from './slips.ts';

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
    expect(mutantsOf('const a = b.toString().constructor;')).toEqual([]);
  });

  test('stand where they were made, after letters of several bytes too', () => {
    expect(mutantsOf("const é = '🔑', a = 1;")).toEqual(["const é = '🔑', a = 2;"]);
  });
});

describe('A source with all its slips behind switches', () => {
  const sample = `
    const log = [];
    const { 1: second } = { 1: 'b', [0]: 'a' };
    function grade(points, limits = [3, 5]) {
      if (points < 0 || !Number.isFinite(points)) log.push('none');
      const best = limits?.some((limit) => points >= limit) ? Math
        .max(...limits) * 2 : points - 1;
      log.push(best ?? 7, true && second);
    }
    grade(4);
    grade(1);
    grade(-1);
    JSON.stringify(log);
  `;
  const slips = findSlips(sample);
  const outcome = (source: string, $slip: (id: number) => boolean): unknown => {
    try {
      return runInNewContext(source, { $slip });
    } catch (error) {
      return String(error);
    }
  };

  test('does what it did while none is made', () => {
    expect(outcome(switchSlips(sample, slips), () => false)).toBe('[10,"b",0,"b","none",-2,"b"]');
  });

  test('does with each of them what the source with that slip alone does', () => {
    const switched = switchSlips(sample, slips, 100);
    expect(slips.map((_, index) => outcome(switched, (id) => id === 100 + index))).toEqual(
      slips.map((slip) => outcome(applySlip(sample, slip), () => false)),
    );
  });

  test('asks for each of them', () => {
    const asked = new Set<number>();
    outcome(switchSlips(sample, slips), (id) => asked.add(id).size === 0);
    const missing = slips.filter((_, index) => !asked.has(index)).map((slip) => sample.slice(slip.start, slip.end));
    expect(missing).toEqual(['7']);
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
