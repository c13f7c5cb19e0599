import { definePolicy } from '../authorization/index.ts';
import type { User } from './user.entity.ts';

export const userPolicy = definePolicy<User>('User', ({ anyOf, owner, scope }) => ({
  isSelf: owner('id'),
  readPrivate: anyOf(owner('id'), scope('users:read')),
}));
