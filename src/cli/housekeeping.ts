import { pino } from 'pino';
import { createChores } from '../chores.ts';
import { parseConfig } from '../config.ts';
import { openDatabase } from '../database/open.ts';
import { entities } from '../entities.ts';
import { readEnvironment } from '../environment.ts';
import { createHousekeeper } from '../housekeeping/housekeeper.ts';

/** `housekeeping run`: what servers do by themselves, now; for a job of its own where servers come and go. */
export async function runHousekeeping(): Promise<string> {
  const config = parseConfig(readEnvironment());
  const database = await openDatabase(config.database, entities);
  try {
    const housekeeper = createHousekeeper({
      chores: createChores(config),
      fork: database.fork,
      clock: () => new Date(),
      log: pino({ level: 'silent' }),
    });
    const done = await housekeeper.run();
    if (done.size === 0) return 'Nothing is due.\n';
    return [...done].map(([chore, rows]) => `${chore}: ${rows} rows or months\n`).join('');
  } finally {
    await database.close();
  }
}
