import { pino } from 'pino';
import { createChores } from '../chores.ts';
import { createHousekeeper } from '../housekeeping/housekeeper.ts';
import { readMasterKey } from '../identity/signing-keys/master-key.ts';
import { createVault } from '../identity/signing-keys/vault.ts';
import { withDatabase } from './with-database.ts';

/** `housekeeping run`: what servers do by themselves, now; for a job of its own where servers come and go. */
export const runHousekeeping = (): Promise<string> =>
  withDatabase(async ({ config, database, recorder }) => {
    const housekeeper = createHousekeeper({
      chores: createChores(config, { vault: createVault(readMasterKey(config.masterKey)), recorder }),
      fork: database.fork,
      clock: () => new Date(),
      log: pino({ level: 'silent' }),
    });
    const done = await housekeeper.run();
    if (done.size === 0) return 'Nothing is due.\n';
    return [...done].map(([chore, rows]) => `${chore}: ${rows}\n`).join('');
  });
