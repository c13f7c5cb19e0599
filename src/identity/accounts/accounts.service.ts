import type { User } from '../../users/user.entity.ts';
import type { DeviceTokens } from '../sessions/device-token.ts';
import { createChangePassword, type ChangePasswordDeps } from './change-password.ts';
import type { Passwords } from './passwords.ts';
import { createProveAccount, type ProveAccount } from './prove-account.ts';
import { createVerifyPassword, type VerifyPasswordDeps } from './verify-password.ts';

export interface AccountsDeps
  extends Omit<ChangePasswordDeps, 'passwords' | 'verifyPassword'>, Pick<VerifyPasswordDeps, 'attempts'> {
  readonly deviceTokens: DeviceTokens;
  readonly passwords: Passwords;
}

export type Accounts = ReturnType<typeof createAccounts>;

/** Accounts with passwords: how they are proved, and how the password is changed. */
export function createAccounts(deps: AccountsDeps) {
  const { deviceTokens } = deps;
  const verifyPassword = createVerifyPassword(deps);
  const prove = createProveAccount({ ...deps, verifyPassword });

  return {
    prove,
    authenticate: async (...proof: Parameters<ProveAccount>): Promise<User> => (await prove(...proof)).user,
    changePassword: createChangePassword({ ...deps, verifyPassword }),
    /** The token by which this device is known from now on: the one it has, or a new one. */
    deviceTokenOf: (user: User, presented: string | null | undefined): string =>
      presented != null && deviceTokens.read(user, presented) !== null ? presented : deviceTokens.mint(user),
  };
}
