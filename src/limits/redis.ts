import type { Redis } from 'ioredis';
import { once } from 'node:events';
import type { Logger } from 'pino';

/** A silent Redis must not hold up a sign-in: the limiter in memory takes over after this time. */
const commandTimeoutMs = 150;

const connectMs = 1_000;

/**
 * Opens a client that fails fast, keeps trying to come back and logs one line for each outage. Answers null without a
 * URL; the library is loaded only with one.
 */
export async function openRedis(url: string | null, log: Logger): Promise<Redis | null> {
  if (url === null) return null;
  const library = await import('ioredis');
  const redis = new library.Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectMs,
    // A connection that leads nowhere does not say so: it is dropped after this time, and made anew.
    socketTimeout: 1_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
  });
  let isAway = false;
  redis.on('ready', () => {
    if (isAway) log.info('Redis is back');
    isAway = false;
  });
  redis.on('error', (error: Error) => {
    if (!isAway) log.warn({ err: error }, 'Redis is away: limits count on this node alone');
    isAway = true;
  });
  return redis;
}

/** Waits until Redis can be asked, a second at most: what asks at once after opening would be refused. */
export async function untilReady(redis: Redis): Promise<void> {
  if (redis.status !== 'ready')
    await once(redis, 'ready', { signal: AbortSignal.timeout(connectMs) }).catch(() => undefined);
}
