import type { AnyEntity, EntityClass } from '@mikro-orm/core';
import type { EntityManager, MikroORM, Options } from '@mikro-orm/postgresql';
import { setTimeout } from 'node:timers/promises';
import type { DatabaseLocation } from '../config.ts';
import { StartError } from '../errors.ts';
import { connect, type Connected } from './connect.ts';
import type { Consult, OnStatement } from './consult.ts';
import { lockFolder } from './lock.ts';
import { ormOptions } from './orm-options.ts';
import { describeDatabaseError } from './unavailable.ts';

export interface Database {
  readonly orm: MikroORM;
  /** A new, empty unit of work. */
  readonly fork: () => EntityManager;
  readonly consult: Consult;
  /** Whether the database answers within its time. */
  readonly isAnswering: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

export interface DatabaseOptions {
  readonly onStatement?: OnStatement;
}

/** The server of DATABASE_URL does not answer, or does not let us in. */
export class DatabaseUnreachableError extends StartError {
  constructor(cause: unknown) {
    super(`The database of DATABASE_URL cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

const retryMigrationMs = 500;

/**
 * Opens the database and brings its schema up to date, by the same migrations wherever it is.
 * @throws FolderInUseError where another process holds the embedded folder, DatabaseUnreachableError.
 */
export async function openDatabase(
  location: DatabaseLocation,
  entities: EntityClass<AnyEntity>[],
  options: DatabaseOptions = {},
): Promise<Database> {
  const unlock = location.kind === 'embedded' ? await lockFolder(`${location.folder}.lock`) : () => undefined;
  try {
    const { orm, consult, disconnect } = await reach(location, entities, options);
    await migrate(orm);
    return {
      orm,
      fork: () => orm.em.fork({ clear: true }),
      consult,
      isAnswering: () =>
        ask(orm, consult).then(
          () => true,
          () => false,
        ),
      async close() {
        await disconnect();
        unlock();
      },
    };
  } catch (error) {
    unlock();
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
    await ask(connected.orm, connected.consult);
    return connected;
  } catch (error) {
    // Not waited for: what does not answer may not end either.
    void connected.disconnect().catch(() => undefined);
    throw new DatabaseUnreachableError(error);
  }
}

/** By either way to it. @throws where one of them does not answer. */
const ask = (orm: MikroORM, consult: Consult): Promise<unknown> =>
  Promise.all([
    orm.em.getConnection().execute('select 1'),
    consult((ids) => `select 1 where gen_random_uuid() = any(${ids})`, []),
  ]);

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
