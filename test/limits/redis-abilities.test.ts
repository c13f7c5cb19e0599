import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { explainMissing, missingAbilities } from '../../src/limits/redis-abilities.ts';
import { watchRedis } from '../../src/limits/redis-watch.ts';
import { openRedis } from '../../src/limits/redis.ts';
import { testOnPostgres } from '../support/on-postgres.ts';
import { killAll, startProcess } from '../support/process.ts';
import { stopTimers } from '../support/own-time.ts';
import { startRedis, type OwnRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-redis-'));
let redis: OwnRedis;
let admin: Redis;
beforeAll(async () => {
  redis = await startRedis();
  admin = new Redis(redis.url);
  await admin.call('ACL', 'SETUSER', 'whole', 'on', '>word', '~*', '&*', '+@all');
  await admin.call('ACL', 'SETUSER', 'lesser', 'on', '>word', '~*', '&*', '+@all', '-eval', '-evalsha', '-publish');
});
afterAll(async () => {
  admin.disconnect();
  killAll();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const startWith = (user: string) =>
  startProcess(folder, { DATABASE_URL: 'memory:', REDIS_URL: redis.url.replace('//', `//${user}:word@`) });

testOnPostgres(
  'A start says in its log and in readiness what its user may not do in Redis',
  async () => {
    const lesser = await startWith('lesser');
    const { status, degraded } = (await (await fetch(`${lesser.url}/health/ready`)).json()) as {
      status: string;
      degraded: string[];
    };
    expect([status, degraded]).toEqual(['degraded', [expect.stringMatching(/^Redis does not do EVAL, PUBLISH: /)]]);
    await until(() => /"level":40,.*"check":"redis".*EVAL \(NOPERM.*PUBLISH \(NOPERM/.test(lesser.output()));
    await lesser.end('SIGTERM');

    const whole = await startWith('whole');
    expect(await (await fetch(`${whole.url}/health/ready`)).json()).toEqual({ status: 'ready' });
    await whole.end('SIGTERM');
  },
  120_000,
);

testOnPostgres.each([
  ['that is not there', 'redis://127.0.0.1:1', /^Redis does not do anything \(connect ECONNREFUSED 127\.0\.0\.1:1\): /],
  ['with a wrong password', null, /^Redis does not do anything \(WRONGPASS [^)]*\): /],
])('Of a Redis %s it is told why, and not each thing that it does not do', async (_, url, expected) => {
  const away = await openRedis(url ?? redis.url.replace('//', '//whole:wrong@'), pino({ level: 'silent' }));
  if (away === null) throw new Error('There is a URL.');
  expect(explainMissing(await missingAbilities(away))).toMatch(expected);
  away.disconnect();
});

describe('Beside a Redis', () => {
  beforeEach(() => stopTimers('intervals'));
  afterEach(() => void jest.useRealTimers());

  /** Watches as a user of its own, and notes what is logged: the level, and the text. */
  async function watchAs(user: string) {
    await admin.call('ACL', 'SETUSER', user, 'on', '>word', '~*', '&*', '+@all');
    const client = await openRedis(redis.url.replace('//', `//${user}:word@`), pino({ level: 'silent' }));
    if (client === null) throw new Error('There is a URL.');
    const lines: Array<readonly [level: string, text: string]> = [];
    const watch = await watchRedis(client, {
      warn: (_: object, text = '') => void lines.push(['warn', text]),
      info: (_: object, text = '') => void lines.push(['info', text]),
    });
    /** Changes what the user may do, and lets the watch look. */
    const change = async (...rights: string[]): Promise<void> => {
      await admin.call('ACL', 'SETUSER', user, ...rights);
      jest.advanceTimersByTime(10_000);
      await looked(client);
    };
    return { watch, lines, client, change };
  }
  /** Waits until everything that was sent to Redis is answered, on a connection that takes one after the other. */
  async function looked(client: Redis): Promise<void> {
    for (let times = 0; times < 20; times += 1) {
      await client.get('a').catch(() => undefined);
      await setTimeout(5);
    }
  }

  testOnPostgres('what it does not do any more is told, once, until it does it again', async () => {
    const { watch, lines, client, change } = await watchAs('fickle');
    expect(watch.degraded()).toEqual([]);
    await change('-publish');
    const said = expect.stringMatching(/^Redis does not do PUBLISH: until it does, /);
    await until(() => watch.degraded().length > 0);
    expect(watch.degraded()).toEqual([said]);
    await change('-publish');
    const warning = ['warn', expect.stringMatching(/^Redis does not do PUBLISH \(NOPERM .*\): /)];
    expect(lines).toEqual([warning]);
    await change('-subscribe');
    await until(() => lines.length === 2);
    expect(watch.degraded()).toEqual([expect.stringMatching(/^Redis does not do PUBLISH, SUBSCRIBE: /)]);
    await change('+publish', '+subscribe');
    await until(() => lines.length === 3);
    expect(watch.degraded()).toEqual([]);
    expect(lines[2]).toEqual(['info', 'Redis does everything that is needed of it again']);
    expect(client.listenerCount('error')).toBe(1);
    const clients = String(await admin.call('CLIENT', 'LIST')).match(/ user=fickle /g);
    expect(clients).toHaveLength(1);
    watch.close();
    client.disconnect();
  });

  testOnPostgres('nothing is told once the watch is closed, not by a look that is under way either', async () => {
    const { watch, lines, client, change } = await watchAs('closed');
    await admin.call('ACL', 'SETUSER', 'closed', '-publish');
    jest.advanceTimersByTime(9_999);
    await looked(client);
    expect(watch.degraded()).toEqual([]);
    jest.advanceTimersByTime(1);
    watch.close();
    await looked(client);
    expect(watch.degraded()).toHaveLength(1);
    await change('+publish');
    expect([watch.degraded().length, lines]).toEqual([1, []]);
    client.disconnect();
  });

  test('that is not configured nothing is missing', async () => {
    const watch = await watchRedis(null, pino({ level: 'silent' }));
    expect(watch.degraded()).toEqual([]);
    watch.close();
  });
});
