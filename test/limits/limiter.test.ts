import { afterEach, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { budgetOf, type RateLimit } from '../../src/graphql/rate-limit-directive.ts';
import { createLimiters, type Limiter } from '../../src/limits/limiter.ts';
import { openRedis } from '../../src/limits/redis.ts';

afterEach(() => void jest.restoreAllMocks());

const befores = async ({ consume }: Limiter, times: number): Promise<number[]> => {
  const taken: number[] = [];
  for (let count = 0; count < times; count += 1) taken.push((await consume('caller')).before);
  return taken;
};

test('A budget says for how many seconds it lasts, the one that has begun included', async () => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
  const { consume } = createLimiters(null)({ name: 'an hour', points: 9, windowSeconds: 3600 });
  const seconds: number[] = [];
  for (const ms of [0, 500, 1_000, 3_598_500, 3_599_500]) {
    now.mockReturnValue(1_000_000 + ms);
    seconds.push((await consume('caller')).retryAfterSeconds);
  }
  expect(seconds).toEqual([3600, 3600, 3599, 2, 1]);
});

test('A refused point takes nothing: the budget is whole once one is given back', async () => {
  const limiter = createLimiters(null)({ name: 'whole', points: 2, windowSeconds: 60 });
  await limiter.refund('caller');
  expect(await befores(limiter, 5)).toEqual([0, 1, 2, 2, 2]);
  await limiter.refund('caller');
  expect(await befores(limiter, 2)).toEqual([1, 2]);
  for (let times = 0; times < 5; times += 1) await limiter.refund('caller');
  expect(await befores(limiter, 3)).toEqual([0, 1, 2]);
});

test('Without its Redis a node allows half of a budget, rounded down, and one point at least', async () => {
  const redis = await openRedis('redis://127.0.0.1:1', pino({ level: 'silent' }));
  const createLimiter = createLimiters(redis);
  try {
    const odd = createLimiter({ name: 'odd', points: 7, windowSeconds: 60 });
    expect(await befores(odd, 5)).toEqual([0, 1, 2, 7, 7]);
    const few = createLimiter({ name: 'few', points: 3, windowSeconds: 60 });
    expect(await befores(few, 2)).toEqual([0, 3]);
    const single = createLimiter({ name: 'single', points: 1, windowSeconds: 60 });
    expect(await befores(single, 2)).toEqual([0, 1]);
  } finally {
    redis?.disconnect();
  }
});

test('Without a URL there is no Redis', async () => {
  expect(await openRedis(null, pino({ level: 'silent' }))).toBeNull();
});

test('Keys in memory are forgotten, the first ones first, once there are more than a node keeps', async () => {
  const limiter = createLimiters(null)({ name: 'many', points: 5, windowSeconds: 3600 });
  for (let index = 0; index < 20_002; index += 1) await limiter.consume(`key ${index}`);
  const taken: number[] = [];
  for (const index of [20_001, 2, 1, 0]) taken.push((await limiter.consume(`key ${index}`)).before);
  expect(taken).toEqual([1, 1, 0, 0]);
});

test('A budget of a field is one for each limit that stands on it, and a new one when the limit changes', () => {
  const limitOf = (max: number, window: string): RateLimit => ({ max, window, onlyFailures: false });
  const minute = limitOf(5, '1m');
  expect(budgetOf(minute, 'Query.a')).toEqual({ name: 'Query.a:5:1m', points: 5, windowSeconds: 60 });
  const names = [minute, limitOf(6, '1m'), limitOf(5, '1h')].flatMap((limit) =>
    ['Query.a', 'Query.b'].map((coordinate) => budgetOf(limit, coordinate).name),
  );
  expect(new Set(names).size).toBe(6);
});
