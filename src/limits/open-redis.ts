import type { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** Its client is loaded where there is a Redis, and nowhere else. */
export async function openRedis(url: string | null, log: Logger): Promise<Redis | null> {
  if (url === null) return null;
  const { connectRedis } = await import('./redis.ts');
  return connectRedis(url, log);
}
