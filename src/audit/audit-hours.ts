import type { Rows } from '../database/rows/source.ts';
import { badInput } from '../errors.ts';

export interface AuditHour {
  readonly at: Date;
  readonly events: number;
  /** True if there are more than were counted. */
  readonly more: boolean;
}

const hourMs = 3_600_000;
const hours = 24;
/** However many events an hour has, so many entries of the primary key are read for it, and one more. */
const maxCounted = 1_000;

/**
 * Counts the events of each of the hours that end with that of a moment, oldest first. What it reads is bounded: by the
 * primary key (at, id), a thousand entries an hour, in the partitions of those hours alone.
 * @throws BAD_USER_INPUT if one of them is before the year 1, the first that PostgreSQL has.
 */
export async function countHours({ source, turns }: Rows, until: Date): Promise<AuditHour[]> {
  const starts = requireStarts(until);
  const statement = source.statements.get(text, () => ({ text, constants: [] }));
  const values = [starts.map((start) => start.toISOString()), maxCounted + 1];
  const answered = await turns.counted(() => source.send(statement, values));
  return starts.map((at, index) => {
    const counted = Number(answered[index]?.[0] ?? 0);
    return { at, events: Math.min(counted, maxCounted), more: counted > maxCounted };
  });
}

/** Returns when each of the hours starts. */
function requireStarts(until: Date): Date[] {
  const last = Math.floor(until.getTime() / hourMs) * hourMs;
  const first = last - (hours - 1) * hourMs;
  if (first < Date.parse('0001-01-01T00:00:00Z')) {
    throw badInput('until', 'out_of_range', '`until` must be 0001-01-01T23:00:00Z or later.');
  }
  return Array.from({ length: hours }, (_, index) => new Date(first + index * hourMs));
}

/** The order leaves the planner the primary key alone: an hour without events costs no look at the whole partition. */
const text = `select (
    select count(*) from (
      select 1 from "audit_events" e
      where e."at" >= h."start" and e."at" < h."start" + interval '1 hour'
      order by e."at" limit $2
    ) bounded
  ) from unnest($1::timestamptz[]) with ordinality as h("start", "place") order by h."place"`;
