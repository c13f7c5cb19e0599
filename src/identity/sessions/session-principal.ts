import type { Principal } from '../../authorization/index.ts';
import type { RequestPrincipal, Rights } from '../../request.ts';
import type { IssuedTokens } from './issue-tokens.ts';

interface SessionFacts {
  readonly authenticatedAt: Date;
  readonly credentialVersion: number;
  readonly isNarrowed: boolean;
}

/** A user as the engine knows it, signed in by a session. */
export const sessionPrincipal = (
  userId: string,
  sessionId: string,
  rights: Rights,
  { authenticatedAt, credentialVersion, isNarrowed }: SessionFacts,
): RequestPrincipal => ({
  kind: 'user',
  id: userId,
  userId,
  sessionId,
  roles: rights.roles,
  scopes: rights.scopes,
  authTime: Math.floor(authenticatedAt.getTime() / 1000),
  hasFactor: false,
  credentialVersion,
  isNarrowed,
});

/** Who has just signed in, for all that is selected below the sign-in. */
export const principalOfTokens = ({ user, session, rights }: IssuedTokens): RequestPrincipal =>
  sessionPrincipal(user.id, session.id, rights, {
    authenticatedAt: session.authenticatedAt,
    credentialVersion: user.credentialVersion,
    isNarrowed: session.scopes != null,
  });

/** The session by which a principal signed in; a key or a service has none. */
export function sessionIdOf(principal: Principal): string | undefined {
  return 'sessionId' in principal && typeof principal.sessionId === 'string' ? principal.sessionId : undefined;
}
