import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reliable } from './reach.ts';
import { root } from './sources.ts';

/* What test files reach, kept beside a file of results: a run that goes on need not ask them again. */

interface Kept {
  readonly test: string;
  readonly digest: string;
  readonly found: string | (Omit<Reliable, 'tests' | 'reached'> & Pairs);
}

interface Pairs {
  readonly tests: [number, number][];
  readonly reached: [number, number[]][];
}

const fileOf = (results: string): string => `${results}.reach`;

/** Keeps what one test file reaches, for as long as the slips and the test are the same. */
export function rememberReach(results: string, slips: string, test: string, found: Reliable | string): void {
  const plain = typeof found === 'string' ? found : { ...found, tests: [...found.tests], reached: [...found.reached] };
  const line = JSON.stringify({ test, digest: digestOf(slips, test), found: plain });
  appendFileSync(fileOf(results), `${line}\n`);
}

export function recallReach(results: string, slips: string): Map<string, Reliable | string> {
  const known = new Map<string, Reliable | string>();
  if (!existsSync(fileOf(results))) return known;
  for (const line of readFileSync(fileOf(results), 'utf8').split('\n').slice(0, -1)) {
    const { test, digest, found } = JSON.parse(line) as Kept;
    if (digest !== digestOf(slips, test)) continue;
    known.set(
      test,
      typeof found === 'string' ? found : { ...found, tests: new Map(found.tests), reached: new Map(found.reached) },
    );
  }
  return known;
}

function digestOf(slips: string, test: string): string {
  const path = join(root, test);
  return createHash('sha256')
    .update(slips)
    .update(existsSync(path) ? readFileSync(path) : '')
    .digest('hex');
}
