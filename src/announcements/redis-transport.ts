import type { Redis } from 'ioredis';
import type { Transport } from './bus.ts';

const channel = 'sallyport:announcements';

const heartbeatMs = 5_000;

/** Redis pub/sub. A connection that listens can do nothing else, so it is one of its own. */
export function createRedisTransport(redis: Redis): Transport {
  const listener = redis.duplicate({ commandTimeout: undefined, enableOfflineQueue: true, maxRetriesPerRequest: null });
  listener.on('error', () => undefined);
  // Whoever only listens would not notice a connection that leads nowhere any more.
  const heartbeat = setInterval(() => {
    if (listener.status === 'ready') listener.ping().catch(() => undefined);
  }, heartbeatMs).unref();
  return {
    send: async (text) => void (await redis.publish(channel, text)),
    async listen(onText) {
      listener.on('message', (_, text: string) => onText(text));
      // Queued until Redis is there, and repeated by the client after each reconnection: nobody waits for it.
      listener.subscribe(channel).catch(() => undefined);
    },
    async close() {
      clearInterval(heartbeat);
      listener.disconnect();
    },
  };
}
