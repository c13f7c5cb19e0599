import type { Budget } from '../../../limits/budget.ts';
import { type Limiter, takeAttempt } from '../../../limits/limiter.ts';
import type { PasswordCaller, Passwords } from './passwords.ts';

/** Limits the failed sign-ins of an account, or of a device that it knows. */
export const signInBudget: Budget = { name: 'sign-in', points: 10, windowSeconds: 15 * 60 };

export interface VerifyPasswordDeps {
  readonly attempts: Limiter;
  readonly passwords: Pick<Passwords, 'verify'>;
}

/**
 * Verifies a password, taking an attempt before it is checked. One that succeeds, or that the server could not check,
 * is given back.
 * @param budget The key under which the attempts are counted: an account, or a device that the account knows.
 * @throws RATE_LIMITED if none is left.
 */
export type VerifyPassword = (
  caller: PasswordCaller,
  budget: string,
  hash: string | null,
  password: string,
) => Promise<boolean>;

export const createVerifyPassword =
  ({ attempts, passwords }: VerifyPasswordDeps): VerifyPassword =>
  async (caller, budget, hash, password) => {
    await takeAttempt(attempts, budget, 'Too many wrong passwords. Try again later.');
    let isWrong = false;
    try {
      isWrong = !(await passwords.verify(hash, password, caller));
      return !isWrong;
    } finally {
      await attempts.endAttempt(budget, isWrong);
    }
  };
