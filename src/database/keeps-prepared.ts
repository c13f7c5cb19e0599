import { Client, type ClientConfig } from 'pg';

const name = 'sallyport-probe';
const rounds = 3;

/**
 * Tells whether statements that are prepared under a name stay with the connection that prepared them. Behind a pooler
 * in transaction mode that does not know them two connections meet each other's on the server, or miss their own.
 */
export async function keepsPrepared(server: ClientConfig): Promise<boolean> {
  const clients = [new Client(server), new Client(server)] as const;
  for (const client of clients) client.on('error', () => undefined);
  try {
    for (const client of clients) await client.connect();
    for (let round = 0; round < rounds; round += 1) {
      for (const client of clients) await client.query({ name, text: 'select 1', values: [] });
    }
    return true;
  } catch (error) {
    if (isAboutPrepared(error)) return false;
    throw error;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

/** The remedy for what loses prepared statements. */
export const preparedRemedy =
  'What DATABASE_URL leads to, such as PgBouncer in transaction mode, loses prepared statements: set PREPARED_STATEMENTS=off, or max_prepared_statements in PgBouncer 1.21 and later.';

/**
 * Tells of a duplicate (42P05), such as another server left behind, or of a name that the server does not know (26000).
 */
export const isAboutPrepared = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '42P05' || error.code === '26000');
