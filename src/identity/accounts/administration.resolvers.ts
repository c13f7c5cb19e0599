import { principalOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Administration } from './administration.service.ts';

export const createAdministrationResolvers = ({ administration }: { administration: Administration }): Resolvers => ({
  Mutation: {
    setUserRoles: (_, { userId, roles }, scope, info) =>
      administration.setRoles(scope, principalOf(info), userId, roles),
    disableUser: (_, { userId, reason }, scope, info) =>
      administration.disable(scope, principalOf(info), userId, reason),
    enableUser: (_, { userId }, scope, info) => administration.enable(scope, principalOf(info), userId),
    revokeUserSessions: (_, { userId }, scope) => administration.revokeSessions(scope, userId),
  },
});
