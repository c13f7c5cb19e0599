import { Client } from 'pg';
import type { Logger } from 'pino';
import type { Transport } from './bus.ts';

const channel = 'sallyport_announcements';
const retryMs = 1_000;

/** LISTEN and NOTIFY on a connection of its own, which comes back by itself after an outage. */
export function createPostgresTransport(
  url: string,
  execute: (sql: string, params: unknown[]) => Promise<unknown>,
  log: Logger,
): Transport {
  let client: Client | undefined;
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;

  async function connect(onText: (text: string) => void): Promise<void> {
    const next = new Client({ connectionString: url, keepAlive: true });
    client = next;
    next.on('notification', ({ payload }) => onText(payload ?? ''));
    next.on('error', (error) => log.warn({ err: error }, 'the listening connection was lost'));
    next.on('end', () => again(onText));
    await next.connect();
    await next.query(`listen ${channel}`);
  }

  function again(onText: (text: string) => void): void {
    if (isClosed) return;
    retry = setTimeout(() => {
      connect(onText).catch(() => again(onText));
    }, retryMs);
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
