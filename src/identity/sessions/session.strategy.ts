import { AppError } from '../../errors.ts';
import type { CredentialStrategy, PresentedCredentials, Recognised, RightsOf } from '../../request.ts';
import type { AccessTokens } from './access-token.ts';
import { isCounted } from './living-session.ts';
import type { SessionCheck } from './session-check.ts';
import { sessionPrincipal } from './session-principal.ts';

export interface SessionStrategyDeps {
  readonly accessTokens: AccessTokens;
  readonly checkSession: SessionCheck;
  readonly rightsOf: RightsOf;
}

const anonymous = { kind: 'anonymous' } as const;
const bearerScheme = /^Bearer +([^\s]+)$/i;

/** The token of an `Authorization` header of scheme Bearer (RFC 6750 §2.1); undefined for any other. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : bearerScheme.exec(authorization)?.[1];

/** Recognises the access token of a session, as Bearer or in our cookie. */
export function createSessionStrategies(deps: SessionStrategyDeps): CredentialStrategy[] {
  const byBearer: CredentialStrategy = async ({ authorization, now }) => {
    const token = bearerToken(authorization);
    return token === undefined ? null : recognise(token, 'bearer', now);
  };

  const byCookie: CredentialStrategy = async ({ cookies, now }: PresentedCredentials) => {
    const { access, refresh } = cookies;
    if (access !== undefined) return recognise(access, 'cookie', now);
    return refresh === undefined ? null : { principal: anonymous, source: 'cookie' };
  };

  async function recognise(token: string, source: 'bearer' | 'cookie', now: Date): Promise<Recognised | null> {
    const verified = await deps.accessTokens.verify(token, now);
    // A program's token is another strategy's, as Bearer; cookies are of those who signed in.
    if (verified?.claims.kind === 'client' && source === 'bearer') return null;
    if (verified?.claims.kind !== 'session') throw invalidToken(source);
    const { claims, expired } = verified;
    const state = expired ? null : await deps.checkSession(claims.sessionId);
    if (state === null || !isCounted(claims, state, now)) {
      return { principal: anonymous, source, stale: { sessionId: claims.sessionId } };
    }
    const rights = deps.rightsOf(state.roles, state.scopes, claims.narrowing);
    const principal = sessionPrincipal(claims.userId, claims.sessionId, rights, {
      authenticatedAt: state.authenticatedAt,
      credentialVersion: state.credentialVersion,
      isNarrowed: state.scopes !== null || claims.narrowing !== null,
    });
    return { principal, source, tokenId: claims.tokenId, expiresAt: new Date(claims.expiresAt * 1000) };
  }

  return [byBearer, byCookie];
}

const invalidToken = (source: 'bearer' | 'cookie'): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    `The access token in the ${source === 'bearer' ? '`Authorization` header' : 'cookie'} is not valid.`,
  );
