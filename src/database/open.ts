import { FlushMode, type AnyEntity, type EntityClass } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import type { EntityManager, MikroORM, Options } from '@mikro-orm/postgresql';
import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { DatabaseLocation } from '../config.ts';
import { lockFolder } from './lock.ts';
import { describeDatabaseError } from './unavailable.ts';

export interface Database {
  readonly orm: MikroORM;
  /** A new, empty unit of work. */
  readonly fork: () => EntityManager;
  /** Whether the database answers within its time. */
  readonly isAnswering: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

export interface DatabaseOptions {
  /** Called for every statement that is sent, where somebody wants to count them. */
  readonly onStatement?: (sql: string) => void;
}

/** The server of DATABASE_URL does not answer, or does not let us in. */
export class DatabaseUnreachableError extends Error {
  constructor(cause: unknown) {
    super(`The database of DATABASE_URL cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = 'DatabaseUnreachableError';
  }
}

const statementTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;
/** Longer than any statement may take. */
const silenceMs = 12_000;
const retryMigrationMs = 500;

/**
 * Opens the database and brings its schema up to date, by the same migrations wherever it is.
 * @throws FolderInUseError where another process holds the embedded folder.
 */
export async function openDatabase(
  location: DatabaseLocation,
  entities: EntityClass<AnyEntity>[],
  options: DatabaseOptions = {},
): Promise<Database> {
  const unlock = location.kind === 'embedded' ? await lockFolder(`${location.folder}.lock`) : () => undefined;
  try {
    const orm = await connect(location, { ...ormOptions(entities), ...statementLog(options) });
    await reach(orm);
    await migrate(orm);
    return {
      orm,
      fork: () => orm.em.fork({ clear: true }),
      isAnswering: () =>
        orm.em
          .getConnection()
          .execute('select 1')
          .then(
            () => true,
            () => false,
          ),
      async close() {
        await orm.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** What both drivers and the migration tool share. */
export const ormOptions = (entities: EntityClass<AnyEntity>[]): Options => ({
  entities,
  extensions: [Migrator],
  // A misspelt name is an error, not a new and empty database.
  ensureDatabase: false,
  // A read never writes: only an explicit flush does.
  flushMode: FlushMode.COMMIT,
  // A replica lags: a session that was revoked would pass on it.
  preferReadReplicas: false,
  forceUtcTimezone: true,
  // Partitions are made by the months, not by the schema diff.
  schemaGenerator: { skipTables: [/^audit_events/] },
  migrations: {
    path: fileURLToPath(new URL('../../migrations', import.meta.url)),
    pathTs: fileURLToPath(new URL('../../migrations', import.meta.url)),
    glob: '*.ts',
    snapshot: false,
    silent: true,
  },
});

const statementLog = ({ onStatement }: DatabaseOptions): Options =>
  onStatement === undefined ? {} : { debug: ['query'], logger: onStatement, colors: false };

async function reach(orm: MikroORM): Promise<void> {
  try {
    await orm.em.getConnection().execute('select 1');
  } catch (error) {
    throw new DatabaseUnreachableError(error);
  }
}

/** Of several nodes that start at once one migrates; the others find it done, if need be after their own try failed. */
async function migrate(orm: MikroORM): Promise<void> {
  for (let triesLeft = 5; ; triesLeft -= 1) {
    try {
      return void (await orm.migrator.up());
    } catch (error) {
      if (triesLeft === 0 || describeDatabaseError(error) !== null) throw error;
      await setTimeout(retryMigrationMs);
    }
  }
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

async function connect(location: DatabaseLocation, options: Options): Promise<MikroORM> {
  if (location.kind === 'postgresql') {
    const { MikroORM } = await import('@mikro-orm/postgresql');
    return MikroORM.init({
      ...options,
      clientUrl: location.url,
      pool: { min: 0, max: 10 },
      driverOptions: {
        connectionTimeoutMillis: connectTimeoutMs,
        statement_timeout: statementTimeoutMs,
        onPoolCreated: (pool: Pool) => pool.on('connect', dropWhenSilent),
      },
    });
  }
  if (location.kind === 'embedded') mkdirSync(location.folder, { recursive: true, mode: 0o700 });
  const { MikroORM } = await import('@mikro-orm/pglite');
  // PGlite speaks PostgreSQL's dialect through the same entity manager; only the driver's type differs.
  const orm: unknown = await MikroORM.init({
    ...(options as object),
    dbName: location.kind === 'memory' ? 'memory://' : location.folder,
  });
  return orm as MikroORM;
}
