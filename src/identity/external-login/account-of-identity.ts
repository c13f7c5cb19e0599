import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder } from '../../audit/record.ts';
import { newId } from '../../database/base.entity.ts';
import { AppError } from '../../errors.ts';
import { isEmail, normaliseEmail } from '../../users/email.ts';
import { lockAccount } from '../../users/lock-account.ts';
import { User } from '../../users/user.entity.ts';
import { createUser, requireDisplayName } from '../../users/users.service.ts';
import { requireNotHeld } from '../accounts/held-email.ts';
import { Session } from '../sessions/session.entity.ts';
import { ExternalIdentity } from './external-identity.entity.ts';
import { invalidExternalLogin } from './external-login-store.ts';
import type { KeptTokens } from './kept-tokens.ts';
import type { PendingExternalLogin } from './pending-external-login.entity.ts';
import { provedAtOf } from './proved-at.ts';
import type { ExternalProfile, Provider } from './provider.ts';

export interface AccountOfIdentityDeps {
  readonly keptTokens: Pick<KeptTokens, 'seal'>;
  readonly recorder: Pick<Recorder, 'record'>;
}

export interface FoundAccount {
  readonly user: User;
  /** True if the identity was added to the account just now. */
  readonly isLinked: boolean;
  /** When the person was asked for a proof. */
  readonly authenticatedAt: Date;
}

export type AccountOfIdentity = (
  tx: EntityManager,
  context: Provenance,
  person: { readonly provider: Provider; readonly profile: ExternalProfile; readonly login: PendingExternalLogin },
) => Promise<FoundAccount>;

const maxIdentities = 20;

/**
 * Returns the account that an identity signs in to: the one that has it, the one that is to be linked, or a new one.
 * @throws INVALID_CREDENTIALS if the account is disabled; CONFLICT if another account has the identity, or an account
 * has its e-mail already, proved or not, or may take it back: that account gets no identity, and the identity no
 * account. FORBIDDEN for a person who has no account if the provider makes none, or has not verified the e-mail.
 */
export function createAccountOfIdentity({ keptTokens, recorder }: AccountOfIdentityDeps): AccountOfIdentity {
  return async (tx, context, { provider, profile, login }) => {
    const { issuer, subject } = profile;
    const identity = await tx.findOne(ExternalIdentity, { provider: provider.name, issuer, subject });
    const linking = login.user != null ? await requireLinkable(tx, context, login) : null;
    const user =
      linking !== null
        ? linking.account
        : identity === null
          ? await register(tx, context, provider, profile)
          : await lockAccount(tx, { id: identity.user.id });
    if (user === null) throw new AppError('INVALID_CREDENTIALS', 'The account of this identity cannot sign in.');
    if (identity !== null && identity.user.id !== user.id)
      throw new AppError('CONFLICT', `Another account has this identity of ${provider.displayName} already.`);
    const current = identity ?? (await link(tx, context, { provider, profile, user }));
    if (provider.keepTokens) current.sealedTokens = await keptTokens.seal(current.id, profile.tokens);
    const isLinked = identity === null;
    // A new account has no proof but this one, and nothing yet that a thief would want; a link keeps the proof of the session from which it was made.
    const provedHere = linking?.authenticatedAt ?? (isLinked ? context.now : null);
    const provedThere = await provedAtOf(tx, context.now, { user, provider, profile, login });
    const authenticatedAt = provedHere !== null && provedHere > provedThere ? provedHere : provedThere;
    return { user, isLinked, authenticatedAt };
  };

  async function link(
    tx: EntityManager,
    context: Provenance,
    { provider, profile, user }: { provider: Provider; profile: ExternalProfile; user: User },
  ): Promise<ExternalIdentity> {
    if ((await tx.count(ExternalIdentity, { user: user.id })) >= maxIdentities)
      throw new AppError('CONFLICT', `An account has at most ${maxIdentities} identities: remove one first.`);
    const { now } = context;
    const { issuer, subject } = profile;
    const named = { provider: provider.name, issuer, subject };
    const identity = tx.create(ExternalIdentity, {
      ...named,
      id: newId(now),
      createdAt: now,
      user,
      sealedTokens: null,
    });
    recorder.record(tx, context, {
      type: 'external_identity.linked',
      actorId: user.id,
      subjectId: user.id,
      details: { provider: provider.name },
    });
    await tx.flush().catch((error: unknown) => {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new AppError('CONFLICT', 'This identity was linked a moment ago: begin again.');
    });
    return identity;
  }

  async function register(
    tx: EntityManager,
    context: Provenance,
    provider: Provider,
    profile: ExternalProfile,
  ): Promise<User> {
    if (!provider.register) {
      throw new AppError(
        'FORBIDDEN',
        `There is no account for this identity, and ${provider.displayName} makes none: ask an administrator for an invitation, or sign in otherwise and link the identity.`,
      );
    }
    const email = normaliseEmail(profile.email ?? '');
    if (!isEmail(email) || !profile.isEmailVerified) {
      throw new AppError(
        'FORBIDDEN',
        `There is no account for this identity, and ${provider.displayName} has verified no e-mail address of yours: verify it there, or sign in otherwise and link the identity.`,
      );
    }
    if ((await tx.count(User, { email })) > 0) {
      throw new AppError(
        'CONFLICT',
        `Your e-mail address has an account already: sign in to it, and link ${provider.displayName} there.`,
      );
    }
    const displayName = displayNameOf(profile, email);
    const emailProof = { at: context.now, by: 'assertion' } as const;
    const found = { email, displayName, passwordHash: null, emailProof };
    const user = await createUser(tx, context.now, found, requireNotHeld);
    recorder.record(tx, context, { type: 'account.registered', actorId: user.id, subjectId: user.id });
    return user;
  }
}

/** Returns the account that a link was begun for and when its session was proved, if both are still what they were. */
async function requireLinkable(
  tx: EntityManager,
  { now }: Provenance,
  { user, sessionId, credentialVersion }: PendingExternalLogin,
): Promise<{ readonly account: User; readonly authenticatedAt: Date }> {
  const account = await lockAccount(tx, { id: user?.id ?? null, credentialVersion: credentialVersion ?? null });
  const session = await tx.findOne(Session, { id: sessionId ?? null, endedAt: null, expiresAt: { $gt: now } });
  if (account === null || session === null) throw invalidExternalLogin();
  return { account, authenticatedAt: session.authenticatedAt };
}

/** Takes the name that the provider tells, if it can be one here. */
function displayNameOf({ displayName }: ExternalProfile, email: string): string {
  for (const name of [displayName, email.split('@', 1)[0]]) {
    try {
      return requireDisplayName(name ?? '');
    } catch {
      continue;
    }
  }
  return 'User';
}
