import { definePolicy } from '../authorization/index.ts';
import type { Article } from './article.entity.ts';

export const articlePolicy = definePolicy<Article>('Article', ({ allOf, anyOf, is, owner, role, scope }) => {
  const write = scope('articles:write');
  const authorOrAdmin = anyOf(owner('author'), role('ADMIN'));
  return {
    read: anyOf(is({ status: 'PUBLISHED' }), owner('author'), role('EDITOR')),
    update: allOf(write, authorOrAdmin),
    publish: allOf(write, authorOrAdmin),
    delete: allOf(write, anyOf(role('ADMIN'), allOf(owner('author'), is({ status: 'DRAFT' })))),
    comment: scope('comments:write'),
  };
});
