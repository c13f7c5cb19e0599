import type { ReadCredentials } from '../../database/credential-reads.ts';
import { credentialStates } from '../../database/credential-states.ts';
import { createRowReader } from '../../database/rows/row-reader.ts';
import type { Rows } from '../../database/rows/source.ts';
import { User, type UserRow, type UserStatus } from '../../users/user.entity.ts';
import { boundExpiry, type Lifetimes } from './session-expiry.ts';

/** The facts that decide on the next request of a session: one row, read on the primary for every request. */
export interface SessionState {
  /** The whole row, for a caller that asks who is signed in. */
  readonly user: UserRow;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly status: UserStatus;
  readonly credentialVersion: number;
  /** The names of the user's second factors. */
  readonly secondFactors: readonly string[];
  readonly scopes: readonly string[] | null;
  readonly hasEnded: boolean;
  readonly expiresAt: Date;
  readonly authenticatedAt: Date;
  /** When the user last proved a second factor. */
  readonly mfaAt: Date | null;
}

export type SessionCheck = (sessionId: string) => Promise<SessionState | null>;

/** Reads the present state of a session for each request; concurrent requests share one statement. */
export function createSessionCheck(readCredentials: ReadCredentials, rows: Rows, lifetimes: Lifetimes): SessionCheck {
  const users = createRowReader(rows, User);
  const select = selectStates(users.columnsOf('u'), boundExpiry(lifetimes));
  return credentialStates(
    (ids) => readCredentials<StateRow>(select, ids),
    (row) => stateOf(row, users.read(row, 'u')),
  );
}

interface StateRow extends Readonly<Record<string, unknown>> {
  id: string;
  scopes: string[] | null;
  has_ended: boolean;
  is_outdated: boolean;
  expires_at: number;
  authenticated_at: number;
  mfa_at: number | null;
}

const selectStates =
  (ofUser: string, expiry: string) =>
  (ids: string): string => `
  select s.id, s.scopes, s.ended_at is not null as has_ended,
         extract(epoch from ${expiry})::float8 as expires_at,
         extract(epoch from s.authenticated_at)::float8 as authenticated_at,
         extract(epoch from s.mfa_at)::float8 as mfa_at,
         ${ofUser},
         s.credential_version <> u.credential_version as is_outdated
    from sessions s join users u on u.id = s.user_id
   where s.id = any(${ids})`;

const stateOf = (row: StateRow, user: UserRow): SessionState => ({
  user,
  userId: user.id,
  roles: user.roles,
  status: user.status,
  credentialVersion: user.credentialVersion,
  secondFactors: user.secondFactors,
  scopes: row.scopes,
  hasEnded: row.has_ended || row.is_outdated,
  expiresAt: new Date(row.expires_at * 1000),
  authenticatedAt: new Date(row.authenticated_at * 1000),
  mfaAt: row.mfa_at === null ? null : new Date(row.mfa_at * 1000),
});
