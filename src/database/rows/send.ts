import type { MikroORM } from '@mikro-orm/postgresql';
import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import type { OnStatement } from '../credential-reads.ts';
import { readOnlyRun } from '../read-only-run.ts';
import { systemSession, type RowSession } from '../row-session.ts';
import type { GuardedTables } from '../tables-with-policies.ts';
import type { AnsweredLists, QueryLists } from './prepared-query.ts';
import type { Send } from './source.ts';
import type { Statement } from './statement.ts';

/** Sends by MikroORM's own connections to the server. */
export const sendByPool =
  (pool: Pool, query: QueryLists, onStatement: OnStatement | undefined, guarded: GuardedTables): Send =>
  (statement, values, session = systemSession) => {
    onStatement?.(statement.text);
    const run = readOnlyRun();
    if (run !== undefined) return run.lists(statement, values, guarded.isIn(statement) ? session : undefined);
    if (guarded.isIn(statement)) return sendInSession(pool, session, statement, values);
    return query(statement, allValues(statement, values)).then(rowsIn);
  };

const rowsIn = ({ rows }: AnsweredLists): unknown[][] => rows;

const allValues = ({ constants }: Statement, values: readonly unknown[]): readonly unknown[] =>
  constants.length === 0 ? values : [...values, ...constants];

/**
 * Sends a statement in a transaction of its own that has these settings, and no other has. A connection on which
 * anything failed is closed: no later request can meet what it left behind.
 */
async function sendInSession(
  pool: Pool,
  session: RowSession,
  statement: Statement,
  values: readonly unknown[],
): Promise<unknown[][]> {
  const client: PoolClient = await pool.connect();
  try {
    await client.query(`begin; ${setting(session)}`);
    const { name, text } = statement;
    const { rows } = await client.query<unknown[]>({
      name,
      text,
      values: [...allValues(statement, values)],
      rowMode: 'array',
    });
    await client.query('commit');
    client.release();
    return rows;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Writes the settings for one message with the `begin`, which can have no parameters. */
const setting = (session: RowSession): string =>
  `select ${Object.entries(session)
    .map(([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`)
    .join(', ')}`;

/** Sends by the one connection of the embedded database, which prepares nothing. */
export const sendToEmbedded =
  ({ em }: MikroORM, onStatement: OnStatement | undefined): Send =>
  async (statement, values) => {
    const { text, constants } = statement;
    onStatement?.(text);
    const run = readOnlyRun();
    if (run !== undefined) return run.lists(statement, values);
    const database: unknown = await em.getConnection().getNativeClient();
    if (!isEmbedded(database)) throw new Error('The embedded database has another driver than expected.');
    const { rows } = await database.query(text, [...values, ...constants], { rowMode: 'array' });
    return rows;
  };

interface Embedded {
  readonly query: (text: string, values: unknown[], options: object) => Promise<{ rows: unknown[][] }>;
}

const isEmbedded = (database: unknown): database is Embedded =>
  typeof database === 'object' && database !== null && 'query' in database && typeof database.query === 'function';
