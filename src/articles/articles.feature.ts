import type { Feature, FeatureDeps } from '../feature/feature.ts';
import { Article } from './article.entity.ts';
import { articlePolicy } from './article.policy.ts';
import { createArticleResolvers } from './articles.resolvers.ts';
import { articleById, createArticles, searchArticles } from './articles.service.ts';

export const articlesFeature = {
  entities: [Article],
  policies: [articlePolicy],
  nodeTypes: { Article: { table: 'articles', load: articleById } },
  searchSource: searchArticles,
  create: ({ eventStream, ...deps }) => createArticleResolvers({ articles: createArticles(deps), eventStream }),
} satisfies Feature<FeatureDeps<[typeof articlePolicy]>>;
