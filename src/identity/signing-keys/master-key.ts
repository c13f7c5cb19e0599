import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno, StartError } from '../../errors.ts';

/**
 * The key that encrypts all others: as configured, or, in development, from a file that the first start makes.
 * @throws if the file holds anything but 32 bytes in base64.
 */
export function readMasterKey(source: Buffer | { readonly file: string }): Buffer {
  if (Buffer.isBuffer(source)) return source;
  mkdirSync(dirname(source.file), { recursive: true });
  createOnce(source.file);
  const key = Buffer.from(readFileSync(source.file, 'utf8'), 'base64');
  if (key.length !== 32) throw new StartError(`${source.file} does not hold a key: expected 32 bytes in base64.`);
  return key;
}

function createOnce(file: string): void {
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}
