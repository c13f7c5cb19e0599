import { articleById } from '../articles/articles.service.ts';
import { principalOf, subjectOf } from '../authorization/index.ts';
import { pageInfo, requirePage } from '../database/pages.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { requireUserId } from '../users/require-user.ts';
import { userById } from '../users/users.service.ts';
import type { Comment } from './comment.entity.ts';
import type { Comments } from './comments.service.ts';

export const createCommentResolvers = ({ comments }: { comments: Comments }): Resolvers => ({
  Mutation: {
    addComment: (_, { body }, scope, info) => {
      const principal = principalOf(info);
      return comments.add(scope, principal, requireUserId(principal), subjectOf<{ id: string }>(info).id, body);
    },
    updateComment: (_, { body }, scope, info) => comments.update(scope, subjectOf<Comment>(info), body),
    deleteComment: (_, __, scope, info) => comments.remove(scope, principalOf(info), subjectOf<Comment>(info).id),
  },
  Comment: {
    author: async (comment, _, { em }) => (await userById(em, comment.author.id)) ?? comment.author,
    article: async (comment, _, { em }) => (await articleById(em, comment.article.id)) ?? comment.article,
    viewerCan: (comment) => comment,
  },
  CommentPermissions: {
    delete: (comment, _, __, info) => comments.may(principalOf(info), 'delete', comment),
  },
  CommentConnection: { pageInfo },
  Article: {
    comments: (article, args, scope, info) =>
      comments.listByArticle(scope, principalOf(info), article.id, requirePage(args)),
  },
});
