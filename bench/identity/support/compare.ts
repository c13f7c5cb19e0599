import { median } from '../../support/statistics.ts';

export interface Comparison {
  /** Median of the second minus median of the first, and where 95 of 100 resamplings put it. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** How likely ranks as far apart are where both come from one distribution (Mann-Whitney, two-sided). */
  readonly probability: number;
}

const resamplings = 2_000;

export function compare(first: readonly number[], second: readonly number[]): Comparison {
  const differences = Array.from({ length: resamplings }, () => median(resample(second)) - median(resample(first)));
  const sorted = differences.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
  return {
    difference: median(second) - median(first),
    low: at(0.025),
    high: at(0.975),
    probability: mannWhitney(first, second),
  };
}

const resample = (values: readonly number[]): number[] =>
  values.map(() => values[Math.floor(Math.random() * values.length)] ?? Number.NaN);

/** By the normal approximation; times are never equal, so there are no ties to correct for. */
function mannWhitney(first: readonly number[], second: readonly number[]): number {
  const ranked = [...first.map((value) => ({ value, own: true })), ...second.map((value) => ({ value, own: false }))]
    .toSorted((a, b) => a.value - b.value)
    .map(({ own }, index) => (own ? index + 1 : 0));
  const [n, m] = [first.length, second.length];
  const u = ranked.reduce((sum, rank) => sum + rank, 0) - (n * (n + 1)) / 2;
  const z = (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
  return 2 * (1 - normal(Math.abs(z)));
}

/** The normal distribution up to z (Abramowitz and Stegun 26.2.17, to 7.5e-8). */
function normal(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const polynomial =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
