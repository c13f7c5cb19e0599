import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { Pool, type PoolClient } from 'pg';
import type { DatabaseLocation } from '../config.ts';
import { consultOrm, consultPool, type Consult, type OnStatement } from './consult.ts';

export interface Connected {
  readonly orm: MikroORM;
  readonly consult: Consult;
  readonly disconnect: () => Promise<void>;
}

const statementTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;
/** Longer than any statement may take. */
const silenceMs = 12_000;
const connections = 10;
/** Besides those: one for each kind of read that decides on a credential, since those of a kind go one after another. */
const connectionsToConsult = 4;

/** Connects to a server, or opens the embedded database, which is loaded only where there is one. */
export const connect = (
  location: DatabaseLocation,
  options: Options,
  onStatement: OnStatement | undefined,
): Promise<Connected> =>
  location.kind === 'postgresql' ? connectServer(location.url, options, onStatement) : openEmbedded(location, options);

async function connectServer(
  clientUrl: string,
  options: Options,
  onStatement: OnStatement | undefined,
): Promise<Connected> {
  let consulted: Pool | undefined;
  const orm = await MikroORM.init({
    ...options,
    clientUrl,
    pool: { min: 0, max: connections },
    driverOptions: {
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      // A node that is cut off in the middle of a transaction leaves nothing locked for long.
      idle_in_transaction_session_timeout: silenceMs,
      onPoolCreated: (pool: Pool) => {
        pool.on('connect', dropWhenSilent);
        consulted = createConsulted(pool);
      },
    },
  });
  await orm.em.getConnection().connect();
  if (consulted === undefined) throw new Error('The driver made no pool of connections.');
  const pool = consulted;
  return {
    orm,
    consult: consultPool(pool, onStatement),
    disconnect: async () => void (await Promise.all([pool.end(), orm.close()])),
  };
}

/** To the same server, in the same way. */
function createConsulted({ options }: Pool): Pool {
  // A copy leaves the password out, which the pool hides from whoever lists its options.
  const pool = new Pool({ ...options, password: options.password, min: 0, max: connectionsToConsult });
  pool.on('connect', dropWhenSilent);
  // Whoever asked is told; without a listener a connection that breaks would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  return pool;
}

/**
 * Gives a connection up that leads nowhere any more, as after a failover or in a firewall that forgot it: nobody says
 * so, and the server's own limit of a statement does not arrive. Else each would keep its place in the pool for ever.
 */
function dropWhenSilent({ connection: { stream } }: PoolClient): void {
  if (!(stream instanceof Socket)) return;
  stream.setTimeout(silenceMs, () => {
    stream.destroy(Object.assign(new Error('The connection to the database is silent.'), { code: 'ETIMEDOUT' }));
  });
}

async function openEmbedded(
  location: Exclude<DatabaseLocation, { kind: 'postgresql' }>,
  options: Options,
): Promise<Connected> {
  if (location.kind === 'embedded') mkdirSync(location.folder, { recursive: true, mode: 0o700 });
  const pglite = await import('@mikro-orm/pglite');
  // PGlite speaks PostgreSQL's dialect through the same entity manager; only the driver's type differs.
  const opened: unknown = await pglite.MikroORM.init({
    ...(options as object),
    dbName: location.kind === 'memory' ? 'memory://' : location.folder,
  });
  const orm = opened as MikroORM;
  return { orm, consult: consultOrm(orm), disconnect: () => orm.close() };
}
