import type { Recorder, WriteContext } from '../../../audit/record.ts';
import { AppError } from '../../../errors.ts';
import type { RequestContext } from '../../../request/context.ts';
import { normaliseEmail } from '../../../users/email.ts';
import { User } from '../../../users/user.entity.ts';
import type { DeviceTokens } from '../device-token.ts';
import { readAccount, type UnprovenAccount } from './account-reader.ts';
import type { PasswordCaller, Passwords } from './passwords.ts';
import type { VerifyPassword } from './verify-password.ts';

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

export interface ProveAccountDeps {
  readonly deviceTokens: Pick<DeviceTokens, 'read'>;
  readonly passwords: Pick<Passwords, 'hash' | 'needsRehash'>;
  readonly recorder: Pick<Recorder, 'note'>;
  readonly verifyPassword: VerifyPassword;
}

/**
 * Returns the account that an e-mail and a password prove; renews its hash if the parameters rose.
 * @throws INVALID_CREDENTIALS alike, and after the same time, for an unknown e-mail, a wrong password, an account
 * without one and a disabled one (OWASP Authentication, user enumeration). RATE_LIMITED if too many attempts
 * failed; a device that has signed in before has attempts of its own, so no stranger can shut its owner out.
 */
export type ProveAccount = (context: WriteContext, credentials: Credentials) => Promise<ProvenAccount>;

export function createProveAccount(deps: ProveAccountDeps): ProveAccount {
  const { deviceTokens, passwords, recorder, verifyPassword } = deps;

  /**
   * Names the attempts of a device that the account knows, or else those of the e-mail, whether or not it has an
   * account.
   */
  function budgetOf(account: UnprovenAccount | null, { email, deviceToken }: Credentials): string {
    const device = account === null || deviceToken == null ? null : deviceTokens.read(account, deviceToken);
    return device === null ? `account:${normaliseEmail(email)}` : `device:${device}`;
  }

  const noteFailure = (context: WriteContext, account: UnprovenAccount | null, reason: string): Promise<unknown> =>
    recorder.note(context, {
      type: 'session.start_failed',
      outcome: 'FAILURE',
      subjectId: account?.id ?? null,
      details: { reason },
    });

  /** Replaces only the hash that was verified: a password that was changed in the meantime stays changed. */
  async function renewHash(
    context: PasswordCaller & Pick<RequestContext, 'em'>,
    { id, passwordHash }: UnprovenAccount,
    password: string,
  ): Promise<string | null> {
    if (passwordHash === null || !passwords.needsRehash(passwordHash, password)) return passwordHash;
    const renewed = await passwords.hash(password, context).catch(skipIfQueueIsFull);
    if (renewed === null) return passwordHash;
    const changed = await context.em.nativeUpdate(User, { id, passwordHash }, { passwordHash: renewed });
    return changed === 0 ? passwordHash : renewed;
  }

  return async (context, credentials) => {
    const { email, password } = credentials;
    const account = await readAccount(context.em, email);
    const hash = account?.status === 'ACTIVE' ? account.passwordHash : null;
    const budget = budgetOf(account, credentials);
    const matches = await verifyPassword(context, budget, hash, password).catch(async (error: unknown) => {
      if (isRateLimit(error)) await noteFailure(context, account, 'too_many_attempts');
      throw error;
    });
    if (account === null || !matches || account.status !== 'ACTIVE') {
      await noteFailure(context, account, reasonOf(account));
      throw new AppError('INVALID_CREDENTIALS', 'The e-mail or the password is wrong.');
    }
    return { user: account.user(), passwordHash: await renewHash(context, account, password) };
  };
}

/** Leaves the renewal to the next sign-in if too many hashes wait: no user with the right password is refused. */
function skipIfQueueIsFull(error: unknown): null {
  if (error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE') return null;
  throw error;
}

const isRateLimit = (error: unknown): boolean => error instanceof AppError && error.code === 'RATE_LIMITED';

/** Names the reason for the audit log; the answer is the same. */
function reasonOf(account: UnprovenAccount | null): string {
  if (account === null) return 'unknown_account';
  return account.status === 'ACTIVE' ? 'wrong_password' : 'disabled';
}
