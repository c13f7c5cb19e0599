import { pino } from 'pino';
import { entities } from '../app/entities.ts';
import { createRecorder } from '../audit/create-recorder.ts';
import { makeMonths } from '../audit/make-months.ts';
import { bySystem, type Provenance, type Recorder } from '../audit/record.ts';
import { parseConfig, type Config } from '../config/config.ts';
import { readEnvironment } from '../config/environment.ts';
import { createAfterCommit } from '../database/after-commit.ts';
import { openDatabase, type Database } from '../database/open.ts';

export interface Opened {
  readonly config: Config;
  readonly database: Database;
  readonly recorder: Recorder;
  /** The provenance to record: it was done here and now; by whom, only the machine knows. */
  readonly provenance: Provenance;
}

/** Opens the database of the environment for one command. */
export async function withDatabase<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const config = parseConfig(readEnvironment());
  const database = await openDatabase(config.database, entities);
  const { orm, fork } = database;
  const log = pino({ level: 'silent' });
  const recorder = createRecorder({ orm, afterCommit: createAfterCommit(orm), log });
  const provenance = bySystem(new Date());
  try {
    // There may have been no server yet, and thus no process that made the present month.
    await makeMonths({ fork, now: provenance.now, log }, 1);
    return await work({ config, database, recorder, provenance });
  } finally {
    await database.close();
  }
}
