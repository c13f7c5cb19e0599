import { connectionFields, edgeFields, requirePage } from '../database/pages.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { withPageSize } from '../request/page-size.ts';
import { selectionOf } from '../request/selection.ts';
import { userById, userColumns } from '../users/users.service.ts';
import { countHours } from './audit-hours.ts';
import { listEvents } from './audit.service.ts';

const pageSize = 50;

export const auditResolvers: Resolvers = {
  Query: {
    auditEvents: withPageSize(pageSize, (_, { filter, ...page }, context, info) =>
      listEvents(context, filter ?? {}, requirePage(page, pageSize), selectionOf(info)),
    ),
    auditHours: (_, { until }, { rows, now }) => countHours(rows, until ?? now),
  },
  AuditEvent: {
    actor: ({ actorId }, _, { rows }, info) =>
      actorId == null ? null : userById(rows, actorId, userColumns(rows, selectionOf(info))),
  },
  AuditEventConnection: connectionFields,
  AuditEventEdge: edgeFields,
};
