import type { SessionClaims } from './access-claims.ts';
import type { SessionCheck, SessionState } from './session-check.ts';
import type { Session } from './session.entity.ts';

/** The facts that decide whether a session is active. */
export type SessionActivity = Pick<SessionState, 'status' | 'hasEnded' | 'expiresAt'>;

/** Returns whether a session still lets its user in: it has neither ended nor expired, and its user is not disabled. */
export const isActive = ({ status, hasEnded, expiresAt }: SessionActivity, now: Date): boolean =>
  status === 'ACTIVE' && !hasEnded && expiresAt > now;

/** Reads the facts from a session that was loaded with its user. A raised version of the account ends the session. */
export const factsOf = ({ endedAt, expiresAt, credentialVersion, user }: Session): SessionActivity => ({
  status: user.status,
  hasEnded: endedAt !== null || user.credentialVersion !== credentialVersion,
  expiresAt,
});

/** Returns whether a genuine token names the user of its session, at the version that the account still has. */
export const isIssuedFor = ({ userId, credentialVersion }: SessionClaims, state: SessionState): boolean =>
  state.userId === userId && state.credentialVersion === credentialVersion;

/** Returns whether the session behind a genuine token is active; whether the token itself has expired is not asked. */
export async function isTokenActive(checkSession: SessionCheck, claims: SessionClaims, now: Date): Promise<boolean> {
  const state = await checkSession(claims.sessionId);
  return state !== null && isIssuedFor(claims, state) && isActive(state, now);
}
