import { setImmediate } from 'node:timers/promises';
import type { Consumed, Points } from '../../src/limits/budget.ts';

/** Answers what becomes of an attempt, once all that can happen by itself has happened. */
export async function stateOf(
  attempt: Promise<Consumed>,
  { points }: Pick<Points, 'points'>,
): Promise<'begun' | 'refused' | 'waiting'> {
  const begun = attempt.then(({ before }) => (before < points ? 'begun' : 'refused'));
  return Promise.race([begun, setImmediate('waiting' as const)]);
}
