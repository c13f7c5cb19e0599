import { definePolicy, type Conditions } from '../../authorization/index.ts';
import { wholeUserId } from '../../users/user.policy.ts';
import type { ApiKey } from './api-key.entity.ts';
import { newKeyIdOf } from './new-key-principal.ts';

export const apiKeyPolicy = definePolicy('ApiKey', ({ anyOf, is, scope }: Conditions<ApiKey>) => {
  // A key of the user is not the user: it owns no keys, not even itself. Nor is a session that was narrowed, which sees
  // a key that it makes in the answer to that alone.
  const own = is<ApiKey>((principal) => ({ owner: wholeUserId(principal) }));
  const permitted = scope('api-keys:revoke');
  return {
    read: anyOf(
      own,
      is((principal) => ({ id: newKeyIdOf(principal) })),
      permitted,
    ),
    revoke: anyOf(own, permitted),
  };
});
