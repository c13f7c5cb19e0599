import type { EntityManager } from '@mikro-orm/postgresql';
import type { RequestContext } from '../../request/context.ts';
import { factsOf, isActive } from './active-session.ts';
import type { RefreshTokens, RefreshTokensOfSession } from './refresh-token.ts';
import type { SessionReader } from './session-reader.ts';
import type { Session } from './session.entity.ts';

export interface PresentedSession {
  readonly session: Session;
  readonly tokens: RefreshTokensOfSession;
  /** The counter of the refresh token that was presented. */
  readonly counter: number;
}

export interface PresentedSessionsDeps {
  readonly readSession: SessionReader;
  readonly refreshTokens: RefreshTokens;
  readonly graceSeconds: number;
}

export type PresentedSessions = ReturnType<typeof createPresentedSessions>;

/** Finds sessions by their refresh tokens; looking uses none up. */
export function createPresentedSessions({ graceSeconds, readSession, refreshTokens }: PresentedSessionsDeps) {
  /** Finds the session of a genuine refresh token, active or not. */
  async function find(em: EntityManager, text: string): Promise<PresentedSession | null> {
    const presented = refreshTokens.parse(text);
    if (presented === null) return null;
    const session = await readSession(em, presented.sessionId);
    if (session === null) return null;
    const tokens = refreshTokens.of(session.id, session.refreshSalt);
    return tokens.isGenuine(presented) ? { session, tokens, counter: presented.counter } : null;
  }

  async function findByRefreshToken(em: EntityManager, text: string): Promise<Session | null> {
    return (await find(em, text))?.session ?? null;
  }

  /** Finds the session for which a refresh token would yield tokens now. */
  async function findByUsableToken({ em, now }: RequestContext, text: string): Promise<Session | null> {
    const found = await find(em, text);
    if (found === null || !isActive(factsOf(found.session), now)) return null;
    const { session, counter } = found;
    const age = session.refreshCounter - counter;
    return age === 0 || (age === 1 && isWithinGrace(session, now)) ? session : null;
  }

  /** Returns whether the predecessor of the current refresh token may still be presented again. */
  const isWithinGrace = ({ rotatedAt }: Session, now: Date): boolean =>
    now.getTime() - rotatedAt.getTime() <= graceSeconds * 1000;

  return { find, findByRefreshToken, findByUsableToken, isWithinGrace };
}
