import type { EntityManager } from '@mikro-orm/postgresql';
import type { NewRow } from './database/insert-together.ts';
import type { RequestScope } from './request.ts';

/** Everything that is recorded, as `<what>.<happened>`. */
export type EventType =
  | 'account.closed'
  | 'account.email_change_requested'
  | 'account.email_changed'
  | 'account.email_verified'
  | 'account.imported'
  | 'account.password_changed'
  | 'account.password_refused'
  | 'account.password_reset'
  | 'account.password_reset_requested'
  | 'account.profile_updated'
  | 'account.registered'
  | 'account.verification_requested'
  | 'api_key.created'
  | 'api_key.refused'
  | 'api_key.revoked'
  | 'failures.omitted'
  | 'invitation.accepted'
  | 'invitation.sent'
  | 'mutation.refused'
  | 'session.ended'
  | 'session.refresh_failed'
  | 'session.reuse_detected'
  | 'session.start_failed'
  | 'session.started'
  | 'signing_key.generated'
  | 'signing_key.resealed'
  | 'signing_key.retired'
  | 'signing_key.rotated'
  | 'token.issued'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.roles_changed';

/** FAILURE: a proof was wrong. DENIED: who it was may not. */
export type EventOutcome = 'SUCCESS' | 'FAILURE' | 'DENIED';

export interface SecurityEvent {
  readonly type: EventType;
  /** SUCCESS where it is not given. */
  readonly outcome?: EventOutcome;
  /** The user who did it; where it is not given, the one behind the request's principal. */
  readonly actorId?: string | null;
  /** The id of what it was done to. */
  readonly subjectId?: string | null;
  /** Where it is not given, the session of the request. */
  readonly sessionId?: string | null;
  /** Never a secret, an address or anything that somebody typed freely: it is kept, and stands in the log. */
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** Where an event comes from; the command line has no address and no request. */
export type Provenance = Pick<RequestScope, 'principal' | 'now' | 'userAgent'> & {
  readonly requestId: string | null;
  readonly ip: string | null;
};

/** Whoever has the machine: it signed in nowhere. */
export const byCommandLine = (now: Date): Provenance => ({
  principal: { kind: 'anonymous' },
  now,
  requestId: null,
  ip: null,
  userAgent: null,
});

/** A server by itself, at its chores. */
export const byHousekeeping = byCommandLine;

export interface PreparedEvent {
  readonly row: NewRow;
  /** Tells the log, once the row is written; in a transaction, once that is committed. */
  readonly tellOf: (em: EntityManager) => void;
}

/** Writes down what happened; handed in by `app`. */
export interface Recorder {
  /** For a change that is written by a statement of its own, `insertTogether`: the row to write with it. */
  prepare(provenance: Provenance, event: SecurityEvent): PreparedEvent;
  /** Written by the next flush of this unit of work: in one transaction with the change that it reports. */
  record(em: EntityManager, provenance: Provenance, event: SecurityEvent): void;
  /**
   * For what changed nothing that it could be written with. A failure to write it is logged, and changes no answer. Of
   * what failed or was refused, an address has only so much recorded.
   */
  note(provenance: Provenance, event: SecurityEvent): Promise<void>;
}

/** A root field of a mutation that was refused; `subjectId` is the id that was given to it, where there was one. */
export interface Refusal {
  readonly field: string;
  readonly code: string;
  readonly subjectId: string | null;
}

export type OnRefused = (provenance: Provenance, refusals: readonly Refusal[]) => Promise<void>;
