import { load, type Target } from './load.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** A process that tells what it has used. */
export interface Measured {
  readonly port: number;
  readonly usage: () => Promise<{ readonly cpuMicroseconds: number }>;
}

/** Measures what one piece of work costs a process, in microseconds of CPU for each of `count`. */
export async function cpuOf(
  { usage }: Pick<Measured, 'usage'>,
  count: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const before = (await usage()).cpuMicroseconds;
  await work();
  return ((await usage()).cpuMicroseconds - before) / count;
}

/** Measures what a request costs a process, in microseconds of CPU. */
export const cpuOfRequest = (
  measured: Pick<Measured, 'usage'>,
  target: Target | readonly Target[],
  count: number,
  inFlight: number,
): Promise<number> => cpuOf(measured, count, () => load(target, count, inFlight));

export interface Pair {
  readonly first: number;
  readonly second: number;
}

/** Measures two things in turn, the one that begins changing with each round. */
export async function inTurn(
  rounds: number,
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<readonly Pair[]> {
  const found: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) found.push({ first: await first(), second: await second() });
    else {
      const later = await second();
      found.push({ first: await first(), second: later });
    }
  }
  return found;
}

/** The second against the first, within each round. */
export const ratioOf = (found: readonly Pair[]): Spread => spreadOf(found.map(({ first, second }) => second / first));

export const textOf = ({ median, low, high }: Spread): string =>
  `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
