import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTemplate } from './database.ts';
import { createTemporaryFolder } from './temporary-folder.js';

/**
 * Gives the run a folder in which its workers note secrets that they used and lines that were logged, a database to copy,
 * and a cache that spares the server's processes the compiling of what an earlier one compiled.
 */
export default async function beforeAll() {
  createTemporaryFolder();
  process.env.SALLYPORT_TEST_WITNESS = mkdtempSync(join(tmpdir(), 'sallyport-witness-'));
  await createTemplate();
}
