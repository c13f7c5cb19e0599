import type { Attempt } from './shape.ts';

/** The CPU time and the bytes of an answer for one size. */
export interface Cost {
  readonly cpuMs: number;
  readonly bytes: number;
}

/**
 * Measures attempts in turn, several times, and keeps the median of each: CPU time of this process, which others on the same
 * machine do not lengthen much.
 */
export async function measure(attempts: readonly Attempt[], rounds: number): Promise<Cost[]> {
  const costs = attempts.map((): Cost[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, attempt] of attempts.entries()) costs[at]?.push(await costOf(attempt));
  }
  return costs.map(medianOf);
}

async function costOf({ run }: Attempt): Promise<Cost> {
  const before = process.cpuUsage();
  const bytes = await run();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, bytes };
}

const medianOf = (costs: readonly Cost[]): Cost => ({
  cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
  bytes: median(costs.map(({ bytes }) => bytes)),
});

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
