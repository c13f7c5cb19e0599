import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { userIdOf } from '../../authorization/index.ts';
import { AppError, notFound } from '../../errors.ts';
import type { RequestScope } from '../../request.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import { User, type Role } from '../../users/user.entity.ts';

/**
 * Changes a user under a lock, with whoever does it and all administrators locked as well, so that two cannot remove each
 * other, and nobody acts by an account that was taken back meanwhile.
 * @throws NOT_FOUND where there is none, or its account was closed; CONFLICT where no ADMIN would be left;
 * UNAUTHENTICATED where the account of whoever does it has changed.
 */
export const changeUser = (
  { em, principal }: Pick<RequestScope, 'em' | 'principal'>,
  id: string,
  apply: (user: User, tx: EntityManager) => void | Promise<void>,
): Promise<User> =>
  em.transactional(async (tx) => {
    const actorId = userIdOf(principal);
    const isActor = actorId === undefined ? [] : [{ id: actorId }];
    const isConcerned = { $or: [{ id, closedAt: null }, { roles: { $contains: ['ADMIN'] as Role[] } }, ...isActor] };
    const options = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, refresh: true } as const;
    const locked = await tx.find(User, isConcerned, options);
    if (actorId !== undefined) {
      requireUnchangedSince(
        locked.find((row) => row.id === actorId),
        principal,
      );
    }
    const user = locked.find((row) => row.id === id && row.closedAt == null);
    if (user === undefined) throw notFound('The user');
    const hadAdministrator = locked.some(isAdministrator);
    await apply(user, tx);
    if (hadAdministrator && !locked.some(isAdministrator)) {
      throw new AppError('CONFLICT', 'This is the last administrator: make somebody else one first.');
    }
    return user;
  });

const isAdministrator = ({ roles, status }: User): boolean => status === 'ACTIVE' && roles.includes('ADMIN');
