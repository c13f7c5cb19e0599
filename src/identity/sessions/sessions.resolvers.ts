import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance } from '../../audit/record.ts';
import { principalOf, subjectOf } from '../../authorization/index.ts';
import { rowById } from '../../database/rows/read-by-id.ts';
import { notFound } from '../../errors.ts';
import type { EventStream } from '../../events/event-stream.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import { requireUserId, requireWholeUserId } from '../../users/require-user.ts';
import type { AccessClaims } from './access-claims.ts';
import type { AccessTokens } from './access-token.ts';
import { clearCookies } from './clear-cookies.ts';
import { activeSessionsOf } from './list-sessions.ts';
import { sessionIdOf } from './session-principal.ts';
import { Session, type SessionRow } from './session.entity.ts';
import type { Sessions } from './sessions.service.ts';
import { inspectToken } from './token-inspection.ts';

/** Reads sessions by id, those of one turn by one statement. */
export const sessionById = rowById(Session);

export interface SessionResolversDeps {
  readonly sessions: Sessions;
  readonly accessTokens: AccessTokens;
  /** Returns whether the session or the key behind a genuine token is active. */
  readonly isActive: (claims: AccessClaims, now: Date) => Promise<boolean>;
  readonly eventStream: EventStream;
  /** Ends what an account handed out and what lives without a session: its keys, and the invitations that it sent. */
  readonly revokeKeysAndInvitations: (tx: EntityManager, provenance: Provenance, userId: string) => Promise<void>;
}

export const createSessionResolvers = ({
  sessions,
  accessTokens,
  isActive,
  eventStream,
  revokeKeysAndInvitations,
}: SessionResolversDeps): Resolvers => ({
  Query: {
    inspectToken: (_, { token }, { now }) => inspectToken(accessTokens, token, now),
    session: (_, __, { rows }, info) => {
      const id = sessionIdOf(principalOf(info));
      return id === undefined ? null : sessionById(rows, id);
    },
  },
  Mutation: {
    logout: async (_, { refreshToken }, context, info) => {
      // A credential that has expired, such as a refresh cookie alone, ends its session as well.
      const own = sessionIdOf(principalOf(info)) ?? context.credential.ended?.sessionId ?? null;
      const given = refreshToken == null ? null : await sessions.findByRefreshToken(context.em, refreshToken);
      const sessionId = refreshToken == null ? own : (given?.id ?? null);
      if (sessionId !== null) await sessions.end(context, sessionId, 'logout');
      // Another session's token, given as an argument, leaves the session of the cookies as it is.
      if (sessionId === own) clearCookies(context);
      return true;
    },
    logoutEverywhere: async (_, { keepCurrent, revokeApiKeys }, context, info) => {
      const principal = principalOf(info);
      const userId = requireWholeUserId(principal);
      const except = keepCurrent ? sessionIdOf(principal) : undefined;
      const ended = await context.em.transactional(async (tx) => {
        if (revokeApiKeys) await revokeKeysAndInvitations(tx, context, userId);
        return sessions.endAll(tx, context, userId, { reason: 'logout', except });
      });
      if (except === undefined) clearCookies(context);
      return ended;
    },
    revokeSession: async (_, __, context, info) => {
      const { id } = subjectOf<SessionRow>(info);
      await sessions.end(context, id, 'revoked');
      context.renewUnitOfWork();
      const session = await sessionById(context.rows, id);
      if (session === null) throw notFound('The session');
      return session;
    },
  },
  Subscription: {
    sessionEnded: {
      subscribe: (_, __, context) =>
        eventStream(context, { kind: 'session-ended', userId: requireUserId(context.principal) }, ({ id }) =>
          sessionById(context.rows, id),
        ),
      resolve: (session: SessionRow) => session,
    },
  },
  TokenInspection: {
    revoked: async ({ verified }, _, { now }) => (verified === null ? null : !(await isActive(verified, now))),
  },
  User: {
    sessions: (user, _, { rows, now }) => activeSessionsOf(rows, user, now),
  },
  Session: {
    current: ({ id }, _, __, info) => id === sessionIdOf(principalOf(info)),
  },
});
