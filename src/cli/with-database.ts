import { pino } from 'pino';
import { createRecorder } from '../audit/recorder.ts';
import { parseConfig, type Config } from '../config.ts';
import { createAfterCommit } from '../database/after-commit.ts';
import { openDatabase, type Database } from '../database/open.ts';
import { entities } from '../entities.ts';
import { readEnvironment } from '../environment.ts';
import { commandLine, type Origin, type Recorder } from '../record.ts';

export interface Opened {
  readonly config: Config;
  readonly database: Database;
  readonly recorder: Recorder;
  /** What is recorded was done here and now; by whom, only the machine knows. */
  readonly origin: Origin;
}

/** Opens the database of the environment for one command. */
export async function withDatabase<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const config = parseConfig(readEnvironment());
  const database = await openDatabase(config.database, entities);
  const { orm } = database;
  const recorder = createRecorder({ orm, afterCommit: createAfterCommit(orm), log: pino({ level: 'silent' }) });
  try {
    return await work({ config, database, recorder, origin: commandLine(new Date()) });
  } finally {
    await database.close();
  }
}
