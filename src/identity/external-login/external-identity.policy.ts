import { definePolicy } from '../../authorization/index.ts';
import { ownUserId } from '../../users/user.policy.ts';
import type { ExternalIdentity } from './external-identity.entity.ts';

/** Identities are for their owner in person: a key of the user is not the user. */
export const externalIdentityPolicy = definePolicy<ExternalIdentity>('ExternalIdentity', ({ is }) => ({
  read: is((principal) => ({ user: ownUserId(principal) })),
}));
