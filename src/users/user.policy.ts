import { definePolicy, userIdOf, type Conditions, type Principal } from '../authorization/index.ts';
import { isNarrowed } from './require-user.ts';
import type { User } from './user.entity.ts';

export const userPolicy = definePolicy('User', ({ anyOf, is, owner, scope }: Conditions<User>) => ({
  isSelf: owner('id'),
  update: owner('id'),
  readPrivate: anyOf(
    is((principal) => ({ id: isNarrowed(principal) ? undefined : userIdOf(principal) })),
    scope('users:read'),
  ),
  seeSessions: anyOf(
    is((principal) => ({ id: wholeUserId(principal) })),
    scope('sessions:revoke'),
  ),
  seeFactors: is((principal) => ({ id: wholeUserId(principal) })),
  seeApiKeys: is((principal) => ({ id: wholeUserId(principal) })),
}));

/**
 * Returns the user who is signed in in person, by a session that was not narrowed: that a credential belongs to a user
 * does not let it read more than its scopes cover.
 */
export const wholeUserId = (principal: Principal): string | undefined =>
  isNarrowed(principal) ? undefined : ownUserId(principal);

/**
 * Returns the user who is signed in in person; undefined, which matches nothing, for a key, a service and anonymous.
 */
export const ownUserId = (principal: Principal): string | undefined =>
  principal.kind === 'user' ? (principal.userId ?? principal.id) : undefined;
