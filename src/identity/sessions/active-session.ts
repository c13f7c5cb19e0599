import type { SessionClaims } from './access-claims.ts';
import type { SessionState } from './session-check.ts';
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

/**
 * Returns whether a genuine token counts, by the state of its session: it names the session's user, at the version that
 * the account still has. Whether the token itself has expired is not asked.
 */
export const isTokenActive = (
  { userId, credentialVersion }: SessionClaims,
  state: SessionState | null,
  now: Date,
): state is SessionState =>
  state !== null && state.userId === userId && state.credentialVersion === credentialVersion && isActive(state, now);
