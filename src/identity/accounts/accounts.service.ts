import { AppError } from '../../errors.ts';
import type { Budget, Limiter } from '../../limits/limiter.ts';
import { takeAttempt } from '../../limits/take-point.ts';
import type { Origin, Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { normaliseEmail } from '../../users/email.ts';
import { User } from '../../users/user.entity.ts';
import { findByEmail } from '../../users/users.service.ts';
import type { DeviceTokens } from '../sessions/device-token.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { AccountMail } from './account-mail.ts';
import { endTokensOf } from './account-tokens.ts';
import { requirePassword } from './password-rules.ts';
import type { PasswordCaller, Passwords } from './passwords.ts';

export interface AccountsDeps {
  readonly attempts: Limiter;
  readonly deviceTokens: DeviceTokens;
  readonly passwords: Passwords;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly mail: Pick<AccountMail, 'send'>;
  readonly recorder: Pick<Recorder, 'note' | 'record'>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly deviceToken?: string | null | undefined;
}

/** An account as a password proved it. */
export interface ProvenAccount {
  readonly user: User;
  /** The one that was verified, or that took its place because parameters rose. */
  readonly passwordHash: string | null;
}

/** Failed sign-ins of an account, or of a device that it knows. */
export const signInBudget: Budget = { name: 'sign-in', points: 10, windowSeconds: 15 * 60 };

export type Accounts = ReturnType<typeof createAccounts>;

/** Accounts with passwords: how they are proved, and how the password is changed. */
export function createAccounts({ attempts, deviceTokens, mail, passwords, recorder, sessions }: AccountsDeps) {
  /**
   * The account that an address and a password prove, its hash renewed where parameters rose.
   * @throws INVALID_CREDENTIALS alike, and after the same time, for an unknown address, a wrong password, an account
   * without one and a disabled one (OWASP Authentication, user enumeration). RATE_LIMITED where too many attempts
   * failed; a device that has signed in before has attempts of its own, so no stranger can shut its owner out.
   */
  const authenticate = async (scope: Origin & Pick<RequestScope, 'em'>, credentials: Credentials): Promise<User> =>
    (await prove(scope, credentials)).user;

  /** As `authenticate`, with the hash that stands for the password from now on. */
  async function prove(
    scope: Origin & Pick<RequestScope, 'em'>,
    { email, password, deviceToken }: Credentials,
  ): Promise<ProvenAccount> {
    const { em } = scope;
    const user = await findByEmail(em, email);
    const device = user === null || deviceToken == null ? null : deviceTokens.read(user, deviceToken);
    const budget = device === null ? `account:${normaliseEmail(email)}` : `device:${device}`;
    const hash = user?.status === 'ACTIVE' ? (user.passwordHash ?? null) : null;
    const failed = (reason: string): Promise<void> =>
      recorder.note(scope, {
        type: 'session.start_failed',
        outcome: 'FAILURE',
        subjectId: user?.id ?? null,
        details: { reason },
      });
    const matches = await verifyWithin(scope, budget, hash, password).catch(async (error: unknown) => {
      if (error instanceof AppError && error.code === 'RATE_LIMITED') await failed('too_many_attempts');
      throw error;
    });
    if (user === null || !matches || user.status !== 'ACTIVE') {
      await failed(user === null ? 'unknown_account' : user.status === 'ACTIVE' ? 'wrong_password' : 'disabled');
      throw new AppError('INVALID_CREDENTIALS', 'The address or the password is wrong.');
    }
    return { user, passwordHash: await renewHash(scope, user, password) };
  }

  /**
   * Verifies a password, taking an attempt before it is looked at. One that succeeds, or that the server could not look
   * at, is given back.
   */
  async function verifyWithin(
    caller: PasswordCaller,
    budget: string,
    hash: string | null,
    password: string,
  ): Promise<boolean> {
    await takeAttempt(attempts, budget, 'Too many wrong passwords. Try again later.');
    let isWrong = false;
    try {
      isWrong = !(await passwords.verify(hash, password, caller));
      return !isWrong;
    } finally {
      await attempts.endAttempt(budget, isWrong);
    }
  }

  /** The token by which this device is known from now on: the one it has, or a new one. */
  function deviceTokenOf(user: User, presented: string | null | undefined): string {
    return presented != null && deviceTokens.read(user, presented) !== null ? presented : deviceTokens.mint(user);
  }

  /** Only in the place of the hash that was verified: a password that was changed in the meantime stays changed. */
  async function renewHash(
    scope: PasswordCaller & Pick<RequestScope, 'em'>,
    user: User,
    password: string,
  ): Promise<string | null> {
    const { id, passwordHash = null } = user;
    if (passwordHash === null || !passwords.needsRehash(passwordHash, password)) return passwordHash;
    const renewed = await passwords.hash(password, scope);
    const changed = await scope.em.nativeUpdate(User, { id, passwordHash }, { passwordHash: renewed });
    return changed === 0 ? passwordHash : renewed;
  }

  /**
   * Replaces the password of a user who knows the present one, and ends every session: the account's version is raised,
   * so that a sign-in by the old password which is under way at this moment comes to nothing, too.
   * @throws INVALID_CREDENTIALS where the present password is wrong, BAD_USER_INPUT where the new one is unfit.
   */
  async function changePassword(
    scope: RequestScope,
    userId: string,
    current: string,
    replacement: string,
  ): Promise<User> {
    const { em, now } = scope;
    const user = await em.findOneOrFail(User, userId, { populate: ['passwordHash'] });
    if (!(await verifyWithin(scope, `user:${userId}`, user.passwordHash ?? null, current))) {
      await recorder.note(scope, { type: 'account.password_refused', outcome: 'FAILURE', subjectId: userId });
      throw new AppError('INVALID_CREDENTIALS', 'The present password is wrong.');
    }
    requirePassword('newPassword', replacement, user);
    const verified = user.passwordHash ?? null;
    const passwordHash = await passwords.hash(replacement, scope);
    await em.transactional(async (tx) => {
      const changed = await tx.nativeUpdate(
        User,
        { id: userId, passwordHash: verified, status: 'ACTIVE' },
        { passwordHash, credentialVersion: user.credentialVersion + 1 },
      );
      if (changed === 0) throw new AppError('CONFLICT', 'The password was changed in the meantime: sign in again.');
      recorder.record(tx, scope, { type: 'account.password_changed', subjectId: userId });
      await sessions.endAll(tx, scope, userId, { reason: 'password' });
      await endTokensOf(tx, now, userId);
    });
    const { email, displayName } = user;
    mail.send('password-changed', async (_, letters) => letters.passwordChanged({ email, displayName }));
    return em.refreshOrFail(user);
  }

  return { authenticate, prove, changePassword, deviceTokenOf };
}
