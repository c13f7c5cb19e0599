import { p } from '@mikro-orm/core';
import { v7 } from 'uuid';

/** A new primary key: UUID v7 (RFC 9562 §5.7), so that newer rows have greater ids and lists can page by id alone. */
export const newId = (now: Date): string => v7({ msecs: now.getTime() });

/** The properties that every table has. */
export const base = {
  id: p.uuid().primary(),
  createdAt: p.datetime(3),
};
