import { definePolicy } from '../authorization/index.ts';
import type { Comment } from './comment.entity.ts';

export const commentPolicy = definePolicy<Comment>('Comment', ({ allOf, anyOf, owner, related, role, scope }) => {
  const write = scope('comments:write');
  return {
    read: related('article', 'read'),
    update: allOf(write, owner('author')),
    delete: allOf(write, anyOf(owner('author'), role('MODERATOR'))),
  };
});
