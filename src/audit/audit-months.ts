import type { Job, JobContext } from '../jobs/job.ts';
import { makeMonths } from './make-months.ts';
import { maxHoldUpMs, partitionedMonths, partitionOf, startOf } from './months.ts';

const monthsAhead = 3;
const stepRows = 2_000;

/**
 * Keeps the partitions of the audit log: makes those of the months to come, and drops whole months after their time.
 */
export const auditMonths = (retentionDays: number): Job => ({
  name: 'audit-months',
  everySeconds: 86_400,
  async run(context) {
    const before = new Date(context.now.getTime() - retentionDays * 86_400_000);
    const made = await makeMonths(context, monthsAhead);
    return made + (await dropMonths(context, before)) + (await sweepDefault(context, before));
  },
});

async function dropMonths({ fork, pause }: JobContext, before: Date): Promise<number> {
  const old = (await partitionedMonths(fork())).filter((month) => startOf(month + 1) <= before);
  for (const month of old) {
    await fork().transactional(async (tx) => {
      await tx.execute(`set local lock_timeout = ${maxHoldUpMs}`);
      await tx.execute(`drop table "${partitionOf(month)}"`);
    });
    await pause();
  }
  return old.length;
}

/** Rows of months that have no partition. */
async function sweepDefault({ fork, pause }: JobContext, before: Date): Promise<number> {
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
