import type { FilterQuery } from '@mikro-orm/core';
import { momentOf } from '../database/base.entity.ts';
import type { Connection, Page } from '../database/pages.ts';
import { readNewest, readPage } from '../database/rows/list.ts';
import type { Rows } from '../database/rows/source.ts';
import type { RequestContext } from '../request/context.ts';
import { createFieldColumns } from '../request/field-columns.ts';
import { requireId, requireText } from '../request/input.ts';
import type { Selection } from '../request/selection.ts';
import { AuditEvent, type AuditEventRow } from './audit-event.entity.ts';
import type { EventOutcome, EventType } from './record.ts';

/** The filter of the log; `since` is inclusive, `until` exclusive. */
export interface AuditFilter {
  readonly type?: string | null | undefined;
  readonly outcome?: EventOutcome | null | undefined;
  readonly actorId?: string | null | undefined;
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
}

export type AuditPage = Connection<AuditEventRow>;

const maxType = 64;

/**
 * Newest first. An id is made of its moment, so a page that starts or ends at an id is bounded in `at` as well:
 * partitions of other months are not looked at, and the order is that of the primary key.
 */
export const listEvents = (
  { rows }: RequestContext,
  filter: AuditFilter,
  page: Page,
  selection: Selection,
): Promise<AuditPage> =>
  readPage(rows, AuditEvent, {
    where: { $and: filterOf(filter) },
    bounds: { $and: boundsOf(page) },
    orderBy: ['at', 'id'],
    page,
    columns: eventColumns(rows, selection.nodes),
    isCounted: selection.has('totalCount'),
  });

const eventColumns = createFieldColumns(AuditEvent, { actor: ['actorId'] });

const boundsOf = ({ after, before }: Page): Array<FilterQuery<AuditEvent>> => [
  ...(after === null ? [] : [{ at: { $lte: momentOf(after) }, id: { $lt: after } }]),
  ...(before === null ? [] : [{ at: { $gte: momentOf(before) }, id: { $gt: before } }]),
];

function filterOf({ type, outcome, actorId, since, until }: AuditFilter): Array<FilterQuery<AuditEvent>> {
  return [
    ...(type == null ? [] : [{ type: requireText('filter.type', type, maxType) as EventType }]),
    ...(outcome == null ? [] : [{ outcome }]),
    ...(actorId == null ? [] : [{ actorId: requireId('filter.actorId', actorId) }]),
    ...(since == null ? [] : [{ at: { $gte: since } }]),
    ...(until == null ? [] : [{ at: { $lt: until } }]),
  ];
}

/** Returns the columns that find an event: its month, and its id. */
export const eventKey = (id: string): { id: string; at: Date } => ({ id, at: momentOf(id) });

/** Reads an event by its id, which is looked for in its own month alone. */
export async function eventById(rows: Rows, id: string): Promise<AuditEventRow | null> {
  const [event] = await readNewest(rows, AuditEvent, { where: eventKey(id) }, 1);
  return event ?? null;
}

const maxResultsShown = 50;

/** Lists when others were shown what a query answers a user, newest first. */
export const listResultsShown = (rows: Rows, userId: string): Promise<AuditEventRow[]> =>
  readNewest(rows, AuditEvent, { where: { type: 'access.result_shown', subjectId: userId } }, maxResultsShown);
