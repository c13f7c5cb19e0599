import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { explainMissing, missingAbilities, sayMissing, type Missing } from './redis-abilities.ts';

const everyMs = 10_000;

export interface RedisWatch {
  /**
   * Answers what Redis does not do at the moment, in a sentence without its reasons; nothing if it does everything, or
   * if there is none.
   */
  readonly degraded: () => readonly string[];
  readonly close: () => void;
}

/**
 * Tries again and again what is needed of Redis: rights can be taken away, and a failover may lead to a server that
 * does less. A change is told in the log; what a start finds is told by its checks.
 */
export async function watchRedis(redis: Redis | null, log: Pick<Logger, 'info' | 'warn'>): Promise<RedisWatch> {
  if (redis === null) return { degraded: () => [], close: () => undefined };
  let missing = await missingAbilities(redis);
  let isClosed = false;

  async function look(client: Redis): Promise<void> {
    const present = await missingAbilities(client);
    const hasChanged = namesOf(present) !== namesOf(missing);
    missing = present;
    if (!hasChanged || isClosed) return;
    if (present.length > 0) log.warn({ check: 'redis' }, explainMissing(present));
    else log.info({ check: 'redis' }, 'Redis does everything that is needed of it again');
  }

  const timer = setInterval(() => void look(redis), everyMs).unref();
  return {
    degraded: () => (missing.length === 0 ? [] : [sayMissing(missing)]),
    close() {
      isClosed = true;
      clearInterval(timer);
    },
  };
}

const namesOf = (missing: readonly Missing[]): string => missing.map(({ name }) => name).join(' ');
