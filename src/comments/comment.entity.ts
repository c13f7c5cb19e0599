import { defineEntity, p } from '@mikro-orm/core';
import { Article } from '../articles/article.entity.ts';
import { base } from '../database/base.entity.ts';
import type { RowOf } from '../database/rows/row.ts';
import { User } from '../users/user.entity.ts';

const CommentSchema = defineEntity({
  name: 'Comment',
  tableName: 'comments',
  indexes: [{ properties: ['article', 'id'] }],
  properties: {
    ...base,
    updatedAt: p.datetime(3),
    body: p.text(),
    author: () => p.manyToOne(User).deleteRule('restrict'),
    article: () => p.manyToOne(Article).deleteRule('cascade'),
    version: p.integer().version(),
  },
});

export class Comment extends CommentSchema.class {}
CommentSchema.setClass(Comment);

export type CommentRow = RowOf<Comment>;
