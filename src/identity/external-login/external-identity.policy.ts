import { definePolicy } from '../../authorization/index.ts';
import { wholeUserId } from '../../users/user.policy.ts';
import type { ExternalIdentity } from './external-identity.entity.ts';

/** Identities are for their owner in person: neither a key of the user nor a session that was narrowed is. */
export const externalIdentityPolicy = definePolicy<ExternalIdentity>('ExternalIdentity', ({ is }) => ({
  read: is((principal) => ({ user: wholeUserId(principal) })),
}));
