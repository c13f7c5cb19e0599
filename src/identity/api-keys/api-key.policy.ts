import { definePolicy, type Conditions } from '../../authorization/index.ts';
import { ownUserId } from '../../users/user.policy.ts';
import type { ApiKey } from './api-key.entity.ts';

export const apiKeyPolicy = definePolicy('ApiKey', ({ anyOf, is, scope }: Conditions<ApiKey>) => {
  // A key of the user is not the user: it owns no keys, not even itself.
  const ownOrPermitted = anyOf(
    is((principal) => ({ owner: ownUserId(principal) })),
    scope('api-keys:revoke'),
  );
  return { read: ownOrPermitted, revoke: ownOrPermitted };
});
