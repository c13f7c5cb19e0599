import type { Reliable } from './reach.ts';
import { speaksOf, type Mutant } from './sources.ts';

/** Tests of one file that are run for a slip, and how long that takes if they are green. */
export interface Trial extends Pick<Reliable, 'test' | 'without'> {
  readonly only: readonly number[];
  readonly ms: number;
  /** Less comes earlier. */
  readonly rank: number;
}

/** How many tests of a file are run before those of another one. */
const inTrial = 4;

/** The tests that reach a slip, a few of a file at a time; those that speak of its source come early. */
export const reachingTrials = (reliable: readonly Reliable[], { id, file }: Mutant): Trial[] =>
  reliable
    .flatMap((one) => {
      const by = one.reached.get(id);
      if (by === undefined) return [];
      return by.length === 0
        ? [trialOf(one, quickTests(one), file), trialOf(one, [...one.tests.keys()], file)]
        : chunks(by).map((only) => trialOf(one, only, file));
    })
    .toSorted((one, other) => one.rank - other.rank);

/** Whole files that reach anything of a slip's source, whose slips have the numbers given. */
export function nearbyTrials(reliable: readonly Reliable[], { file }: Mutant, ids: readonly number[]): Trial[] {
  return reliable
    .filter(({ test, reached }) => ids.some((id) => reached.has(id)) || speaksOf(test, file))
    .map((one) => trialOf(one, [...one.tests.keys()], file))
    .toSorted((one, other) => one.rank - other.rank);
}

function trialOf({ test, without, setupMs, tests }: Reliable, only: readonly number[], file: string): Trial {
  const ms = only.reduce((sum, number) => sum + (tests.get(number) ?? 0), setupMs);
  return { test, without, only, ms, rank: ms / (speaksOf(test, file) ? 4 : 1) };
}

const quickTests = ({ tests }: Reliable): number[] =>
  [...tests]
    .toSorted(([, one], [, other]) => one - other)
    .slice(0, inTrial)
    .map(([number]) => number);

const chunks = (list: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(list.length / inTrial) }, (_, index) =>
    list.slice(index * inTrial, (index + 1) * inTrial),
  );
