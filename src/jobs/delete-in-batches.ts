import type { JobContext } from './job.ts';

const stepRows = 2_000;

/**
 * Deletes the rows of a table for which a condition holds, walking along the primary key: no index has to be kept up to
 * date, at every write, for this alone. Rows that a transaction has locked are left for the next run.
 * @param dead SQL over the table's columns; it comes from the code, never from a request.
 */
export async function deleteInBatches(
  { fork, pause }: JobContext,
  table: string,
  dead: string,
  params: readonly unknown[],
): Promise<number> {
  let removed = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const ends = await fork()
      .getConnection()
      .execute<Array<{ last: string | null; rows: string | number }>>(
        `select max(id::text) as last, count(*) as rows
           from (select id from "${table}" where id > ? order by id limit ${stepRows}) as step`,
        [after],
      );
    const [{ last, rows } = { last: null, rows: 0 }] = ends;
    if (last === null) return removed;
    const gone = await fork()
      .getConnection()
      .execute<unknown[]>(
        `delete from "${table}" where id in (
           select id from "${table}" where id > ? and id <= ? and (${dead}) for update skip locked
         ) returning id`,
        [after, last, ...params],
      );
    removed += gone.length;
    if (Number(rows) < stepRows) return removed;
    after = last;
    await pause();
  }
}
