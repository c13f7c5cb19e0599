import { AppError } from '../../errors.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { User } from '../../users/user.entity.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { AccountMail } from './account-mail.ts';
import { endTokens, endTokensOf } from './account-tokens.ts';
import { requirePassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import type { VerifyPassword } from './verify-password.ts';

export interface ChangePasswordDeps {
  readonly mail: Pick<AccountMail, 'send'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly recorder: Pick<Recorder, 'note' | 'record'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly verifyPassword: VerifyPassword;
}

/**
 * Replaces the password of a user who knows the present one, and ends every session: the account's version is raised,
 * so that a sign-in by the old password which is under way at this moment comes to nothing, too.
 * @throws INVALID_CREDENTIALS where the present password is wrong, BAD_USER_INPUT where the new one is unfit, CONFLICT
 * where somebody else was faster.
 */
export type ChangePassword = (
  scope: RequestScope,
  userId: string,
  current: string,
  replacement: string,
) => Promise<User>;

export function createChangePassword(deps: ChangePasswordDeps): ChangePassword {
  const { mail, passwords, recorder, sessions, verifyPassword } = deps;

  async function requireCurrent(scope: RequestScope, { id, passwordHash }: User, current: string): Promise<void> {
    if (await verifyPassword(scope, `user:${id}`, passwordHash ?? null, current)) return;
    await recorder.note(scope, { type: 'account.password_refused', outcome: 'FAILURE', subjectId: id });
    throw new AppError('INVALID_CREDENTIALS', 'The present password is wrong.');
  }

  /** Only in the place of the password that was verified. */
  const replace = (scope: RequestScope, { id, passwordHash, credentialVersion }: User, renewed: string) =>
    scope.em.transactional(async (tx) => {
      const changed = await tx.nativeUpdate(
        User,
        { id, passwordHash: passwordHash ?? null, status: 'ACTIVE', credentialVersion },
        { passwordHash: renewed, credentialVersion: credentialVersion + 1 },
      );
      if (changed === 0) throw new AppError('CONFLICT', 'The password was changed in the meantime: sign in again.');
      recorder.record(tx, scope, { type: 'account.password_changed', subjectId: id });
      await sessions.endAll(tx, scope, id, { reason: 'password' });
      await endTokensOf(tx, scope.now, id);
      // Whoever else had the password may have invited an account of its own.
      await endTokens(tx, scope.now, { user: id, purpose: 'invitation' });
    });

  return async (scope, userId, current, replacement) => {
    const { em } = scope;
    const user = await em.findOneOrFail(User, userId, { populate: ['passwordHash'] });
    await requireCurrent(scope, user, current);
    requirePassword('newPassword', replacement, user);
    await replace(scope, user, await passwords.hash(replacement, scope));
    const { email, displayName } = user;
    mail.send('password-changed', async (_, letters) => letters.passwordChanged({ email, displayName }));
    return em.refreshOrFail(user);
  };
}
