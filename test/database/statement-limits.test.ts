import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Pool, type ClientConfig, type PoolClient } from 'pg';
import { findStatementLimits } from '../../src/database/statement-limits.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { describeBehindPgBouncer, startPgBouncer, type OwnPgBouncer } from '../support/pgbouncer.ts';

describeBehindPgBouncer('Statements behind a pooler that drops the parameters of a start', () => {
  let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
  let bouncer: OwnPgBouncer;
  let server: ClientConfig;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    const { location } = database;
    if (location.kind !== 'postgresql') throw new Error('This needs a PostgreSQL.');
    bouncer = await startPgBouncer(location.url, {
      default_pool_size: '1',
      ignore_startup_parameters: 'statement_timeout,idle_in_transaction_session_timeout',
    });
    server = { connectionString: bouncer.url };
  });
  afterAll(async () => {
    await bouncer.stop();
    await database.drop();
  });

  /** A connection as the server makes its own. */
  async function withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const limits = await findStatementLimits(server);
    const pool = new Pool({ ...server, ...limits.atStart, max: 1 });
    pool.on('connect', limits.onConnect);
    const client = await pool.connect();
    try {
      return await work(client);
    } finally {
      client.release();
      await pool.end();
    }
  }

  const limitOf = async (client: Pick<Client, 'query'>): Promise<string | undefined> =>
    (await client.query<{ statement_timeout: string }>('show statement_timeout')).rows[0]?.statement_timeout;

  test('are limited, though another client set a limit on the session of the server that was looked at', async () => {
    const somebody = new Client(server);
    await somebody.connect();
    await somebody.query("set statement_timeout = '7s'; set idle_in_transaction_session_timeout = '7s'");
    await somebody.end();
    expect(await withClient(limitOf)).toBe('10s');
  });

  test('can be sent on a connection on which a transaction could not begin', async () => {
    await withClient(async (client) => {
      await expect(client.query('begin; select 1 / 0')).rejects.toThrow('division by zero');
      expect(await limitOf(client)).toBe('10s');
      await expect(client.query('select 1 / 0')).rejects.toThrow('division by zero');
      expect(await limitOf(client)).toBe('10s');
    });
  });
});
