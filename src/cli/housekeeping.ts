import { pino } from 'pino';
import { createJobs } from '../app/create-jobs.ts';
import { readMasterKey } from '../identity/signing-keys/master-key.ts';
import { createVault } from '../identity/signing-keys/vault.ts';
import { createScheduler } from '../jobs/scheduler.ts';
import { withDatabase } from './with-database.ts';

/** `housekeeping run`: what servers do by themselves, now; for a job of its own if servers come and go. */
export const runHousekeeping = (): Promise<string> =>
  withDatabase(async ({ config, database, recorder }) => {
    const scheduler = createScheduler({
      jobs: createJobs({ config, vault: createVault(readMasterKey(config.masterKey)), recorder }),
      fork: database.fork,
      clock: () => new Date(),
      log: pino({ level: 'silent' }),
    });
    const done = await scheduler.run();
    if (done.size === 0) return 'Nothing is due.\n';
    return [...done].map(([job, rows]) => `${job}: ${rows}\n`).join('');
  });
