import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import { requireScopes } from '../../input.ts';
import type { Budget, Limiter } from '../../limits/limiter.ts';
import { takePoint } from '../../limits/take-point.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope, RightsOf } from '../../request.ts';
import type { AccessTokens } from './access-token.ts';
import type { EndSessions } from './end-sessions.ts';
import type { IssuedTokens, IssueTokens } from './issue-tokens.ts';
import { isLiving } from './living-session.ts';
import type { PresentedSession, PresentedSessions } from './presented-session.ts';
import type { SessionExpiry } from './session-expiry.ts';
import type { SessionReader } from './session-reader.ts';
import type { Session } from './session.entity.ts';

/** Refreshes of one session; no client that works comes near it. */
export const refreshBudget: Budget = { name: 'refresh', points: 600, windowSeconds: 60 };

export interface RefreshSessionDeps {
  readonly accessTokens: Pick<AccessTokens, 'requireSigning'>;
  readonly endSessions: Pick<EndSessions, 'end'>;
  readonly expiry: SessionExpiry;
  readonly issue: IssueTokens;
  readonly presented: PresentedSessions;
  readonly readSession: SessionReader;
  readonly recorder: Recorder;
  readonly refreshes: Limiter;
  readonly rightsOf: RightsOf;
}

/**
 * Exchanges a refresh token for its successor (RFC 9700 §4.14.2). The current token is rotated by compare-and-set;
 * its predecessor, within the grace and while the successor is unused, yields the same successor again, so that
 * tabs and retries agree. Anything older ends the session. `scopes` narrow this access token alone (RFC 6749 §6).
 * @throws INVALID_GRANT alike for every token that yields nothing; FORBIDDEN for scopes beyond the session's, and
 * BAD_USER_INPUT for what are no scopes, SERVICE_UNAVAILABLE where no token can be signed: none uses the token up.
 */
export type RefreshSession = (scope: RequestScope, text: string, scopes?: readonly string[]) => Promise<IssuedTokens>;

/** `repeated`: a successor is answered once more. `over`: the session has ended. `reused`: the token was used up. */
type Advance = 'rotated' | 'repeated' | 'over' | 'reused';

export function createRefreshSession(deps: RefreshSessionDeps): RefreshSession {
  const { accessTokens, endSessions, expiry, issue, presented, readSession, recorder, refreshes, rightsOf } = deps;

  async function refresh(scope: RequestScope, text: string, scopes?: readonly string[]): Promise<IssuedTokens> {
    const { em, now } = scope;
    const found = await presented.find(em, text);
    if (found === null || !isLiving(found.session, now)) throw await failed(scope, found?.session ?? null);
    const { session, counter } = found;
    await takePoint(refreshes, session.id, 'This session is refreshed too often.');
    const narrowing = scopes === undefined ? null : narrowWithin(session, scopes);
    accessTokens.requireSigning();
    const outcome = await advance(em, found, now);
    if (outcome === 'over') throw await failed(scope, session);
    if (outcome === 'reused') {
      await endSessions.end(scope, session.id, 'reuse');
      throw invalidGrant();
    }
    return issue(session, { counter: counter + 1, narrowing, now });
  }

  /** Rotates, or finds out what somebody else has done. */
  async function advance(em: EntityManager, { session, counter }: PresentedSession, now: Date): Promise<Advance> {
    const wasCurrent = counter === session.refreshCounter;
    if (wasCurrent && (await rotate(em, session, now))) return 'rotated';
    if (wasCurrent) await readSession(em, session.id);
    if (!isLiving(session, now)) return 'over';
    // A caller that saw its token current and lost the race is no thief, even where the winner is a step further by now.
    const isPredecessor = counter === session.refreshCounter - 1;
    return (wasCurrent || isPredecessor) && presented.isWithinGrace(session, now) ? 'repeated' : 'reused';
  }

  /** Compare-and-set on the counter: of any number of callers, on any nodes, one wins. */
  async function rotate(em: EntityManager, session: Session, now: Date): Promise<boolean> {
    const refreshCounter = session.refreshCounter + 1;
    const expiresAt = expiry(session.createdAt, now);
    const { affectedRows } = await em.execute<{ affectedRows: number }>(
      `update sessions set refresh_counter = ?, rotated_at = ?, last_used_at = ?, expires_at = ?
        where id = ? and refresh_counter = ? and ended_at is null`,
      [refreshCounter, now, now, expiresAt, session.id, session.refreshCounter],
      'run',
    );
    if (affectedRows === 0) return false;
    em.assign(session, { refreshCounter, rotatedAt: now, lastUsedAt: now, expiresAt });
    return true;
  }

  const narrowWithin = ({ user, scopes }: Session, requested: readonly string[]): string[] =>
    rightsOf.within(rightsOf(user.roles, scopes ?? null).scopes, requireScopes('scope', requested));

  async function failed(scope: RequestScope, session: Session | null): Promise<AppError> {
    await recorder.note(scope, {
      type: 'session.refresh_failed',
      outcome: 'FAILURE',
      subjectId: session?.user.id ?? null,
      sessionId: session?.id ?? null,
    });
    return invalidGrant();
  }

  return refresh;
}

/** One answer for unknown, altered, expired, used and ended tokens: it tells a thief nothing. */
const invalidGrant = (): AppError =>
  new AppError('INVALID_GRANT', 'The refresh token is not valid any more: sign in again.');
