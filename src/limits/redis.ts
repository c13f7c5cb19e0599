import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** A silent Redis must not hold up a sign-in: the insurance limiter takes over after this. */
const commandTimeoutMs = 150;

/** A client that fails fast and keeps trying to come back; its errors are logged once for each outage. */
export function connectRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: 1_000,
    // A connection that leads nowhere any more does not say so: it is given up, and made anew.
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
