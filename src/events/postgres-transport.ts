import { randomUUID } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';
import type { Logger } from 'pino';
import type { Transport } from './open-events.ts';

const channel = 'sallyport_events';
const retryMs = 1_000;
const heartbeatMs = 5_000;
const answerMs = 5_000;
const probeChannel = 'sallyport_probe';
/** Longer than a notification takes from one connection to another. */
const deliveryMs = 5_000;

/** Carries out a statement on the connections that send. */
type Execute = (sql: string, params: unknown[]) => Promise<unknown>;

/**
 * Tells whether a connection like this one receives what the others send. Behind a pooler that hands out sessions of the
 * server by the transaction it does not, and nothing says so.
 */
export async function receivesNotifications(connection: ClientConfig, execute: Execute): Promise<boolean> {
  const client = new Client({ ...connection, query_timeout: answerMs, connectionTimeoutMillis: answerMs });
  client.on('error', () => undefined);
  const probe = randomUUID();
  const received = new Promise<boolean>((resolve) => {
    client.on('notification', ({ payload }) => payload === probe && resolve(true));
    setTimeout(resolve, deliveryMs, false).unref();
  });
  try {
    await client.connect();
    await client.query(`listen ${probeChannel}`);
    await execute('select pg_notify(?, ?)', [probeChannel, probe]);
    return await received;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates a transport over LISTEN and NOTIFY, on a connection of its own that comes back after an outage. */
export function createPostgresTransport(connection: ClientConfig, execute: Execute, log: Logger): Transport {
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** Keeps one connection at a time: only the end of one, for whatever reason, leads to another attempt. */
  async function connect(onText: (text: string) => void): Promise<void> {
    const next = new Client({ ...connection, query_timeout: answerMs, connectionTimeoutMillis: answerMs });
    client = next;
    // A connection that only listens does not notice that its peer is gone.
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
