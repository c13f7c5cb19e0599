import { ipKey } from '../../limits/ip-key.ts';
import type { CreateLimiter } from '../../limits/limiter.ts';

const windowSeconds = 3600;

/** Takes one mail to an e-mail from what an hour allows; answers false if nothing is left. */
export type TakeMail = (email: string, ipAddress: string) => Promise<boolean>;

/**
 * Limits the mails to one e-mail, those that one client asks for and all: no mailbox is flooded, and no stranger alone
 * uses up what its owner needs. A mail that one client is refused is not counted for all.
 */
export function createMailBudget(
  createLimiter: CreateLimiter,
  name: string,
  { ofClient, ofAll }: { readonly ofClient: number; readonly ofAll: number },
): TakeMail {
  const client = createLimiter({ name: `${name}-mails-of-client`, points: ofClient, windowSeconds });
  const all = createLimiter({ name: `${name}-mails`, points: ofAll, windowSeconds });
  return async (email, ipAddress) => {
    const own = await client.consume(`${email} ${ipKey(ipAddress)}`);
    return own.before < client.points && (await all.consume(email)).before < all.points;
  };
}
