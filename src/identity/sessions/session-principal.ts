import type { Principal } from '../../authorization/index.ts';
import type { RequestPrincipal } from '../../request/credentials.ts';
import type { Rights } from '../../request/rights.ts';

interface SessionProofs {
  readonly authenticatedAt: Date;
  readonly mfaAt: Date | null;
  readonly credentialVersion: number;
  readonly hasFactor: boolean;
  readonly isNarrowed: boolean;
}

/** Describes a user who is signed in by a session, as the engine takes it. */
export const sessionPrincipal = (
  userId: string,
  sessionId: string,
  rights: Rights,
  { authenticatedAt, mfaAt, credentialVersion, hasFactor, isNarrowed }: SessionProofs,
): RequestPrincipal => ({
  kind: 'user',
  id: userId,
  userId,
  sessionId,
  roles: rights.roles,
  scopes: rights.scopes,
  authTime: Math.floor(authenticatedAt.getTime() / 1000),
  mfaAt: mfaAt === null ? null : Math.floor(mfaAt.getTime() / 1000),
  hasFactor,
  credentialVersion,
  isNarrowed,
});

/** Returns the session by which a principal signed in; undefined for a key or a service. */
export function sessionIdOf(principal: Principal): string | undefined {
  return 'sessionId' in principal && typeof principal.sessionId === 'string' ? principal.sessionId : undefined;
}
