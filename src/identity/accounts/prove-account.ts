import { AppError } from '../../errors.ts';
import type { Provenance, Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { normaliseEmail } from '../../users/email.ts';
import { User } from '../../users/user.entity.ts';
import type { DeviceTokens } from '../sessions/device-token.ts';
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

type Scope = Provenance & Pick<RequestScope, 'em'>;

/**
 * The account that an address and a password prove, its hash renewed where parameters rose.
 * @throws INVALID_CREDENTIALS alike, and after the same time, for an unknown address, a wrong password, an account
 * without one and a disabled one (OWASP Authentication, user enumeration). RATE_LIMITED where too many attempts
 * failed; a device that has signed in before has attempts of its own, so no stranger can shut its owner out.
 */
export type ProveAccount = (scope: Scope, credentials: Credentials) => Promise<ProvenAccount>;

export function createProveAccount(deps: ProveAccountDeps): ProveAccount {
  const { deviceTokens, passwords, recorder, verifyPassword } = deps;

  /** Of a device that the account knows, or else of the account, whether or not there is one. */
  function budgetOf(account: UnprovenAccount | null, { email, deviceToken }: Credentials): string {
    const device = account === null || deviceToken == null ? null : deviceTokens.read(account, deviceToken);
    return device === null ? `account:${normaliseEmail(email)}` : `device:${device}`;
  }

  const noteFailure = (scope: Scope, account: UnprovenAccount | null, reason: string): Promise<void> =>
    recorder.note(scope, {
      type: 'session.start_failed',
      outcome: 'FAILURE',
      subjectId: account?.id ?? null,
      details: { reason },
    });

  /** Only in the place of the hash that was verified: a password that was changed in the meantime stays changed. */
  async function renewHash(
    scope: PasswordCaller & Pick<RequestScope, 'em'>,
    { id, passwordHash }: UnprovenAccount,
    password: string,
  ): Promise<string | null> {
    if (passwordHash === null || !passwords.needsRehash(passwordHash, password)) return passwordHash;
    const renewed = await passwords.hash(password, scope).catch(ignoreCrowd);
    if (renewed === null) return passwordHash;
    const changed = await scope.em.nativeUpdate(User, { id, passwordHash }, { passwordHash: renewed });
    return changed === 0 ? passwordHash : renewed;
  }

  return async (scope, credentials) => {
    const { email, password } = credentials;
    const account = await readAccount(scope.em, email);
    const hash = account?.status === 'ACTIVE' ? account.passwordHash : null;
    const budget = budgetOf(account, credentials);
    const matches = await verifyPassword(scope, budget, hash, password).catch(async (error: unknown) => {
      if (isRateLimit(error)) await noteFailure(scope, account, 'too_many_attempts');
      throw error;
    });
    if (account === null || !matches || account.status !== 'ACTIVE') {
      await noteFailure(scope, account, reasonOf(account));
      throw new AppError('INVALID_CREDENTIALS', 'The address or the password is wrong.');
    }
    return { user: account.user(), passwordHash: await renewHash(scope, account, password) };
  };
}

/** Where too many hashes wait, the next sign-in renews it: nobody is refused whose password was right. */
function ignoreCrowd(error: unknown): null {
  if (error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE') return null;
  throw error;
}

const isRateLimit = (error: unknown): boolean => error instanceof AppError && error.code === 'RATE_LIMITED';

/** For the log alone: the answer is the same. */
function reasonOf(account: UnprovenAccount | null): string {
  if (account === null) return 'unknown_account';
  return account.status === 'ACTIVE' ? 'wrong_password' : 'disabled';
}
