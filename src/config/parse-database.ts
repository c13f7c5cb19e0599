import { join } from 'node:path';
import { isAllowed } from './allow-insecure.ts';
import { DatabaseUrlError, isOpenToNetwork, readDatabaseUrl, type DatabaseServer } from './database-url.ts';
import { isLoopback } from './loopback.ts';
import type { SettingName } from './setting-table.ts';
import type { Settings } from './settings.ts';

/** The location of the rows: a folder of the embedded database, its memory, or a server of PostgreSQL's protocol. */
export type DatabaseLocation =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'postgresql';
      readonly url: string;
      /** Past a pooler, for what needs a session of its own; absent: there is none. */
      readonly directUrl?: string | undefined;
      /** False for a pooler that does not know them. */
      readonly preparedStatements?: boolean;
    };

export function parseDatabase(settings: Settings, production: boolean, dataDir: string): DatabaseLocation {
  const url = settings.text('DATABASE_URL', '');
  const directUrl = settings.text('DATABASE_DIRECT_URL', '') || undefined;
  const preparedStatements = settings.oneOf('PREPARED_STATEMENTS', ['on', 'off'], 'on') === 'on';
  if (url === '' || url === 'memory:') {
    if (directUrl !== undefined)
      settings.mistake('DATABASE_DIRECT_URL', 'has no effect without a DATABASE_URL: set that, or remove this');
    return url === '' ? { kind: 'embedded', folder: join(dataDir, 'database') } : { kind: 'memory' };
  }
  for (const [name, text] of [
    ['DATABASE_URL', url],
    ['DATABASE_DIRECT_URL', directUrl],
  ] as const) {
    const server = text === undefined ? null : readServer(settings, name, text);
    if (production && server !== null && isOpenToNetwork(server) && !isAllowed(settings, 'database'))
      settings.mistake(name, openRemedy('database'));
  }
  return { kind: 'postgresql', url, directUrl, preparedStatements };
}

function readServer(settings: Settings, name: SettingName, text: string): DatabaseServer | null {
  try {
    return readDatabaseUrl(text);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    const orMemory = name === 'DATABASE_URL' ? ' (or memory: for a database that is gone at exit)' : '';
    settings.mistake(name, `${error.message}${error.message.startsWith('expected') ? orMemory : ''}`);
    return null;
  }
}

const openRemedy = (insecurity: 'database' | 'redis'): string =>
  `without a password over a network, which production refuses: put one into the URL, or set ALLOW_INSECURE=${insecurity} if you know that no one else can connect`;

/** Returns the URL of the server that counts limits for all nodes together; null: they are counted on each node. */
export function parseRedisUrl(settings: Settings, production: boolean): string | null {
  const text = settings.text('REDIS_URL', '');
  if (text === '') return null;
  const url = URL.parse(text);
  if (url === null || !/^rediss?:\/\/[^/]/.test(text) || url.hash !== '' || /@/.test(url.pathname + url.search))
    settings.mistake('REDIS_URL', redisRemedy);
  else if (url.hostname.includes(',')) settings.mistake('REDIS_URL', 'names several hosts; expected one');
  else if (!/^(\/\d*)?$/.test(url.pathname) || !/^(\?family=[046])?$/.test(url.search))
    settings.mistake(
      'REDIS_URL',
      'expected nothing behind the host but the number of a database, such as /1, and ?family=4 or 6: anything else would be ignored, or change how long Redis is waited for',
    );
  else if (production && url.password === '' && !isLoopback(url.hostname) && !isAllowed(settings, 'redis'))
    settings.mistake('REDIS_URL', openRemedy('redis'));
  return text;
}

const redisRemedy =
  'expected redis://user:password@host:port or rediss://, with what is special in a URL percent-encoded in user and password';
