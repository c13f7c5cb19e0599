import { LockMode, TransactionPropagation } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder } from '../../audit/record.ts';
import type { PublishEvent } from '../../events/open-events.ts';
import type { RequestContext } from '../../request/context.ts';
import { Session, type SessionEnd } from './session.entity.ts';

export interface EndSessionsDeps {
  readonly publishEvent: PublishEvent;
  readonly recorder: Recorder;
}

/** Maximum number of active sessions of a user. */
export const maxActiveSessions = 100;

export type EndSessions = ReturnType<typeof createEndSessions>;

/** Ends sessions, with their access tokens, from the next request on. */
export function createEndSessions({ publishEvent, recorder }: EndSessionsDeps) {
  /** Ending one that has ended changes nothing. */
  async function end(context: RequestContext, sessionId: string, reason: SessionEnd): Promise<void> {
    await endWhere(context.em, context, { id: sessionId }, reason);
  }

  /** Ends every active session of a user but `except`; answers how many these were. */
  function endAll(
    em: EntityManager,
    provenance: Provenance,
    userId: string,
    { reason, except }: { reason: SessionEnd; except?: string | undefined },
  ): Promise<number> {
    const others = except === undefined ? {} : { id: { $ne: except } };
    return endWhere(em, provenance, { user: userId, expiresAt: { $gt: provenance.now }, ...others }, reason);
  }

  /** Ends the sessions that a user has beyond a hundred active ones, the oldest first. */
  async function endOldest(context: RequestContext, userId: string): Promise<void> {
    const { em, now } = context;
    const surplus = await em.execute<Array<{ id: string }>>(
      `select id from sessions where user_id = ? and ended_at is null and expires_at > ? order by id desc offset ?`,
      [userId, now, maxActiveSessions],
    );
    if (surplus.length === 0) return;
    await em.transactional(
      async (tx) => {
        // Those that another sign-in ends at the moment are left to it: two that end several could wait for each other.
        const free = await tx
          .createQueryBuilder(Session)
          .select('id')
          .where({ id: { $in: surplus.map(({ id }) => id) }, endedAt: null })
          .setLockMode(LockMode.PESSIMISTIC_PARTIAL_WRITE)
          .execute<Array<{ id: string }>>('all');
        await endWithin(tx, context, { id: { $in: free.map(({ id }) => id) } }, 'replaced');
      },
      { propagation: TransactionPropagation.REQUIRED },
    );
  }

  /** Joins the caller's transaction, if there is one. */
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
      publishEvent(tx, { kind: 'session-ended', id, userId: user });
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

/** A used token was presented, by a thief or by the owner: it cannot be told which (RFC 9700 §4.14.2). */
const reuse = { type: 'session.reuse_detected', outcome: 'DENIED' } as const;
