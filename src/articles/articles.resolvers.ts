import { decideIn, principalOf, subjectOf, userIdOf } from '../authorization/index.ts';
import { connectionFields, edgeFields, requirePage } from '../database/pages.ts';
import type { EventStream } from '../events/event-stream.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { requireId } from '../request/input.ts';
import { selectionOf } from '../request/selection.ts';
import { requireUserId } from '../users/require-user.ts';
import { relatedUser } from '../users/users.service.ts';
import type { ArticleRow } from './article.entity.ts';
import { articlePolicy } from './article.policy.ts';
import { articleById, articleColumns, type Articles } from './articles.service.ts';

export const createArticleResolvers = ({
  articles,
  eventStream,
}: {
  articles: Articles;
  eventStream: EventStream;
}): Resolvers => ({
  Query: {
    article: (_, { id }, { rows }, info) =>
      articleById(rows, requireId('id', id), articleColumns(rows, selectionOf(info))),
    articles: (_, { filter, ...page }, context, info) =>
      articles.list(context, principalOf(info), filter ?? {}, requirePage(page), selectionOf(info)),
  },
  Mutation: {
    createArticle: (_, { input }, context, info) => articles.create(context, requireUserId(principalOf(info)), input),
    updateArticle: (_, { input }, context, info) =>
      articles.update(context, principalOf(info), subjectOf<ArticleRow>(info), input),
    publishArticle: (_, __, context, info) => articles.publish(context, principalOf(info), subjectOf<ArticleRow>(info)),
    unpublishArticle: (_, __, context, info) =>
      articles.unpublish(context, principalOf(info), subjectOf<ArticleRow>(info)),
    deleteArticle: (_, __, context, info) =>
      articles.remove(context, principalOf(info), subjectOf<ArticleRow>(info).id),
  },
  Subscription: {
    articlePublished: {
      subscribe: (_, __, context) =>
        eventStream(context, { kind: 'article-published' }, ({ id }) => articleById(context.rows, id)),
      resolve: (article: ArticleRow) => article,
    },
  },
  Article: {
    author: ({ author }, _, { rows }, info) => relatedUser(rows, author, selectionOf(info)),
    viewerCan: (article) => article,
  },
  ArticlePermissions: {
    update: (article, _, __, info) => decideIn(info, articlePolicy, 'update', article),
    publish: (article, _, __, info) => decideIn(info, articlePolicy, 'publish', article),
    delete: (article, _, __, info) => decideIn(info, articlePolicy, 'delete', article),
    // A comment has a user who wrote it: a service writes none, whatever its scopes.
    comment: (article, _, __, info) =>
      userIdOf(principalOf(info)) !== undefined && decideIn(info, articlePolicy, 'comment', article),
  },
  ArticleConnection: connectionFields,
  ArticleEdge: edgeFields,
  User: {
    articles: (user, args, context, info) =>
      articles.listByAuthor(context, principalOf(info), user, requirePage(args), selectionOf(info)),
  },
});
