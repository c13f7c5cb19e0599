import type { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { readOnlyRun } from './read-only-run.ts';
import type { Statements } from './rows/statement-cache.ts';

/**
 * Reads the rows that decide on credentials by their ids, from the primary, as they are now.
 * @param statement Is given how the ids stand in it, as in `where id = any(${ids})`. Its text is the same for any
 * number of ids.
 * @param ids UUIDs: one that is malformed fails the statement for all the others.
 */
export type ReadCredentials = <Row>(statement: (ids: string) => string, ids: readonly string[]) => Promise<Row[]>;

/** Receives every statement that is sent, with a place for each value, so that they can be counted. */
export type OnStatement = (sql: string) => void;

/** Uses connections of its own: no list that takes long delays the check of a credential. */
export const readCredentialsByPool =
  (pool: Pool, statements: Pick<Statements, 'nameOf'>, onStatement: OnStatement | undefined): ReadCredentials =>
  async <Row>(statement: (ids: string) => string, ids: readonly string[]) => {
    onStatement?.(statement(placeholdersOf(ids)));
    const text = statement('$1::uuid[]');
    const run = readOnlyRun();
    if (run !== undefined) return (await run.objects(text, [ids])).rows as Row[];
    const { rows } = await pool.query<Row & object>({ name: statements.nameOf(text), text, values: [ids] });
    return rows;
  };

/** Uses the one connection of the embedded database, whose driver logs every statement. */
export const readCredentialsByOrm =
  ({ em }: MikroORM): ReadCredentials =>
  (statement, ids) =>
    em.getConnection().execute(statement(placeholdersOf(ids)), [...ids]);

const placeholdersOf = (ids: readonly string[]): string => `array[${ids.map(() => '?').join(', ')}]::uuid[]`;
