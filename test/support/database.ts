import { MikroORM } from '@mikro-orm/postgresql';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { entities } from '../../src/app/entities.ts';
import type { DatabaseLocation } from '../../src/config/config.ts';
import { openDatabase } from '../../src/database/open.ts';

/** The server to test on; without it the embedded database is used. */
export const postgresUrl = process.env['TEST_DATABASE_URL'];

interface TestDatabase {
  readonly location: Exclude<DatabaseLocation, { kind: 'memory' }>;
  readonly drop: () => Promise<void>;
}

/** A migrated database for one test file: an embedded one, or one of its own on the server; dropped afterwards. */
export const createTestDatabase = async (): Promise<TestDatabase> =>
  postgresUrl === undefined ? copyTemplate() : createOnServer(`template ${templateName()}`);

/** A database on the server that nothing was migrated in yet; dropped afterwards. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createOnServer('');

async function createOnServer(options: string): Promise<TestDatabase> {
  const name = `sallyport_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name} ${options}`);
  return {
    location: { kind: 'postgresql', url: urlOf(name) },
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  };
}

/**
 * Migrates one database before all tests, of which each then gets a copy: to migrate takes seconds, to copy a moment.
 * Tests that run in processes of their own find it by the environment.
 */
export async function createTemplate(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-template-'));
  process.env['SALLYPORT_TEST_TEMPLATE'] = folder;
  if (postgresUrl !== undefined) await onServer(`create database ${templateName()}`);
  const location: DatabaseLocation =
    postgresUrl === undefined
      ? { kind: 'embedded', folder: join(folder, 'database') }
      : { kind: 'postgresql', url: urlOf(templateName()) };
  await (await openDatabase(location, entities)).close();
}

export async function dropTemplate(): Promise<void> {
  if (postgresUrl !== undefined) await onServer(`drop database if exists ${templateName()} with (force)`);
  rmSync(templateFolder(), { recursive: true });
}

const templateFolder = (): string => process.env['SALLYPORT_TEST_TEMPLATE'] ?? '';

/** Names the database by its folder, which no other run has. */
const templateName = (): string => basename(templateFolder()).toLowerCase().replaceAll('-', '_');

function urlOf(name: string): string {
  const url = new URL(postgresUrl ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

/** The embedded database that was made before all tests. */
function copyTemplate(): TestDatabase {
  const parent = mkdtempSync(join(tmpdir(), 'sallyport-database-'));
  const folder = join(parent, 'database');
  cpSync(join(templateFolder(), 'database'), folder, { recursive: true });
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
