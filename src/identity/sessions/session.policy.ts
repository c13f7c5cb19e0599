import { definePolicy } from '../../authorization/index.ts';
import type { Session } from './session.entity.ts';

export const sessionPolicy = definePolicy<Session>('Session', ({ anyOf, owner, scope }) => ({
  read: anyOf(owner('user'), scope('sessions:revoke')),
}));
