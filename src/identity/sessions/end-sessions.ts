import { TransactionPropagation } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Announce } from '../../announcements/announce.ts';
import type { Provenance, Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { Session, type SessionEnd } from './session.entity.ts';

export interface EndSessionsDeps {
  readonly announce: Announce;
  readonly recorder: Recorder;
}

const mostLivingSessions = 100;

export type EndSessions = ReturnType<typeof createEndSessions>;

/** Ends sessions, with their access tokens, from the next request on. */
export function createEndSessions({ announce, recorder }: EndSessionsDeps) {
  /** Ending one that has ended changes nothing. */
  async function end(scope: RequestScope, sessionId: string, reason: SessionEnd): Promise<void> {
    await endWhere(scope.em, scope, { id: sessionId }, reason);
  }

  /** Ends every living session of a user but `except`, and tells how many these were. */
  function endAll(
    em: EntityManager,
    provenance: Provenance,
    userId: string,
    { reason, except }: { reason: SessionEnd; except?: string | undefined },
  ): Promise<number> {
    const others = except === undefined ? {} : { id: { $ne: except } };
    return endWhere(em, provenance, { user: userId, expiresAt: { $gt: provenance.now }, ...others }, reason);
  }

  /** Ends what a user has beyond a hundred living sessions, the oldest first. */
  async function endOldest(scope: RequestScope, userId: string): Promise<void> {
    const { em, now } = scope;
    const surplus = await em.execute<Array<{ id: string }>>(
      `select id from sessions where user_id = ? and ended_at is null and expires_at > ? order by id desc offset ?`,
      [userId, now, mostLivingSessions],
    );
    if (surplus.length > 0) await endWhere(em, scope, { id: { $in: surplus.map(({ id }) => id) } }, 'replaced');
  }

  /** Part of the caller's transaction, where there is one. */
  const endWhere = (em: EntityManager, provenance: Provenance, which: object, reason: SessionEnd): Promise<number> =>
    em.transactional((tx) => endWithin(tx, provenance, which, reason), {
      propagation: TransactionPropagation.REQUIRED,
    });

  async function endWithin(
    tx: EntityManager,
    provenance: Provenance,
    which: object,
    reason: SessionEnd,
  ): Promise<number> {
    const ended = await tx
      .createQueryBuilder(Session)
      .update({ endedAt: provenance.now, endReason: reason })
      .where({ $and: [which, { endedAt: null }] })
      .returning(['id', 'user'])
      .execute<Array<{ id: string; user: string }>>('all');
    for (const { id, user } of ended) {
      announce(tx, { kind: 'session-ended', id, userId: user });
      recorder.record(tx, provenance, {
        ...(reason === 'reuse' ? reuse : { type: 'session.ended', details: { reason } }),
        ...(provenance.principal.kind === 'anonymous' && reason !== 'reuse' ? { actorId: user } : {}),
        subjectId: user,
        sessionId: id,
      });
    }
    return ended.length;
  }

  return { end, endAll, endOldest };
}

/** Somebody had a token that was used up: the thief's or the owner's, nobody can tell (RFC 9700 §4.14.2). */
const reuse = { type: 'session.reuse_detected', outcome: 'DENIED' } as const;
