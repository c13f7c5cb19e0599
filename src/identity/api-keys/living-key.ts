import { timingSafeEqual } from 'node:crypto';
import { createRangeCheck } from '../../ranges.ts';
import type { ApiKeyState } from './api-key-check.ts';
import type { PresentedKey } from './key-text.ts';

/** Whether a key counts now, wherever it is used. */
export const isLiving = (state: ApiKeyState, now: Date): boolean =>
  !state.isRevoked && state.status === 'ACTIVE' && (state.expiresAt === null || state.expiresAt > now);

/** Whether a key counts from an address. */
export const isAdmitted = ({ networks }: ApiKeyState, ip: string): boolean =>
  networks.length === 0 || createRangeCheck(networks)(ip);

export const isGenuine = (key: PresentedKey, state: ApiKeyState): boolean =>
  timingSafeEqual(key.hash, state.secretHash);
