import type { Logger } from 'pino';
import { createApp, type App } from './app.ts';
import { parseConfig } from './config.ts';
import { openDatabase, type Database } from './database/open.ts';
import { entities } from './entities.ts';
import { createLog } from './log.ts';
import { welcome } from './welcome.ts';

/**
 * config → database → app → listen → drain, which ends the process.
 * @throws ConfigError, DatabaseUnreachableError, PortTakenError and whatever else stops a start.
 */
export async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(environment);
  const log = createLog(config.log.level);
  const database = await openDatabase(config.database, entities);
  const app = await createApp({ config, database, log });
  // Before it listens: whoever sees that it does may ask it to stop.
  stopOnSignals(app, database, log);
  const port = await app.server.listen(config.http.port, config.http.host);
  app.housekeeper.start();
  process.stdout.write(welcome({ config, port, schema: app.schema }));
}

function stopOnSignals(app: App, database: Database, log: Logger): void {
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    closeAll(app, database).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the stop was not clean');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** What is in flight finishes first; the folder is given back whatever happens. */
async function closeAll(app: App, database: Database): Promise<void> {
  try {
    await app.close();
  } finally {
    await database.close();
  }
}
