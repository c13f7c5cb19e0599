import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inDataFolder } from '../../database/data-folder.ts';
import { isErrno, StartError } from '../../errors.ts';

/**
 * The key that encrypts all others: as configured, or, in development, from a file that the first start makes.
 * @throws StartError if the file holds anything but 32 bytes in base64, or cannot be made.
 */
export function readMasterKey(source: Buffer | { readonly file: string }): Buffer {
  if (Buffer.isBuffer(source)) return source;
  const key = Buffer.from(
    inDataFolder(source.file, () => readOrMake(source.file)),
    'base64',
  );
  if (key.length !== 32) throw new StartError(`${source.file} does not hold a key: expected 32 bytes in base64.`);
  return key;
}

function readOrMake(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  createOnce(file);
  return readFileSync(file, 'utf8');
}

function createOnce(file: string): void {
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}
