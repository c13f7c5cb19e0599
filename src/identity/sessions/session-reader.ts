import type { EntityManager } from '@mikro-orm/postgresql';
import { batchedReads } from '../../database/batched-reads.ts';
import type { ReadCredentials } from '../../database/credential-reads.ts';
import { columnsOf, freshEntityOf, type Row } from '../../database/shared-rows.ts';
import { User } from '../../users/user.entity.ts';
import { boundExpiry, type Lifetimes } from './session-expiry.ts';
import { Session } from './session.entity.ts';

/** Reads a session with its user and its salt, as they are now, into a unit of work. */
export type SessionReader = (em: EntityManager, id: string) => Promise<Session | null>;

const ofUser = 'user__';

/**
 * Creates the reader for refreshes: concurrent ones share a statement, which starts after they arrived, and
 * none is built anew. What was read before is overwritten, so that a session can be read again.
 */
export function createSessionReader(readCredentials: ReadCredentials, lifetimes: Lifetimes): SessionReader {
  let read: ((id: string) => Promise<Row | null>) | undefined;
  return async (em, id) => {
    read ??= createRead(readCredentials, selectRows(em, lifetimes));
    const row = await read(id);
    if (row === null) return null;
    freshEntityOf(
      em,
      User,
      part(row, (name) => name.startsWith(ofUser), ofUser.length),
    );
    return freshEntityOf(
      em,
      Session,
      part(row, (name) => !name.startsWith(ofUser), 0),
    );
  };
}

/** One of the two rows that were read as one. */
function part(row: Row, isOf: (name: string) => boolean, prefixLength: number): Row {
  const columns = Object.entries(row).filter(([name]) => isOf(name));
  return { id: row.id, ...Object.fromEntries(columns.map(([name, value]) => [name.slice(prefixLength), value])) };
}

const createRead = (
  readCredentials: ReadCredentials,
  select: (ids: string) => string,
): ((id: string) => Promise<Row | null>) =>
  batchedReads(async (ids) => new Map((await readCredentials<Row>(select, ids)).map((row) => [row.id, row])));

function selectRows(em: EntityManager, lifetimes: Lifetimes): (ids: string) => string {
  const own = columnsOf(em.getMetadata(Session), ['refreshSalt']).map((name) =>
    name === 'expires_at' ? `${boundExpiry(lifetimes)} as "expires_at"` : `s."${name}"`,
  );
  const users = columnsOf(em.getMetadata(User)).map((name) => `u."${name}" as "${ofUser}${name}"`);
  const select = `select ${[...own, ...users].join(', ')} from sessions s join users u on u.id = s.user_id`;
  return (ids) => `${select} where s.id = any(${ids})`;
}
