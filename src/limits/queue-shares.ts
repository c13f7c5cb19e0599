import type { Share } from './fair-queue.ts';
import { ipLevels } from './ip-key.ts';

/** The caller that waits in a queue: an account, if one is signed in, else an IP address. */
export interface QueueCaller {
  readonly ipAddress: string | null;
  readonly accountId?: string | undefined;
}

/**
 * Lists the shares of a caller: those of an account are its own, from whatever IP address.
 * @param maxWaiting Maximum number of waiting jobs of one IP address, or of one account.
 */
export function sharesOf({ accountId, ipAddress }: QueueCaller, maxWaiting = 50): readonly Share[] {
  if (accountId !== undefined) return [{ key: `account ${accountId}`, maxWaiting }];
  return ipLevels(ipAddress ?? '').map(({ key, factor }) => ({ key, maxWaiting: maxWaiting * factor }));
}
