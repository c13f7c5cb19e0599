import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Article, type ArticleRow } from '../../src/articles/article.entity.ts';
import { articlesFeature } from '../../src/articles/articles.feature.ts';
import { createArticleResolvers } from '../../src/articles/articles.resolvers.ts';
import { articleById, createArticles } from '../../src/articles/articles.service.ts';
import { newId } from '../../src/database/base.entity.ts';
import { updateRow } from '../../src/database/rows/update-row.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';

/** The running server with a service that asks its policy about nothing: what it lists, counts and writes is guarded all the same. */

type Deps = Parameters<typeof articlesFeature.create>[0];

let server: TestServer;
let editor: SignedIn;
let viewer: SignedIn;
const { create } = articlesFeature;

beforeAll(async () => {
  articlesFeature.create = createForgetful;
  server = await startServer();
  [editor, viewer] = [await server.signIn('editor'), await server.signIn('viewer')];
});
afterAll(async () => {
  articlesFeature.create = create;
  await server.stop();
});
beforeEach(() => void (server.logged.length = 0));

/** Resolvers whose lists have no filter, whose `createArticle` writes in the viewer's name, and whose `unpublishArticle` hits another row. */
function createForgetful({ eventStream, policies, ...deps }: Deps): ReturnType<typeof create> {
  const asksNobody = { ...policies.Article, where: () => ({}), decide: () => true };
  const articles = createArticles({ ...deps, policies: { ...policies, Article: asksNobody } });
  const resolvers = createArticleResolvers({ articles, eventStream });
  return {
    ...resolvers,
    Mutation: {
      ...resolvers.Mutation,
      createArticle: (_, { input }, context) => articles.create(context, viewer.id, input),
      unpublishArticle: async (_, __, { rows }) =>
        updateRow(rows, Article, (await articleById(rows, foreign)) as ArticleRow, { title: 'Taken over' }),
    },
  };
}

let foreign = '';

/** The lines that the log has of defects of access. */
const defects = (): object[] =>
  server.logged
    .map((line) => JSON.parse(line) as { readonly msg: string })
    .filter(({ msg }) => msg === 'access defect');

const drafts = () => server.database.fork().count(Article, { status: 'DRAFT' });

describe('A list whose service never asked for the filter of the policy', () => {
  test('shows no row that the caller may not read, and the log names the field that returned it', async () => {
    const { body } = await server.ask('{ articles { nodes { title status } } }');
    expect(body.errors).toBeUndefined();
    expect(body.data).toMatchObject({ articles: { nodes: [{ status: 'PUBLISHED' }, { status: 'PUBLISHED' }] } });
    expect(defects()).toEqual([
      expect.objectContaining({
        level: 50,
        kind: 'row',
        type: 'Article',
        coordinate: 'ArticleConnection.nodes',
        message: expect.stringContaining('ArticleConnection.nodes returned a row of Article that the policy refuses'),
      }),
    ]);
  });

  test('shows no edge of such a row either', async () => {
    const { body } = await viewer.ask('{ articles { edges { node { status } } } }');
    expect(body.data).toMatchObject({
      articles: { edges: [{ node: { status: 'PUBLISHED' } }, { node: { status: 'PUBLISHED' } }] },
    });
    expect(defects()).toMatchObject([{ kind: 'row', coordinate: 'ArticleConnection.edges' }]);
  });

  test.each([
    '{ articles { totalCount } }',
    '{ articles { totalCount nodes { title } } }',
    '{ articles { pageInfo { startCursor } } }',
    '{ articles(first: 1) { pageInfo { hasNextPage endCursor } nodes { id } } }',
  ])('does not tell how many there are, nor of which its cursors are made: %s', async (query) => {
    expect(await server.refusal(query)).toBe('UNAUTHENTICATED');
    expect(await viewer.refusal(query)).toBe('FORBIDDEN');
    expect(defects()).not.toEqual([]);
  });

  test('is counted for those who may read all of its rows, and nothing is reported', async () => {
    expect(await editor.get('{ articles { totalCount } }')).toEqual({ articles: { totalCount: 3 } });
    expect(defects()).toEqual([]);
  });
});

describe('A write whose service never asked the policy', () => {
  test('of a new row is refused and reported, and nothing is written', async () => {
    const before = await drafts();
    const createArticle = 'mutation { createArticle(input: { title: "In your name", body: "Text" }) { id } }';
    expect(await editor.refusal(createArticle)).toBe('FORBIDDEN');
    expect(await drafts()).toBe(before);
    expect(defects()).toMatchObject([{ level: 50, kind: 'write', type: 'Article', action: 'create' }]);
  });

  test('of a row that is there is refused and reported, and the row stays as it is', async () => {
    const em = server.database.fork();
    const [own] = await em.find(Article, { author: editor.id }, { limit: 1 });
    const now = server.now();
    foreign = newId(now);
    const row = { id: foreign, createdAt: now, updatedAt: now, publishedAt: now, author: viewer.id, version: 1 };
    await em.insert(Article, { ...row, title: 'Foreign', body: 'Text', status: 'PUBLISHED' });
    expect(await editor.refusal(`mutation { unpublishArticle(id: "${own?.id}") { id } }`)).toBe('FORBIDDEN');
    expect(await server.database.fork().findOne(Article, foreign)).toMatchObject({ title: 'Foreign' });
    expect(defects()).toMatchObject([{ kind: 'write', type: 'Article', action: 'update', id: foreign }]);
  });
});
