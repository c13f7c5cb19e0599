import type { AuditEvent } from './audit-sentence.ts';

/** A row of a file, with who did it by name and id, and the details as JSON. */
export const auditRow = (event: AuditEvent) => ({
  id: event.id,
  at: event.at,
  type: event.type,
  outcome: event.outcome,
  actor: event.actor?.displayName ?? null,
  actorId: event.actor?.id ?? null,
  subjectId: event.subjectId,
  ipAddress: event.ipAddress,
  userAgent: event.userAgent,
  requestId: event.requestId,
  details: event.details === null ? '' : JSON.stringify(event.details),
});
