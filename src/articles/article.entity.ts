import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../database/base.entity.ts';
import type { RowOf } from '../database/rows/row.ts';
import { User } from '../users/user.entity.ts';

export type ArticleStatus = 'DRAFT' | 'PUBLISHED';

const ArticleSchema = defineEntity({
  name: 'Article',
  tableName: 'articles',
  indexes: [
    { properties: ['author', 'id'] },
    // All that the policy of reading looks at: articles are counted by it alone.
    { properties: ['status', 'author'] },
  ],
  properties: {
    ...base,
    updatedAt: p.datetime(3),
    title: p.string().length(200),
    body: p.text(),
    status: p.string().length(16).$type<ArticleStatus>(),
    publishedAt: p.datetime(3).nullable(),
    author: () => p.manyToOne(User).deleteRule('restrict'),
    version: p.integer().version(),
  },
});

export class Article extends ArticleSchema.class {}
ArticleSchema.setClass(Article);

export type ArticleRow = RowOf<Article>;
