import type { EntityManager } from '@mikro-orm/postgresql';
import type { Principal } from '../../authorization/index.ts';
import { AppError, badInput } from '../../errors.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { isNarrowed } from '../../users/require-user.ts';
import type { User } from '../../users/user.entity.ts';
import { ownUserId } from '../../users/user.policy.ts';
import type { AccountMail, Compose } from './account-mail.ts';
import type { AccountToken, TokenPurpose } from './account-token.entity.ts';
import {
  consumeToken,
  countAttempt,
  endTokens,
  invalidToken,
  isExhausted,
  issueToken,
  requireToken,
} from './account-tokens.ts';
import { lockAccount } from './lock-account.ts';
import type { Passwords } from './passwords.ts';

/** What is proven: a token that was just used, and the account that it is about, held; null where none is there yet. */
export interface Proof {
  readonly token: AccountToken;
  readonly account: User | null;
}

/** What a proven address brings about, in the transaction that uses its token; answers what to do once it is committed. */
export type Confirm = (tx: EntityManager, proof: Proof, scope: RequestScope) => Promise<() => void>;

export interface VerificationDeps {
  readonly mail: AccountMail;
  readonly passwords: Passwords;
  readonly recorder: Recorder;
  /** What else than an address a token can confirm. */
  readonly confirmations: Readonly<Partial<Record<TokenPurpose, Confirm>>>;
}

export type Verification = ReturnType<typeof createVerification>;

/** Proof that an address belongs to an account: its mailbox, and the account's own password or session. */
export function createVerification({ mail, passwords, recorder, confirmations }: VerificationDeps) {
  /**
   * Sends a link, three an hour; nothing where the address is verified already.
   * @throws SERVICE_UNAVAILABLE where no mail can be sent.
   */
  const request = (scope: RequestScope, userId: string): Promise<void> =>
    mail.require('verification', invite(scope, userId));

  /** As `request`, for an account that has just come into being: it works without, and may ask again. */
  const welcome = (scope: RequestScope, userId: string): void => void mail.send('verification', invite(scope, userId));

  /**
   * Confirms what a link was sent for. Its click alone confirms nothing: a stranger's account stays unconfirmed when
   * the owner of the address follows the link.
   * @throws BAD_USER_INPUT where the token is not valid any more, or a password is needed; INVALID_CREDENTIALS where it
   * is wrong.
   */
  async function verify(
    scope: RequestScope,
    principal: Principal,
    text: string,
    password: string | null | undefined,
  ): Promise<void> {
    const { em, now } = scope;
    const token = await requireToken(em, now, purposes, { field: 'token', text });
    const isOwn = token.user != null && token.user.id === ownUserId(principal) && !isNarrowed(principal);
    if (!isOwn) await requireProof(scope, token, password);
    const afterCommit = await em.transactional(async (tx) => {
      // The account is held before its tokens, as a change of password does: the other order would be a deadlock.
      const account = token.user == null ? null : await lockAccount(tx, { id: token.user.id });
      if (token.user != null && account === null) throw invalidToken('token');
      await consumeToken(tx, now, token, 'token');
      return byPurpose[token.purpose]?.(tx, { token, account }, scope);
    });
    afterCommit?.();
  }

  async function requireProof(
    scope: RequestScope,
    token: AccountToken,
    password: string | null | undefined,
  ): Promise<void> {
    if (password == null) throw badInput('password', 'required', 'Give the password of the account, or sign in first.');
    await countAttempt(scope.em, token, 'token');
    const { user } = token;
    const hash = user == null ? token.passwordHash : user.status === 'ACTIVE' ? user.passwordHash : null;
    if (await passwords.verify(hash ?? null, password, scope)) return;
    await recorder.note(scope, {
      type: 'account.password_refused',
      outcome: 'FAILURE',
      subjectId: user?.id ?? null,
    });
    throw new AppError('INVALID_CREDENTIALS', 'The password is wrong.');
  }

  /** A link to prove the address that the account has now. */
  const invite =
    (scope: RequestScope, userId: string): Compose =>
    (em, letters) =>
      em.transactional(async (tx) => {
        const { now } = scope;
        const user = await lockAccount(tx, { id: userId, emailVerifiedAt: null });
        if (user === null || (await isExhausted(tx, now, { user: userId, purpose: 'verification' }))) return null;
        recorder.record(tx, scope, { type: 'account.verification_requested', actorId: userId, subjectId: userId });
        const { text: token } = await issueToken(tx, now, { purpose: 'verification', email: user.email, user });
        return letters.verification(user, token);
      });

  const markVerified: Confirm = async (tx, { token, account }, scope) => {
    if (account?.email !== token.email) throw invalidToken('token');
    account.emailVerifiedAt ??= scope.now;
    recorder.record(tx, scope, { type: 'account.email_verified', actorId: account.id, subjectId: account.id });
    await endTokens(tx, scope.now, { user: account.id, purpose: 'verification' });
    return () => undefined;
  };

  const byPurpose: Readonly<Partial<Record<TokenPurpose, Confirm>>> = { verification: markVerified, ...confirmations };
  const purposes = Object.keys(byPurpose) as TokenPurpose[];

  return { request, welcome, verify };
}
