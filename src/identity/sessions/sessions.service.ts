import { TransactionPropagation } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { randomBytes } from 'node:crypto';
import type { Announce } from '../../announcements/announce.ts';
import { newId } from '../../database/base.entity.ts';
import { AppError } from '../../errors.ts';
import { requireScopes, requireText } from '../../input.ts';
import type { Budget, Limiter } from '../../limits/limiter.ts';
import { takePoint } from '../../limits/take-point.ts';
import type { Origin, Recorder } from '../../record.ts';
import type { RequestScope, Rights, RightsOf } from '../../request.ts';
import type { User } from '../../users/user.entity.ts';
import type { AccessTokens } from './access-token.ts';
import type { RefreshTokens } from './refresh-token.ts';
import type { SessionReader } from './session-reader.ts';
import { Session, type AuthMethod, type SessionEnd } from './session.entity.ts';

/** What a sign-in or a rotation yields; `delivery.ts` decides where the tokens go. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  readonly refreshExpiresInSeconds: number;
  readonly rights: Rights;
  readonly user: User;
  readonly session: Session;
}

export interface NewSession {
  readonly user: User;
  readonly methods: AuthMethod[];
  /** Scopes to narrow the session to; absent, it holds all that the user's roles give. */
  readonly scopes?: readonly string[] | null | undefined;
  readonly device?: string | null | undefined;
}

export interface SessionsDeps {
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly readSession: SessionReader;
  readonly rightsOf: RightsOf;
  readonly idleTtlSeconds: number;
  readonly absoluteTtlSeconds: number;
  readonly graceSeconds: number;
  readonly refreshes: Limiter;
  readonly announce: Announce;
  readonly recorder: Recorder;
}

/** Refreshes of one session; no client that works comes near it. */
export const refreshBudget: Budget = { name: 'refresh', points: 600, windowSeconds: 60 };

const mostLivingSessions = 100;
const longestDevice = 100;

export type Sessions = ReturnType<typeof createSessions>;

