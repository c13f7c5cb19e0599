import { timingSafeEqual } from 'node:crypto';
import { createRangeCheck } from '../../ranges.ts';
import type { ApiKeyState } from './api-key-check.ts';
import type { PresentedKey } from './key-text.ts';

/** Why a genuine key does not count: `disabled` is its owner, `network` the address that it comes from. */
export type KeyProblem = 'revoked' | 'disabled' | 'expired' | 'network';

/** Whether a key counts now, wherever it is used. */
export const isLiving = (state: ApiKeyState, now: Date): boolean => ending(state, now) === null;

/** What keeps a key from counting now, from an address; null where nothing does. */
export const problemOf = (state: ApiKeyState, { ip, now }: { ip: string; now: Date }): KeyProblem | null =>
  ending(state, now) ?? (isAdmitted(state, ip) ? null : 'network');

function ending({ isRevoked, status, expiresAt }: ApiKeyState, now: Date): KeyProblem | null {
  if (isRevoked) return 'revoked';
  if (status !== 'ACTIVE') return 'disabled';
  return expiresAt === null || expiresAt > now ? null : 'expired';
}

const isAdmitted = ({ networks }: ApiKeyState, ip: string): boolean =>
  networks.length === 0 || createRangeCheck(networks)(ip);

export const isGenuine = (key: PresentedKey, state: ApiKeyState): boolean =>
  timingSafeEqual(key.hash, state.secretHash);
