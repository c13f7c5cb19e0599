import type { Redis } from 'ioredis';
import { untilReady } from './redis.ts';

/** The abilities that limits and events need of Redis, each tried as they use it. */
const abilities: Readonly<Record<string, (redis: Redis) => Promise<unknown>>> = {
  EVAL: (redis) => redis.eval("return redis.call('get', KEYS[1])", 1, probeKey),
  SET: (redis) => redis.set(probeKey, '1', 'PX', 1_000),
  PEXPIRE: (redis) => redis.pexpire(probeKey, 1_000),
  DEL: (redis) => redis.del(probeKey),
  PUBLISH: (redis) => redis.publish(probeKey, ''),
  SUBSCRIBE: async (redis) => {
    const subscriber = redis.duplicate({ lazyConnect: true });
    subscriber.on('error', () => undefined);
    try {
      await subscriber.connect();
      await subscriber.subscribe(probeKey);
    } finally {
      subscriber.disconnect();
    }
  },
};

const probeKey = 'sallyport:probe';

/** An ability that Redis refuses us, with the reason, which names ports, users and rights: it is for the log alone. */
export interface Missing {
  readonly name: string;
  readonly reason: string;
}

/** Says what it means that Redis does not do this, in a text that any caller may read. */
export const sayMissing = (missing: readonly Missing[]): string => say(missing.map(({ name }) => name));

/** Says so with the reasons, for the log and the command line. */
export const explainMissing = (missing: readonly Missing[]): string =>
  say(missing.map(({ name, reason }) => `${name} (${reason})`));

const say = (missing: readonly string[]): string =>
  `Redis does not do ${missing.join(', ')}: until it does, limits count on each node alone, or nodes receive no events of each other.`;

/** Answers what Redis does not let us do; if it is away, anything, with the reason. */
export async function missingAbilities(redis: Redis): Promise<Missing[]> {
  let away = 'it does not answer';
  const note = ({ message }: Error): void => void (away = message);
  redis.on('error', note);
  await untilReady(redis);
  redis.off('error', note);
  if (redis.status !== 'ready') return [{ name: 'anything', reason: away }];
  const tried = await Promise.all(
    Object.entries(abilities).map(async ([name, use]) => {
      try {
        await use(redis);
        return [];
      } catch (error) {
        return [{ name, reason: error instanceof Error ? error.message : String(error) }];
      }
    }),
  );
  return tried.flat();
}
