import type { Feature } from '../feature/feature.ts';
import { AuditEvent } from './audit-event.entity.ts';
import { auditMonths } from './audit-months.ts';
import { auditResolvers } from './audit.resolvers.ts';
import { eventById, eventKey } from './audit.service.ts';

export const auditFeature = {
  entities: [AuditEvent],
  nodeTypes: { AuditEvent: { table: 'audit_events', load: eventById, keyOf: eventKey } },
  jobs: ({ config }) => [auditMonths(config.audit.retentionDays)],
  create: () => auditResolvers,
} satisfies Feature;
