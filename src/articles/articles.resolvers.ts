import type { Feed } from '../announcements/feed.ts';
import { principalOf, subjectOf } from '../authorization/index.ts';
import { cursorOf, pageInfo, requirePage } from '../database/pages.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { requireId } from '../input.ts';
import { requireUserId } from '../users/require-user.ts';
import { userById } from '../users/users.service.ts';
import type { Article } from './article.entity.ts';
import { articleById, type Articles } from './articles.service.ts';

export const createArticleResolvers = ({ articles, feed }: { articles: Articles; feed: Feed }): Resolvers => ({
  Query: {
    article: (_, { id }, { em }) => articleById(em, requireId('id', id)),
    articles: (_, { filter, ...page }, scope, info) =>
      articles.list(scope, principalOf(info), filter ?? {}, requirePage(page)),
  },
  Mutation: {
    createArticle: (_, { input }, scope, info) => articles.create(scope, requireUserId(principalOf(info)), input),
    updateArticle: (_, { input }, scope, info) =>
      articles.update(scope, principalOf(info), subjectOf<Article>(info), input),
    publishArticle: (_, __, scope, info) => articles.publish(scope, principalOf(info), subjectOf<Article>(info)),
    unpublishArticle: (_, __, scope, info) => articles.unpublish(scope, principalOf(info), subjectOf<Article>(info)),
    deleteArticle: (_, __, scope, info) => articles.remove(scope, principalOf(info), subjectOf<Article>(info).id),
  },
  Subscription: {
    articlePublished: {
      subscribe: (_, __, scope) => feed(scope, { kind: 'article-published' }, ({ id }) => articleById(scope.em, id)),
      resolve: (article: Article) => article,
    },
  },
  Article: {
    author: async (article, _, { em }) => (await userById(em, article.author.id)) ?? article.author,
    viewerCan: (article) => article,
  },
  ArticlePermissions: {
    update: (article, _, __, info) => articles.may(principalOf(info), 'update', article),
    publish: (article, _, __, info) => articles.may(principalOf(info), 'publish', article),
    delete: (article, _, __, info) => articles.may(principalOf(info), 'delete', article),
    comment: (article, _, __, info) => articles.may(principalOf(info), 'comment', article),
  },
  ArticleConnection: {
    edges: ({ nodes }) => nodes,
    pageInfo,
  },
  ArticleEdge: { cursor: cursorOf, node: (article) => article },
  User: {
    articles: (user, args, scope, info) => articles.listByAuthor(scope, principalOf(info), user.id, requirePage(args)),
  },
});
