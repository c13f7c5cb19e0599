import { describe, expect, test } from '@jest/globals';
import { ipKey, ipLevels } from '../../src/limits/ip-key.ts';
import { createIpLimiter, type IpLimiter } from '../../src/limits/ip-limiter.ts';
import { createLimiters } from '../../src/limits/limiter.ts';
import { stateOf } from '../support/attempts.ts';

test.each([
  ['203.0.113.9', [{ key: '203.0.113.9', factor: 1 }]],
  ['::ffff:203.0.113.9', [{ key: '203.0.113.9', factor: 1 }]],
  ['unknown', [{ key: 'unknown', factor: 1 }]],
  ['account 0192c2a0', [{ key: 'account 0192c2a0', factor: 1 }]],
  [
    '2001:db8:1:2::3',
    [
      { key: '20010db800010002/64', factor: 1 },
      { key: '20010db8000100/56', factor: 2 },
      { key: '20010db80001/48', factor: 4 },
    ],
  ],
])('An IP address counts in its ranges, and what is none counts as itself: %s', (ipAddress, levels) => {
  expect(ipLevels(ipAddress)).toEqual(levels);
  expect(ipKey(ipAddress)).toBe(levels[0]?.key);
});

describe('IP addresses of one network', () => {
  const consume = async (limiter: IpLimiter, ipAddresses: readonly string[]): Promise<number> => {
    let taken = 0;
    for (const ipAddress of ipAddresses) if ((await limiter.consume(ipAddress)).before < limiter.points) taken += 1;
    return taken;
  };
  const each = (count: number, ipAddressOf: (index: string) => string): string[] =>
    Array.from({ length: count }, (_, index) => ipAddressOf(index.toString(16).padStart(2, '0')));

  test('share one budget in an IPv6 /64, two in a /56 and four in a /48', async () => {
    const limiter = createIpLimiter(createLimiters(null), { name: 'levels', points: 10, windowSeconds: 60 });
    expect(
      await consume(
        limiter,
        each(15, (index) => `2001:db8:1:100::${index}`),
      ),
    ).toBe(10);
    expect(
      await consume(
        limiter,
        each(50, (index) => `2001:db8:1:1${index}::1`),
      ),
    ).toBe(10);
    expect(
      await consume(
        limiter,
        each(50, (index) => `2001:db8:1:2${index}::1`),
      ),
    ).toBe(20);
    expect(
      await consume(
        limiter,
        each(50, (index) => `2001:db8:1:3${index}::1`),
      ),
    ).toBe(0);
    expect(
      await consume(
        limiter,
        each(50, (index) => `2001:db8:2:3${index}::1`),
      ),
    ).toBe(20);
    expect(await consume(limiter, ['203.0.113.1', '203.0.113.2'])).toBe(2);
  });

  test('give back what they took of a narrow range where a wide one has nothing left', async () => {
    const limiter = createIpLimiter(createLimiters(null), { name: 'given back', points: 1, windowSeconds: 60 });
    expect(
      await consume(
        limiter,
        each(9, (index) => `2001:db8:1:${index}00::1`),
      ),
    ).toBe(4);
    await limiter.endAttempt('2001:db8:1:0::1', false);
    expect(await consume(limiter, ['2001:db8:1:800::1'])).toBe(1);
  });

  test('give back what an attempt took of a narrow range, which is under way no longer', async () => {
    const createLimiter = createLimiters(null);
    const budget = { name: 'attempts', points: 1, windowSeconds: 60 };
    const limiter = createIpLimiter(createLimiter, budget);
    for (const ipAddress of ['2001:db8:1:100::1', '2001:db8:1:101::1']) {
      await limiter.beginAttempt(ipAddress);
      await limiter.endAttempt(ipAddress, true);
    }
    const ipAddress = '2001:db8:1:102::1';
    expect(await stateOf(limiter.beginAttempt(ipAddress), limiter)).toBe('refused');
    // As if one of the two had succeeded.
    await createLimiter({ ...budget, name: 'attempts:x2', points: 2 }).refund(ipLevels(ipAddress)[1]?.key ?? '');
    expect(await stateOf(limiter.beginAttempt(ipAddress), limiter)).toBe('begun');
    await limiter.endAttempt(ipAddress, true);
    expect(await stateOf(limiter.beginAttempt(ipAddress), limiter)).toBe('refused');
  });
});

test('Two doors with a budget of one name share it, whether they count IP addresses or not', async () => {
  const createLimiter = createLimiters(null);
  const budget = { name: 'shared', points: 3, windowSeconds: 60 };
  const doors = [createLimiter(budget), createLimiter(budget), createIpLimiter(createLimiter, budget)];
  const taken = [];
  for (const door of doors) taken.push((await door.consume('203.0.113.1')).before);
  expect(taken).toEqual([0, 1, 2]);
});
