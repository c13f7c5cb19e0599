import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/database/open.ts';
import { entities } from '../../src/entities.ts';

/**
 * Gives the run two folders: one in which its workers note secrets that they used and lines that were logged, and, where
 * no server is named, an embedded database with everything migrated, which is copied for each test: to make one takes
 * seconds, to copy it a moment.
 */
export default async function beforeAll() {
  process.env.SALLYPORT_TEST_WITNESS = mkdtempSync(join(tmpdir(), 'sallyport-witness-'));
  if (process.env.TEST_DATABASE_URL !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-template-'));
  process.env.SALLYPORT_TEST_TEMPLATE = folder;
  const database = await openDatabase({ kind: 'embedded', folder: join(folder, 'database') }, entities);
  await database.close();
}
