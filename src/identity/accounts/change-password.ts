import type { Recorder } from '../../audit/record.ts';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { User } from '../../users/user.entity.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { Passwords } from '../sign-in/passwords/passwords.ts';
import {
  requireCurrentPassword,
  type RequireCurrentPasswordDeps,
} from '../sign-in/passwords/require-current-password.ts';
import type { AccountKeys } from './account-keys.ts';
import type { AccountMail } from './account-mail.ts';
import { endInvitationsOf, endTokensOf } from './single-use-tokens.ts';

export interface ChangePasswordDeps extends RequireCurrentPasswordDeps {
  readonly mail: Pick<AccountMail, 'send'>;
  readonly passwords: Pick<Passwords, 'hash' | 'requireFit'>;
  readonly recorder: Pick<Recorder, 'note' | 'record'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly accountKeys: AccountKeys;
}

/** The passwords of a change, and what it ends besides the sessions. */
export interface PasswordChange {
  readonly current: string;
  readonly replacement: string;
  readonly revokeApiKeys: boolean;
}

/**
 * Replaces the password of a user who knows the present one, and ends every session: it raises the account's version,
 * so that a sign-in by the old password which is under way at this moment comes to nothing, too.
 * @throws INVALID_CREDENTIALS if the present password is wrong, BAD_USER_INPUT if the new one is unfit, CONFLICT
 * if another change was faster.
 */
export type ChangePassword = (context: RequestContext, userId: string, change: PasswordChange) => Promise<User>;

export function createChangePassword(deps: ChangePasswordDeps): ChangePassword {
  const { accountKeys, mail, passwords, recorder, sessions } = deps;

  /** Replaces only the password that was verified. */
  const replace = (
    context: RequestContext,
    { id, passwordHash, credentialVersion }: User,
    { renewed, revokeApiKeys }: { renewed: string; revokeApiKeys: boolean },
  ) =>
    context.em.transactional(async (tx) => {
      const changed = await tx.nativeUpdate(
        User,
        { id, passwordHash: passwordHash ?? null, status: 'ACTIVE', credentialVersion },
        { passwordHash: renewed, credentialVersion: credentialVersion + 1 },
      );
      if (changed === 0) throw new AppError('CONFLICT', 'The password was changed in the meantime: sign in again.');
      recorder.record(tx, context, { type: 'account.password_changed', subjectId: id });
      await sessions.endAll(tx, context, id, { reason: 'password' });
      await endTokensOf(tx, context.now, id);
      await endInvitationsOf(tx, context.now, id);
      if (revokeApiKeys) await accountKeys.revokeAll(tx, context, id);
    });

  return async (context, userId, { current, replacement, revokeApiKeys }) => {
    const { em } = context;
    const user = await em.findOneOrFail(User, userId, { populate: ['passwordHash'] });
    await requireCurrentPassword(deps, context, user, current);
    passwords.requireFit('newPassword', replacement, user);
    await replace(context, user, { renewed: await passwords.hash(replacement, context), revokeApiKeys });
    const { email, displayName } = user;
    mail.send('password-changed', async (fork, templates) =>
      templates.passwordChanged({ email, displayName }, await accountKeys.countActive(fork, userId, context.now)),
    );
    return em.refreshOrFail(user);
  };
}
