import type { Recorder } from '../../audit/record.ts';
import { AppError } from '../../errors.ts';
import type { Budget } from '../../limits/budget.ts';
import { type Limiter, takePoint } from '../../limits/limiter.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireScopes } from '../../request/input.ts';
import type { RightsOf } from '../../request/rights.ts';
import type { AccessTokens } from './access-token.ts';
import { factsOf, isActive } from './active-session.ts';
import type { EndSessions } from './end-sessions.ts';
import type { IssuedTokens, IssueTokens } from './issue-tokens.ts';
import type { PresentedSession, PresentedSessions } from './presented-session.ts';
import type { SessionExpiry } from './session-expiry.ts';
import type { SessionReader } from './session-reader.ts';
import type { Session } from './session.entity.ts';

/** Limits the refreshes of one session, far above what a client needs. */
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
 * @throws INVALID_GRANT alike for every token that yields nothing; FORBIDDEN for scopes beyond the session's,
 * BAD_USER_INPUT for malformed scopes, SERVICE_UNAVAILABLE if no token can be signed: none of them uses the token up.
 */
export type RefreshSession = (
  context: RequestContext,
  text: string,
  scopes?: readonly string[],
) => Promise<IssuedTokens>;

/**
 * `rotated`: this caller made the successor. `repeated`: another caller did, and it is answered once more. Both carry
 * the session as it is afterwards. `ended`: the session has ended. `reused`: the token was used up.
 */
type Advance =
  | { readonly kind: 'rotated' | 'repeated'; readonly session: Session }
  | { readonly kind: 'ended' }
  | { readonly kind: 'reused' };

export function createRefreshSession(deps: RefreshSessionDeps): RefreshSession {
  const { accessTokens, endSessions, expiry, issue, presented, readSession, recorder, refreshes, rightsOf } = deps;

  async function refresh(context: RequestContext, text: string, scopes?: readonly string[]): Promise<IssuedTokens> {
    const { em, now } = context;
    const found = await presented.find(em, text);
    if (found === null || !isActive(factsOf(found.session), now)) throw await failed(context, found?.session);
    const { session, tokens, counter } = found;
    await takePoint(refreshes, session.id, 'This session was refreshed too often: wait before the next refresh.');
    const narrowing = scopes === undefined ? null : narrowWithin(session, scopes);
    accessTokens.requireSigning();
    const advanced = await advance(context, found);
    if (advanced.kind === 'ended') throw await failed(context, session);
    if (advanced.kind === 'reused') {
      await endSessions.end(context, session.id, 'reuse');
      throw invalidGrant();
    }
    return issue(advanced.session, { refreshToken: tokens.mint(counter + 1), narrowing, now });
  }

  /**
   * Rotates the token if it is the current one; otherwise, or if another caller was faster, finds out what it is now.
   */
  async function advance(context: RequestContext, { session, counter }: PresentedSession): Promise<Advance> {
    const { em, now } = context;
    const wasCurrent = counter === session.refreshCounter;
    if (!wasCurrent) return repeat(session, { counter, wasCurrent, now });
    if (await rotate(context, session)) return { kind: 'rotated', session };
    const present = await readSession(em, session.id);
    return present === null ? { kind: 'ended' } : repeat(present, { counter, wasCurrent, now });
  }

  /**
   * Answers the successor again to a client that presents its predecessor within the grace, and to a caller that saw
   * its token current and lost the race: it is no thief, even if the winner is a step further by now. No column says
   * whether a token was used: using the successor raises the counter, and its predecessor is two behind from then on.
   */
  function repeat(session: Session, { counter, wasCurrent, now }: PresentedToken): Advance {
    if (!isActive(factsOf(session), now)) return { kind: 'ended' };
    const isPredecessor = counter === session.refreshCounter - 1;
    if ((wasCurrent || isPredecessor) && presented.isWithinGrace(session, now)) return { kind: 'repeated', session };
    return { kind: 'reused' };
  }

  /** Advances the counter by compare-and-set: of any number of callers, on any nodes, one succeeds. */
  async function rotate({ em, now, rows: { source } }: RequestContext, session: Session): Promise<boolean> {
    const refreshCounter = session.refreshCounter + 1;
    const expiresAt = expiry(session.createdAt, now);
    const statement = source.statements.get(rotation, () => ({ text: rotation, constants: [] }));
    const rotated = await source.send(statement, [session.id, refreshCounter, now, expiresAt]);
    if (rotated.length === 0) return false;
    em.assign(session, { refreshCounter, rotatedAt: now, lastUsedAt: now, expiresAt });
    return true;
  }

  const narrowWithin = ({ user, scopes }: Session, requested: readonly string[]): string[] =>
    rightsOf.within(rightsOf(user.roles, scopes ?? null).scopes, requireScopes('scope', requested));

  async function failed(context: RequestContext, session: Session | undefined): Promise<AppError> {
    await recorder.note(context, {
      type: 'session.refresh_failed',
      outcome: 'FAILURE',
      subjectId: session?.user.id ?? null,
      sessionId: session?.id ?? null,
    });
    return invalidGrant();
  }

  return refresh;
}

interface PresentedToken {
  readonly counter: number;
  /** True if the token was the current one when the session was first read. */
  readonly wasCurrent: boolean;
  readonly now: Date;
}

const rotation = `update sessions set refresh_counter = $2, rotated_at = $3, last_used_at = $3, expires_at = $4
  where id = $1 and refresh_counter = $2 - 1 and ended_at is null returning id`;

/** Answers unknown, altered, expired, used and ended tokens alike: the answer tells a thief nothing. */
const invalidGrant = (): AppError =>
  new AppError('INVALID_GRANT', 'The refresh token is not valid any more: sign in again.');
