import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { Pool, type PoolClient } from 'pg';
import type { DatabaseLocation } from '../config/config.ts';
import { readCredentialsBy, readCredentialsByOrm, type ReadCredentials, type OnStatement } from './credential-reads.ts';
import { inDataFolder } from './data-folder.ts';
import { withinReadOnlyByEmbedded, withinReadOnlyByPool, type WithinReadOnly } from './read-only-run.ts';
import { queryLists, type QueryLists } from './rows/prepared-query.ts';
import { sendByPool, sendToEmbedded } from './rows/send.ts';
import { createRowDatabase, type RowDatabase } from './rows/source.ts';
import { createStatements } from './rows/statement-cache.ts';
import { serverConnection } from './server-connection.ts';
import { findStatementLimits, silenceMs, type StatementLimits } from './statement-limits.ts';
import { createGuardedTables, type GuardedTables } from './tables-with-policies.ts';
import { sealTransactions } from './transaction-handles.ts';
import { GuardedEntityManager } from './write-guard/guarded-entity-manager.ts';

export interface Connected {
  readonly orm: MikroORM;
  readonly rowDatabase: RowDatabase;
  readonly readCredentials: ReadCredentials;
  readonly guardedTables: GuardedTables;
  readonly withinReadOnly: WithinReadOnly;
  readonly disconnect: () => Promise<void>;
}

const connectTimeoutMs = 5_000;
/** The time in which a failed statement gives its connection back by itself. */
const giveBackMs = 1_000;
const connections = 10;
/** One more for each kind of read that decides on a credential: reads of a kind go one after another. */
const connectionsForCredentials = 4;

/** Connects to a server, or opens the embedded database, whose driver is loaded only if it is used. */
export const connect = (
  location: DatabaseLocation,
  options: Options,
  onStatement: OnStatement | undefined,
): Promise<Connected> =>
  location.kind === 'postgresql'
    ? connectServer(location, options, onStatement)
    : openEmbedded(location, options, onStatement);

async function connectServer(
  { url, preparedStatements = true }: Extract<DatabaseLocation, { kind: 'postgresql' }>,
  options: Options,
  onStatement: OnStatement | undefined,
): Promise<Connected> {
  let pools: { main: Pool; forCredentials: Pool } | undefined;
  const server = await serverConnection(url, { connectionTimeoutMillis: connectTimeoutMs });
  const limits = await findStatementLimits(server);
  const orm = await MikroORM.init({
    ...options,
    dbName: server.database,
    pool: { min: 0, max: connections },
    driverOptions: {
      ...server,
      ...limits.atStart,
      onPoolCreated: (pool: Pool) => {
        pool.on('connect', dropWhenSilent);
        pool.on('connect', giveBackWhenEnded);
        pool.on('connect', ignoreBreaks);
        pool.on('connect', limits.onConnect);
        pools = { main: pool, forCredentials: createCredentialsPool(pool, limits) };
      },
    },
  });
  await orm.em.getConnection().connect();
  if (pools === undefined) throw new Error('The driver made no pool of connections.');
  const { main, forCredentials } = pools;
  const statements = createStatements(preparedStatements);
  const guardedTables = fence(orm);
  const queryOf = (pool: Pool): QueryLists => queryLists(pool, limits.takesTextsOnly);
  return {
    orm,
    guardedTables,
    rowDatabase: createRowDatabase(orm, sendByPool(main, queryOf(main), onStatement, guardedTables), statements),
    readCredentials: readCredentialsBy(queryOf(forCredentials), statements, onStatement),
    withinReadOnly: withinReadOnlyByPool(main),
    disconnect: async () => void (await Promise.all([forCredentials.end(), orm.close()])),
  };
}

/** Lets nothing be sent past the entity managers, which tell the database whom a transaction is for. */
function fence({ em }: MikroORM): GuardedTables {
  if (!(em instanceof GuardedEntityManager)) throw new TypeError('The entity manager knows no guards.');
  const tables = createGuardedTables();
  em.onTables(tables);
  sealTransactions(em.getConnection());
  return tables;
}

/** Connects to the same server, in the same way. */
function createCredentialsPool({ options }: Pool, { onConnect }: StatementLimits): Pool {
  // A copy leaves the password out, which the pool hides from code that lists its options.
  const pool = new Pool({ ...options, password: options.password, min: 0, max: connectionsForCredentials });
  pool.on('connect', dropWhenSilent);
  pool.on('connect', onConnect);
  pool.on('connect', ignoreBreaks);
  pool.on('error', () => undefined);
  return pool;
}

/**
 * Drops a connection that leads nowhere any more, as after a failover or behind a firewall that forgot it. No error
 * arrives then, nor the server's own limit of a statement, and each would keep its place in the pool for ever.
 */
function dropWhenSilent({ connection: { stream } }: PoolClient): void {
  if (!(stream instanceof Socket)) return;
  stream.setTimeout(silenceMs, () => {
    stream.destroy(Object.assign(new Error('The database connection does not answer.'), { code: 'ETIMEDOUT' }));
  });
}

/** The caller of a statement gets its error; without a listener a connection that breaks would end the process. */
const ignoreBreaks = (client: PoolClient): void => void client.on('error', () => undefined);

/**
 * Gives back the place in the pool of a connection that ended within a transaction: MikroORM's query builder keeps it
 * for ever if the rollback fails as well. By then everything else has given it back, which refuses a second time.
 */
function giveBackWhenEnded(client: PoolClient): void {
  client.once('end', () => {
    setTimeout(() => {
      try {
        client.release(true);
      } catch {
        // It was given back.
      }
    }, giveBackMs).unref();
  });
}

async function openEmbedded(
  location: Exclude<DatabaseLocation, { kind: 'postgresql' }>,
  options: Options,
  onStatement: OnStatement | undefined,
): Promise<Connected> {
  if (location.kind === 'embedded') {
    const { folder } = location;
    inDataFolder(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  }
  const pglite = await import('@mikro-orm/pglite');
  // PGlite speaks PostgreSQL's dialect through the same entity manager; only the driver's type differs.
  const opened: unknown = await pglite.MikroORM.init({
    ...(options as object),
    dbName: location.kind === 'memory' ? 'memory://' : location.folder,
  });
  const orm = opened as MikroORM;
  return {
    orm,
    rowDatabase: createRowDatabase(orm, sendToEmbedded(orm, onStatement), createStatements(false)),
    readCredentials: readCredentialsByOrm(orm),
    withinReadOnly: withinReadOnlyByEmbedded(orm),
    guardedTables: fence(orm),
    disconnect: () => orm.close(),
  };
}
