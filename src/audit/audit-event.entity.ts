import { defineEntity, p } from '@mikro-orm/core';
import type { RowOf } from '../database/rows/row.ts';
import type { EventOutcome, EventType, SecurityEvent } from './record.ts';

/**
 * One line of the audit log. Its table is partitioned by month of `at` and has the primary key (at, id), by
 * hand-written migrations: the schema diff leaves it alone. Users and subjects are ids without foreign keys, which
 * outlive them.
 */
const AuditEventSchema = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_events',
  properties: {
    /** UUID v7 of `at`: the id names the partition. */
    id: p.uuid().primary(),
    at: p.datetime(3),
    type: p.string().length(64).$type<EventType>(),
    outcome: p.string().length(16).$type<EventOutcome>(),
    actorId: p.uuid().nullable(),
    subjectId: p.uuid().nullable(),
    sessionId: p.uuid().nullable(),
    ipAddress: p.string().length(45).nullable(),
    userAgent: p.string().length(400).nullable(),
    requestId: p.uuid().nullable(),
    details: p.json().$type<SecurityEvent['details']>().nullable(),
  },
});

export class AuditEvent extends AuditEventSchema.class {}
AuditEventSchema.setClass(AuditEvent);

export type AuditEventRow = RowOf<AuditEvent>;
