import { afterAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { connect, createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { parseAnnouncement } from '../src/announcements/announcement.ts';
import { createPostgresTransport } from '../src/announcements/postgres-transport.ts';
import { postgresUrl } from './support/database.ts';

describe('A message from another node', () => {
  const id = '01900000-0000-7000-8000-000000000000';

  test('is heard where it is one of ours', () => {
    const announcement = { kind: 'session-ended', id, userId: id };
    expect(parseAnnouncement(JSON.stringify(announcement))).toEqual(announcement);
  });

  test.each([
    '',
    'null',
    '5',
    '[]',
    '{}',
    '{"kind":"error"}',
    '{"kind":"constructor"}',
    '{"kind":"article-published"}',
    '{"kind":"article-published","id":"x"}',
    `{"kind":"session-ended","id":"${id}"}`,
  ])('is passed over where it is not (%s)', (text) => {
    expect(parseAnnouncement(text)).toBeNull();
  });
});

const onPostgres = postgresUrl === undefined ? describe.skip : describe;

onPostgres('Listening on PostgreSQL', () => {
  const target = new URL(postgresUrl ?? 'postgresql://localhost:5432/postgres');
  const sockets = new Set<Socket>();
  let isAway = false;
  let accepted = 0;
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
    socket.on('close', () => upstream.destroy());
    sockets.add(socket);
    socket.pipe(upstream).pipe(socket);
  });
  afterAll(() => void proxy.close());

  test('comes back by itself after an outage, by one connection, and hears each message once', async () => {
    const port = await new Promise<number>((resolve) => {
      proxy.listen(0, '127.0.0.1', () => resolve((proxy.address() as { port: number }).port));
    });
    const url = new URL(target);
    url.host = `127.0.0.1:${port}`;
    const client = new Client({ connectionString: target.href });
    await client.connect();
    const notify = async (sql: string, params: unknown[]) =>
      client.query(sql.replace('?', '$1').replace('?', '$2'), params);
    const transport = createPostgresTransport(url.href, notify, pino({ level: 'silent' }));
    const heard: string[] = [];
    await transport.listen((text) => void heard.push(text));

    isAway = true;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect(accepted).toBeLessThanOrEqual(1 + 4);
    isAway = false;
    while (sockets.size === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await transport.send('again');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(heard).toEqual(['again']);
    expect(sockets.size).toBe(1);
    await transport.close();
    await client.end();
  }, 30_000);
});
