import type { EntityManager } from '@mikro-orm/postgresql';
import type { Announce } from '../../announcements/announce.ts';
import type { Provenance, Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { isEmail, normaliseEmail } from '../../users/email.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { AccountMail } from './account-mail.ts';
import {
  consumeToken,
  endTokens,
  endTokensOf,
  invalidToken,
  isExhausted,
  issueToken,
  requireToken,
} from './account-tokens.ts';
import { lockAccount } from './lock-account.ts';
import { requirePassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';

/** Takes from an account what it could sign in with besides its password; each feature that has such hands one in. */
export type RemoveCredentials = (tx: EntityManager, provenance: Provenance, userId: string) => Promise<unknown>;

export interface PasswordResetDeps {
  readonly announce: Announce;
  readonly recorder: Recorder;
  readonly mail: AccountMail;
  readonly passwords: Passwords;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly removeCredentials: readonly RemoveCredentials[];
}

export type PasswordReset = ReturnType<typeof createPasswordReset>;

/** A forgotten password, replaced by whoever has the mailbox (OWASP Forgot Password). */
export function createPasswordReset(deps: PasswordResetDeps) {
  const { announce, mail, passwords, recorder, sessions, removeCredentials } = deps;

  /**
   * Three an hour for an account, silently. Whether there is one shows neither in the answer nor in its time.
   * @throws SERVICE_UNAVAILABLE where no mail can be sent.
   */
  async function request(scope: RequestScope, text: string): Promise<void> {
    const { now } = scope;
    const email = normaliseEmail(text);
    await mail.require('password-reset', (em, letters) =>
      em.transactional(async (tx) => {
        const user = isEmail(email) ? await lockAccount(tx, { email }) : null;
        if (user === null || (await isExhausted(tx, now, { user: user.id, purpose: 'reset' }))) return null;
        recorder.record(tx, scope, { type: 'account.password_reset_requested', subjectId: user.id });
        const { text: token } = await issueToken(tx, now, { purpose: 'reset', email, user });
        return letters.passwordReset(user, token);
      }),
    );
  }

  /**
   * Sets a new password and ends every session. The first proof of an address also takes away every other credential:
   * whoever registered a stranger's address before has no hold over the account that its owner takes.
   * @throws BAD_USER_INPUT where the token is not valid any more, or the password unfit.
   */
  async function reset(scope: RequestScope, text: string, replacement: string): Promise<void> {
    const { em, now } = scope;
    const token = await requireToken(em, now, ['reset'], { field: 'token', text });
    const { email, user } = token;
    requirePassword('newPassword', replacement, { email, displayName: user?.displayName });
    const passwordHash = await passwords.hash(replacement, scope);
    await em.transactional(async (tx) => {
      const account = await lockAccount(tx, { id: user?.id ?? null, email });
      if (account === null) throw invalidToken('token');
      await consumeToken(tx, now, token, 'token');
      if (account.emailVerifiedAt == null) {
        for (const remove of removeCredentials) await remove(tx, scope, account.id);
      }
      account.emailVerifiedAt ??= now;
      account.passwordHash = passwordHash;
      account.credentialVersion += 1;
      recorder.record(tx, scope, { type: 'account.password_reset', actorId: account.id, subjectId: account.id });
      await sessions.endAll(tx, scope, account.id, { reason: 'password' });
      await endTokensOf(tx, now, account.id);
      // Whoever held the account before its mailbox took it back may have invited an account of its own.
      await endTokens(tx, now, { user: account.id, purpose: 'invitation' });
      announce(tx, { kind: 'account-changed', userId: account.id });
    });
    mail.send('password-was-reset', async (_, letters) =>
      letters.passwordWasReset({ email, displayName: user?.displayName }),
    );
  }

  return { request, reset };
}
