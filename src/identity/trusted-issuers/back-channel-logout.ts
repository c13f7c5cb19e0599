import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder } from '../../audit/record.ts';
import type { Database } from '../../database/open.ts';
import { AppError } from '../../errors.ts';
import type { PublishEvent } from '../../events/open-events.ts';
import { claimAt } from './claim-path.ts';
import type { IssuerTokens, IssuerWithKeys } from './issuer-tokens.ts';
import { issuedId } from './subject-id.ts';
import {
  isOver,
  isToCome,
  maxLifetimeSeconds,
  requireAudience,
  TokenRefusal,
  verifyJws,
  type JsonObject,
} from './verify-jws.ts';

export interface BackChannelLogoutDeps {
  readonly issuerTokens: IssuerTokens;
  readonly fork: Database['fork'];
  readonly recorder: Pick<Recorder, 'note' | 'record'>;
  readonly publishEvent: PublishEvent;
}

export type BackChannelLogout = (provenance: Provenance, logoutToken: string) => Promise<void>;

const types = ['logout+jwt', 'jwt', undefined];
const event = 'http://schemas.openid.net/event/backchannel-logout';
/** The time after which every token issued before the logout, or by a clock that is a little late, has expired. */
const keptMs = (maxLifetimeSeconds + 3600) * 1000;

/**
 * Ends what a logout token of a trusted issuer names, for the very next request (OpenID Connect Back-Channel Logout
 * 1.0). A token that is sent again ends the same again, and nothing besides.
 * @throws BAD_REQUEST for a token that is not accepted; SERVICE_UNAVAILABLE if the issuer's keys are not known.
 */
export function createBackChannelLogout(deps: BackChannelLogoutDeps): BackChannelLogout {
  const { issuerTokens, fork, recorder, publishEvent } = deps;
  return async (provenance, text) => {
    const found = issuerTokens.issuerOf(text);
    try {
      if (found === null || found.issuer.backChannelLogout.length === 0) throw new TokenRefusal('issuer');
      const { issuer } = found.issuer;
      const ended = await endedBy(text, found, provenance.now);
      await fork().transactional(async (tx) => {
        for (const { id, until } of ended) await endUntil(tx, { id, until, issuer, now: provenance.now });
        recorder.record(tx, provenance, { type: 'issuer_session.ended', subjectId: null, details: { issuer } });
        for (const { id } of ended) publishEvent(tx, { kind: 'issuer-session-ended', id });
      });
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      const details = { issuer: found?.issuer.issuer ?? null, reason: error.problem };
      await recorder.note(provenance, { type: 'issuer_session.end_refused', outcome: 'FAILURE', details });
      throw notAccepted();
    }
  };
}

interface Ended {
  readonly id: string;
  /** Seconds since 1970; null: whenever it was issued. */
  readonly until: number | null;
}

/**
 * Verifies a logout token (§2.6) and lists what it ends, in the order of its ids, by which rows are locked: a session,
 * or all tokens of a subject until now.
 */
async function endedBy(text: string, { issuer, keys }: IssuerWithKeys, now: Date): Promise<Ended[]> {
  const { claims, issuedAt, notBefore, expiresAt } = await verifyJws(text, { keys, types, now });
  requireAudience(claims, 'aud', issuer.backChannelLogout);
  if (isToCome(notBefore, now)) throw new TokenRefusal('time');
  if (isOver(expiresAt, now)) throw new TokenRefusal('expired');
  const { sub, sid } = claims;
  if (!isLogout(claims) || !isAbsentOrText(sub) || !isAbsentOrText(sid)) throw new TokenRefusal('kind');
  const ofSession = sid === undefined ? [] : [{ id: issuedId(issuer.issuer, 'session', sid), until: null }];
  // Tokens that name no session cannot be told from those of the session that has ended.
  const kind = sid === undefined ? 'subject' : 'subject-without-session';
  const ofSubject = sub === undefined ? [] : [{ id: issuedId(issuer.issuer, kind, sub), until: issuedAt }];
  if (ofSession.length + ofSubject.length === 0) throw new TokenRefusal('subject');
  return [...ofSession, ...ofSubject].toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** §2.4: it has the event, and no `nonce`, which would make it an ID token. */
const isLogout = (claims: JsonObject): boolean => {
  const { events } = claims;
  const member = typeof events === 'object' && events !== null ? (events as JsonObject)[event] : undefined;
  return typeof member === 'object' && member !== null && claimAt(claims, 'nonce') === undefined;
};

const isAbsentOrText = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && value !== '');

/** Told again, or out of turn, it ends no less than before. */
const upsert = `
  insert into issuer_logouts (id, created_at, issuer, ended_until, expires_at) values (?, ?, ?, ?, ?)
  on conflict (id) do update set
    ended_until = case when issuer_logouts.ended_until is null or excluded.ended_until is null then null
                       else greatest(issuer_logouts.ended_until, excluded.ended_until) end,
    expires_at = greatest(issuer_logouts.expires_at, excluded.expires_at)`;

async function endUntil(
  tx: EntityManager,
  { id, until, issuer, now }: Ended & { readonly issuer: string; readonly now: Date },
): Promise<void> {
  const endedUntil = until === null ? null : new Date(until * 1000);
  await tx.execute(upsert, [id, now, issuer, endedUntil, new Date(now.getTime() + keptMs)]);
}

const notAccepted = (): AppError =>
  new AppError('BAD_REQUEST', 'The logout token is not accepted: send one of a trusted issuer, made for this server.');
