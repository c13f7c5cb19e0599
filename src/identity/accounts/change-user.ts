import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { userIdOf } from '../../authorization/index.ts';
import { AppError, notFound } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import { User, type Role } from '../../users/user.entity.ts';

/**
 * Changes a user under a lock, with the acting user and all administrators locked as well, so that two cannot remove
 * each other, and no caller acts by an account that it has lost meanwhile.
 * @throws NOT_FOUND if there is no such user, or its account was closed; CONFLICT if no ADMIN would be left;
 * UNAUTHENTICATED if the account of the acting user has changed.
 */
export const changeUser = (
  { em, principal }: Pick<RequestContext, 'em' | 'principal'>,
  id: string,
  apply: (user: User, tx: EntityManager) => void | Promise<void>,
): Promise<User> =>
  em.transactional(async (tx) => {
    const actorId = userIdOf(principal);
    const isActor = actorId === undefined ? [] : [{ id: actorId }];
    const isConcerned = { $or: [{ id }, { roles: { $contains: ['ADMIN'] as Role[] } }, ...isActor] };
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
      throw new AppError('CONFLICT', 'This is the last administrator: make another user an administrator first.');
    }
    return user;
  });

const isAdministrator = ({ roles, status }: User): boolean => status === 'ACTIVE' && roles.includes('ADMIN');