/** Begins, renews and ends sessions. One row a session, whatever the number of its refreshes. */
export function createSessions(deps: SessionsDeps) {
  /**
   * Begins a session; beyond a hundred living ones the user's oldest ends.
   * @throws FORBIDDEN where a requested scope is not covered by the user's own.
   */
  async function start(scope: RequestScope, { user, methods, scopes, device }: NewSession): Promise<IssuedTokens> {
    const { em, now, userAgent, ip } = scope;
    const narrowing = scopes == null ? null : deps.rightsOf.narrow(user.roles, requireScopes('input.scopes', scopes));
    const session = em.create(Session, {
      id: newId(now),
      createdAt: now,
      user,
      refreshSalt: randomBytes(16),
      refreshCounter: 0,
      rotatedAt: now,
      lastUsedAt: now,
      expiresAt: expiry(now, now),
      scopes: narrowing,
      methods,
      credentialVersion: user.credentialVersion,
      authenticatedAt: now,
      device: device == null || device.trim() === '' ? null : requireText('input.device', device, longestDevice),
      userAgent,
      ipAddress: ip,
    });
    deps.recorder.record(em, scope, {
      type: 'session.started',
      actorId: user.id,
      subjectId: user.id,
      sessionId: session.id,
      details: { methods, ...(narrowing === null ? {} : { scopes: narrowing }) },
    });
    await em.flush();
    await endOldest(scope, user.id);
    return issue(session, user, { counter: 0, narrowing: null, now });
  }

  /**
   * Exchanges a refresh token for its successor (RFC 9700 §4.14.2). The current token is rotated by compare-and-set;
   * its predecessor, within the grace and while the successor is unused, yields the same successor again, so that
   * tabs and retries agree. Anything older ends the session. `scopes` narrow this access token alone (RFC 6749 §6).
   * @throws INVALID_GRANT alike for every token that yields nothing; FORBIDDEN for scopes beyond the session's, and
   * BAD_USER_INPUT for what are no scopes: neither uses the token up.
   */
  async function refresh(scope: RequestScope, text: string, scopes?: readonly string[]): Promise<IssuedTokens> {
    const { em, now } = scope;
    const found = await findGenuine(em, text);
    if (found === null || !isAlive(found.session, now)) throw await failed(scope, found?.session ?? null);
    const { session, counter } = found;
    await takePoint(deps.refreshes, session.id, 'This session is refreshed too often.');
    const narrowing = scopes === undefined ? null : narrowWithin(session, scopes);

    const wasCurrent = counter === session.refreshCounter;
    if (wasCurrent && (await rotate(em, session, now))) {
      return issue(session, session.user, { counter: counter + 1, narrowing, now });
    }
    if (wasCurrent) await deps.readSession(em, session.id);
    if (!isAlive(session, now)) throw await failed(scope, session);
    // A caller that saw its token current and lost the race is no thief, even where the winner is a step further by now.
    const isPredecessor = counter === session.refreshCounter - 1;
    if ((wasCurrent || isPredecessor) && isWithinGrace(session, now)) {
      return issue(session, session.user, { counter: counter + 1, narrowing, now });
    }
    await end(scope, session.id, 'reuse');
    throw invalidGrant();
  }

  async function failed(scope: RequestScope, session: Session | null): Promise<AppError> {
    await deps.recorder.note(scope, {
      type: 'session.refresh_failed',
      outcome: 'FAILURE',
      subjectId: session?.user.id ?? null,
      sessionId: session?.id ?? null,
    });
    return invalidGrant();
  }

  /** The session of a genuine refresh token, living or not. */
  async function findByRefreshToken(em: EntityManager, text: string): Promise<Session | null> {
    return (await findGenuine(em, text))?.session ?? null;
  }

  /** The session for which a refresh token would yield tokens now; looking does not use it up. */
  async function findByUsableToken({ em, now }: RequestScope, text: string): Promise<Session | null> {
    const found = await findGenuine(em, text);
    if (found === null || !isAlive(found.session, now)) return null;
    const { session, counter } = found;
    const age = session.refreshCounter - counter;
    return age === 0 || (age === 1 && isWithinGrace(session, now)) ? session : null;
  }

  /** The session of a genuine refresh token, living or not, and which of its tokens it is. */
  async function findGenuine(em: EntityManager, text: string): Promise<{ session: Session; counter: number } | null> {
    const presented = deps.refreshTokens.parse(text);
    const session = presented === null ? null : await deps.readSession(em, presented.sessionId);
    if (presented === null || session === null) return null;
    return deps.refreshTokens.isGenuine(presented, session.refreshSalt)
      ? { session, counter: presented.counter }
      : null;
  }

  /** Compare-and-set on the counter: of any number of callers, on any nodes, one wins. */
  async function rotate(em: EntityManager, session: Session, now: Date): Promise<boolean> {
    const expiresAt = expiry(session.createdAt, now);
    const { affectedRows } = await em.execute<{ affectedRows: number }>(
      `update sessions set refresh_counter = ?, rotated_at = ?, last_used_at = ?, expires_at = ?
        where id = ? and refresh_counter = ? and ended_at is null`,
      [session.refreshCounter + 1, now, now, expiresAt, session.id, session.refreshCounter],
      'run',
    );
    if (affectedRows === 0) return false;
    em.assign(session, {
      refreshCounter: session.refreshCounter + 1,
      rotatedAt: now,
      lastUsedAt: now,
      expiresAt,
    });
    return true;
  }

  const isWithinGrace = ({ rotatedAt }: Session, now: Date): boolean =>
    now.getTime() - rotatedAt.getTime() <= deps.graceSeconds * 1000;

  function expiry(createdAt: Date, now: Date): Date {
    const idleEnd = now.getTime() + deps.idleTtlSeconds * 1000;
    const absoluteEnd = createdAt.getTime() + deps.absoluteTtlSeconds * 1000;
    return new Date(Math.min(idleEnd, absoluteEnd));
  }

  const narrowWithin = ({ user, scopes }: Session, requested: readonly string[]): string[] =>
    deps.rightsOf.within(deps.rightsOf(user.roles, scopes ?? null).scopes, requireScopes('scope', requested));

  async function issue(
    session: Session,
    user: User,
    { counter, narrowing, now }: { counter: number; narrowing: readonly string[] | null; now: Date },
  ): Promise<IssuedTokens> {
    const rights = deps.rightsOf(user.roles, session.scopes ?? null, narrowing);
    const { token, expiresInSeconds } = await deps.accessTokens.issue(
      {
        kind: 'session',
        isNarrowed: narrowing !== null,
        userId: user.id,
        sessionId: session.id,
        credentialVersion: user.credentialVersion,
        scopes: rights.scopes,
        roles: rights.roles,
        authenticatedAt: session.authenticatedAt,
        methods: session.methods,
        notAfter: session.expiresAt,
      },
      now,
    );
    return {
      accessToken: token,
      refreshToken: deps.refreshTokens.mint(session.id, counter, session.refreshSalt),
      expiresInSeconds,
      refreshExpiresInSeconds: Math.floor((session.expiresAt.getTime() - now.getTime()) / 1000),
      rights,
      user,
      session,
    };
  }

  /** Ends a session, with its access tokens, from the next request on. Ending one that has ended changes nothing. */
  async function end(scope: RequestScope, sessionId: string, reason: SessionEnd): Promise<void> {
    await endWhere(scope.em, scope, { id: sessionId }, reason);
  }

  /** Ends every living session of a user but `except`, and tells how many these were. */
  function endAll(
    em: EntityManager,
    origin: Origin,
    userId: string,
    { reason, except }: { reason: SessionEnd; except?: string | undefined },
  ): Promise<number> {
    const others = except === undefined ? {} : { id: { $ne: except } };
    return endWhere(em, origin, { user: userId, expiresAt: { $gt: origin.now }, ...others }, reason);
  }

  async function endOldest(scope: RequestScope, userId: string): Promise<void> {
    const { em, now } = scope;
    const surplus = await em.execute<Array<{ id: string }>>(
      `select id from sessions where user_id = ? and ended_at is null and expires_at > ? order by id desc offset ?`,
      [userId, now, mostLivingSessions],
    );
    if (surplus.length > 0) await endWhere(em, scope, { id: { $in: surplus.map(({ id }) => id) } }, 'replaced');
  }

  /** Part of the caller's transaction, where there is one. */
  const endWhere = (em: EntityManager, origin: Origin, which: object, reason: SessionEnd): Promise<number> =>
    em.transactional((tx) => endWithin(tx, origin, which, reason), { propagation: TransactionPropagation.REQUIRED });

  async function endWithin(tx: EntityManager, origin: Origin, which: object, reason: SessionEnd): Promise<number> {
    const ended = await tx
      .createQueryBuilder(Session)
      .update({ endedAt: origin.now, endReason: reason })
      .where({ $and: [which, { endedAt: null }] })
      .returning(['id', 'user'])
      .execute<Array<{ id: string; user: string }>>('all');
    for (const { id, user } of ended) {
      deps.announce(tx, { kind: 'session-ended', id, userId: user });
      deps.recorder.record(tx, origin, {
        ...(reason === 'reuse' ? reuse : { type: 'session.ended', details: { reason } }),
        ...(origin.principal.kind === 'anonymous' && reason !== 'reuse' ? { actorId: user } : {}),
        subjectId: user,
        sessionId: id,
      });
    }
    return ended.length;
  }

  return { start, refresh, findByRefreshToken, findByUsableToken, end, endAll };
}

const isAlive = ({ endedAt, expiresAt, credentialVersion, user }: Session, now: Date): boolean =>
  endedAt === null && expiresAt > now && user.status === 'ACTIVE' && user.credentialVersion === credentialVersion;

/** Somebody had a token that was used up: the thief's or the owner's, nobody can tell (RFC 9700 §4.14.2). */
const reuse = { type: 'session.reuse_detected', outcome: 'DENIED' } as const;

/** One answer for unknown, altered, expired, used and ended tokens: it tells a thief nothing. */
const invalidGrant = (): AppError =>
  new AppError('INVALID_GRANT', 'The refresh token is not valid any more: sign in again.');
