import { relatedArticle } from '../articles/articles.service.ts';
import { decideIn, principalOf, subjectOf } from '../authorization/index.ts';
import { connectionFields, edgeFields, requirePage } from '../database/pages.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { selectionOf } from '../request/selection.ts';
import { requireUserId } from '../users/require-user.ts';
import { relatedUser } from '../users/users.service.ts';
import type { CommentRow } from './comment.entity.ts';
import { commentPolicy } from './comment.policy.ts';
import type { Comments } from './comments.service.ts';

export const createCommentResolvers = ({ comments }: { comments: Comments }): Resolvers => ({
  Mutation: {
    addComment: (_, { body }, context, info) => {
      const principal = principalOf(info);
      return comments.add(context, principal, requireUserId(principal), subjectOf<{ id: string }>(info).id, body);
    },
    updateComment: (_, { body }, context, info) => comments.update(context, subjectOf<CommentRow>(info), body),
    deleteComment: (_, __, context, info) =>
      comments.remove(context, principalOf(info), subjectOf<CommentRow>(info).id),
  },
  Comment: {
    author: ({ author }, _, { rows }, info) => relatedUser(rows, author, selectionOf(info)),
    article: ({ article }, _, { rows }, info) => relatedArticle(rows, article, selectionOf(info)),
    viewerCan: (comment) => comment,
  },
  CommentPermissions: {
    delete: (comment, _, __, info) => decideIn(info, commentPolicy, 'delete', comment),
  },
  CommentConnection: connectionFields,
  CommentEdge: edgeFields,
  Article: {
    comments: (article, args, context, info) =>
      comments.listByArticle(context, principalOf(info), article, requirePage(args), selectionOf(info)),
  },
});
