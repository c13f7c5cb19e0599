import type { EntityManager } from '@mikro-orm/postgresql';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { newId } from '../../database/base.entity.ts';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { hashOfSecret } from '../sign-in/secret-hash.ts';
import { PendingExternalLogin } from './pending-external-login.entity.ts';

const prefix = 'spx_';
export const externalLoginSeconds = 10 * 60;

export const newState = (): string => prefix + randomBytes(32).toString('base64url');
/** Makes the secret of the holder, who began the sign-in: the content of a browser's cookie, or a client's handle. */
export const newHolderSecret = (): string => randomBytes(32).toString('base64url');

/** The secrets of one sign-in besides its state: the verifier of PKCE (RFC 7636) and the nonce of the ID token. */
export interface LoginSecrets {
  readonly codeVerifier: string;
  readonly nonce: string;
}

/**
 * Derives both from the state and the holder's secret, by a key that no row holds: a reader of the table, or of the
 * address bar, has neither, and a code cannot be redeemed for another user.
 */
export function createLoginSecrets(rootKey: Uint8Array): (state: string, holderSecret: string) => LoginSecrets {
  const key = createHmac('sha256', rootKey).update('external logins').digest();
  const derive = (...parts: string[]): string => createHmac('sha256', key).update(parts.join(' ')).digest('base64url');
  return (state, holderSecret) => ({
    codeVerifier: derive('verifier', state, holderSecret),
    nonce: derive('nonce', state, holderSecret),
  });
}

export interface NewExternalLogin extends Pick<
  PendingExternalLogin,
  'provider' | 'delivery' | 'returnTo' | 'isProofAsked' | 'sessionId' | 'credentialVersion'
> {
  /** The id of the account that gets the identity; null for a sign-in. */
  readonly user: string | null;
  readonly state: string;
  /** The content of the browser's cookie, or the handle of a client that catches the redirect itself. */
  readonly holderSecret: string;
}

export async function issueExternalLogin(
  { em, now }: Pick<RequestContext, 'em' | 'now'>,
  { state, holderSecret, ...login }: NewExternalLogin,
): Promise<void> {
  await em.insert(PendingExternalLogin, {
    ...login,
    id: newId(now),
    createdAt: now,
    stateHash: hashOfSecret(state),
    holderHash: hashOfSecret(holderSecret),
    expiresAt: new Date(now.getTime() + externalLoginSeconds * 1000),
    endedAt: null,
  });
}

/** Finds a sign-in that was begun, also one that is over: only it knows where its person wanted to return. */
export const findExternalLogin = (em: EntityManager, state: string): Promise<PendingExternalLogin | null> =>
  em.findOne(PendingExternalLogin, { stateHash: hashOfSecret(state) });

/** Returns whether a sign-in was begun by the one who has this cookie, or this handle. */
export const isBegunBy = ({ holderHash }: PendingExternalLogin, holderSecret: string): boolean =>
  holderHash != null && timingSafeEqual(Buffer.from(holderHash), Buffer.from(hashOfSecret(holderSecret)));

/**
 * Uses a sign-in up, before anything else is done with what the provider sent: of any number of callers, on any nodes,
 * one succeeds.
 * @throws INVALID_GRANT for the others, and after ten minutes.
 */
export async function consumeExternalLogin(
  { em, now }: Pick<RequestContext, 'em' | 'now'>,
  { id }: PendingExternalLogin,
): Promise<void> {
  const isOpen = { id, endedAt: null, expiresAt: { $gt: now } };
  if ((await em.nativeUpdate(PendingExternalLogin, isOpen, { endedAt: now })) === 0) throw invalidExternalLogin();
}

export const invalidExternalLogin = (): AppError =>
  new AppError(
    'INVALID_GRANT',
    'This sign-in has expired, was completed already, or was begun elsewhere: begin again.',
  );
