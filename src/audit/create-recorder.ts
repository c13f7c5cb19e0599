import type { EventArgs, EventSubscriber } from '@mikro-orm/core';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { userIdOf } from '../authorization/index.ts';
import type { AfterCommit } from '../database/after-commit.ts';
import { newId } from '../database/base.entity.ts';
import { batchInSequence } from '../database/batch-in-sequence.ts';
import { systemReason } from '../database/write-guard/as-system.ts';
import type { Budget } from '../limits/budget.ts';
import type { IpLimiter } from '../limits/ip-limiter.ts';
import type { RequestPrincipal } from '../request/credentials.ts';
import { AuditEvent } from './audit-event.entity.ts';
import type { Provenance, Recorder, SecurityEvent } from './record.ts';

export interface RecorderDeps {
  readonly orm: MikroORM;
  readonly afterCommit: AfterCommit;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /**
   * Limits the failures that are recorded of one IP address, and the notes that more were omitted; without it, as on
   * the command line, everything is.
   */
  readonly failures?: { readonly recorded: IpLimiter; readonly omitted: IpLimiter };
}

/** No person comes near it, nor a client that works; a program could otherwise fill the disk by what is refused. */
export const failuresBudget: Budget = { name: 'recorded-failures', points: 10_000, windowSeconds: 3600 };
/** Shorter, so that no hour of omissions goes untold for one that was told just before it. */
export const omissionsBudget: Budget = { name: 'omitted-failures', points: 1, windowSeconds: 600 };

type AuditRow = ReturnType<typeof rowOf>;

const maxRows = 500;

/** Writes events as rows, and each that is committed into the log as well. */
export function createRecorder({ orm, afterCommit, log, failures }: RecorderDeps): Recorder {
  // A flood of events costs a few large statements instead of as many small ones.
  const write = batchInSequence<AuditRow, void>({ max: maxRows }, async (rows) => {
    await orm.em.fork().insertMany(AuditEvent, [...rows]);
    return rows.map((row) => tell(log, row));
  });
  orm.em.getEventManager().registerSubscriber(tellCommitted(afterCommit, log));

  /** The event, or that there were too many of its kind, or, once that is recorded, nothing. */
  async function withinBudget(provenance: Provenance, event: SecurityEvent): Promise<SecurityEvent | null> {
    const { ipAddress } = provenance;
    if (failures === undefined || ipAddress === null || (event.outcome ?? 'SUCCESS') === 'SUCCESS') return event;
    const { before, retryAfterSeconds } = await failures.recorded.consume(ipAddress);
    if (before < failures.recorded.points) return event;
    const told = await failures.omitted.consume(ipAddress);
    return told.before === 0 ? omitted(retryAfterSeconds) : null;
  }

  return {
    prepare(provenance, event) {
      const row = rowOf(provenance, withSystemWork(event));
      return {
        row: { entity: AuditEvent, values: row },
        logAfterCommit: (em) => afterCommit(em, () => tell(log, row)),
      };
    },
    record: (em, provenance, event) => void em.create(AuditEvent, rowOf(provenance, withSystemWork(event))),
    async note(provenance, event) {
      const row = rowOf(provenance, event);
      try {
        const recorded = await withinBudget(provenance, event);
        if (recorded !== null) await write(recorded === event ? row : rowOf(provenance, recorded));
        return recorded === event ? row.id : null;
      } catch (error) {
        log.error({ err: error, audit: row }, 'an event could not be recorded');
        return null;
      }
    },
  };
}

/** Records that further failures and refusals of this IP address are not recorded for so long; successes always are. */
const omitted = (seconds: number): SecurityEvent => ({
  type: 'failures.omitted',
  outcome: 'DENIED',
  actorId: null,
  sessionId: null,
  details: { seconds },
});

/** A change that no policy of rows decided on says why: the reason that its work gave to `asSystem`. */
function withSystemWork(event: SecurityEvent): SecurityEvent {
  const reason = systemReason();
  return reason === undefined ? event : { ...event, details: { ...event.details, systemWork: reason } };
}

const rowOf = (provenance: Provenance, event: SecurityEvent) => ({
  id: newId(provenance.now),
  at: provenance.now,
  type: event.type,
  outcome: event.outcome ?? 'SUCCESS',
  actorId: event.actorId === undefined ? (userIdOf(provenance.principal) ?? null) : event.actorId,
  subjectId: event.subjectId ?? null,
  sessionId: event.sessionId === undefined ? (provenance.principal.sessionId ?? null) : event.sessionId,
  ipAddress: provenance.ipAddress,
  userAgent: provenance.userAgent,
  requestId: provenance.requestId,
  details: detailsOf(provenance.principal, event),
});

/** Names the API key or the service by which an event came: its actor is the owner of the key, or null. */
function detailsOf(principal: RequestPrincipal, { details }: SecurityEvent): SecurityEvent['details'] | null {
  if (principal.kind === 'apiKey') return { ...details, apiKeyId: principal.id };
  if (principal.kind === 'service') return { ...details, serviceId: principal.id };
  return details ?? null;
}

/** Tells the log what was flushed, once it is committed. */
const tellCommitted = (afterCommit: AfterCommit, log: Pick<Logger, 'info'>): EventSubscriber<AuditEvent> => ({
  getSubscribedEntities: () => [AuditEvent],
  afterCreate: ({ entity, em }: EventArgs<AuditEvent>) => {
    const { id, at, type, outcome, actorId, subjectId, sessionId, ipAddress, userAgent, requestId, details } = entity;
    const row = { id, at, type, outcome, actorId, subjectId, sessionId, ipAddress, userAgent, requestId, details };
    afterCommit(em as EntityManager, () => tell(log, row));
  },
});

const tell = (log: Pick<Logger, 'info'>, row: { readonly type: string }): void => log.info({ audit: row }, row.type);
