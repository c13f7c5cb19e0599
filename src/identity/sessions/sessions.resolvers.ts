import type { Feed } from '../../announcements/feed.ts';
import { principalOf, rebindPrincipal, subjectOf, type Principal } from '../../authorization/index.ts';
import { byId } from '../../database/by-id.ts';
import { AppError } from '../../errors.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { RequestScope } from '../../request.ts';
import { requireUserId, requireWholeUserId } from '../../users/require-user.ts';
import type { AccessClaims } from './access-claims.ts';
import type { AccessTokens } from './access-token.ts';
import { clearCookies, deliver } from './delivery.ts';
import { livingSessions } from './living-sessions.ts';
import { principalOfTokens, sessionIdOf } from './session-principal.ts';
import { Session } from './session.entity.ts';
import type { Sessions } from './sessions.service.ts';
import { inspectToken } from './token-inspection.ts';

/** Sessions by id, collected into one statement for each tick. */
export const sessionById = byId(Session);

export interface SessionResolversDeps {
  readonly sessions: Sessions;
  readonly accessTokens: AccessTokens;
  /** Whether what a genuine token comes from still counts, its time aside. */
  readonly isGood: (claims: AccessClaims, now: Date) => Promise<boolean>;
  readonly feed: Feed;
}

export const createSessionResolvers = ({ sessions, accessTokens, isGood, feed }: SessionResolversDeps): Resolvers => ({
  Query: {
    inspectToken: (_, { token }, { now }) => inspectToken(accessTokens, token, now),
    session: (_, __, { em }, info) => {
      const id = sessionIdOf(principalOf(info));
      return id === undefined ? null : sessionById(em, id);
    },
  },
  Mutation: {
    refresh: async (_, { refreshToken }, scope, info) => {
      const presented = refreshToken ?? scope.cookies.get('refresh');
      if (presented === undefined) {
        throw new AppError('INVALID_GRANT', 'There is no refresh token: give `refreshToken`, or send the cookie.');
      }
      const tokens = await sessions.refresh(scope, presented);
      rebindPrincipal(info, principalOfTokens(tokens));
      return deliver(tokens, refreshToken == null ? 'COOKIE' : 'BODY', scope.cookies);
    },
    logout: async (_, { refreshToken }, scope, info) => {
      const sessionId = await presentedSession(sessions, scope, principalOf(info), refreshToken);
      if (sessionId !== undefined) await sessions.end(scope, sessionId, 'logout');
      // Another session's token, given as an argument, leaves the session of the cookies as it is.
      if (refreshToken == null || sessionId === sessionIdOf(principalOf(info))) clearCookies(scope);
      return true;
    },
    logoutEverywhere: async (_, { keepCurrent }, scope, info) => {
      const principal = principalOf(info);
      const except = keepCurrent ? sessionIdOf(principal) : undefined;
      const ended = await sessions.endAll(scope.em, scope, requireWholeUserId(principal), { reason: 'logout', except });
      if (except === undefined) clearCookies(scope);
      return ended;
    },
    revokeSession: async (_, __, scope, info) => {
      const session = subjectOf<Session>(info);
      await sessions.end(scope, session.id, 'revoked');
      await scope.em.refresh(session);
      return session;
    },
  },
  Subscription: {
    sessionEnded: {
      subscribe: (_, __, scope) =>
        feed(scope, { kind: 'session-ended', userId: requireUserId(scope.principal) }, ({ id }) =>
          sessionById(scope.em, id),
        ),
      resolve: (session: Session) => session,
    },
  },
  TokenInspection: {
    revoked: async ({ verified }, _, { now }) => (verified === null ? null : !(await isGood(verified, now))),
  },
  User: {
    sessions: (user, _, { em, now }) => livingSessions(em, user.id, now),
  },
  Session: {
    current: ({ id }, _, __, info) => id === sessionIdOf(principalOf(info)),
  },
});

/** The session that is to end: by a refresh token, or else by the access credential, even one that has expired. */
async function presentedSession(
  sessions: Sessions,
  { em, cookies, credential }: RequestScope,
  principal: Principal,
  refreshToken: string | null | undefined,
): Promise<string | undefined> {
  const token = refreshToken ?? cookies.get('refresh');
  const byRefreshToken = token === undefined ? null : await sessions.findByRefreshToken(em, token);
  return (
    byRefreshToken?.id ?? (refreshToken == null ? (sessionIdOf(principal) ?? credential.stale?.sessionId) : undefined)
  );
}
