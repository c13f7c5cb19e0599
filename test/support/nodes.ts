import { MikroORM } from '@mikro-orm/postgresql';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { demoPassword } from '../../src/app/demo.ts';
import type { Config } from '../../src/config/config.ts';
import { createClient } from './client.ts';
import { createEmptyDatabase, postgresUrl } from './database.ts';
import { killAll, startProcess, type ServerProcess } from './process.ts';
import { signedIn, signInDocument, testEnvironment, redisUrl, type SignedIn } from './server.ts';

/** What several nodes share: needs a PostgreSQL and a Redis that are real. */
export const hasServers = postgresUrl !== undefined && redisUrl !== undefined;

export interface Cluster {
  /** Where PostgreSQL keeps this cluster's rows. */
  readonly databaseUrl: string;
  /** Starts one more node: a process of its own over the same database. */
  readonly startNode: (env?: Readonly<Record<string, string>>, version?: string) => Promise<ServerProcess>;
  /** Runs a statement on the database, past every node. */
  readonly execute: <Row>(sql: string, params?: readonly unknown[]) => Promise<Row[]>;
  /**
   * Runs a statement in a transaction, starts `work`, and commits once somebody waits for what the statement has locked:
   * so `work` has read what was, and writes over what is.
   */
  readonly overtaking: <T>(sql: string, params: readonly unknown[], work: () => Promise<T>) => Promise<T>;
  /** Where every node puts its mail. */
  readonly mail: Pick<Config, 'mail'>;
  readonly stop: () => Promise<void>;
}

/** A new database, for server processes to be started over it; or one that there is, at a URL. */
export async function openCluster(existing?: string): Promise<Cluster> {
  const { location, drop } =
    existing === undefined
      ? await createEmptyDatabase()
      : { location: { kind: 'postgresql', url: existing } as const, drop: async () => undefined };
  if (location.kind !== 'postgresql') throw new Error('several nodes need a PostgreSQL: set TEST_DATABASE_URL');
  const databaseUrl = location.url;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-nodes-'));
  const orm = await MikroORM.init({
    clientUrl: databaseUrl,
    entities: [],
    discovery: { warnWhenNoEntities: false },
  });

  return {
    databaseUrl,
    mail: {
      mail: { linkBase: 'http://localhost:4000', from: '', to: { kind: 'folder', folder: join(folder, 'mail') } },
    },
    startNode: (env = {}, version) =>
      startProcess(folder, { ...testEnvironment, DATABASE_URL: databaseUrl, ...env }, version),
    execute: (sql, params = []) => orm.em.getConnection().execute(sql, [...params]),
    async overtaking(sql, params, work) {
      const client = new Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        await client.query('begin');
        await client.query(sql, [...params]);
        const working = work();
        await untilBlocked(client);
        await client.query('commit');
        return await working;
      } finally {
        await client.end();
      }
    },
    async stop() {
      killAll();
      await orm.close();
      await drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilBlocked(client: Client): Promise<void> {
  const blocked =
    'select count(*)::int as count from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))';
  for (let triesLeft = 500; ; triesLeft -= 1) {
    const { rows } = await client.query<{ count: number }>(blocked);
    if ((rows[0]?.count ?? 0) > 0) return;
    if (triesLeft === 0) throw new Error('nobody waits for the lock');
    await setTimeout(10);
  }
}

/** Signs a demo account in on a node. */
export const signInOn = ({ url }: ServerProcess, name: string): Promise<SignedIn> =>
  signInAt(url, `${name}@demo.sallyport.test`);

/** Signs in with the password that every demo account has. */
export async function signInAt(url: string, email: string): Promise<SignedIn> {
  return signedIn(url, await createClient(url).ask(signInDocument, { input: { email, password: demoPassword } }));
}
