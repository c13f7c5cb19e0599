import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { createRedisTransport } from '../../src/events/redis-transport.ts';
import { openRedis, untilReady } from '../../src/limits/redis.ts';
import { stopTimers } from '../support/own-time.ts';
import { startRedis, type OwnRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

let server: OwnRedis;
beforeAll(async () => void (server = await startRedis()));
afterAll(() => server.stop());

/** The heart beats when the test says so. */
beforeEach(() => stopTimers('intervals'));
const endings: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
  jest.useRealTimers();
});

async function listen() {
  const redis = await openRedis(server.url, pino({ level: 'silent' }));
  if (redis === null) throw new Error('no Redis');
  await untilReady(redis);
  const heard: string[] = [];
  const transport = createRedisTransport(redis);
  endings.push(
    () => redis.disconnect(),
    () => transport.close(),
  );
  await transport.listen((text) => void heard.push(text));
  /** Until what is sent is heard: what is sent before somebody listens is lost. */
  const hears = (text: string): Promise<void> =>
    until(async () => {
      await transport.send(text).catch(() => undefined);
      return heard.includes(text);
    }, text);
  return { redis, transport, hears };
}

async function ask<T>(work: (admin: Redis) => Promise<T>): Promise<T> {
  const admin = new Redis(server.url);
  try {
    return await work(admin);
  } finally {
    admin.disconnect();
  }
}
const pings = (): Promise<number> =>
  ask(async (admin) => Number(/cmdstat_ping:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1] ?? 0));

describe('Listening on Redis', () => {
  test('hears what any node sends, and ends when it is closed', async () => {
    const [one, two] = [await listen(), await listen()];
    await one.hears('of one');
    await one.transport.send('to both');
    await two.hears('of two');
    for (const { transport } of [one, two]) await transport.close();
    expect(jest.getTimerCount()).toBe(0);
    await until(
      async () => (await ask((admin) => admin.pubsub('NUMSUB', 'sallyport:events')))[1] === 0,
      'the end of listening',
    );
  });

  test('asks every five seconds whether its peer is there', async () => {
    const { hears } = await listen();
    await hears('a text');
    const before = await pings();
    jest.advanceTimersByTime(4_999);
    await hears('another');
    expect(await pings()).toBe(before);
    jest.advanceTimersByTime(1);
    await until(async () => (await pings()) > before, 'a question');
    expect(await pings()).toBe(before + 1);
  });

  test('begins while Redis is away, asks nothing of it then, and hears once it is back', async () => {
    const complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    endings.push(() => complaints.mockRestore());
    const { redis, transport } = await listen();
    await transport.close();
    await server.stop();
    await until(() => redis.status !== 'ready', 'the outage');
    const late = createRedisTransport(redis);
    const heard: string[] = [];
    endings.push(() => late.close());
    await late.listen((text) => void heard.push(text));
    jest.advanceTimersByTime(60_000);
    await server.start();
    await until(async () => {
      await late.send('to the late one').catch(() => undefined);
      return heard.includes('to the late one');
    }, 'the late one');
    expect(await pings()).toBe(0);
    expect(complaints).not.toHaveBeenCalled();
  });
});
