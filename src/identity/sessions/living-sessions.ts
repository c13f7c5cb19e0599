import type { EntityManager } from '@mikro-orm/postgresql';
import { perUnitOfWork } from '../../database/by-id.ts';
import { Session } from './session.entity.ts';

const byUser = perUnitOfWork<{ userId: string; now: Date }, Session[]>(
  async (em, keys) => {
    const [first] = keys;
    const where = {
      user: { $in: keys.map(({ userId }) => userId) },
      endedAt: null,
      expiresAt: { $gt: first?.now ?? null },
    };
    const sessions = await em.find(Session, where, { orderBy: { id: 'desc' } });
    const found = Map.groupBy(sessions, ({ user }) => user.id);
    return keys.map(({ userId }) => found.get(userId) ?? []);
  },
  ({ userId }) => userId,
);

/** The living sessions of a user, newest first; one statement for all the users of an answer. */
export const livingSessions = (em: EntityManager, userId: string, now: Date): Promise<Session[]> =>
  byUser(em, { userId, now });
