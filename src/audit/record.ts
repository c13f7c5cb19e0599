import type { EntityManager } from '@mikro-orm/postgresql';
import type { NewRow } from '../database/insert-together.ts';
import type { DoorRefusal } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';

/** Every type of event, as `<subject>.<what happened>`. */
export type EventType =
  | 'access.result_shown'
  | 'account.closed'
  | 'account.email_change_requested'
  | 'account.email_changed'
  | 'account.email_change_reverted'
  | 'account.email_verified'
  | 'account.imported'
  | 'account.password_changed'
  | 'account.password_refused'
  | 'account.password_reset'
  | 'account.password_reset_requested'
  | 'account.profile_updated'
  | 'account.provisioned'
  | 'account.registered'
  | 'account.verification_requested'
  | 'api_key.created'
  | 'api_key.refused'
  | 'api_key.revoked'
  | 'device.trust_revoked'
  | 'device.trusted'
  | 'email_login.requested'
  | 'external_identity.linked'
  | 'external_identity.unlinked'
  | 'factor.enrolled'
  | 'factor.refused'
  | 'factor.removed'
  | 'factors.reset'
  | 'failures.omitted'
  | 'invitation.accepted'
  | 'invitation.sent'
  | 'issuer_session.end_refused'
  | 'issuer_session.ended'
  | 'issuer_token.refused'
  | 'mutation.refused'
  | 'read.refused'
  | 'recovery_codes.renewed'
  | 'request.refused'
  | 'session.ended'
  | 'session.refresh_failed'
  | 'session.reuse_detected'
  | 'session.start_failed'
  | 'session.started'
  | 'session.stepped_up'
  | 'signing_key.generated'
  | 'signing_key.resealed'
  | 'signing_key.retired'
  | 'signing_key.rotated'
  | 'token.issued'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.roles_changed';

/** FAILURE: a proof was wrong. DENIED: the caller may not. */
export type EventOutcome = 'SUCCESS' | 'FAILURE' | 'DENIED';

export interface SecurityEvent {
  readonly type: EventType;
  /** SUCCESS by default. */
  readonly outcome?: EventOutcome;
  /** The acting user; by default the one behind the request's principal. */
  readonly actorId?: string | null;
  /** The id of what it was done to. */
  readonly subjectId?: string | null;
  /** The session; by default that of the request. */
  readonly sessionId?: string | null;
  /** Never a secret, an e-mail or free text of a user: it is kept, and stands in the log. */
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** The origin of an event; the command line has no IP address and no request. */
export type Provenance = Pick<RequestContext, 'principal' | 'now' | 'userAgent'> & {
  readonly requestId: string | null;
  readonly ipAddress: string | null;
};

/** The origin of a change, and the unit of work in which it is made: of a request, or of an operator on the command line. */
export type WriteContext = Provenance & Pick<RequestContext, 'em'>;

/** Returns the provenance of the server at its jobs, and of an operator on the command line, who has not signed in. */
export const bySystem = (now: Date): Provenance => ({
  principal: { kind: 'anonymous' },
  now,
  requestId: null,
  ipAddress: null,
  userAgent: null,
});

export interface PreparedEvent {
  readonly row: NewRow;
  /** Tells the log, once the row is written; in a transaction, once that is committed. */
  readonly logAfterCommit: (em: EntityManager) => void;
}

/** Records events; handed in by `app`. */
export interface Recorder {
  /** Prepares the row to write together with a change that has a statement of its own, `insertTogether`. */
  prepare(provenance: Provenance, event: SecurityEvent): PreparedEvent;
  /** Records an event with the next flush of this unit of work: in one transaction with the change that it reports. */
  record(em: EntityManager, provenance: Provenance, event: SecurityEvent): void;
  /**
   * Records an event that comes with no change. A failure to write it is logged, and changes no answer. Of
   * failures and refusals, only so many are recorded for one IP address.
   *
   * @returns the id of the event; null if none was written
   */
  note(provenance: Provenance, event: SecurityEvent): Promise<string | null>;
}

/** A refused root field of a mutation; `subjectId` is the id that was given to it, if there was one. */
export interface RefusedMutation {
  readonly kind: 'mutation';
  readonly field: string;
  readonly code: string;
  readonly subjectId: string | null;
}

/** The fields that an operation was refused to read, by their coordinates, and the first code. */
export interface RefusedReads {
  readonly kind: 'reads';
  readonly fields: readonly string[];
  readonly code: string;
}

/**
 * A request that was refused as a whole: for a token that was not signed here, for the site it came from, for its cost
 * or size, because too many wait in the queue that it needs, by a door, or at `/oauth/*` for what its caller may not do.
 */
export interface RefusedRequest {
  readonly kind: 'request';
  readonly reason:
    | 'forged_token'
    | 'foreign_origin'
    | 'too_complex'
    | 'too_large'
    | 'too_busy'
    | 'not_allowed'
    | 'rate_limited'
    | DoorRefusal;
}

export type Refusal = RefusedMutation | RefusedReads | RefusedRequest;

/** Records refusals, and returns the id of the event of each; null for one that was not recorded. */
export type OnRefused = (provenance: Provenance, refusals: readonly Refusal[]) => Promise<ReadonlyArray<string | null>>;
