import { definePolicy } from '../../authorization/index.ts';
import { ownUserId } from '../../users/user.policy.ts';
import type { Passkey } from './passkey.entity.ts';

/** Passkeys are for their owner in person: a key of the user is not the user. */
export const passkeyPolicy = definePolicy<Passkey>('Passkey', ({ is }) => ({
  read: is((principal) => ({ user: ownUserId(principal) })),
}));
