import { principalOf } from '../authorization/index.ts';
import { connectionFields, edgeFields, requirePage } from '../database/pages.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { withPageSize } from '../request/page-size.ts';
import { selectionOf } from '../request/selection.ts';
import { isNarrowed, requireUserId } from '../users/require-user.ts';
import { userById, userColumns } from '../users/users.service.ts';
import { countHours } from './audit-hours.ts';
import { listEvents, listResultsShown } from './audit.service.ts';

const pageSize = 50;

export const auditResolvers: Resolvers = {
  Query: {
    auditEvents: withPageSize(pageSize, (_, { filter, ...page }, context, info) =>
      listEvents(context, filter ?? {}, requirePage(page, pageSize), selectionOf(info)),
    ),
    auditHours: (_, { until }, { rows, now }) => countHours(rows, until ?? now),
    resultsShown: (_, __, { rows }, info) => {
      const principal = principalOf(info);
      return isNarrowed(principal) ? [] : listResultsShown(rows, requireUserId(principal));
    },
  },
  AuditEvent: {
    actor: ({ actorId }, _, { rows }, info) =>
      actorId == null ? null : userById(rows, actorId, userColumns(rows, selectionOf(info))),
  },
  ShownResult: {
    by: ({ actorId }, _, { rows }, info) =>
      actorId == null ? null : userById(rows, actorId, userColumns(rows, selectionOf(info))),
    fields: ({ details }) => {
      const fields = details?.['fields'];
      return Array.isArray(fields) ? [...fields] : [];
    },
  },
  AuditEventConnection: connectionFields,
  AuditEventEdge: edgeFields,
};
