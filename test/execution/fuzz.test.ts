import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Tally } from './fuzz/compare.ts';

/** As many as fit into the time of a suite; `bench/execution/fuzz.ts` by itself compares a million. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 40_000);

/** In a process of its own, because graphql-js leaves rejections unhandled, which ends a test. */
async function fuzz(...options: readonly string[]): Promise<Tally> {
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/execution/fuzz.ts', ...options]);
  return JSON.parse(stdout) as Tally;
}

test('a plan answers as graphql-js does, whatever the schema, the document, the variables and the resolvers', async () => {
  const tally = await fuzz(`--cases=${CASES}`);
  expect(tally.cases).toBeGreaterThanOrEqual(CASES);
  // What is compared is rich enough: of both executors' answers, many have errors, many are promises, few are nothing.
  expect(tally.errors).toBeGreaterThan(CASES / 2);
  expect(tally.promises).toBeGreaterThan(CASES / 3);
  expect(tally.empty).toBeLessThan(CASES / 2);
  expect(tally.calls).toBeGreaterThan(2 * CASES);
});

test('a plan leaves no rejection unhandled, which would end the process', async () => {
  const tally = await fuzz('--cases=5000', '--alone');
  expect(tally.promises).toBeGreaterThan(1000);
});
