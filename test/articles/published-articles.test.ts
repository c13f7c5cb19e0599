import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { publishArticle } from '../support/publish-article.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { bearer, disposeListeners, listenAt } from '../support/websocket.ts';

let server: TestServer;
let viewer: SignedIn;
let editor: SignedIn;
beforeAll(async () => {
  server = await startServer();
  [viewer, editor] = [await server.signIn('viewer'), await server.signIn('editor')];
});
afterAll(() => server.stop());
afterEach(disposeListeners);

const subscription = 'subscription { articlePublished { id title version comments { totalCount } } }';

test('An article that is published again is told as it is then, and one that was published already is not told', async () => {
  const listener = await listenAt(server.url, subscription, bearer(viewer));
  const told = (title: string, version: number, totalCount: number) => ({
    data: { articlePublished: { id, title, version, comments: { totalCount } } },
  });
  const id = await publishArticle(editor, 'As it was');
  expect(await listener.heard(1)).toEqual([told('As it was', 2, 0)]);
  await viewer.get('mutation ($id: ID!) { addComment(articleId: $id, body: "A remark") { id } }', { id });
  await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', { id });
  const again = `mutation ($id: ID!) {
    unpublishArticle(id: $id) { id }
    updateArticle(id: $id, input: { title: "As it is" }) { id }
    publishArticle(id: $id) { id }
  }`;
  await editor.get(again, { id });
  expect(await listener.heard(2)).toEqual([told('As it was', 2, 0), told('As it is', 5, 1)]);
});

test('Each field of a mutation answers what those before it have left', async () => {
  const id = await publishArticle(editor, 'Of many fields');
  const fields = `mutation ($id: ID!) {
    withdrawn: unpublishArticle(id: $id) { version status publishedAt }
    renamed: updateArticle(id: $id, input: { title: "Renamed", expectedVersion: 3 }) { version title status }
    published: publishArticle(id: $id) { version title status comments { totalCount } }
    added: addComment(articleId: $id, body: "A remark") { article { version title comments { totalCount nodes { body } } } }
    again: publishArticle(id: $id) { version comments { totalCount } }
    last: unpublishArticle(id: $id) { version author { articles(first: 1) { nodes { title status version } } } }
    deleted: deleteArticle(id: $id)
  }`;
  expect(await editor.get(fields, { id })).toEqual({
    withdrawn: { version: 3, status: 'DRAFT', publishedAt: null },
    renamed: { version: 4, title: 'Renamed', status: 'DRAFT' },
    published: { version: 5, title: 'Renamed', status: 'PUBLISHED', comments: { totalCount: 0 } },
    added: {
      article: { version: 5, title: 'Renamed', comments: { totalCount: 1, nodes: [{ body: 'A remark' }] } },
    },
    again: { version: 5, comments: { totalCount: 1 } },
    last: { version: 6, author: { articles: { nodes: [{ title: 'Renamed', status: 'DRAFT', version: 6 }] } } },
    deleted: id,
  });
});
