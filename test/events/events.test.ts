import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { pino } from 'pino';
import { parseEvent } from '../../src/events/event.ts';
import { createPostgresTransport } from '../../src/events/postgres-transport.ts';
import { createTestDatabase } from '../support/database.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { until } from '../support/until.ts';

describe('A message from another node', () => {
  const id = '01900000-0000-7000-8000-000000000000';

  test('is heard if it is one of ours', () => {
    const event = { kind: 'session-ended', id, userId: id };
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
  });

  test.each([
    '',
    'null',
    '5',
    '[]',
    '{}',
    '{"kind":"error"}',
    '{"kind":"constructor"}',
    `{"kind":["article-published"],"id":"${id}"}`,
    `{"kind":"article-published","id":["${id}"]}`,
    '{"kind":"article-published"}',
    '{"kind":"article-published","id":"x"}',
    `{"kind":"session-ended","id":"${id}"}`,
  ])('is passed over if it is none of ours (%s)', (text) => {
    expect(parseEvent(text)).toBeNull();
  });
});

describeOnPostgres('Listening on PostgreSQL', () => {
  const sockets = new Set<Socket>();
  let isAway = false;
  let accepted = 0;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let target: URL;
  let client: Client;
  // What an outage looks like from here: connections break, and new ones are dropped at once.
  const proxy = createServer((socket) => {
    accepted += 1;
    socket.on('error', () => undefined);
    if (isAway) {
      socket.destroy();
      return;
    }
    const upstream = connect(Number(target.port || 5432), target.hostname);
    upstream.on('error', () => socket.destroy());
    sockets.add(socket);
    socket.on('close', () => (sockets.delete(socket), upstream.destroy()));
    socket.pipe(upstream).pipe(socket);
  });
  beforeAll(async () => {
    database = await createTestDatabase();
    target = new URL(database.location.kind === 'postgresql' ? database.location.url : '');
    client = new Client({ connectionString: target.href });
    await client.connect();
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(async () => {
    proxy.close();
    await client.end();
    await database.drop();
  });

  /** Those whose last statement was to listen, and which wait now. */
  async function listening(): Promise<number> {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
        where datname = current_database() and query like 'listen %' and state = 'idle'`,
    );
    return rows[0]?.count ?? 0;
  }

  test('comes back by itself after an outage, by one connection, and hears each message once', async () => {
    const url = new URL(target);
    url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const notify = async (sql: string, params: unknown[]) =>
      client.query(sql.replace('?', '$1').replace('?', '$2'), params);
    const transport = createPostgresTransport({ connectionString: url.href }, notify, pino({ level: 'silent' }));
    const heard: string[] = [];
    await transport.listen((text) => void heard.push(text));

    isAway = true;
    for (const socket of sockets) socket.destroy();
    const before = accepted;
    await until(() => accepted >= before + 3);
    isAway = false;
    await until(async () => (await listening()) > 0);
    for (const text of ['again', 'and again']) {
      await transport.send(text);
      await until(() => heard.includes(text));
    }
    expect(heard).toEqual(['again', 'and again']);
    expect(await listening()).toBe(1);
    expect(sockets.size).toBe(1);
    await transport.close();
    await until(async () => (await listening()) === 0);
  });
});
