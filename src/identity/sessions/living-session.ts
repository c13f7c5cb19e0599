import type { SessionClaims } from './access-claims.ts';
import type { SessionCheck, SessionState } from './session-check.ts';
import type { Session } from './session.entity.ts';

/** Whether a session, read with its user, has not ended by itself, by somebody, or with what its user was then. */
export const isLiving = ({ endedAt, expiresAt, credentialVersion, user }: Session, now: Date): boolean =>
  endedAt === null && expiresAt > now && user.status === 'ACTIVE' && user.credentialVersion === credentialVersion;

/** Whether a genuine token still counts, its session and its user being what they are. */
export const isCounted = (claims: SessionClaims, state: SessionState, now: Date): boolean =>
  state.userId === claims.userId &&
  state.credentialVersion === claims.credentialVersion &&
  state.status === 'ACTIVE' &&
  !state.hasEnded &&
  state.expiresAt > now;

/** Whether what a genuine token comes from still counts, its time aside. */
export async function isSessionCounted(checkSession: SessionCheck, claims: SessionClaims, now: Date): Promise<boolean> {
  const state = await checkSession(claims.sessionId);
  return state !== null && isCounted(claims, state, now);
}
