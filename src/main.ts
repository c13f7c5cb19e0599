import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { parseConfig, type Config } from './config.ts';
import { openDatabase } from './database/open.ts';
import { entities } from './entities.ts';
import { welcome } from './welcome.ts';

/** config → database → app → listen → drain. */
async function main(): Promise<void> {
  if (process.env['NODE_ENV'] !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
  const config = parseConfig(process.env);
  const log = createLog(config);
  const database = await openDatabase(config.database, entities);
  const app = await createApp({ config, database, log });
  const port = await app.server.listen(config.http.port, config.http.host);
  process.stdout.write(welcome({ config, port, schema: app.schema }));

  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    void app
      .close()
      .then(() => database.close())
      .then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Lines of JSON; in development, where a person reads along, only what went wrong. */
const createLog = ({ log, production }: Config) =>
  pino({ level: log.level === 'info' && !production ? 'warn' : log.level, redact: ['*.password', '*.authorization'] });

main().catch((error: unknown) => {
  const isExpected = error instanceof Error && expected.has(error.name);
  process.stderr.write(`${isExpected ? error.message : (error instanceof Error && error.stack) || String(error)}\n`);
  process.exit(1);
});

/** What a person can mend by what the message says; a stack would only hide it. */
const expected = new Set([
  'AccessSchemaError',
  'ConfigError',
  'DatabaseUnreachableError',
  'DemoAccountsError',
  'FolderInUseError',
  'PortTakenError',
  'WrongMasterKeyError',
]);
