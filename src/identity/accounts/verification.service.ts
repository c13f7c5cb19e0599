import type { EntityManager } from '@mikro-orm/postgresql';
import type { Recorder, WriteContext } from '../../audit/record.ts';
import type { Principal } from '../../authorization/index.ts';
import { AppError, badInput } from '../../errors.ts';
import { isOnlyVouchedFor } from '../../users/is-only-vouched-for.ts';
import { lockAccount } from '../../users/lock-account.ts';
import type { User } from '../../users/user.entity.ts';
import { wholeUserId } from '../../users/user.policy.ts';
import type { FactorList } from '../sign-in/factor-list.ts';
import type { Passwords } from '../sign-in/passwords/passwords.ts';
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
} from './single-use-tokens.ts';

/** A token that was just used, and the account that it is about, locked; null if there is no account yet. */
export interface Proof {
  readonly token: AccountToken;
  readonly account: User | null;
}

/** Applies a confirmation in the transaction that uses its token; answers what to do once that is committed. */
export type Confirm = (tx: EntityManager, proof: Proof, context: WriteContext) => Promise<() => void>;

export interface VerificationDeps {
  readonly factors: Pick<FactorList, 'hasFactor'>;
  readonly mail: AccountMail;
  readonly passwords: Pick<Passwords, 'verify'>;
  readonly recorder: Pick<Recorder, 'note' | 'record'>;
  /** The confirmations that a token can give besides that of an e-mail, by its purpose. */
  readonly confirmations: Readonly<Partial<Record<TokenPurpose, Confirm>>>;
}

export type Verification = ReturnType<typeof createVerification>;

/** Verifies that an e-mail belongs to an account: by its mailbox, and by the account's own password or session. */
export function createVerification({ factors, mail, passwords, recorder, confirmations }: VerificationDeps) {
  /**
   * Sends a link, three an hour; nothing if its owner has proved the e-mail already.
   * @throws SERVICE_UNAVAILABLE if no mail can be sent.
   */
  const request = (context: WriteContext, userId: string): Promise<void> =>
    mail.require('verification', invite(context, userId));

  /** Sends the same link to a new account, which works without it and may ask again. */
  const welcome = (context: WriteContext, userId: string): void =>
    void mail.send('verification', invite(context, userId));

  /**
   * Confirms what a link was sent for. A click alone confirms nothing: a stranger's account stays unconfirmed when
   * the owner of the e-mail follows the link.
   * @throws BAD_USER_INPUT if the token is not valid any more, or a password is needed; INVALID_CREDENTIALS if it
   * is wrong; MFA_REQUIRED if the password was set by a mail that proved nothing, because of a second factor.
   */
  async function verify(
    context: WriteContext,
    principal: Principal,
    text: string,
    password: string | null | undefined,
  ): Promise<void> {
    const { em, now } = context;
    const token = await requireToken(em, now, purposes, { field: 'token', text });
    const isOwn = token.user != null && token.user.id === wholeUserId(principal);
    if (!isOwn) await requireProof(context, token, password);
    const afterCommit = await em.transactional(async (tx) => {
      // The account is held before its tokens, as a change of password does: the other order would be a deadlock.
      const account = token.user == null ? null : await lockAccount(tx, { id: token.user.id });
      if (token.user != null && account === null) throw invalidToken('token');
      await consumeToken(tx, now, token, 'token');
      return byPurpose[token.purpose]?.(tx, { token, account }, context);
    });
    afterCommit?.();
  }

  async function requireProof(
    context: WriteContext,
    token: AccountToken,
    password: string | null | undefined,
  ): Promise<void> {
    if (password == null) throw badInput('password', 'required', 'Give the password of the account, or sign in first.');
    await countAttempt(context.em, token, 'token');
    const { user } = token;
    const hash = user == null ? token.passwordHash : user.status === 'ACTIVE' ? user.passwordHash : null;
    if (await passwords.verify(hash ?? null, password, context)) {
      if (token.purpose === 'verification' && user != null) requireNoFactor(user);
      return;
    }
    await recorder.note(context, {
      type: 'account.password_refused',
      outcome: 'FAILURE',
      subjectId: user?.id ?? null,
    });
    throw new AppError('INVALID_CREDENTIALS', 'The password is wrong.');
  }

  /**
   * @throws MFA_REQUIRED if the e-mail is only vouched for, and the account has a second factor, maybe a stranger's.
   */
  function requireNoFactor(user: User): void {
    if (isOnlyVouchedFor(user) && factors.hasFactor(user))
      throw new AppError('MFA_REQUIRED', 'This account has a second factor: sign in first, then follow the link.');
  }

  /** Composes a link by which the account's present e-mail is verified. */
  const invite =
    (context: WriteContext, userId: string): Compose =>
    (em, templates) =>
      em.transactional(async (tx) => {
        const { now } = context;
        const user = await lockAccount(tx, { id: userId, emailProvedAt: null });
        if (user === null || (await isExhausted(tx, now, { user: userId, purpose: 'verification' }))) return null;
        recorder.record(tx, context, { type: 'account.verification_requested', actorId: userId, subjectId: userId });
        const { text: token } = await issueToken(tx, now, { purpose: 'verification', email: user.email, user });
        return templates.verification(user, token);
      });

  const markVerified: Confirm = async (tx, { token, account }, context) => {
    if (account?.email !== token.email) throw invalidToken('token');
    account.emailVerifiedAt ??= context.now;
    account.emailProvedAt ??= context.now;
    recorder.record(tx, context, { type: 'account.email_verified', actorId: account.id, subjectId: account.id });
    await endTokens(tx, context.now, { user: account.id, purpose: 'verification' });
    return () => undefined;
  };

  const byPurpose: Readonly<Partial<Record<TokenPurpose, Confirm>>> = { verification: markVerified, ...confirmations };
  const purposes = Object.keys(byPurpose) as TokenPurpose[];

  return { request, welcome, verify };
}
