import { timingSafeEqual } from 'node:crypto';
import { createRangeCheck } from '../../config/ip-ranges.ts';
import type { ApiKeyState } from './api-key-check.ts';
import type { PresentedKey } from './key-text.ts';

/** The reason why a genuine key is refused: `disabled` means its owner, `network` the IP address that it comes from. */
export type KeyProblem = 'revoked' | 'disabled' | 'expired' | 'network';

/** Returns whether a key lets its owner in now, from whatever network. */
export const isActive = (state: ApiKeyState, now: Date): boolean => ending(state, now) === null;

/** Returns why a key is refused now, from an IP address; null if it is accepted. */
export const problemOf = (
  state: ApiKeyState,
  { ipAddress, now }: { ipAddress: string; now: Date },
): KeyProblem | null => ending(state, now) ?? (isAdmitted(state, ipAddress) ? null : 'network');

function ending({ isRevoked, status, expiresAt }: ApiKeyState, now: Date): KeyProblem | null {
  if (isRevoked) return 'revoked';
  if (status !== 'ACTIVE') return 'disabled';
  return expiresAt === null || expiresAt > now ? null : 'expired';
}

const isAdmitted = ({ networks }: ApiKeyState, ipAddress: string): boolean =>
  networks.length === 0 || createRangeCheck(networks)(ipAddress);

export const isGenuine = (key: PresentedKey, state: ApiKeyState): boolean =>
  timingSafeEqual(key.hash, state.secretHash);
