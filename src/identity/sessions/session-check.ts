import { collectedStates } from '../../database/collected-states.ts';
import type { Consult } from '../../database/consult.ts';
import type { UserStatus } from '../../users/user.entity.ts';

/** What decides on the next request of a session: one row, read on the primary for every request. */
export interface SessionState {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly status: UserStatus;
  readonly credentialVersion: number;
  readonly scopes: readonly string[] | null;
  readonly hasEnded: boolean;
  readonly expiresAt: Date;
  readonly authenticatedAt: Date;
}

export type SessionCheck = (sessionId: string) => Promise<SessionState | null>;

/** Reads the state of a session, as of now, for each request; those of concurrent requests by one statement. */
export const createSessionCheck = (consult: Consult): SessionCheck =>
  collectedStates((ids) => consult<StateRow>(selectStates, ids), stateOf);

interface StateRow {
  id: string;
  user_id: string;
  roles: string[];
  status: UserStatus;
  credential_version: number;
  scopes: string[] | null;
  has_ended: boolean;
  is_outdated: boolean;
  expires_at: number;
  authenticated_at: number;
}

const selectStates = (ids: string): string => `
  select s.id, s.user_id, s.scopes, s.ended_at is not null as has_ended,
         extract(epoch from s.expires_at)::float8 as expires_at,
         extract(epoch from s.authenticated_at)::float8 as authenticated_at,
         u.roles, u.status, u.credential_version,
         s.credential_version <> u.credential_version as is_outdated
    from sessions s join users u on u.id = s.user_id
   where s.id = any(${ids})`;

const stateOf = (row: StateRow): SessionState => ({
  userId: row.user_id,
  roles: row.roles,
  status: row.status,
  credentialVersion: row.credential_version,
  scopes: row.scopes,
  hasEnded: row.has_ended || row.is_outdated,
  expiresAt: new Date(row.expires_at * 1000),
  authenticatedAt: new Date(row.authenticated_at * 1000),
});
