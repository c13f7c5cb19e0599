import type { AnyEntity, EntityClass } from '@mikro-orm/core';
import type { EntityManager, MikroORM, Options } from '@mikro-orm/postgresql';
import { setTimeout } from 'node:timers/promises';
import type { DatabaseLocation } from '../config/config.ts';
import { StartError } from '../errors.ts';
import { connect, type Connected } from './connect.ts';
import type { ReadCredentials, OnStatement } from './credential-reads.ts';
import { isAboutPrepared, preparedRemedy } from './keeps-prepared.ts';
import { lockFolder, type FolderLock } from './lock.ts';
import { ormOptions } from './orm-options.ts';
import type { WithinReadOnly } from './read-only-run.ts';
import { createRows, type ListTurns, type Rows } from './rows/source.ts';
import { lookAtRights, lookAtVersion } from './server-abilities.ts';
import { describeDatabaseError } from './unavailable.ts';
import { withRelations } from './write-guard/with-relations.ts';
import type { WriteGuard } from './write-guard/write-guard.ts';

export interface Database {
  readonly orm: MikroORM;
  /** A new, empty unit of work. With a guard it works for a caller, and what it writes has to pass. */
  readonly fork: (guard?: WriteGuard) => EntityManager;
  /**
   * A new unit of reading: what it reads is remembered until it is dropped. Rows changed by it have to pass the guard.
   */
  readonly rows: (guard?: WriteGuard, turns?: ListTurns) => Rows;
  /** Tells the database from now on whom each statement on these tables is for, because they have policies. */
  readonly protect: (tables: readonly string[]) => void;
  readonly readCredentials: ReadCredentials;
  /** Does work whose every statement goes by one read-only transaction: what it would write fails. */
  readonly withinReadOnly: WithinReadOnly;
  /** Tells whether the database answers within its time. */
  readonly isAnswering: () => Promise<boolean>;
  readonly close: () => Promise<void>;
  /** Tells another start that the embedded folder will be free soon. */
  readonly markStopping: () => void;
}

export interface DatabaseOptions {
  readonly onStatement?: OnStatement;
}

/** The server of DATABASE_URL does not answer, or refuses the connection; or the embedded database cannot be opened. */
export class DatabaseUnreachableError extends StartError {
  constructor(location: DatabaseLocation, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      location.kind === 'embedded'
        ? `The embedded database in ${location.folder} cannot be opened: ${reason}. Bring the folder back from a backup, or set DATA_DIR to another one, which begins anew.`
        : `The database of DATABASE_URL cannot be reached: ${reason}`,
      { cause },
    );
  }
}

/** A prepared statement of another server stood in the way of the first that was sent. */
export class PreparedStatementsLostError extends StartError {
  constructor(cause: unknown) {
    super(preparedRemedy, { cause });
  }
}

/** PostgreSQL could not be migrated, and lacks something that migrations need. */
export class DatabaseUnfitError extends StartError {}

const noLock: FolderLock = { release: () => undefined, markStopping: () => undefined };

const retryMigrationMs = 500;

/**
 * Opens the database and brings its schema up to date, by the same migrations wherever it is.
 * @throws FolderInUseError if another process holds the embedded folder; DatabaseUnreachableError,
 * PreparedStatementsLostError, DatabaseUnfitError.
 */
export async function openDatabase(
  location: DatabaseLocation,
  entities: EntityClass<AnyEntity>[],
  options: DatabaseOptions = {},
): Promise<Database> {
  const lock = location.kind === 'embedded' ? await lockFolder(`${location.folder}.lock`) : noLock;
  try {
    const connected = await reach(location, entities, options);
    const { orm, rowDatabase, readCredentials, guardedTables, withinReadOnly, disconnect } = connected;
    await migrate(orm);
    return {
      orm,
      fork: rowDatabase.fork,
      protect: guardedTables.protect,
      rows: (guard, turns) => createRows(rowDatabase, guard && withRelations(guard, orm.getMetadata()), turns),
      readCredentials,
      withinReadOnly,
      isAnswering: () =>
        ask(orm, readCredentials).then(
          () => true,
          () => false,
        ),
      async close() {
        await disconnect();
        lock.release();
      },
      markStopping: lock.markStopping,
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

const statementLog = ({ onStatement }: DatabaseOptions): Options =>
  onStatement === undefined ? {} : { debug: ['query'], logger: onStatement, colors: false };

async function reach(
  location: DatabaseLocation,
  entities: EntityClass<AnyEntity>[],
  options: DatabaseOptions,
): Promise<Connected> {
  const orm = { ...ormOptions(entities), ...statementLog(options) };
  const connected = await connect(location, orm, options.onStatement);
  try {
    await ask(connected.orm, connected.readCredentials);
    return connected;
  } catch (error) {
    // Not waited for: what does not answer may not end either.
    void connected.disconnect().catch(() => undefined);
    throw isAboutPrepared(error)
      ? new PreparedStatementsLostError(error)
      : new DatabaseUnreachableError(location, error);
  }
}

/** Asks by both pools of connections. @throws if one of them does not answer. */
const ask = (orm: MikroORM, readCredentials: ReadCredentials): Promise<unknown> =>
  Promise.all([
    orm.em.getConnection().execute('select 1'),
    readCredentials((ids) => `select 1 where gen_random_uuid() = any(${ids})`, []),
  ]);

/**
 * Migrates. Of several nodes that start at once one succeeds; the others find it done, some after a try that failed.
 * @throws DatabaseUnfitError if the server is too old, or its role may not create tables.
 */
async function migrate(orm: MikroORM): Promise<void> {
  for (let triesLeft = 5; ; triesLeft -= 1) {
    try {
      return void (await orm.migrator.up());
    } catch (error) {
      if (describeDatabaseError(error) !== null) throw error;
      await requireAbilities(orm);
      if (triesLeft === 0) throw error;
      await setTimeout(retryMigrationMs);
    }
  }
}

/** @throws DatabaseUnfitError */
async function requireAbilities(orm: MikroORM): Promise<void> {
  const abilities = await Promise.all([lookAtVersion(orm), lookAtRights(orm)]);
  const missing = abilities.flatMap(({ isThere, message }) => (isThere ? [] : [message]));
  if (missing.length > 0) throw new DatabaseUnfitError(missing.join('\n'));
}
