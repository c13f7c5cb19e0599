import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { pino } from 'pino';
import { createPostgresTransport, receivesNotifications } from '../../src/events/postgres-transport.ts';
import { createTestDatabase } from '../support/database.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { stopTimers } from '../support/own-time.ts';
import { until } from '../support/until.ts';

/** Time stands still for what the transports wait for, and for nothing else. */
beforeEach(() => stopTimers('intervals and delays'));
afterEach(() => void jest.useRealTimers());

describeOnPostgres('PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let client: Client;
  let url: URL;
  /** What comes to PostgreSQL no more, as if the road were gone, without a word to anybody. */
  let lost: RegExp | null = null;
  let losses = 0;
  const road = createServer((near) => {
    const { hostname, port } = new URL(database.location.kind === 'postgresql' ? database.location.url : '');
    const far = connect(Number(port), hostname);
    near.on('data', (chunk) => {
      if (lost?.test(chunk.toString('latin1')) === true) losses += 1;
      else far.write(chunk);
    });
    far.pipe(near);
    near.on('error', () => undefined).on('close', () => far.destroy());
    far.on('error', () => undefined).on('close', () => near.destroy());
  });
  beforeAll(async () => {
    database = await createTestDatabase();
    url = new URL(database.location.kind === 'postgresql' ? database.location.url : '');
    client = new Client({ connectionString: url.href });
    await client.connect();
    await once(road.listen(0, '127.0.0.1'), 'listening');
    url.host = `127.0.0.1:${(road.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    road.close();
    await client.end();
    await database.drop();
  });
  beforeEach(() => {
    [lost, losses] = [null, 0];
    lines.length = 0;
  });

  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const execute = (sql: string, params: unknown[]) => client.query(sql.replace('?', '$1').replace('?', '$2'), params);
  const listeners = async (): Promise<number[]> => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    return rows.map(({ pid }) => pid);
  };
  const cut = async (): Promise<void> => {
    for (const pid of await listeners()) await client.query('select pg_terminate_backend($1)', [pid]);
    await until(async () => (await listeners()).length === 0, 'the end of connections');
  };

  /** Until the transport knows that its connection was cut. */
  async function noticed(): Promise<void> {
    await until(() => lines.length > 0, 'a line of the log');
    for (let turns = 0; turns < 10; turns += 1) await setImmediate();
  }

  async function listen() {
    const heard: string[] = [];
    const transport = createPostgresTransport({ connectionString: url.href }, execute, log);
    await transport.listen((text) => void heard.push(text));
    const hears = async (text: string): Promise<void> => {
      await transport.send(text);
      await until(() => heard.includes(text), text);
    };
    /** Until it listens again: what is sent before is lost. */
    const isBack = (): Promise<void> =>
      until(async () => {
        await transport.send('a sign');
        return heard.includes('a sign');
      }, 'a sign');
    return { transport, heard, hears, isBack };
  }

  describe('listening', () => {
    test('hears what is sent, and leaves nothing behind when it is closed', async () => {
      const { transport, heard, hears } = await listen();
      await hears('one');
      expect(await listeners()).toHaveLength(1);
      await transport.close();
      await setImmediate();
      expect(jest.getTimerCount()).toBe(0);
      await until(async () => (await listeners()).length === 0, 'the end of the connection');
      expect([heard, lines]).toEqual([['one'], []]);
    });

    test('on a connection that is cut begins anew after a second, by one connection, and is logged', async () => {
      const { transport, heard, hears, isBack } = await listen();
      const [former] = await listeners();
      await cut();
      await noticed();
      expect(jest.getTimerCount()).toBe(1);
      expect(await listeners()).toEqual([]);
      jest.advanceTimersByTime(1_000);
      await isBack();
      const present = await listeners();
      expect([present.length, present.includes(former ?? 0)]).toEqual([1, false]);
      await hears('again');
      expect(jest.getTimerCount()).toBe(1);
      expect(lines.join('')).toContain('the listening connection was lost');
      await transport.close();
      expect(heard.filter((text) => text === 'again')).toHaveLength(1);
    });

    test('is closed while it waits for another attempt, which is not made', async () => {
      const { transport } = await listen();
      await cut();
      await noticed();
      expect(jest.getTimerCount()).toBe(1);
      await transport.close();
      expect(jest.getTimerCount()).toBe(0);
    });

    test('notices within ten seconds that its peer is gone', async () => {
      const { transport, hears, isBack } = await listen();
      jest.advanceTimersByTime(5_000);
      await hears('still there');
      await until(() => jest.getTimerCount() === 1, 'the answer to the first question');
      lost = /select 1/;
      jest.advanceTimersByTime(5_000);
      await until(() => losses > 0, 'a question');
      lost = null;
      jest.advanceTimersByTime(5_000);
      await until(async () => (await listeners()).length === 0, 'the end of the connection');
      await setImmediate();
      jest.advanceTimersByTime(1_000);
      await isBack();
      await transport.close();
    });

    test('is refused if it cannot begin, and is tried again on another connection', async () => {
      lost = /listen /;
      const heard: string[] = [];
      const transport = createPostgresTransport({ connectionString: url.href }, execute, log);
      const refused = expect(transport.listen((text) => void heard.push(text))).rejects.toThrow('timeout');
      await until(() => losses > 0, 'a question');
      jest.advanceTimersByTime(5_000);
      await refused;
      await until(async () => (await listeners()).length === 0, 'the end of the connection');
      lost = null;
      jest.advanceTimersByTime(1_000);
      await until(async () => {
        await transport.send('at last');
        return heard.includes('at last');
      }, 'the text');
      await transport.close();
    });
  });

  describe('is known to pass notifications on', () => {
    const passes = (send: (sql: string, params: unknown[]) => Promise<unknown>) =>
      receivesNotifications({ connectionString: url.href }, send);

    test('if what others send arrives, on a connection that is given back', async () => {
      expect(await passes(execute)).toBe(true);
      await until(async () => (await listeners()).length === 0, 'the end of the connection');
    });

    test.each<[string, (sql: string, params: unknown[]) => Promise<unknown>]>([
      ['nothing does', async () => undefined],
      ['something else does', (sql, [channel]) => execute(sql, [channel, 'something else'])],
      ['the connection is cut', () => cut()],
    ])('not if %s within five seconds', async (_, send) => {
      const sent = Promise.withResolvers<void>();
      const passing = receivesNotifications({ connectionString: url.href }, async (sql, params) => {
        await send(sql, params);
        await client.query('select 1');
        sent.resolve();
      });
      await sent.promise;
      // Long enough for what was sent to arrive.
      await setTimeout(50);
      jest.advanceTimersByTime(5_000);
      expect(await passing).toBe(false);
      await until(async () => (await listeners()).length === 0, 'the end of the connection');
    });

    test('or not known, if nothing can be sent, or nobody is there', async () => {
      await expect(passes(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
      await until(async () => (await listeners()).length === 0, 'the end of the connection');
      await expect(receivesNotifications({ host: '127.0.0.1', port: 9, user: 'x' }, execute)).rejects.toThrow(
        'ECONNREFUSED',
      );
    });
  });
});
