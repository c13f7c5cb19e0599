import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { AppError } from '../../errors.ts';
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

const mostIds = 500;
const timeoutMs = 5_000;

/**
 * Reads the state of a session. The checks of concurrent requests are collected: while a statement is on its way,
 * later requests wait for the next one, so that each is answered by a statement that started after it arrived.
 * @throws SERVICE_UNAVAILABLE where the database does not answer in time: never anonymous, never let in.
 */
export function createSessionCheck(fork: () => EntityManager): SessionCheck {
  let underWay: Promise<unknown> = Promise.resolve();

  const loader = new DataLoader<string, SessionState | null>(
    async (ids) => {
      const states = withTimeout(readStates(fork(), ids));
      underWay = states.catch(() => undefined);
      const found = await states;
      return ids.map((id) => found.get(id) ?? null);
    },
    // Requests that arrive in one turn of the event loop, and all that arrive before the last statement is back.
    { cache: false, maxBatchSize: mostIds, batchScheduleFn: (send) => void underWay.then(() => setImmediate(send)) },
  );
  return (sessionId) => loader.load(sessionId);
}

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
  const unique = [...new Set(ids)];
  const rows = await em.getConnection().execute<StateRow[]>(
    `select s.id, s.user_id, s.scopes, s.ended_at is not null as has_ended,
            extract(epoch from s.expires_at)::float8 as expires_at,
            extract(epoch from s.authenticated_at)::float8 as authenticated_at,
            u.roles, u.status, u.credential_version,
            s.credential_version <> u.credential_version as is_outdated
       from sessions s join users u on u.id = s.user_id
      where s.id in (${unique.map(() => '?').join(', ')})`,
    unique,
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

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new AppError('SERVICE_UNAVAILABLE', 'The database does not answer. Try again shortly.', {
            retryAfterSeconds: 2,
          }),
        ),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
