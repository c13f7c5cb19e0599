import { pageInfo, requirePage } from '../database/pages.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { userById } from '../users/users.service.ts';
import { listEvents } from './audit.service.ts';

export const auditResolvers: Resolvers = {
  Query: {
    auditEvents: (_, { filter, ...page }, scope) => listEvents(scope, filter ?? {}, requirePage(page)),
  },
  AuditEvent: {
    actor: ({ actorId }, _, { em }) => (actorId == null ? null : userById(em, actorId)),
  },
  AuditEventConnection: { pageInfo },
};
