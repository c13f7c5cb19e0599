import { definePolicy, type Conditions } from '../authorization/index.ts';
import type { Article } from './article.entity.ts';

export const articlePolicy = definePolicy(
  'Article',
  ({ allOf, anyOf, is, owner, role, scope }: Conditions<Article>) => {
    const write = scope('articles:write');
    const authorOrAdmin = anyOf(owner('author'), role('ADMIN'));
    // A credential that was narrowed to other things reads no drafts, though its owner wrote them.
    const ownAndCovered = allOf(owner('author'), anyOf(scope('articles:read'), write));
    return {
      read: anyOf(is({ status: 'PUBLISHED' }), ownAndCovered, role('EDITOR')),
      create: allOf(write, owner('author')),
      update: allOf(write, authorOrAdmin),
      publish: allOf(write, authorOrAdmin),
      delete: allOf(write, anyOf(role('ADMIN'), allOf(owner('author'), is({ status: 'DRAFT' })))),
      comment: scope('comments:write'),
    };
  },
);
