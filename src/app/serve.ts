import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { parseConfig, type Config } from '../config/config.ts';
import { createLog } from '../config/log.ts';
import { openDatabase, type Database } from '../database/open.ts';
import { StartError } from '../errors.ts';
import { openRedis } from '../limits/redis.ts';
import { createApp, type App } from './create-app.ts';
import { entities } from './entities.ts';
import { listen, withOpenPort } from './listen.ts';
import { runChecks } from './start-checks.ts';
import { listenForKeys } from './terminal-keys.ts';
import { consoleUrls, welcome } from './welcome.ts';

/** Longer than a stop takes that goes well. */
const maxStopMs = 15_000;

/**
 * config → database → app → listen → drain, which ends the process.
 * @throws ConfigError, DatabaseUnreachableError, PortTakenError and whatever else stops a start.
 */
export async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  // The issuer of tokens and the links in mails name the port, so it is known before anything is made.
  const config = parseConfig(await withOpenPort(environment));
  const log = createLog(config.log.level);
  const database = await openDatabase(config.database, entities);
  const app = await createOver(database, config, log);
  // Before it listens: a process that sees that it does may ask it to stop.
  const stop = createStop(app, database, log);
  stopOnSignals(stop, log, async () => {
    app.leave();
    await setTimeout(config.http.shutdownDelaySeconds * 1_000);
  });
  const port = await listen(app.server, config.http);
  app.scheduler.start();
  const hasKeys =
    config.console &&
    process.stdout.isTTY &&
    listenForKeys({ input: process.stdin, ...consoleUrls(config.http, port), quit: () => stop(0) });
  process.stdout.write(welcome({ config, port, schema: app.schema, hasKeys }));
}

async function createOver(database: Database, config: Config, log: Logger): Promise<App> {
  try {
    await lookAround(database, config, log);
    return await createApp({ config, database, log });
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Looks at what `sallyport check` looks at, and tells what is less than it should be. @throws StartError */
async function lookAround(database: Database, config: Config, log: Logger): Promise<void> {
  const redis = await openRedis(config.redisUrl, log);
  const findings = await runChecks({ config, database, redis }, true);
  redis?.disconnect();
  const failed = findings.filter(({ state }) => state === 'failed');
  if (failed.length > 0) throw new StartError(failed.map(({ name, message }) => `${name}: ${message}`).join('\n'));
  const warnings = findings.filter(({ state }) => state === 'warning');
  for (const { name, message } of warnings) log.warn({ check: name }, message);
}

/** Stops once, whichever caller is first: what is in flight finishes, and the folder is given back whatever happens. */
function createStop(app: App, database: Database, log: Logger): (exitCode: 0 | 1) => void {
  let isStopping = false;
  return (exitCode) => {
    if (isStopping) return;
    isStopping = true;
    void setTimeout(maxStopMs, undefined, { ref: false }).then(() => process.exit(1));
    database.markStopping();
    closeAll(app, database).then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error({ err: error }, 'the stop was not clean');
        process.exit(1);
      },
    );
  };
}

async function closeAll(app: App, database: Database): Promise<void> {
  try {
    await app.close();
  } finally {
    await database.close();
  }
}

/** Stops at once on SIGINT, which a person sends; on SIGTERM once load balancers have had time to take this node out. */
function stopOnSignals(stop: (exitCode: 0 | 1) => void, log: Logger, untilLeft: () => Promise<void>): void {
  process.on('SIGTERM', (signal) => {
    log.info({ signal }, 'stopping');
    void untilLeft().then(() => stop(0));
  });
  process.on('SIGINT', (signal) => {
    log.info({ signal }, 'stopping');
    stop(0);
  });
  // A defect that no code caught may have left anything behind: another process takes over.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      // graphql-js waits for no item of a list that failed: what becomes of the others is no defect, and leaves nothing behind.
      if (error instanceof GraphQLError) return log.warn({ err: error }, 'a field failed for which nothing waited');
      log.fatal({ err: error, defectId: randomUUID() }, 'uncaught error: stopping');
      stop(1);
    });
  }
}
