import { principalOf, rebindPrincipal, type Principal } from '../../authorization/index.ts';
import { byId } from '../../database/by-id.ts';
import { AppError } from '../../errors.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { RequestScope } from '../../request.ts';
import { deliver } from './delivery.ts';
import { principalOfTokens, sessionIdOf } from './session-principal.ts';
import { Session } from './session.entity.ts';
import type { Sessions } from './sessions.service.ts';

/** Sessions by id, collected into one statement for each tick. */
export const sessionById = byId(Session);

export const createSessionResolvers = ({ sessions }: { sessions: Sessions }): Resolvers => ({
  Query: {
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
      if (sessionId !== undefined) await sessions.end(scope.em, sessionId, 'logout', scope.now);
      if (scope.credential.source === 'cookie') {
        scope.cookies.clear('access');
        scope.cookies.clear('refresh');
      }
      return true;
    },
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
