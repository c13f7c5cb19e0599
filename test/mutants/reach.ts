import type { Outcome } from './messages.ts';
import { limitOf, type Member } from './team.ts';

/** A test file whose outcome without slips is always the same. */
export interface Reliable {
  readonly test: string;
  /** The numbers of tests in it that are left out, as they were red without a slip. */
  readonly without: readonly number[];
  readonly setupMs: number;
  /** How long each of its tests takes. */
  readonly tests: ReadonlyMap<number, number>;
  /** The slips that are reached, each with the quickest tests that do. */
  readonly reached: ReadonlyMap<number, readonly number[]>;
}

const longestMs = 120_000;
const maxWithout = 3;

/**
 * Runs a test file without a slip until it was green twice, leaving out tests that were red; notes what was reached while
 * modules were imported, or the first time only, in `early`. Answers why the file is of no use, if it is not.
 */
export async function reachOf(member: Member, test: string, early: Set<number>): Promise<Reliable | string> {
  const without: number[] = [];
  let previous: Outcome | undefined;
  while (true) {
    const outcome = await member.run({ test, without }, previous === undefined ? longestMs : limitOf(previous.ms));
    if (outcome === undefined) return 'does not end';
    for (const id of outcome.imported) early.add(id);
    const { red } = outcome;
    if (outcome.tests.length === 0) return `has no test that runs (${red?.why ?? 'all are skipped'})`;
    if (red === undefined && previous !== undefined) {
      const again = new Set(outcome.reached.map(([id]) => id));
      for (const [id] of previous.reached) if (!again.has(id)) early.add(id);
      return reliable(test, without, outcome);
    }
    if (red !== undefined) {
      if (without.length >= maxWithout || red.number === undefined) return `is red: ${red.test}: ${red.why}`;
      without.push(red.number);
    }
    previous = red === undefined ? outcome : undefined;
  }
}

const reliable = (test: string, without: readonly number[], { tests, setupMs, ...outcome }: Outcome): Reliable => ({
  test,
  without,
  setupMs,
  tests: new Map(tests),
  reached: new Map([...outcome.imported.map((slip) => [slip, []] as const), ...outcome.reached]),
});
