import { principalOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Administration } from './administration.service.ts';

export const createAdministrationResolvers = ({ administration }: { administration: Administration }): Resolvers => ({
  Mutation: {
    setUserRoles: (_, { userId, roles }, context, info) =>
      administration.setRoles(context, principalOf(info), userId, roles),
    disableUser: (_, { userId, reason }, context, info) =>
      administration.disable(context, principalOf(info), userId, reason),
    enableUser: (_, { userId }, context, info) => administration.enable(context, principalOf(info), userId),
    resetUserFactors: (_, { userId }, context, info) => administration.resetFactors(context, principalOf(info), userId),
    revokeUserSessions: (_, { userId }, context) => administration.revokeSessions(context, userId),
  },
});
