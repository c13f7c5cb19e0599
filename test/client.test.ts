import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSallyportClient } from '../examples/client/client.ts';
import { CreateArticleDocument, ListArticlesDocument } from '../examples/client/generated/graphql.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const list = { first: 10, after: null };
const password = 'sallyport-demo';

async function signedInClient() {
  const client = createSallyportClient(`${server.url}/graphql`);
  await client.signIn('editor@demo.sallyport.test', password);
  return client;
}

test('The example client signs in, lists and creates', async () => {
  const client = await signedInClient();
  const { createArticle } = await client.request(CreateArticleDocument, { title: 'By a client', body: 'Typed.' });
  expect(createArticle).toEqual({ id: expect.any(String), title: 'By a client', status: 'DRAFT' });
  const { articles } = await client.request(ListArticlesDocument, list);
  expect(articles.nodes[0]).toMatchObject({ title: 'By a client', author: { displayName: 'Edgar Editor' } });
});

test('The example client renews its tokens once for all the requests that find them expired', async () => {
  const client = await signedInClient();
  server.wait(1_000);
  server.statements.length = 0;
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.request(ListArticlesDocument, list)));
  expect(new Set(answers.map(({ articles }) => articles.totalCount)).size).toBe(1);
  expect(server.statements.filter((sql) => sql.includes('update sessions'))).toHaveLength(1);
});

test('The example client tells a refusal by its code', async () => {
  const client = createSallyportClient(`${server.url}/graphql`);
  await expect(client.signIn('editor@demo.sallyport.test', 'wrong password')).rejects.toMatchObject({
    code: 'INVALID_CREDENTIALS',
  });
  await expect(client.request(CreateArticleDocument, { title: 'a', body: 'b' })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

test('The example client is signed out where its session was ended', async () => {
  const client = await signedInClient();
  await server.database.fork().getConnection().execute('update sessions set ended_at = now()');
  await expect(client.request(CreateArticleDocument, { title: 'a', body: 'b' })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  expect(client.isSignedIn()).toBe(false);
});
