import type { EntityManager } from '@mikro-orm/postgresql';
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { newId } from '../../database/base.entity.ts';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { PendingEmailLogin } from './pending-email-login.entity.ts';

const prefix = 'spe_';
export const emailLoginSeconds = 10 * 60;
const maxAttempts = 5;
const codeDigits = 6;

/** The texts of a sign-in that has just begun; none of them is stored. */
export interface NewEmailLogin {
  readonly id: string;
  /** Stays with the client that began. */
  readonly handle: string;
  /** Goes into the mail. */
  readonly code: string;
  /** Goes into the link of the mail. */
  readonly token: string;
}

/** Begins a sign-in, for whatever text was given as e-mail. */
export async function issueEmailLogin(
  { em, now }: Pick<RequestContext, 'em' | 'now'>,
  email: string,
): Promise<NewEmailLogin> {
  const id = newId(now);
  const handle = prefix + randomBytes(32).toString('base64url');
  const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
  const token = randomBytes(32).toString('base64url');
  await em.insert(PendingEmailLogin, {
    id,
    createdAt: now,
    handleHash: hashOf(handle),
    codeHash: hashOf(handle, code),
    tokenHash: hashOf(handle, token),
    email,
    user: null,
    credentialVersion: null,
    attempts: 0,
    expiresAt: new Date(now.getTime() + emailLoginSeconds * 1000),
    endedAt: null,
  });
  return { id, handle, code, token };
}

/**
 * Finds a sign-in that can still be finished, and counts the attempt before it is made.
 * @throws INVALID_GRANT alike if it is unknown, finished or expired; RATE_LIMITED after five attempts.
 */
export async function takeEmailLogin(
  { em, now }: Pick<RequestContext, 'em' | 'now'>,
  handle: string,
): Promise<PendingEmailLogin> {
  const login = await em.findOne(PendingEmailLogin, {
    handleHash: hashOf(handle),
    endedAt: null,
    expiresAt: { $gt: now },
  });
  if (login === null) throw invalidEmailLogin();
  const [counted] = await em.execute<Array<{ attempts: number }>>(
    `update email_logins set attempts = attempts + 1 where id = ? and attempts < ? returning attempts`,
    [login.id, maxAttempts],
  );
  if (counted !== undefined) return login;
  throw new AppError('RATE_LIMITED', 'Too many wrong codes for this sign-in: ask for a new mail.', {
    retryAfterSeconds: Math.max(1, Math.ceil((login.expiresAt.getTime() - now.getTime()) / 1000)),
  });
}

/** Returns whether a code is that of the mail; blanks and hyphens between its digits do not matter. */
export const isCodeOf = ({ codeHash }: PendingEmailLogin, handle: string, code: string): boolean =>
  isHash(codeHash, hashOf(handle, code.replaceAll(/[\s-]/g, '')));

/** Returns whether a token is that of the mail's link. */
export const isTokenOf = ({ tokenHash }: PendingEmailLogin, handle: string, token: string): boolean =>
  isHash(tokenHash, hashOf(handle, token));

/** Uses a sign-in up: of any number of callers, on any nodes, one succeeds. @throws INVALID_GRANT for the others. */
export async function consumeEmailLogin(tx: EntityManager, now: Date, { id }: PendingEmailLogin): Promise<void> {
  const changed = await tx.nativeUpdate(PendingEmailLogin, { id, endedAt: null }, { endedAt: now });
  if (changed === 0) throw invalidEmailLogin();
}

export const invalidEmailLogin = (): AppError =>
  new AppError('INVALID_GRANT', 'This sign-in has expired or was completed already: ask for a new mail.');

const isHash = (stored: string, found: string): boolean => timingSafeEqual(Buffer.from(stored), Buffer.from(found));

const hashOf = (handle: string, proof = ''): string => createHash('sha256').update(`${handle} ${proof}`).digest('hex');
