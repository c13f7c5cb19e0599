import type { FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { momentOf } from '../database/base.entity.ts';
import { perUnitOfWork } from '../database/by-id.ts';
import { pageOf, type Connection, type Page } from '../database/pages.ts';
import { requireId, requireText } from '../input.ts';
import type { EventOutcome, EventType } from '../record.ts';
import type { RequestScope } from '../request.ts';
import { AuditEvent } from './audit-event.entity.ts';

/** What narrows the log; `since` belongs to the span, `until` does not. */
export interface AuditFilter {
  readonly type?: string | null | undefined;
  readonly outcome?: EventOutcome | null | undefined;
  readonly actorId?: string | null | undefined;
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
}

export type AuditPage = Connection<AuditEvent>;

const longestType = 64;

/**
 * Newest first. An id is made of its moment, so a page that starts after an id is bounded in `at` as well: partitions of
 * later months are not looked at, and the order is that of the primary key.
 */
export async function listEvents({ em }: RequestScope, filter: AuditFilter, page: Page): Promise<AuditPage> {
  const asked = filterOf(filter);
  const rest = page.after === null ? [] : [{ at: { $lte: momentOf(page.after) }, id: { $lt: page.after } }];
  const rows = await em.find(
    AuditEvent,
    { $and: [...asked, ...rest] },
    { orderBy: { at: 'desc', id: 'desc' }, limit: page.first + 1 },
  );
  return pageOf(rows, page, () => em.count(AuditEvent, { $and: asked }));
}

function filterOf({ type, outcome, actorId, since, until }: AuditFilter): Array<FilterQuery<AuditEvent>> {
  return [
    ...(type == null ? [] : [{ type: requireText('filter.type', type, longestType) as EventType }]),
    ...(outcome == null ? [] : [{ outcome }]),
    ...(actorId == null ? [] : [{ actorId: requireId('filter.actorId', actorId) }]),
    ...(since == null ? [] : [{ at: { $gte: since } }]),
    ...(until == null ? [] : [{ at: { $lt: until } }]),
  ];
}

/** What finds an event in the table: its month, and its id. */
export const eventKey = (id: string): { id: string; at: Date } => ({ id, at: momentOf(id) });

/** Events by id, collected into one statement for each tick, each looked for in its own month alone. */
export const eventById = perUnitOfWork<string, AuditEvent | null>(async (em: EntityManager, ids) => {
  const where = { $or: ids.map(eventKey) };
  const found = new Map((await em.find(AuditEvent, where)).map((row) => [row.id, row]));
  return ids.map((id) => found.get(id) ?? null);
});
