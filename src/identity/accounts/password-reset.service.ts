import type { Recorder, WriteContext } from '../../audit/record.ts';
import type { PublishEvent } from '../../events/open-events.ts';
import { isEmail, normaliseEmail } from '../../users/email.ts';
import { lockAccount } from '../../users/lock-account.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { FactorList } from '../sign-in/factor-list.ts';
import type { Passwords } from '../sign-in/passwords/passwords.ts';
import type { RemoveAllCredentials } from '../sign-in/remove-credentials.ts';
import type { AccountKeys } from './account-keys.ts';
import type { AccountMail } from './account-mail.ts';
import { isFirstProof } from './first-proof.ts';
import {
  consumeToken,
  endInvitationsOf,
  endTokensOf,
  invalidToken,
  isExhausted,
  issueToken,
  requireToken,
} from './single-use-tokens.ts';

export interface PasswordResetDeps {
  readonly factors: Pick<FactorList, 'hasFactor'>;
  readonly publishEvent: PublishEvent;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly mail: AccountMail;
  readonly passwords: Pick<Passwords, 'hash' | 'requireFit'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly removeCredentials: RemoveAllCredentials;
  readonly accountKeys: AccountKeys;
}

/** A new password, and what it ends besides the sessions. */
export interface NewPassword {
  readonly newPassword: string;
  readonly revokeApiKeys: boolean;
}

export type PasswordReset = ReturnType<typeof createPasswordReset>;

/** Replaces a forgotten password by proof of the mailbox (OWASP Forgot Password). */
export function createPasswordReset(deps: PasswordResetDeps) {
  const { factors, accountKeys, publishEvent, mail, passwords, recorder, sessions, removeCredentials } = deps;

  /**
   * Sends a link, three an hour for an account. Neither the answer nor its time tells whether there is an account.
   * @throws SERVICE_UNAVAILABLE if no mail can be sent.
   */
  async function request(context: WriteContext, text: string): Promise<void> {
    const { now } = context;
    const email = normaliseEmail(text);
    await mail.require('password-reset', (em, templates) =>
      em.transactional(async (tx) => {
        const user = isEmail(email) ? await lockAccount(tx, { email }) : null;
        if (user === null || (await isExhausted(tx, now, { user: user.id, purpose: 'reset' }))) return null;
        recorder.record(tx, context, { type: 'account.password_reset_requested', subjectId: user.id });
        const { text: token } = await issueToken(tx, now, { purpose: 'reset', email, user });
        return templates.passwordReset(user, token);
      }),
    );
  }

  /**
   * Sets a new password and ends every session. The first proof of an e-mail also takes away every other credential:
   * a stranger who registered the e-mail before, or whose provider vouched for it, keeps no hold over the account.
   * @throws BAD_USER_INPUT if the token is not valid any more, or the password unfit.
   */
  async function reset(
    context: WriteContext,
    text: string,
    { newPassword, revokeApiKeys }: NewPassword,
  ): Promise<void> {
    const { em, now } = context;
    const token = await requireToken(em, now, ['reset'], { field: 'token', text });
    const { email, user } = token;
    passwords.requireFit('newPassword', newPassword, { email, displayName: user?.displayName });
    const passwordHash = await passwords.hash(newPassword, context);
    const { id, displayName } = await em.transactional(async (tx) => {
      const account = await lockAccount(tx, { id: user?.id ?? null, email });
      if (account === null) throw invalidToken('token');
      await consumeToken(tx, now, token, 'token');
      const isFirst = isFirstProof(account, factors);
      if (isFirst) await removeCredentials(tx, context, account);
      else if (revokeApiKeys) await accountKeys.revokeAll(tx, context, account.id);
      account.emailVerifiedAt ??= now;
      if (isFirst) account.emailProvedAt = now;
      account.passwordHash = passwordHash;
      account.credentialVersion += 1;
      recorder.record(tx, context, { type: 'account.password_reset', actorId: account.id, subjectId: account.id });
      await sessions.endAll(tx, context, account.id, { reason: 'password' });
      await endTokensOf(tx, now, account.id);
      await endInvitationsOf(tx, now, account.id);
      publishEvent(tx, { kind: 'account-changed', userId: account.id });
      return account;
    });
    mail.send('password-was-reset', async (fork, templates) =>
      templates.passwordWasReset({ email, displayName }, await accountKeys.countActive(fork, id, now)),
    );
  }

  return { request, reset };
}
