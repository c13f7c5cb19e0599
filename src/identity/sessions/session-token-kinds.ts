import type { RightsOf } from '../../request/rights.ts';
import type { TokenKind } from '../../request/tokens.ts';
import { ownClientId } from './access-claims.ts';
import type { AccessTokens } from './access-token.ts';
import { isTokenActive } from './active-session.ts';
import type { SessionCheck } from './session-check.ts';
import type { Sessions } from './sessions.service.ts';

export interface SessionTokensDeps {
  readonly accessTokens: AccessTokens;
  readonly checkSession: SessionCheck;
  readonly rightsOf: RightsOf;
  readonly sessions: Sessions;
}

const secondsOf = (moment: Date): number => Math.floor(moment.getTime() / 1000);

/** Describes the tokens of a session to introspection and revocation; revoking either ends the whole session. */
export function createSessionTokenKinds({
  accessTokens,
  checkSession,
  rightsOf,
  sessions,
}: SessionTokensDeps): TokenKind[] {
  const accessToken: TokenKind = {
    async introspect({ now }, token) {
      const verified = await accessTokens.verify(token, now);
      if (verified === null || verified.expired || verified.claims.kind !== 'session') return null;
      const { claims } = verified;
      const state = await checkSession(claims.sessionId);
      if (!isTokenActive(claims, state, now)) return null;
      const { scopes } = rightsOf(state.roles, state.scopes, claims.narrowing);
      return { ...claims, subject: claims.userId, clientId: ownClientId, scopes, isAccessToken: true };
    },
    async revoke(context, token) {
      const verified = await accessTokens.verify(token, context.now);
      if (verified?.claims.kind !== 'session') return false;
      await sessions.end(context, verified.claims.sessionId, 'logout');
      return true;
    },
  };

  const refreshToken: TokenKind = {
    async introspect(context, token) {
      const session = await sessions.findByUsableToken(context, token);
      if (session === null) return null;
      return {
        subject: session.user.id,
        clientId: ownClientId,
        scopes: rightsOf(session.user.roles, session.scopes ?? null).scopes,
        isAccessToken: false,
        issuedAt: secondsOf(session.rotatedAt),
        expiresAt: secondsOf(session.expiresAt),
      };
    },
    async revoke(context, token) {
      const session = await sessions.findByRefreshToken(context.em, token);
      if (session === null) return false;
      await sessions.end(context, session.id, 'logout');
      return true;
    },
  };

  return [refreshToken, accessToken];
}
