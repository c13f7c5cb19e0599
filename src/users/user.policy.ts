import { definePolicy, type Principal } from '../authorization/index.ts';
import type { User } from './user.entity.ts';

export const userPolicy = definePolicy<User>('User', ({ anyOf, is, owner, scope }) => ({
  isSelf: owner('id'),
  readPrivate: anyOf(owner('id'), scope('users:read')),
  seeSessions: anyOf(
    is((principal) => ({ id: ownUserId(principal) })),
    scope('sessions:revoke'),
  ),
  seeApiKeys: is((principal) => ({ id: ownUserId(principal) })),
}));

/** The user who is signed in in person; undefined, which matches nothing, for a key, a service and anonymous. */
export const ownUserId = (principal: Principal): string | undefined =>
  principal.kind === 'user' ? (principal.userId ?? principal.id) : undefined;
