import type { EntityManager } from '@mikro-orm/postgresql';
import { User } from './user.entity.ts';

/** Finds those with the role ADMIN who may sign in, with the second factors that they have; a thousand at most. */
export const findAdministrators = (
  em: EntityManager,
): Promise<ReadonlyArray<{ readonly id: string; readonly secondFactors: readonly string[] }>> =>
  em.find(
    User,
    { roles: { $contains: ['ADMIN'] }, status: 'ACTIVE' },
    { fields: ['id', 'secondFactors'], limit: 1000, disableIdentityMap: true },
  );
