import type { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';

/**
 * Reads by ids what decides on credentials, from the primary, as it is now.
 * @param statement Is given how the ids stand in it, as in `where id = any(${ids})`. To a server its text is the same for
 * any number of them.
 * @param ids UUIDs: one that is malformed fails the statement for all the others.
 */
export type Consult = <Row>(statement: (ids: string) => string, ids: readonly string[]) => Promise<Row[]>;

/** Called for every statement that is sent, where somebody wants to count them, with a place for each value. */
export type OnStatement = (sql: string) => void;

/** By connections that nothing else uses: no list that takes long keeps anybody waiting to be recognised. */
export const consultPool =
  (pool: Pool, onStatement: OnStatement | undefined): Consult =>
  async <Row>(statement: (ids: string) => string, ids: readonly string[]) => {
    onStatement?.(statement(placesOf(ids)));
    const { rows } = await pool.query<Row & object>(statement('$1::uuid[]'), [ids]);
    return rows;
  };

/** The embedded database has one connection, and its driver tells of every statement. */
export const consultOrm =
  ({ em }: MikroORM): Consult =>
  (statement, ids) =>
    em.getConnection().execute(statement(placesOf(ids)), [...ids]);

const placesOf = (ids: readonly string[]): string => `array[${ids.map(() => '?').join(', ')}]::uuid[]`;
