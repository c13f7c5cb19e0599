import { AppError } from '../../errors.ts';
import type { CredentialStrategy, PresentedCredentials, RecognisedCredential } from '../../request/credentials.ts';
import type { RightsOf } from '../../request/rights.ts';
import type { AccessTokens } from './access-token.ts';
import { factsOf, isActive, isTokenActive } from './active-session.ts';
import type { SessionCheck, SessionState } from './session-check.ts';
import { sessionPrincipal } from './session-principal.ts';
import type { Session } from './session.entity.ts';

export interface AccessTokenStrategyDeps {
  readonly accessTokens: AccessTokens;
  readonly checkSession: SessionCheck;
  readonly rightsOf: RightsOf;
  /** Finds the session of a genuine refresh token, active or not. */
  readonly findByRefreshToken: (token: string) => Promise<Session | null>;
  /** Called for a token that was not signed here, or that is no access token. */
  readonly onForged: (presented: PresentedCredentials) => void;
  /** Returns whether the account of a session has a second factor. */
  readonly hasFactor: (account: { readonly id: string } & Pick<SessionState, 'secondFactors'>) => boolean;
}

const anonymous = { kind: 'anonymous' } as const;
const bearerScheme = /^Bearer +([^\s]+)$/i;
/** As nearly every client writes it: what follows is the token, if it has no space. */
const bearer = 'Bearer ';

/** Returns the token of an `Authorization` header of scheme Bearer (RFC 6750 §2.1); undefined for any other. */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const isPlain =
    authorization.startsWith(bearer) &&
    authorization.length > bearer.length &&
    authorization.lastIndexOf(' ') === bearer.length - 1;
  return isPlain ? authorization.slice(bearer.length) : bearerScheme.exec(authorization)?.[1];
}

/** Identifies the user behind the access token of a session, sent as Bearer or in our cookie. */
export function createAccessTokenStrategies(deps: AccessTokenStrategyDeps): CredentialStrategy[] {
  const byBearer: CredentialStrategy = (presented) => {
    const token = bearerToken(presented.authorization);
    return token === undefined ? null : recognise(token, 'bearer', presented);
  };

  const byCookie: CredentialStrategy = (presented) => {
    const { access, refresh } = presented.cookies;
    if (access !== undefined) return recognise(access, 'cookie', presented);
    return refresh === undefined ? null : recogniseRefresh(refresh, presented.now);
  };

  /** A refresh cookie alone grants nothing: the client is told to refresh, or that its session has ended. */
  async function recogniseRefresh(token: string, now: Date): Promise<RecognisedCredential> {
    const session = await deps.findByRefreshToken(token);
    const reason = session !== null && isActive(factsOf(session), now) ? 'EXPIRED' : 'ENDED';
    return { principal: anonymous, source: 'cookie', ended: { sessionId: session?.id ?? null, reason } };
  }

  async function recognise(
    token: string,
    source: 'bearer' | 'cookie',
    presented: PresentedCredentials,
  ): Promise<RecognisedCredential | null> {
    const { now } = presented;
    const { accessTokens } = deps;
    const verified = accessTokens.recall(token, now) ?? (await accessTokens.verify(token, now));
    // The token of a program is left to another strategy; cookies are for users who signed in.
    if (verified?.claims.kind === 'client' && source === 'bearer') return null;
    if (verified?.claims.kind !== 'session') {
      deps.onForged(presented);
      throw invalidToken(source);
    }
    const { claims, expired } = verified;
    const state = await deps.checkSession(claims.sessionId);
    const isCurrent = isTokenActive(claims, state, now);
    if (!isCurrent || expired) {
      const reason = isCurrent ? 'EXPIRED' : 'ENDED';
      return { principal: anonymous, source, ended: { sessionId: claims.sessionId, reason } };
    }
    const rights = deps.rightsOf(state.roles, state.scopes, claims.narrowing);
    const principal = sessionPrincipal(claims.userId, claims.sessionId, rights, {
      authenticatedAt: state.authenticatedAt,
      mfaAt: state.mfaAt,
      credentialVersion: state.credentialVersion,
      hasFactor: deps.hasFactor({ id: state.userId, secondFactors: state.secondFactors }),
      isNarrowed: state.scopes !== null || claims.narrowing !== null,
    });
    const expiresAt = new Date(claims.expiresAt * 1000);
    return { principal, source, tokenId: claims.tokenId, expiresAt, user: state.user };
  }

  return [byBearer, byCookie];
}

const invalidToken = (source: 'bearer' | 'cookie'): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    `The access token in the ${source === 'bearer' ? '`Authorization` header' : 'cookie'} is not valid.`,
  );
