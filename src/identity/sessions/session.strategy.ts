import { AppError } from '../../errors.ts';
import type { CredentialStrategy, PresentedCredentials, Recognised, RightsOf } from '../../request.ts';
import type { AccessClaims, AccessTokens } from './access-token.ts';
import { sessionPrincipal } from './session-principal.ts';
import type { SessionCheck, SessionState } from './session-check.ts';

export interface SessionStrategyDeps {
  readonly accessTokens: AccessTokens;
  readonly checkSession: SessionCheck;
  readonly rightsOf: RightsOf;
}

const anonymous = { kind: 'anonymous' } as const;
const bearerScheme = /^Bearer +([^\s]+)$/i;

/** Recognises an access token, as Bearer (RFC 6750 §2.1) or in our cookie. */
export function createSessionStrategies(deps: SessionStrategyDeps): CredentialStrategy[] {
  const byBearer: CredentialStrategy = async ({ authorization, now }) => {
    const token = authorization === undefined ? undefined : bearerScheme.exec(authorization)?.[1];
    return token === undefined ? null : recognise(token, 'bearer', now);
  };

  const byCookie: CredentialStrategy = async ({ cookies, now }: PresentedCredentials) => {
    const { access, refresh } = cookies;
    if (access !== undefined) return recognise(access, 'cookie', now);
    return refresh === undefined ? null : { principal: anonymous, source: 'cookie' };
  };

  async function recognise(token: string, source: 'bearer' | 'cookie', now: Date): Promise<Recognised> {
    const verified = await deps.accessTokens.verify(token, now);
    if (verified === null) throw invalidToken(source);
    const { claims, expired } = verified;
    const state = expired ? null : await deps.checkSession(claims.sessionId);
    if (state === null || !counts(claims, state, now)) {
      return { principal: anonymous, source, stale: { sessionId: claims.sessionId } };
    }
    const rights = deps.rightsOf(state.roles, state.scopes);
    const principal = sessionPrincipal(claims.userId, claims.sessionId, rights, state);
    return { principal, source, expiresAt: new Date(claims.expiresAt * 1000) };
  }

  return [byBearer, byCookie];
}

/** Whether a genuine token still counts, its session and its user being what they are. */
export const counts = (claims: AccessClaims, state: SessionState, now: Date): boolean =>
  state.userId === claims.userId &&
  state.credentialVersion === claims.credentialVersion &&
  state.status === 'ACTIVE' &&
  !state.hasEnded &&
  state.expiresAt > now;

const invalidToken = (source: 'bearer' | 'cookie'): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    `The access token in the ${source === 'bearer' ? '`Authorization` header' : 'cookie'} is not valid.`,
  );
