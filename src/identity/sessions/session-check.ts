import type { EntityManager } from '@mikro-orm/postgresql';
import { collected } from '../../database/collected.ts';
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
export const createSessionCheck = (fork: () => EntityManager): SessionCheck =>
  collected((ids) => readStates(fork(), ids));

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

async function readStates(em: EntityManager, ids: readonly string[]): Promise<Map<string, SessionState>> {
  const rows = await em.getConnection().execute<StateRow[]>(
    `select s.id, s.user_id, s.scopes, s.ended_at is not null as has_ended,
            extract(epoch from s.expires_at)::float8 as expires_at,
            extract(epoch from s.authenticated_at)::float8 as authenticated_at,
            u.roles, u.status, u.credential_version,
            s.credential_version <> u.credential_version as is_outdated
       from sessions s join users u on u.id = s.user_id
      where s.id in (${ids.map(() => '?').join(', ')})`,
    [...ids],
  );
  return new Map(rows.map((row) => [row.id, stateOf(row)]));
}

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
