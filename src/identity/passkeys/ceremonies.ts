import type { EntityManager } from '@mikro-orm/postgresql';
import { randomBytes } from 'node:crypto';
import { newId } from '../../database/base.entity.ts';
import { deleteInBatches } from '../../jobs/delete-in-batches.ts';
import type { Job } from '../../jobs/job.ts';
import { PasskeyCeremony, type CeremonyFlow } from './passkey-ceremony.entity.ts';

export const ceremonySeconds = 5 * 60;

export interface NewCeremony {
  readonly flow: CeremonyFlow;
  readonly userId: string | null;
  readonly factors?: readonly string[];
}

/** Begins a ceremony; answers its challenge. */
export async function beginCeremony(em: EntityManager, now: Date, ceremony: NewCeremony): Promise<string> {
  const challenge = randomBytes(32).toString('base64url');
  await em.insert(PasskeyCeremony, {
    id: newId(now),
    createdAt: now,
    challenge,
    flow: ceremony.flow,
    user: ceremony.userId,
    factors: ceremony.factors === undefined ? null : [...ceremony.factors],
    expiresAt: new Date(now.getTime() + ceremonySeconds * 1000),
  });
  return challenge;
}

/** The remains of a ceremony that has just ended. */
export interface EndedCeremony {
  readonly challenge: string;
  readonly userId: string | null;
  readonly factors: readonly string[] | null;
}

/**
 * Ends the ceremony that a response answers: of any number of callers, on any nodes, one gets it.
 * @returns null for a response that names no ceremony of this flow, or one that is over.
 */
export async function endCeremony(
  em: EntityManager,
  now: Date,
  flow: CeremonyFlow,
  response: unknown,
): Promise<EndedCeremony | null> {
  const challenge = challengeIn(response);
  if (challenge === null) return null;
  const [row] = await em.execute<Array<{ user_id: string | null; factors: string[] | null }>>(
    `delete from passkey_ceremonies where challenge = ? and flow = ? and expires_at > ? returning user_id, factors`,
    [challenge, flow, now],
  );
  return row === undefined ? null : { challenge, userId: row.user_id, factors: row.factors };
}

const spelling = /^[A-Za-z0-9_-]{43}$/;

/** Reads the challenge that the client says it answers; the signature over it is verified afterwards. */
function challengeIn(response: unknown): string | null {
  try {
    const { clientDataJSON } = (response as { response: { clientDataJSON: string } }).response;
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as { challenge: unknown };
    return typeof challenge === 'string' && spelling.test(challenge) ? challenge : null;
  } catch {
    return null;
  }
}

/** Deletes ceremonies to which no response came. */
export const ceremonyRetention: Job = {
  name: 'expired-ceremonies',
  everySeconds: 3600,
  run: (context) => deleteInBatches(context, 'passkey_ceremonies', 'expires_at < ?', [context.now]),
};
