/**
 * Measures one case: the contestants named, in turn, in a process of their own. Prints one line of JSON.
 * `node bench/authorization/measure.ts <case> <seconds> <contestant> [<contestant> …]`
 */
import { median } from '../support/statistics.ts';
import { openContestant } from './contestant.ts';
import type { Contestant, ContestantName } from './contestant.ts';
import { proveOne } from './proof.ts';
import { callers } from './task.ts';
import type { CaseName } from './task.ts';

export interface Measurement {
  /** The time of one execution, in milliseconds, by contestant. */
  readonly times: readonly number[];
  /** The same against the first contestant's. */
  readonly ratios: readonly number[];
  readonly rounds: number;
}

const [caseName, seconds, ...names] = process.argv.slice(2) as [CaseName, string, ...ContestantName[]];
/** Long enough for the clock, short enough that many samples pass without another process taking the core. */
const sampleMs = 2;
const warmUpPart = 0.3;

const contestants = await Promise.all(names.map(openContestant));
for (const [index, contestant] of contestants.entries()) {
  await proveOne(names[index] ?? '', contestant, caseName, 'insider');
}

const durationMs = Number(seconds) * 1000;
const repeats = await calibrate(durationMs * warmUpPart);
const rounds = await measure(durationMs * (1 - warmUpPart));
const times = contestants.map((_, index) => median(rounds.map((round) => round[index] ?? Number.NaN)));
// Neighbours in time share whatever else the machine does: the median of their ratios is steadier than any ratio of medians.
const ratios = contestants.map((_, index) =>
  median(rounds.map((round) => (round[index] ?? Number.NaN) / (round[0] ?? Number.NaN))),
);
process.stdout.write(`${JSON.stringify({ times, ratios, rounds: rounds.length } satisfies Measurement)}\n`);
for (const contestant of contestants) await contestant.close?.();

/** One execution, in milliseconds, as a mean of `count` in a row. */
async function sample({ run }: Contestant, count: number): Promise<number> {
  const start = performance.now();
  for (let turn = 0; turn < count; turn += 1) {
    const answer = run(caseName, callers.insider);
    if (answer instanceof Promise) await answer;
  }
  return (performance.now() - start) / count;
}

/** Warms everything up in turn, and finds how many executions fill a sample. */
async function calibrate(budgetMs: number): Promise<readonly number[]> {
  const end = performance.now() + budgetMs;
  let counts: readonly number[] = contestants.map(() => 1);
  while (performance.now() < end) {
    const round = await inTurn(counts, false);
    counts = round.map((time) => Math.max(1, Math.round(sampleMs / time)));
  }
  return counts;
}

async function measure(budgetMs: number): Promise<ReadonlyArray<readonly number[]>> {
  const taken: Array<readonly number[]> = [];
  const end = performance.now() + budgetMs;
  while (performance.now() < end) {
    // Every other round runs backwards, so that none always comes after the same neighbour.
    taken.push(await inTurn(repeats, taken.length % 2 === 1));
  }
  return taken;
}

async function inTurn(counts: readonly number[], isBackwards: boolean): Promise<readonly number[]> {
  const order = contestants.map((_, index) => index);
  const round: number[] = [];
  for (const index of isBackwards ? order.toReversed() : order) {
    const contestant = contestants[index];
    if (contestant !== undefined) round[index] = await sample(contestant, counts[index] ?? 1);
  }
  return round;
}
