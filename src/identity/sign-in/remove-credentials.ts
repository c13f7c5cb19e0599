import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance } from '../../audit/record.ts';
import type { User } from '../../users/user.entity.ts';
import type { FactorRemoval } from './factor-enrolment.ts';

/**
 * Takes one kind of credential from an account whose row the caller holds.
 * @param since Takes only what was added from then on; absent, everything. One that cannot tell takes everything.
 */
export type RemoveCredentials = (
  tx: EntityManager,
  provenance: Provenance,
  userId: string,
  since?: Date,
) => Promise<unknown>;

/** Takes from an account, whose row the caller holds, everything that lets a user in besides its password. */
export type RemoveAllCredentials = (
  tx: EntityManager,
  provenance: Provenance,
  user: User,
  since?: Date,
) => Promise<void>;

export const createRemoveCredentials =
  (credentials: readonly RemoveCredentials[], { removeAll }: Pick<FactorRemoval, 'removeAll'>): RemoveAllCredentials =>
  async (tx, provenance, user, since) => {
    for (const remove of credentials) await remove(tx, provenance, user.id, since);
    await removeAll(tx, provenance, user, since);
  };
