import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createEmptyDatabase, postgresUrl } from './database.ts';

export interface OrdinaryDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** A database whose tables belong to an ordinary role, as which the server connects. */
export async function createOrdinaryDatabase(): Promise<OrdinaryDatabase> {
  const { location, drop } = await createEmptyDatabase();
  if (location.kind !== 'postgresql') throw new Error('This needs a PostgreSQL.');
  const role = `sallyport_role_${randomBytes(4).toString('hex')}`;
  const asAdmin = async (...statements: string[]): Promise<void> => {
    const client = new Client({ connectionString: location.url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  await asAdmin(`create role ${role} login nosuperuser nobypassrls`, `grant all on schema public to ${role}`);
  const url = new URL(location.url);
  url.username = role;
  url.password = '';
  return {
    url: url.href,
    async drop() {
      await drop();
      const client = new Client({ connectionString: postgresUrl });
      await client.connect();
      await client.query(`drop role if exists ${role}`);
      await client.end();
    },
  };
}
