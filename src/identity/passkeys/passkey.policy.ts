import { definePolicy } from '../../authorization/index.ts';
import { wholeUserId } from '../../users/user.policy.ts';
import type { Passkey } from './passkey.entity.ts';

/** Passkeys are for their owner in person: neither a key of the user nor a session that was narrowed is. */
export const passkeyPolicy = definePolicy<Passkey>('Passkey', ({ is }) => ({
  read: is((principal) => ({ user: wholeUserId(principal) })),
}));
