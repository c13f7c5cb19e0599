import type { EntityManager } from '@mikro-orm/postgresql';
import type { Chore, ChoreScope } from '../housekeeping/chore.ts';

const monthsAhead = 3;
/** Rather later than in the way of a sign-in that wants to be recorded. */
const lockTimeoutMs = 1_000;
const stepRows = 2_000;

/** A month of UTC, counted from year 0. */
type Month = number;

/** Keeps the partitions of the audit log: makes those of the months to come, and drops whole months after their time. */
export const auditMonths = (retentionDays: number): Chore => ({
  name: 'audit-months',
  everySeconds: 86_400,
  async run(scope) {
    const made = await makeMonths(scope);
    const before = new Date(scope.now.getTime() - retentionDays * 86_400_000);
    return made + (await dropMonths(scope, before)) + (await sweepDefault(scope, before));
  },
});

async function makeMonths({ fork, now, pause }: ChoreScope): Promise<number> {
  const wanted = Array.from({ length: monthsAhead + 1 }, (_, index) => monthOf(now) + index);
  const there = new Set(await months(fork()));
  const missing = wanted.filter((month) => !there.has(month));
  for (const month of missing) {
    await makeMonth(fork(), month);
    await pause();
  }
  return missing.length;
}

/**
 * Rows of the month that waited in the default partition move along. Whoever writes meanwhile waits for a moment: to be
 * sent to a partition that is not the right one any more would be an error.
 */
const makeMonth = (em: EntityManager, month: Month): Promise<void> =>
  em.transactional(async (tx) => {
    const run = (sql: string) => tx.execute(sql);
    const name = nameOf(month);
    const [from, to] = [startOf(month).toISOString(), startOf(month + 1).toISOString()];
    await run(`set local lock_timeout = ${lockTimeoutMs}`);
    await run('lock table audit_events in access exclusive mode');
    await run(`create table "${name}" (like audit_events including defaults)`);
    await run(
      `with moved as (delete from audit_events_default where at >= '${from}' and at < '${to}' returning *)
       insert into "${name}" select * from moved`,
    );
    await run(`alter table audit_events attach partition "${name}" for values from ('${from}') to ('${to}')`);
  });

async function dropMonths({ fork, pause }: ChoreScope, before: Date): Promise<number> {
  const old = (await months(fork())).filter((month) => startOf(month + 1) <= before);
  for (const month of old) {
    await fork().transactional(async (tx) => {
      await tx.execute(`set local lock_timeout = ${lockTimeoutMs}`);
      await tx.execute(`drop table "${nameOf(month)}"`);
    });
    await pause();
  }
  return old.length;
}

/** Rows that came while their month had no partition. */
async function sweepDefault({ fork, pause }: ChoreScope, before: Date): Promise<number> {
  for (let removed = 0; ; await pause()) {
    const gone = await fork().execute<unknown[]>(
      `delete from audit_events_default where (at, id) in (
         select at, id from audit_events_default where at < ? order by at limit ${stepRows}
       ) returning id`,
      [before],
    );
    removed += gone.length;
    if (gone.length < stepRows) return removed;
  }
}

async function months(em: EntityManager): Promise<Month[]> {
  const rows = await em.execute<Array<{ name: string }>>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'audit_events'::regclass`,
  );
  return rows.flatMap(({ name }) => {
    const [, year, month] = /^audit_events_(\d{4})_(\d{2})$/.exec(name) ?? [];
    return year === undefined ? [] : [Number(year) * 12 + Number(month) - 1];
  });
}

const monthOf = (at: Date): Month => at.getUTCFullYear() * 12 + at.getUTCMonth();
const startOf = (month: Month): Date => new Date(Date.UTC(Math.floor(month / 12), month % 12));
const nameOf = (month: Month): string => `audit_events_${startOf(month).toISOString().slice(0, 7).replace('-', '_')}`;
