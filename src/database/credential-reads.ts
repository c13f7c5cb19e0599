import type { MikroORM } from '@mikro-orm/postgresql';
import { readOnlyRun } from './read-only-run.ts';
import type { QueryLists, StatementText } from './rows/prepared-query.ts';
import type { Statements } from './rows/statement-cache.ts';

/**
 * Reads the rows that decide on credentials by their ids, from the primary, as they are now.
 * @param statement Is given how the ids stand in it, as in `where id = any(${ids})`. Its text is the same for any number
 * of ids, and is made once for a function.
 * @param ids UUIDs: one that is malformed fails the statement for all the others.
 */
export type ReadCredentials = <Row>(statement: StatementOfIds, ids: readonly string[]) => Promise<Row[]>;

type StatementOfIds = (ids: string) => string;

/** Receives every statement that is sent, with a place for each value, so that they can be counted. */
export type OnStatement = (sql: string) => void;

/** Uses connections of its own: no list that takes long delays the check of a credential. */
export const readCredentialsBy = (
  query: QueryLists,
  { nameOf }: Pick<Statements, 'nameOf'>,
  onStatement: OnStatement | undefined,
): ReadCredentials => {
  const prepared = new WeakMap<StatementOfIds, StatementText>();

  function prepare(statement: StatementOfIds): StatementText {
    const known = prepared.get(statement);
    if (known !== undefined) return known;
    const text = statement('$1::uuid[]');
    const named = { name: nameOf(text), text };
    prepared.set(statement, named);
    return named;
  }

  return async <Row>(statement: StatementOfIds, ids: readonly string[]) => {
    onStatement?.(statement(placeholdersOf(ids)));
    const run = readOnlyRun();
    if (run !== undefined) return (await run.objects(prepare(statement).text, [ids])).rows as Row[];
    const { names, rows } = await query(prepare(statement), [ids]);
    return rows.map((values) => objectOf(names, values) as Row);
  };
};

function objectOf(names: readonly string[], values: readonly unknown[]): object {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index += 1) row[names[index] ?? ''] = values[index];
  return row;
}

/** Uses the one connection of the embedded database, whose driver logs every statement. */
export const readCredentialsByOrm =
  ({ em }: MikroORM): ReadCredentials =>
  (statement, ids) =>
    em.getConnection().execute(statement(placeholdersOf(ids)), [...ids]);

const placeholdersOf = (ids: readonly string[]): string => `array[${ids.map(() => '?').join(', ')}]::uuid[]`;
