import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import type { RequestScope } from '../../request.ts';
import type { User } from '../../users/user.entity.ts';
import { createUser, findByEmail } from '../../users/users.service.ts';
import { requirePassword, type Passwords } from './passwords.ts';

export interface AccountsDeps {
  readonly passwords: Passwords;
  readonly registration: 'open' | 'closed';
}

export interface Registration {
  /** Normalised. */
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

export type Accounts = ReturnType<typeof createAccounts>;

/** Accounts with passwords: how they come into being, and how they are proved. */
export function createAccounts({ passwords, registration }: AccountsDeps) {
  /**
   * Makes an account that works at once, its address yet unverified.
   * @throws FORBIDDEN where registration is closed, CONFLICT where the address has an account.
   */
  async function register({ em, now }: RequestScope, { email, password, displayName }: Registration): Promise<User> {
    if (registration === 'closed')
      throw new AppError('FORBIDDEN', 'Registration is closed: ask an administrator for an invitation.');
    requirePassword('input.password', password);
    return createUser(em, now, { email, displayName, passwordHash: await passwords.hash(password) });
  }

  /**
   * The account that an address and a password prove, its hash renewed where parameters rose.
   * @throws INVALID_CREDENTIALS alike, and after the same time, for an unknown address, a wrong password, an account
   * without one and a disabled one (OWASP Authentication, user enumeration).
   */
  async function authenticate({ em }: RequestScope, email: string, password: string): Promise<User> {
    const user = await findByEmail(em, email);
    const matches = await passwords.verify(user?.passwordHash ?? null, password);
    if (user === null || !matches || user.status !== 'ACTIVE') {
      throw new AppError('INVALID_CREDENTIALS', 'The address or the password is wrong.');
    }
    await renewHash(em, user, password);
    return user;
  }

  async function renewHash(em: EntityManager, user: User, password: string): Promise<void> {
    if (user.passwordHash == null || !passwords.needsRehash(user.passwordHash)) return;
    user.passwordHash = await passwords.hash(password);
    await em.flush();
  }

  return { register, authenticate };
}
