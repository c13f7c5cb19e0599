import { p } from '@mikro-orm/core';
import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';

let last = { msecs: 0, seq: 0 };

/**
 * A new primary key: UUID v7 (RFC 9562 §5.7), so that newer rows have greater ids and lists can page by id alone. Ids
 * of one millisecond count up (§6.2, method 1), so that rows made together keep their order.
 */
export function newId(now: Date): string {
  const msecs = now.getTime();
  last = { msecs, seq: msecs === last.msecs ? last.seq + 1 : randomInt(2 ** 31) };
  return v7(last);
}

/** The last that PostgreSQL reads as JavaScript writes it. */
const lastMoment = Date.UTC(9999, 11, 31);

/** The moment of which an id was made; of one that is not ours, some other moment. */
export const momentOf = (id: string): Date =>
  new Date(Math.min(lastMoment, Number.parseInt(id.replace('-', '').slice(0, 12), 16)));

/** The properties that every table has. */
export const base = {
  id: p.uuid().primary(),
  createdAt: p.datetime(3),
};
