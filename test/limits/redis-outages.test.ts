import { expect } from '@jest/globals';
import { pino } from 'pino';
import { openRedis } from '../../src/limits/redis.ts';
import { testOnPostgres } from '../support/on-postgres.ts';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

testOnPostgres(
  'An outage of Redis is one line of the log, however often it is tried, and its end is another one',
  async () => {
    const own = await startRedis();
    const told: string[] = [];
    const log = pino({}, { write: (line: string) => void told.push((JSON.parse(line) as { msg: string }).msg) });
    const redis = await openRedis(own.url, log);
    if (redis === null) throw new Error('There is a URL.');
    let tries = 0;
    redis.on('reconnecting', () => void (tries += 1));
    try {
      await until(() => redis.status === 'ready');
      const lines: string[] = [];
      for (let outage = 0; outage < 2; outage += 1) {
        await own.stop();
        tries = 0;
        await until(() => tries >= 5, 'a fifth try');
        lines.push('Redis is away: limits count on this node alone');
        expect(told).toEqual(lines);
        // What is asked meanwhile is answered at once, rather than kept for later.
        await expect(redis.get('anything')).rejects.toThrow(/enableOfflineQueue/);
        await own.start();
        await until(() => redis.status === 'ready');
        lines.push('Redis is back');
        expect(told).toEqual(lines);
      }
    } finally {
      redis.disconnect();
      await own.stop();
    }
  },
  60_000,
);
