import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/process.ts';
import { page, pages, rowsOf } from './pages.ts';

const table = page('docs/security/asvs.md').text;
const requirements = rowsOf(table).filter(([number = '']) => /^\d+\.\d+\.\d+$/.test(number));

/** How many requirements each section of ASVS 5.0.0 has. */
const sections: Readonly<Record<string, readonly number[]>> = {
  1: [2, 10, 12, 3, 3],
  2: [3, 3, 5, 2],
  3: [1, 3, 5, 8, 8, 1, 5],
  4: [5, 5, 2, 4],
  5: [1, 6, 3, 3],
  6: [3, 12, 8, 6, 8, 4, 2, 4],
  7: [3, 4, 2, 5, 3, 2],
  8: [4, 4, 3, 2],
  9: [3, 4],
  10: [2, 3, 5, 16, 5, 2, 3],
  11: [4, 5, 5, 4, 2, 2, 2],
  12: [5, 2, 5],
  13: [4, 6, 4, 7],
  14: [2, 8, 3],
  15: [5, 5, 7, 4],
  16: [1, 5, 4, 3, 4],
  17: [2, 8, 2],
};

describe('The table of ASVS 5.0', () => {
  test('has every requirement of the standard, in order', () => {
    const expected = Object.entries(sections).flatMap(([chapter, counts]) =>
      counts.flatMap((count, section) =>
        Array.from({ length: count }, (_, index) => `${chapter}.${section + 1}.${index + 1}`),
      ),
    );
    expect(expected).toHaveLength(345);
    expect(requirements.map(([number]) => number)).toEqual(expected);
  });

  test('gives each requirement a level, a verdict and what supports it', () => {
    const verdicts = ['met', 'partly', 'not met', 'operator', 'not applicable'];
    const incomplete = requirements.filter(
      ([, level = '', subject = '', verdict = '', evidence = '']) =>
        !/^[123]$/.test(level) || subject === '' || !verdicts.includes(verdict) || evidence === '',
    );
    expect(incomplete).toEqual([]);
  });

  test('counts in its summary what it says below', () => {
    const summary = rowsOf(table.split('\n## ', 1)[0] ?? '').slice(1);
    for (const [level, ...counts] of summary) {
      const verdicts = ['met', 'partly', 'not met', 'operator', 'not applicable'];
      const counted = verdicts.map(
        (verdict) => requirements.filter((row) => row[1] === level && row[3] === verdict).length,
      );
      expect(counts.map(Number)).toEqual(counted);
    }
  });
});

test('Every test, source and document that the security pages name exists', () => {
  const named = pages
    .filter(({ path }) => path.startsWith('docs/security/') || path === 'SECURITY.md')
    .flatMap(({ text }) => [...text.matchAll(/`((?:src|test|docs|\.ci)\/[\w./-]+)`/g)].map(([, file = '']) => file));
  expect(named.length).toBeGreaterThan(100);
  expect([...new Set(named)].filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('Every threat names a test that guards against it', () => {
  const [, below = ''] = page('docs/security/threat-model.md').text.split('\n## What defends\n');
  const threats = rowsOf(below.split('\n## ', 1)[0] ?? '').slice(1);
  expect(threats.length).toBeGreaterThan(15);
  expect(threats.filter(([, , guard = '']) => !/`test\/[\w./-]+\.ts`/.test(guard))).toEqual([]);
});
