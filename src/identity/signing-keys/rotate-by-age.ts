import { bySystem } from '../../audit/record.ts';
import type { TokenAlgorithm } from '../../config/config.ts';
import type { Job } from '../../jobs/job.ts';
import { changeKeys, type ChangeKeysDeps, type LockedKeys } from './change-keys.ts';

export interface RotateKeysByAgeDeps extends Pick<ChangeKeysDeps, 'vault' | 'recorder'> {
  /** The algorithm by which this server signs; an operator ends the keys of others. */
  readonly algorithm: TokenAlgorithm;
  /** 0: no key is replaced for its age. */
  readonly maxAgeDays: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/**
 * So long a key is published before it signs: who verifies elsewhere may keep what it fetched for longer than it is
 * told.
 */
const aheadMs = dayMs;
/**
 * So long a key is kept after it signed for the last time. No access token lives longer than a day, whatever was
 * configured then; the hour is for nodes that follow late, and for clocks that differ.
 */
const keptMs = dayMs + hourMs;

/**
 * Replaces the key of access tokens when it is too old, and retires keys when nothing that they signed can still count.
 * The root of the refresh tokens is never replaced: with it every session would end.
 */
export const rotateKeysByAge = ({ algorithm, maxAgeDays, ...deps }: RotateKeysByAgeDeps): Job => ({
  name: 'signing-keys',
  everySeconds: 3_600,
  async run({ fork, now }) {
    const change = (step: (keys: LockedKeys) => Promise<number>): Promise<number> =>
      changeKeys({ ...deps, em: fork(), provenance: bySystem(now), cause: 'age' }, step);
    const retired = await change(async (keys) => retireSpent(keys, now));
    return maxAgeDays === 0
      ? retired
      : retired + (await change((keys) => replaceOld(keys, { algorithm, maxAgeDays, now })));
  },
});

function retireSpent({ all, retire }: LockedKeys, now: Date): number {
  const retiring = all.filter(({ state }) => state === 'retiring');
  // A version that did not write it down may have rotated.
  for (const key of retiring) key.signedUntil ??= now;
  const spent = retiring.filter(({ signedUntil }) => signedUntil != null && isOver(signedUntil, keptMs, now));
  for (const key of spent) retire(key);
  return spent.length;
}

async function replaceOld(
  { find, addNext, activate }: LockedKeys,
  { algorithm, maxAgeDays, now }: Pick<RotateKeysByAgeDeps, 'algorithm' | 'maxAgeDays'> & { readonly now: Date },
): Promise<number> {
  const active = find(algorithm, 'active');
  const next = find(algorithm, 'next');
  const maxAgeMs = maxAgeDays * dayMs;
  if (active === undefined) return 0;
  if (next === undefined) {
    if (!isOver(active.createdAt, maxAgeMs - aheadMs, now)) return 0;
    await addNext(algorithm);
    return 1;
  }
  if (!isOver(active.createdAt, maxAgeMs, now) || !isOver(next.createdAt, aheadMs, now)) return 0;
  await activate(next);
  return 1;
}

const isOver = (since: Date, ms: number, now: Date): boolean => now.getTime() - since.getTime() >= ms;
