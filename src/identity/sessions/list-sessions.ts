import { pagesByParent } from '../../database/rows/pages-by-parent.ts';
import type { Rows } from '../../database/rows/source.ts';
import { maxActiveSessions } from './end-sessions.ts';
import { Session, type SessionRow } from './session.entity.ts';

/** A page for all the active sessions of a user. */
const page = { size: maxActiveSessions, isLast: false, after: null, before: null };

const byUser = pagesByParent(Session, 'user');

/** Lists the active sessions of a user, newest first; one statement for all the users of an answer. */
export async function activeSessionsOf(rows: Rows, user: { readonly id: string }, now: Date): Promise<SessionRow[]> {
  return (await byUser(rows, user, { where: { endedAt: null, expiresAt: { $gt: now } }, page })).nodes;
}
