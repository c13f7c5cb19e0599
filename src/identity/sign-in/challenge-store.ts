import type { EntityManager } from '@mikro-orm/postgresql';
import { randomBytes } from 'node:crypto';
import { newId } from '../../database/base.entity.ts';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { MfaChallenge } from './mfa-challenge.entity.ts';
import { hashOfSecret } from './secret-hash.ts';

const prefix = 'spm_';
export const challengeSeconds = 5 * 60;
const maxAttempts = 5;

export type NewChallenge = Pick<
  MfaChallenge,
  'user' | 'methods' | 'scopes' | 'device' | 'deviceId' | 'delivery' | 'states'
>;

/** Issues a challenge; its text is nowhere stored. */
export async function issueChallenge({ em, now }: RequestContext, challenge: NewChallenge): Promise<string> {
  const text = prefix + randomBytes(32).toString('base64url');
  em.create(MfaChallenge, {
    ...challenge,
    id: newId(now),
    createdAt: now,
    hash: hashOfSecret(text),
    credentialVersion: challenge.user.credentialVersion,
    attempts: 0,
    expiresAt: new Date(now.getTime() + challengeSeconds * 1000),
    endedAt: null,
  });
  await em.flush();
  return text;
}

/**
 * Finds a challenge that can still be answered, and counts the attempt before it is made.
 * @throws INVALID_GRANT alike if it is unknown, used or expired, or if its account was disabled or changed its
 * password; RATE_LIMITED after five attempts.
 */
export async function takeChallenge({ em, now }: RequestContext, text: string): Promise<MfaChallenge> {
  const isOpen = { hash: hashOfSecret(text), endedAt: null, expiresAt: { $gt: now } };
  const challenge = await em.findOne(MfaChallenge, isOpen, { populate: ['user'] });
  if (challenge === null || !isAnswerable(challenge)) throw invalidChallenge();
  const [counted] = await em.execute<Array<{ attempts: number }>>(
    `update mfa_challenges set attempts = attempts + 1 where id = ? and attempts < ? returning attempts`,
    [challenge.id, maxAttempts],
  );
  if (counted !== undefined) return challenge;
  throw new AppError('RATE_LIMITED', 'Too many wrong proofs for this sign-in: sign in again.', {
    retryAfterSeconds: Math.max(1, Math.ceil((challenge.expiresAt.getTime() - now.getTime()) / 1000)),
  });
}

/** Uses a challenge up: of any number of callers, on any nodes, one succeeds. @throws INVALID_GRANT for the others. */
export async function consumeChallenge(em: EntityManager, now: Date, { id }: MfaChallenge): Promise<void> {
  const changed = await em.nativeUpdate(MfaChallenge, { id, endedAt: null }, { endedAt: now });
  if (changed === 0) throw invalidChallenge();
}

const isAnswerable = ({ user, credentialVersion }: MfaChallenge): boolean =>
  user.status === 'ACTIVE' && user.credentialVersion === credentialVersion;

const invalidChallenge = (): AppError =>
  new AppError('INVALID_GRANT', 'This sign-in has expired or was completed already: sign in again.');
