import type { Redis } from 'ioredis';
import type { Transport } from './open-events.ts';

const channel = 'sallyport:events';

const heartbeatMs = 5_000;

/** Creates a transport over Redis pub/sub. A connection that listens can do nothing else, so it is one of its own. */
export function createRedisTransport(redis: Redis): Transport {
  const listener = redis.duplicate({ commandTimeout: undefined, enableOfflineQueue: true, maxRetriesPerRequest: null });
  listener.on('error', () => undefined);
  // A connection that only listens does not notice that its peer is gone.
  const heartbeat = setInterval(() => {
    if (listener.status === 'ready') listener.ping().catch(() => undefined);
  }, heartbeatMs).unref();
  return {
    send: async (text) => void (await redis.publish(channel, text)),
    async listen(onText) {
      listener.on('message', (_, text: string) => onText(text));
      // The client queues this until Redis answers, and repeats it after each reconnection: no start waits for it.
      listener.subscribe(channel).catch(() => undefined);
    },
    async close() {
      clearInterval(heartbeat);
      listener.disconnect();
    },
  };
}
