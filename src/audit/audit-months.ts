import type { Chore, ChoreScope } from '../housekeeping/chore.ts';
import { makeMonths } from './make-months.ts';
import { partitionedMonths, partitionOf, startOf } from './months.ts';

const monthsAhead = 3;
const lockTimeoutMs = 1_000;
const stepRows = 2_000;

/** Keeps the partitions of the audit log: makes those of the months to come, and drops whole months after their time. */
export const auditMonths = (retentionDays: number): Chore => ({
  name: 'audit-months',
  everySeconds: 86_400,
  async run(scope) {
    const before = new Date(scope.now.getTime() - retentionDays * 86_400_000);
    const made = await makeMonths(scope, monthsAhead);
    return made + (await dropMonths(scope, before)) + (await sweepDefault(scope, before));
  },
});

async function dropMonths({ fork, pause }: ChoreScope, before: Date): Promise<number> {
  const old = (await partitionedMonths(fork())).filter((month) => startOf(month + 1) <= before);
  for (const month of old) {
    await fork().transactional(async (tx) => {
      await tx.execute(`set local lock_timeout = ${lockTimeoutMs}`);
      await tx.execute(`drop table "${partitionOf(month)}"`);
    });
    await pause();
  }
  return old.length;
}

/** Rows of months that have no partition. */
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
