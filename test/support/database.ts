import { MikroORM } from '@mikro-orm/postgresql';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseLocation } from '../../src/config.ts';

/** The server to test on; without it the embedded database is used. */
export const postgresUrl = process.env['TEST_DATABASE_URL'];

/** A database for one test file: an embedded one, or a new one on the server, dropped afterwards. */
export async function createTestDatabase(): Promise<{ location: DatabaseLocation; drop: () => Promise<void> }> {
  if (postgresUrl === undefined) return copyTemplate();
  const name = `sallyport_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return {
    location: { kind: 'postgresql', url: url.href },
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  };
}

/** The embedded database that was made before all tests. */
function copyTemplate(): { location: DatabaseLocation; drop: () => Promise<void> } {
  const parent = mkdtempSync(join(tmpdir(), 'sallyport-database-'));
  const folder = join(parent, 'database');
  cpSync(join(process.env['SALLYPORT_TEST_TEMPLATE'] ?? '', 'database'), folder, { recursive: true });
  return {
    location: { kind: 'embedded', folder },
    drop: async () => rmSync(parent, { recursive: true, force: true }),
  };
}

async function onServer(statement: string): Promise<void> {
  const orm = await MikroORM.init({
    clientUrl: postgresUrl ?? '',
    entities: [],
    discovery: { warnWhenNoEntities: false },
  });
  await orm.em.getConnection().execute(statement);
  await orm.close();
}
