import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError, notFound } from '../../errors.ts';
import { User, type Role } from '../../users/user.entity.ts';

/**
 * Changes a user under a lock, with all administrators locked as well, so that two cannot remove each other.
 * @throws NOT_FOUND where there is none, or its account was closed; CONFLICT where no ADMIN would be left.
 */
export const changeUser = (
  em: EntityManager,
  id: string,
  apply: (user: User, tx: EntityManager) => void | Promise<void>,
): Promise<User> =>
  em.transactional(async (tx) => {
    const isConcerned = { $or: [{ id, closedAt: null }, { roles: { $contains: ['ADMIN'] as Role[] } }] };
    const options = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, refresh: true } as const;
    const locked = await tx.find(User, isConcerned, options);
    const user = locked.find((row) => row.id === id);
    if (user === undefined) throw notFound('The user');
    const hadAdministrator = locked.some(isAdministrator);
    await apply(user, tx);
    if (hadAdministrator && !locked.some(isAdministrator)) {
      throw new AppError('CONFLICT', 'This is the last administrator: make somebody else one first.');
    }
    return user;
  });

const isAdministrator = ({ roles, status }: User): boolean => status === 'ACTIVE' && roles.includes('ADMIN');
