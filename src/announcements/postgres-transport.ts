import { Client } from 'pg';
import type { Logger } from 'pino';
import type { Transport } from './bus.ts';

const channel = 'sallyport_announcements';
const retryMs = 1_000;
const heartbeatMs = 5_000;
const answerMs = 5_000;

/** LISTEN and NOTIFY on a connection of its own, which comes back by itself after an outage. */
export function createPostgresTransport(
  url: string,
  execute: (sql: string, params: unknown[]) => Promise<unknown>,
  log: Logger,
): Transport {
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** One connection at a time: only its end, however it came about, is followed by another try. */
  async function connect(onText: (text: string) => void): Promise<void> {
    const next = new Client({ connectionString: url, query_timeout: answerMs, connectionTimeoutMillis: answerMs });
    client = next;
    // Whoever only listens would not notice a connection that leads nowhere any more.
    const heartbeat = setInterval(() => void next.query('select 1').catch(() => next.end()), heartbeatMs).unref();
    next.on('notification', ({ payload }) => onText(payload ?? ''));
    next.on('error', (error) => log.warn({ err: error }, 'the listening connection was lost'));
    next.once('end', () => {
      clearInterval(heartbeat);
      if (!isClosed) retry = setTimeout(() => void connect(onText).catch(() => undefined), retryMs);
    });
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
  }

  return {
    send: async (text) => void (await execute('select pg_notify(?, ?)', [channel, text])),
    listen: connect,
    async close() {
      isClosed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
