import { definePolicy, type Conditions } from '../../authorization/index.ts';
import { ownUserId } from '../../users/user.policy.ts';
import type { Session } from './session.entity.ts';

export const sessionPolicy = definePolicy('Session', ({ anyOf, is, scope }: Conditions<Session>) => {
  // A key of the user is not the user: it sees no sessions, unless it may revoke everybody's.
  const ownOrPermitted = anyOf(
    is((principal) => ({ user: ownUserId(principal) })),
    scope('sessions:revoke'),
  );
  return { read: ownOrPermitted, revoke: ownOrPermitted };
});
