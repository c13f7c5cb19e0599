import { definePolicy, type Conditions } from '../authorization/index.ts';
import type { Comment } from './comment.entity.ts';

export const commentPolicy = definePolicy(
  'Comment',
  ({ allOf, anyOf, owner, related, role, scope }: Conditions<Comment>) => {
    const write = scope('comments:write');
    return {
      read: related('article', 'read'),
      create: allOf(write, owner('author'), related('article', 'read')),
      update: allOf(write, owner('author')),
      delete: allOf(write, anyOf(owner('author'), role('MODERATOR'))),
    };
  },
);
