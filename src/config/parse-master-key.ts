import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isAllowed } from './allow-insecure.ts';
import { isLoopback } from './loopback.ts';
import type { DatabaseLocation } from './parse-database.ts';
import type { Settings } from './settings.ts';

/** 32 bytes that encrypt keys and secrets at rest, or the file that holds (or will hold) them in development. */
export type MasterKey = Buffer | { readonly file: string };

export interface MasterKeyContext {
  readonly production: boolean;
  /**
   * Where clients reach the server; a server for this machine alone, such as that of a benchmark, may use a pattern.
   */
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly database: DatabaseLocation;
}

const remedy = '`openssl rand -base64 32` makes one';
const keyBytes = 32;
/** The distinct bytes of a key; 32 random bytes have fewer once in 10^13 keys. */
const minDistinctBytes = 18;

export function parseMasterKey(
  settings: Settings,
  { production, publicUrl, dataDir, database }: MasterKeyContext,
): MasterKey {
  const encoded = settings.text('MASTER_KEY', '');
  if (encoded === '') {
    if (production) settings.mistake('MASTER_KEY', `required in production; ${remedy}`);
    return database.kind === 'memory' ? randomBytes(keyBytes) : { file: join(dataDir, 'master.key') };
  }
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== keyBytes) settings.mistake('MASTER_KEY', `expected 32 bytes in base64; ${remedy}`);
  else if (production && isRefused(key, publicUrl) && !isAllowed(settings, 'master-key'))
    settings.mistake('MASTER_KEY', `can be guessed: expected random bytes, neither a word nor a pattern; ${remedy}`);
  return key;
}

/** Zeros and texts are what examples have: they are refused on every machine. */
const isRefused = (key: Buffer, publicUrl: string): boolean =>
  isLoopback(new URL(publicUrl).hostname) ? isExample(key) : isGuessable(key);

const isExample = (key: Buffer): boolean =>
  key.every((byte) => byte === 0) || key.every((byte) => byte >= 0x20 && byte < 0x7f);

/** Zeros, a repeated word, a text or a count: whatever a person types instead of drawing it. */
export function isGuessable(key: Buffer): boolean {
  const steps = new Set(key.subarray(1).map((byte, index) => byte - (key[index] ?? 0)));
  return isExample(key) || steps.size === 1 || new Set(key).size < minDistinctBytes;
}
