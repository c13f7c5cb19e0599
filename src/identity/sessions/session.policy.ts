import { definePolicy, type Conditions } from '../../authorization/index.ts';
import { wholeUserId } from '../../users/user.policy.ts';
import { sessionIdOf } from './session-principal.ts';
import type { Session } from './session.entity.ts';

export const sessionPolicy = definePolicy('Session', ({ anyOf, is, scope }: Conditions<Session>) => {
  // A key of the user is not the user: it sees no sessions, unless it may revoke everybody's. A session that was
  // narrowed sees itself alone.
  const ownOrPermitted = anyOf(
    is((principal) => ({ user: wholeUserId(principal) })),
    is((principal) => ({ id: sessionIdOf(principal) })),
    scope('sessions:revoke'),
  );
  return { read: ownOrPermitted, revoke: ownOrPermitted };
});
