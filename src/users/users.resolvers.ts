import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { Recorder } from '../audit/record.ts';
import { principalOf, userIdOf } from '../authorization/index.ts';
import { connectionFields, edgeFields, requirePage } from '../database/pages.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import type { InTurn } from '../limits/turns.ts';
import { selectionOf } from '../request/selection.ts';
import { isEmail, normaliseEmail } from './email.ts';
import { requireWholeUserId } from './require-user.ts';
import { knownRoles } from './user.entity.ts';
import { listUsers, updateProfile, userById, userColumns } from './users.service.ts';

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
  readonly searches: InTurn;
}

export const createUserResolvers = ({ recorder, searches }: UserResolversDeps): Resolvers => ({
  EmailAddress,
  Query: {
    // A service has no user: null, without an error.
    me: (_, __, { rows }, info) => {
      const id = userIdOf(principalOf(info));
      return id === undefined ? null : userById(rows, id, userColumns(rows, selectionOf(info)));
    },
    users: (_, { search, ...page }, context, info) =>
      listUsers({ searches }, context, search, requirePage(page), selectionOf(info)),
  },
  UserConnection: connectionFields,
  UserEdge: edgeFields,
  Mutation: {
    updateProfile: (_, { input }, context, info) =>
      updateProfile(recorder, context, requireWholeUserId(principalOf(info)), input),
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
