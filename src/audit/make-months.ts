import type { EntityManager } from '@mikro-orm/postgresql';
import { describeDatabaseError } from '../database/unavailable.ts';
import type { JobContext } from '../jobs/job.ts';
import { maxHoldUpMs, monthOf, partitionedMonths, partitionOf, startOf, type Month } from './months.ts';

/**
 * Rows that move to a new partition while everybody waits; a month that has more in the default partition stays there.
 */
const maxMoved = 2_000;

export type MonthsContext = Pick<JobContext, 'fork' | 'now' | 'log'>;

/**
 * Makes the missing partitions of the present month and of some ahead; one query if none is missing.
 * A month is left to the default partition if making it would hold writers up for longer than `maxHoldUpMs`.
 * @returns how many were made.
 */
export async function makeMonths({ fork, now, log }: MonthsContext, ahead: number): Promise<number> {
  let made = 0;
  for (const month of await missingMonths(fork(), now, ahead)) {
    if (await hasManyRows(fork(), month)) continue;
    try {
      if (await makeMonth(fork(), month)) made += 1;
    } catch (error) {
      if (describeDatabaseError(error) === null) throw error;
      log.warn({ err: error, partition: partitionOf(month) }, 'a month of the audit log was not made');
      break;
    }
  }
  return made;
}

async function missingMonths(em: EntityManager, now: Date, ahead: number): Promise<Month[]> {
  const there = new Set(await partitionedMonths(em));
  return Array.from({ length: ahead + 1 }, (_, index) => monthOf(now) + index).filter((month) => !there.has(month));
}

async function hasManyRows(em: EntityManager, month: Month): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from audit_events_default where at >= ? and at < ? limit ${maxMoved + 1}`,
    [startOf(month), startOf(month + 1)],
  );
  return rows.length > maxMoved;
}

/**
 * Makes a partition and moves its few early rows there. Writers wait meanwhile: to be sent to a partition
 * that is not the right one any more would be an error. False if another process was first.
 */
const makeMonth = (em: EntityManager, month: Month): Promise<boolean> =>
  em.transactional(async (tx) => {
    const run = (sql: string) => tx.execute(sql);
    const name = partitionOf(month);
    const [from, to] = [startOf(month).toISOString(), startOf(month + 1).toISOString()];
    await run(`set local lock_timeout = ${maxHoldUpMs}`);
    await run(`set local statement_timeout = ${maxHoldUpMs}`);
    await run('lock table audit_events in access exclusive mode');
    if ((await partitionedMonths(tx)).includes(month)) return false;
    await run(`create table "${name}" (like audit_events including defaults)`);
    await run(
      `with moved as (delete from audit_events_default where at >= '${from}' and at < '${to}' returning *)
       insert into "${name}" select * from moved`,
    );
    await run(`alter table audit_events attach partition "${name}" for values from ('${from}') to ('${to}')`);
    return true;
  });
