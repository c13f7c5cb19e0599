import { MikroORM } from '@mikro-orm/postgresql';
import { randomBytes } from 'node:crypto';
import type { DatabaseLocation } from '../../src/config.ts';

/** The server to test on; without it the embedded database is used. */
export const postgresUrl = process.env['TEST_DATABASE_URL'];

/** A database for one test file: of PGlite in memory, or a new one on the server, dropped afterwards. */
export async function createTestDatabase(): Promise<{ location: DatabaseLocation; drop: () => Promise<void> }> {
  if (postgresUrl === undefined) return { location: { kind: 'memory' }, drop: async () => undefined };
  const name = `sallyport_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return {
    location: { kind: 'postgresql', url: url.href },
    drop: () => onServer(`drop database if exists ${name} with (force)`),
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
