import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { roles } from '../../src/access/roles.ts';
import { Article } from '../../src/articles/article.entity.ts';
import { articlesFeature } from '../../src/articles/articles.feature.ts';
import { createArticleResolvers } from '../../src/articles/articles.resolvers.ts';
import { createArticles } from '../../src/articles/articles.service.ts';
import { expectGuarded } from '../../src/authorization/index.ts';
import { createAskAs } from '../support/access-cells.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Every list of the server's own schema, asked over HTTP as each caller: counts and rows are those of the policy. */

const { create } = articlesFeature;
let server: TestServer;
let forgetful: TestServer;
beforeAll(async () => {
  server = await startServer();
  articlesFeature.create = ({ eventStream, policies, ...deps }) => {
    const articles = createArticles({
      ...deps,
      policies: { ...policies, Article: { ...policies.Article, where: () => ({}) } },
    });
    return createArticleResolvers({ articles, eventStream });
  };
  forgetful = await startServer();
  articlesFeature.create = create;
});
afterAll(async () => {
  await server.stop();
  await forgetful.stop();
});

/** Asks every list of a server; a list below a row is that of an article which everybody reads, by an author of drafts. */
async function askEach(of: TestServer): Promise<readonly string[]> {
  const askAs = createAskAs(() => of);
  const { id } = await of.database.fork().findOneOrFail(Article, { status: 'PUBLISHED' });
  return expectGuarded(of.app.schema, {
    callers: ['anonymous', ...Object.keys(roles)],
    ask: async (query, caller) => {
      const { body } = await askAs(caller, query);
      return { data: body.data ?? null };
    },
    args: {
      'Query.article': `id: "${id}"`,
      'Query.search': 'query: "a", first: 50',
    },
  });
}

describe('The lists of the server', () => {
  test('show and count what their callers may read, as each role and as anonymous', async () => {
    expect((await askEach(server)).toSorted()).toEqual([
      'Article.comments',
      'ArticleConnection.nodes',
      'CommentConnection.nodes',
      'Query.articles',
      'Query.search',
      'User.apiKeys',
      'User.articles',
      'User.externalIdentities',
      'User.passkeys',
      'User.sessions',
    ]);
  });

  test('are found out if a service forgets the filter of the policy', async () => {
    await expect(askEach(forgetful)).rejects.toThrow(
      /- Query\.articles as anonymous: .*refuses[^]*- Query\.articles as VIEWER: .*refuses/,
    );
  });
});
