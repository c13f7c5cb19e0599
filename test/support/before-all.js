import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTemplate } from './database.ts';

/**
 * Gives the run a folder in which its workers note secrets that they used and lines that were logged, a database to copy,
 * and a cache that spares the server's processes the compiling of what an earlier one compiled.
 */
export default async function beforeAll() {
  process.env.SALLYPORT_TEST_WITNESS = mkdtempSync(join(tmpdir(), 'sallyport-witness-'));
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'sallyport-compile-cache');
  await createTemplate();
}
