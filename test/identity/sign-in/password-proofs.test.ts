import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AppError } from '../../../src/errors.ts';
import type { AccountState } from '../../../src/identity/sign-in/passwords/account-check.ts';
import type { ProvenAccount } from '../../../src/identity/sign-in/passwords/prove-account.ts';
import { rememberProofs } from '../../../src/identity/sign-in/passwords/remember-proofs.ts';
import { createVerifyPassword, signInBudget } from '../../../src/identity/sign-in/passwords/verify-password.ts';
import { createLimiters } from '../../../src/limits/limiter.ts';
import { User } from '../../../src/users/user.entity.ts';

const now = new Date('2026-11-30T12:00:00Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);

describe('A password that is sent with every request', () => {
  const password = { email: 'someone@example.com', password: 'correct horse battery' };
  const user = Object.assign(new User(), { id: randomUUID(), email: password.email });
  const asProved: AccountState = {
    userId: user.id,
    email: user.email,
    passwordHash: 'a hash',
    status: 'ACTIVE',
    roles: ['EDITOR'],
    credentialVersion: 3,
    secondFactors: [],
  };
  let state: AccountState | null;
  let verified: number;
  let { accountOf } = rememberProofs(async () => state);
  beforeEach(() => {
    [state, verified] = [asProved, 0];
    ({ accountOf } = rememberProofs(async (id) => (id === user.id ? state : null)));
  });

  const verify = async (): Promise<ProvenAccount> => {
    verified += 1;
    return { user, passwordHash: 'a hash' };
  };
  const ask = (at = now, given = password): Promise<AccountState | null> => accountOf(given, at, verify);

  test('is hashed once in ten minutes, and its account is read for each', async () => {
    expect(await ask()).toBe(asProved);
    state = { ...asProved, roles: ['VIEWER'] };
    expect(await ask(after(10 * 60_000))).toBe(state);
    expect(verified).toBe(1);
    await ask(after(10 * 60_000 + 1));
    expect(verified).toBe(2);
    // It is remembered from then on.
    await ask(after(20 * 60_000 + 1));
    expect(verified).toBe(2);
  });

  test('is hashed once for those who wait for it together', async () => {
    await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(verified).toBe(1);
  });

  test('is remembered by its whole text and its e-mail', async () => {
    await ask();
    for (const other of [
      { ...password, email: 'someone@example.co' },
      { ...password, password: 'correct horse batter' },
      { email: `${password.email},${password.password}`, password: '' },
    ]) {
      verified = 0;
      await ask(now, other);
      expect(verified).toBe(1);
    }
  });

  test.each<[string, Partial<AccountState>]>([
    ['has another e-mail', { email: 'other@example.com' }],
    ['has another password', { passwordHash: 'another hash' }],
    ['has none any more', { passwordHash: null }],
    ['is disabled', { status: 'DISABLED' }],
  ])('proves nothing once its account %s', async (_, changes) => {
    await ask();
    state = { ...asProved, ...changes };
    expect(await ask()).toBeNull();
    // Another node may have renewed the hash in between: it is verified twice before it is refused.
    expect(verified).toBe(3);
    state = null;
    expect(await ask()).toBeNull();
  });

  test('whose hash another node renews at the moment is verified against the new one', async () => {
    const renewed = { ...asProved, passwordHash: 'a renewed hash' };
    const verifyRenewed = async (): Promise<ProvenAccount> => {
      verified += 1;
      state = renewed;
      return { user, passwordHash: verified === 1 ? 'a hash' : 'a renewed hash' };
    };
    expect(await accountOf(password, now, verifyRenewed)).toBe(renewed);
    expect(verified).toBe(2);
    expect(await accountOf(password, now, verifyRenewed)).toBe(renewed);
    expect(verified).toBe(2);
  });

  test('is not remembered if it was wrong', async () => {
    const wrong = () => Promise.reject(new AppError('INVALID_CREDENTIALS', 'Wrong.'));
    await ask();
    await expect(accountOf(password, after(10 * 60_000 + 1), wrong)).rejects.toThrow('Wrong.');
    await ask(after(1));
    expect(verified).toBe(2);
  });

  test('is remembered for a thousand, the one that was proved first being forgotten first', async () => {
    const numbered = (number: number) => ({ ...password, password: `password ${number}` });
    for (let number = 1; number <= 1_000; number += 1) await ask(now, numbered(number));
    await ask(now, numbered(1));
    expect(verified).toBe(1_000);
    await ask(now, numbered(1_001));
    await ask(now, numbered(2));
    expect(verified).toBe(1_001);
    await ask(now, numbered(1));
    expect(verified).toBe(1_002);
  });
});

describe('An attempt at a password', () => {
  const caller = { ipAddress: '192.0.2.1' };

  test('counts if it was wrong: ten in a quarter of an hour for an account', async () => {
    expect(signInBudget).toEqual({ name: 'sign-in', points: 10, windowSeconds: 900 });
    const asked: unknown[] = [];
    const verifyPassword = createVerifyPassword({
      attempts: createLimiters(null)(signInBudget),
      passwords: {
        verify: async (hash, password, by) => {
          asked.push([hash, by]);
          if (password === 'unreadable') throw new AppError('SERVICE_UNAVAILABLE', 'Busy.');
          return password === 'right';
        },
      },
    });
    const verify = (password: string, budget = 'an account'): Promise<boolean> =>
      verifyPassword(caller, budget, 'a hash', password);
    for (let tries = 0; tries < 11; tries += 1) {
      expect(await verify('right')).toBe(true);
      await expect(verify('unreadable')).rejects.toThrow('Busy.');
    }
    for (let tries = 0; tries < 10; tries += 1) expect(await verify('wrong')).toBe(false);
    await expect(verify('right')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: 'Too many wrong passwords. Try again later.',
    });
    expect(await verify('right', 'another account')).toBe(true);
    expect(new Set(asked.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(['a hash', caller])]));
  });
});
