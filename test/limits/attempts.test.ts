import { describe, expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import { createAttempts, finishAttempt } from '../../src/limits/attempts.ts';
import type { Consumed } from '../../src/limits/budget.ts';
import { createLimiters, type Limiter } from '../../src/limits/limiter.ts';
import { stateOf } from '../support/attempts.ts';

const limiterOf = (points: number): Limiter => createLimiters(null)({ name: 'tries', points, windowSeconds: 60 });
const key = 'caller';

describe('An attempt for which no point is left', () => {
  test('is refused at once if none with its key is under way', async () => {
    const limiter = limiterOf(2);
    for (const expected of ['begun', 'begun', 'refused', 'refused']) {
      expect(await stateOf(limiter.beginAttempt(key), limiter)).toBe(expected);
      if (expected === 'begun') await limiter.endAttempt(key, true);
    }
  });

  test('waits until the last of those under way has ended, and gets the point of one that succeeded', async () => {
    const limiter = limiterOf(2);
    await Promise.all([limiter.beginAttempt(key), limiter.beginAttempt(key)]);
    const third = limiter.beginAttempt(key);
    expect(await stateOf(third, limiter)).toBe('waiting');
    await limiter.endAttempt(key, true);
    expect(await stateOf(third, limiter)).toBe('waiting');
    await limiter.endAttempt(key, false);
    expect(await stateOf(third, limiter)).toBe('begun');
  });

  test('is refused once the last of those under way has failed', async () => {
    const limiter = limiterOf(2);
    await Promise.all([limiter.beginAttempt(key), limiter.beginAttempt(key)]);
    const third = limiter.beginAttempt(key);
    for (const expected of ['waiting', 'refused']) {
      await limiter.endAttempt(key, true);
      expect(await stateOf(third, limiter)).toBe(expected);
    }
  });

  test('waits if fifty wait at most, and is otherwise to come again in two seconds', async () => {
    const limiter = limiterOf(1);
    await limiter.beginAttempt(key);
    const waiting = Array.from({ length: 50 }, () => limiter.beginAttempt(key));
    await setImmediate();
    const refused = await Promise.race([limiter.beginAttempt(key), setImmediate()]);
    expect(refused).toEqual({ before: 1, retryAfterSeconds: 2 });
    for (const attempt of waiting) {
      expect(await stateOf(attempt, limiter)).toBe('waiting');
      await limiter.endAttempt(key, false);
      expect(await stateOf(attempt, limiter)).toBe('begun');
    }
  });

  test('gets the point of one that ended while the store was asked', async () => {
    const limiter = limiterOf(1);
    let answer = Promise.resolve();
    const consume = async (of: string): Promise<Consumed> => {
      const consumed = await limiter.consume(of);
      await answer;
      return consumed;
    };
    const attempts = createAttempts({ ...limiter, consume });
    await attempts.beginAttempt(key);
    let release = (): void => undefined;
    answer = new Promise((resolve) => (release = resolve));
    const second = attempts.beginAttempt(key);
    await setImmediate();
    await attempts.endAttempt(key, false);
    release();
    expect(await stateOf(second, limiter)).toBe('begun');
  });
});

test.each<[string, 'begun' | 'refused', () => Promise<unknown>]>([
  ['counts if its caller made it fail', 'refused', () => Promise.reject(new AppError('INVALID_CREDENTIALS', 'Wrong.'))],
  ['does not count if it succeeds', 'begun', () => Promise.resolve()],
  [
    'does not count if a service of ours was away',
    'begun',
    () => Promise.reject(new AppError('SERVICE_UNAVAILABLE', 'Busy.')),
  ],
  ['does not count if our code failed', 'begun', () => Promise.reject(new TypeError('a mistake'))],
])('An attempt %s', async (_, next, job) => {
  const limiter = limiterOf(1);
  await limiter.beginAttempt(key);
  await finishAttempt((hasFailed) => limiter.endAttempt(key, hasFailed), job).catch(() => undefined);
  expect(await stateOf(limiter.beginAttempt(key), limiter)).toBe(next);
});
