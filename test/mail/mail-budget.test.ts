import { expect, test } from '@jest/globals';
import { createMailBudget } from '../../src/identity/accounts/mail-budget.ts';
import { createLimiters } from '../../src/limits/limiter.ts';

const email = 'ada@example.com';

test('A client gets its mails to one e-mail, and takes none from others when it asks for more', async () => {
  const take = createMailBudget(createLimiters(null), 'test', { ofClient: 2, ofAll: 3 });
  const takeAll = async (...ipAddresses: string[]): Promise<boolean[]> => {
    const taken: boolean[] = [];
    for (const ipAddress of ipAddresses) taken.push(await take(email, ipAddress));
    return taken;
  };
  expect(await takeAll('192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.1')).toEqual([true, true, false, false]);
  expect(await takeAll('192.0.2.2', '192.0.2.2', '192.0.2.3')).toEqual([true, false, false]);
  expect(await take('other@example.com', '192.0.2.1')).toBe(true);
});

test('The addresses of one client in IPv6 share what it gets', async () => {
  const take = createMailBudget(createLimiters(null), 'test', { ofClient: 1, ofAll: 3 });
  expect([await take(email, '2001:db8:7:7::1'), await take(email, '2001:db8:7:7::2')]).toEqual([true, false]);
  expect(await take(email, '2001:db8:7:8::1')).toBe(true);
});

test('Mails of different kinds are counted apart, each for an hour', async () => {
  const budgets: unknown[] = [];
  const createLimiter = createLimiters(null);
  for (const name of ['one', 'other']) {
    const take = createMailBudget((budget) => (budgets.push(budget), createLimiter(budget)), name, {
      ofClient: 1,
      ofAll: 1,
    });
    expect([await take(email, '192.0.2.1'), await take(email, '192.0.2.1')]).toEqual([true, false]);
  }
  expect(budgets).toContainEqual({ name: 'one-mails-of-client', points: 1, windowSeconds: 3600 });
  expect(budgets).toContainEqual({ name: 'other-mails', points: 1, windowSeconds: 3600 });
});
