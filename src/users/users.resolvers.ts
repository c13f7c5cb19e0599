import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { principalOf } from '../authorization/index.ts';
import { pageInfo, requirePage } from '../database/pages.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import type { Searches } from '../limits/searches.ts';
import type { Recorder } from '../record.ts';
import { isEmail, normaliseEmail } from './email.ts';
import { requireUserId, requireWholeUserId } from './require-user.ts';
import { knownRoles } from './user.entity.ts';
import { listUsers, updateProfile, userById } from './users.service.ts';

const EmailAddress = new GraphQLScalarType<string, string>({
  name: 'EmailAddress',
  serialize: String,
  parseValue: parseEmail,
  parseLiteral: (node) => parseEmail(node.kind === Kind.STRING ? node.value : undefined),
});

function parseEmail(value: unknown): string {
  const email = typeof value === 'string' ? normaliseEmail(value) : '';
  if (isEmail(email)) return email;
  throw new GraphQLError('Expected an e-mail address.');
}

export interface UserResolversDeps {
  readonly recorder: Recorder;
  readonly searches: Searches;
}

export const createUserResolvers = ({ recorder, searches }: UserResolversDeps): Resolvers => ({
  EmailAddress,
  Query: {
    // A service has no user: null, without an error.
    me: (_, __, { em }, info) => {
      const principal = principalOf(info);
      return principal.kind === 'anonymous' || principal.kind === 'service'
        ? null
        : userById(em, requireUserId(principal));
    },
    users: (_, { search, ...page }, scope) => listUsers(searches, scope, search, requirePage(page)),
  },
  UserConnection: { pageInfo },
  Mutation: {
    updateProfile: (_, { input }, scope, info) =>
      updateProfile(recorder, scope, requireWholeUserId(principalOf(info)), input),
  },
  User: {
    // A role of yesterday, which no table knows any more, is ignored.
    roles: ({ roles }) => roles.filter((role) => knownRoles.includes(role)),
    emailVerified: ({ emailVerifiedAt }) => emailVerifiedAt != null,
    scopes: (_, __, ___, info) => {
      const principal = principalOf(info);
      return principal.kind === 'anonymous' ? [] : [...principal.scopes];
    },
  },
});
