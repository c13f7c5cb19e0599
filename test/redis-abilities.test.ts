import { afterAll, beforeAll, expect } from '@jest/globals';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { explainMissing, missingAbilities } from '../src/limits/redis-abilities.ts';
import { openRedis } from '../src/limits/redis.ts';
import { testOnPostgres } from './support/on-postgres.ts';
import { killAll, startProcess } from './support/process.ts';
import { startRedis, type OwnRedis } from './support/redis.ts';
import { until } from './support/until.ts';

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

testOnPostgres(
  'What Redis does not do any more is told in the log and in readiness, until it does it again',
  async () => {
    await admin.call('ACL', 'SETUSER', 'fickle', 'on', '>word', '~*', '&*', '+@all');
    const node = await startWith('fickle');
    const readiness = async (): Promise<string> => (await fetch(`${node.url}/health/ready`)).text();
    expect(await readiness()).toContain('"status":"ready"');
    await admin.call('ACL', 'SETUSER', 'fickle', '-publish');
    await until(async () => /"status":"degraded".*Redis does not do PUBLISH:/.test(await readiness()));
    expect(node.output()).toMatch(/"level":40,.*"check":"redis".*PUBLISH \(NOPERM/);
    await admin.call('ACL', 'SETUSER', 'fickle', '+publish');
    await until(async () => (await readiness()).includes('"status":"ready"'));
    await node.end('SIGTERM');
  },
  120_000,
);
