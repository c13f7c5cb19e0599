import type { Outcome } from './messages.ts';
import type { Member } from './team.ts';

/** A test file that is green without slips. */
export interface Reliable {
  readonly test: string;
  /** The numbers of tests in it that are left out, as they were red without a slip. */
  readonly without: readonly number[];
  readonly setupMs: number;
  /** How long each of its tests takes. */
  readonly tests: ReadonlyMap<number, number>;
  /** The slips that are reached, each with the quickest tests that do. */
  readonly reached: ReadonlyMap<number, readonly number[]>;
  /** The slips that were reached while modules were imported. */
  readonly early: readonly number[];
}

const longestMs = 120_000;
const maxWithout = 3;

/**
 * Runs a test file without a slip until it is green, leaving out tests that were red. Answers why the file is of no use, if it
 * is not.
 */
export async function reachOf(member: Member, test: string): Promise<Reliable | string> {
  const without: number[] = [];
  const early: number[] = [];
  while (true) {
    const outcome = await member.run({ test, without }, longestMs);
    if (outcome === undefined) return 'does not end';
    early.push(...outcome.imported);
    const { red, setupMs, tests } = outcome;
    if (tests.length === 0) return `has no test that runs (${red?.why ?? 'all are skipped'})`;
    if (red === undefined) return { test, without, setupMs, tests: new Map(tests), reached: reachedBy(outcome), early };
    if (without.length >= maxWithout || red.number === undefined) return `is red: ${red.test}: ${red.why}`;
    without.push(red.number);
  }
}

const reachedBy = ({ imported, reached }: Outcome): Map<number, readonly number[]> =>
  new Map([...imported.map((slip) => [slip, []] as const), ...reached]);
