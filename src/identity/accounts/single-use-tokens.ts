import { raw, type FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { randomBytes } from 'node:crypto';
import { newId } from '../../database/base.entity.ts';
import { badInput, type AppError } from '../../errors.ts';
import type { Role, User } from '../../users/user.entity.ts';
import { hashOfSecret } from '../sign-in/secret-hash.ts';
import { AccountToken, type TokenPurpose } from './account-token.entity.ts';

export interface NewToken {
  readonly purpose: TokenPurpose;
  readonly email: string;
  readonly user?: User | null;
  readonly displayName?: string;
  readonly passwordHash?: string | null | undefined;
  readonly emailProvedAt?: Date | null | undefined;
  readonly roles?: readonly Role[];
}

const hour = 3600;
export const lifetimeSeconds: Readonly<Record<TokenPurpose, number>> = {
  verification: 24 * hour,
  registration: 24 * hour,
  reset: hour,
  invitation: 7 * 24 * hour,
  'email-change': 24 * hour,
  'email-revert': 7 * 24 * hour,
};

/** The limit of mails of one purpose for one account. */
const maxAnHour = 3;
const maxAttempts = 10;
const provingEmail: TokenPurpose[] = ['verification', 'reset', 'email-change'];

/** Issues a single-use token; its text is nowhere stored (OWASP Forgot Password, URL tokens). */
export async function issueToken(em: EntityManager, now: Date, token: NewToken): Promise<{ id: string; text: string }> {
  const text = randomBytes(32).toString('base64url');
  const { id } = em.create(AccountToken, {
    ...token,
    id: newId(now),
    createdAt: now,
    hash: hashOfSecret(text),
    expiresAt: new Date(now.getTime() + lifetimeSeconds[token.purpose] * 1000),
    endedAt: null,
    attempts: 0,
    roles: token.roles === undefined ? null : [...token.roles],
  });
  await em.flush();
  return { id, text };
}

/**
 * Returns a token that can still be used, with the account that it is about.
 * @throws BAD_USER_INPUT `invalid_token` alike for one that is unknown, used, expired, or of another purpose.
 */
export async function requireToken(
  em: EntityManager,
  now: Date,
  purposes: readonly TokenPurpose[],
  { field, text }: { field: string; text: string },
): Promise<AccountToken> {
  const token = await em.findOne(
    AccountToken,
    { hash: hashOfSecret(text), purpose: { $in: [...purposes] }, endedAt: null, expiresAt: { $gt: now } },
    { populate: ['user', 'user.passwordHash', 'passwordHash'] },
  );
  if (token === null) throw invalidToken(field);
  return token;
}

/** Uses a token: of any number of callers, on any nodes, one succeeds. @throws BAD_USER_INPUT `invalid_token`. */
export async function consumeToken(tx: EntityManager, now: Date, { id }: AccountToken, field: string): Promise<void> {
  const changed = await tx.nativeUpdate(AccountToken, { id, endedAt: null }, { endedAt: now });
  if (changed === 0) throw invalidToken(field);
}

/** Counts a password that is tried with a token. @throws BAD_USER_INPUT if too many were: guessing is useless. */
export async function countAttempt(em: EntityManager, { id }: AccountToken, field: string): Promise<void> {
  const counted = await em.nativeUpdate(
    AccountToken,
    { id, attempts: { $lt: maxAttempts } },
    { attempts: raw<number>('attempts + 1') },
  );
  if (counted === 0) throw invalidToken(field);
}

/** Returns whether as many tokens as an hour allows were issued; `where` names purpose and account. */
export async function isExhausted(em: EntityManager, now: Date, where: FilterQuery<AccountToken>): Promise<boolean> {
  return (await countIssued(em, now, where)) >= maxAnHour;
}

const countIssued = (em: EntityManager, now: Date, where: FilterQuery<AccountToken>): Promise<number> =>
  em.count(AccountToken, { $and: [where, { createdAt: { $gt: new Date(now.getTime() - hour * 1000) } }] });

/** Invalidates all tokens that `where` names. */
export const endTokens = (tx: EntityManager, now: Date, where: FilterQuery<AccountToken>): Promise<number> =>
  tx.nativeUpdate(AccountToken, { $and: [where, { endedAt: null }] }, { endedAt: now });

/** Invalidates every link that was sent before a change of password or e-mail. */
export const endTokensOf = (tx: EntityManager, now: Date, userId: string): Promise<number> =>
  endTokens(tx, now, { user: userId, purpose: { $in: provingEmail } });

/**
 * Invalidates the invitations that an account sent: a stranger who held it may have invited an account of their own.
 */
export const endInvitationsOf = (tx: EntityManager, now: Date, userId: string): Promise<number> =>
  endTokens(tx, now, { user: userId, purpose: 'invitation' });

export const invalidToken = (field: string): AppError =>
  badInput(field, 'invalid_token', 'The link is not valid any more: ask for a new one.');
