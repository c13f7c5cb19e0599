import type { EntityManager } from '@mikro-orm/postgresql';
import { collected } from '../../database/collected.ts';
import type { Consult } from '../../database/consult.ts';
import { columnsOf, freshEntityOf, type Row } from '../../database/shared-rows.ts';
import { User } from '../../users/user.entity.ts';
import { Session } from './session.entity.ts';

/** Reads a session with its user and its salt, as they are now, into a unit of work. */
export type SessionReader = (em: EntityManager, id: string) => Promise<Session | null>;

const ofUser = 'user__';

/**
 * The way to a session that refreshing takes: concurrent ones share a statement, which starts after they arrived, and
 * none is built anew. What was read before is overwritten, so that a session can be looked at again.
 */
export function createSessionReader(consult: Consult): SessionReader {
  let read: ((id: string) => Promise<Row | null>) | undefined;
  return async (em, id) => {
    read ??= createRead(consult, selectRows(em));
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

const createRead = (consult: Consult, select: (ids: string) => string): ((id: string) => Promise<Row | null>) =>
  collected(async (ids) => new Map((await consult<Row>(select, ids)).map((row) => [row.id, row])));

function selectRows(em: EntityManager): (ids: string) => string {
  const own = columnsOf(em.getMetadata(Session), ['refreshSalt']).map((name) => `s."${name}"`);
  const users = columnsOf(em.getMetadata(User)).map((name) => `u."${name}" as "${ofUser}${name}"`);
  const select = `select ${[...own, ...users].join(', ')} from sessions s join users u on u.id = s.user_id`;
  return (ids) => `${select} where s.id = any(${ids})`;
}
