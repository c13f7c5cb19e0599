import type { EntityManager } from '@mikro-orm/postgresql';

/** A month of UTC, counted from year 0; the audit log has a partition for each. */
export type Month = number;

/**
 * The longest time, in milliseconds, for which whoever is to be recorded may wait while a partition is made or dropped.
 * An autovacuum that is in the way gives way after PostgreSQL's `deadlock_timeout` (a second by default): this is longer.
 */
export const maxHoldUpMs = 2_000;

export const monthOf = (at: Date): Month => at.getUTCFullYear() * 12 + at.getUTCMonth();

export const startOf = (month: Month): Date => new Date(Date.UTC(Math.floor(month / 12), month % 12));

/** The name of its partition. */
export const partitionOf = (month: Month): string =>
  `audit_events_${startOf(month).toISOString().slice(0, 7).replace('-', '_')}`;

/** The months that have a partition. */
export async function partitionedMonths(em: EntityManager): Promise<Month[]> {
  const rows = await em.execute<Array<{ name: string }>>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'audit_events'::regclass`,
  );
  return rows.flatMap(({ name }) => {
    const [, year, month] = /^audit_events_(\d{4})_(\d{2})$/.exec(name) ?? [];
    return year === undefined ? [] : [Number(year) * 12 + Number(month) - 1];
  });
}
