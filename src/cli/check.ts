import { pino } from 'pino';
import { entities } from '../app/entities.ts';
import { runChecks, type Finding } from '../app/start-checks.ts';
import { parseConfig, type Config, type DatabaseLocation } from '../config/config.ts';
import { readEnvironment } from '../config/environment.ts';
import { ConfigError } from '../config/settings.ts';
import { openDatabase } from '../database/open.ts';
import { openRedis } from '../limits/redis.ts';
import type { Arguments } from './command.ts';

const marks: Readonly<Record<Finding['state'], string>> = { ok: '✓', warning: '!', failed: '✗' };

/** `check`: the settings and what they lead to, as a list with remedies. */
export async function checkSurroundings({ flags }: Arguments): Promise<string> {
  const findings = await look();
  const isOk = findings.every(({ state }) => state !== 'failed');
  if (!isOk) process.exitCode = 1;
  if (flags.has('json')) return `${JSON.stringify({ ok: isOk, findings }, null, 2)}\n`;
  return findings.map(({ name, state, message }) => `${marks[state]} ${name.padEnd(20)}  ${message}\n`).join('');
}

async function look(): Promise<Finding[]> {
  let config: Config;
  try {
    config = parseConfig(readEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map((message) => ({ name: 'settings', state: 'failed', message }));
  }
  const settings: Finding = {
    name: 'settings',
    state: 'ok',
    message: config.production ? 'production' : 'development',
  };
  return [settings, ...(await lookAround(config))];
}

async function lookAround(config: Config): Promise<Finding[]> {
  const redis = await openRedis(config.redisUrl, pino({ level: 'silent' }));
  try {
    const database = await openDatabase(withoutPrepared(config.database), entities);
    try {
      return await runChecks({ config, database, redis }, false);
    } finally {
      await database.close();
    }
  } catch (error) {
    return [{ name: 'database', state: 'failed', message: error instanceof Error ? error.message : String(error) }];
  } finally {
    redis?.disconnect();
  }
}

/** Behind a pooler a statement that another client prepared may stand in the way, before a check can say so. */
const withoutPrepared = (location: DatabaseLocation): DatabaseLocation =>
  location.kind === 'postgresql' ? { ...location, preparedStatements: false } : location;
