import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from './support/client.ts';
import { untilWaiting } from './support/locks.ts';
import { testOnPostgres } from './support/on-postgres.ts';
import { startServer, type SignedIn, type TestServer } from './support/server.ts';

let server: TestServer;
let viewer: SignedIn;
let editor: SignedIn;
let moderator: SignedIn;
let article: { id: string };
beforeAll(async () => {
  server = await startServer();
  [viewer, editor, moderator] = await Promise.all([
    server.signIn('viewer'),
    server.signIn('editor'),
    server.signIn('moderator'),
  ]);
  const { articles } = await server.get<{ articles: { nodes: Array<{ id: string }> } }>(
    '{ articles { nodes { id } } }',
  );
  article = articles.nodes[0] ?? { id: '' };
});
afterAll(() => server.stop());

const add =
  'mutation ($id: ID!, $body: String!) { addComment(articleId: $id, body: $body) { id body author { displayName } article { id } viewerCan { delete } } }';
const update = 'mutation ($id: ID!, $body: String!) { updateComment(id: $id, body: $body) { body } }';
const remove = 'mutation ($id: ID!) { deleteComment(id: $id) }';

async function comment(by: SignedIn = viewer, on = article): Promise<string> {
  const { addComment } = await by.get<{ addComment: { id: string } }>(add, { ...on, body: 'A remark.' });
  return addComment.id;
}

describe('A comment', () => {
  test('is added to what one can read, by any user who is signed in', async () => {
    expect(await viewer.get(add, { ...article, body: 'First!' })).toEqual({
      addComment: {
        id: expect.any(String),
        body: 'First!',
        author: { displayName: 'Vera Viewer' },
        article,
        viewerCan: { delete: true },
      },
    });
    expect(await server.refusal(add, { ...article, body: 'x' })).toBe('UNAUTHENTICATED');
  });

  testOnPostgres('is not added to an article that is withdrawn in the same moment', async () => {
    const { createArticle: other } = await editor.get<{ createArticle: { id: string } }>(
      'mutation { createArticle(input: { title: "Withdrawn", body: "." }) { id } }',
    );
    await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', other);
    const { adding } = await server.database.fork().transactional(async (tx) => {
      await tx.execute('select 1 from articles where id = ? for update', [other.id]);
      const begun = viewer.ask(add, { ...other, body: 'Too late.' });
      await untilWaiting(server.database, 1);
      await tx.execute(`update articles set status = 'DRAFT' where id = ?`, [other.id]);
      return { adding: begun };
    });
    expect((await adding).body.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await editor.get('query ($id: ID!) { article(id: $id) { comments { totalCount } } }', other)).toEqual({
      article: { comments: { totalCount: 0 } },
    });
  });

  test('is refused when it says nothing, or too much, naming the field', async () => {
    for (const [body, problem] of [
      ['', 'empty'],
      ['x'.repeat(10_001), 'too_long'],
    ]) {
      const { body: answer } = await viewer.ask(add, { ...article, body });
      expect(answer.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'body', problem });
    }
  });

  test('is changed by its author alone', async () => {
    const id = await comment();
    expect(await viewer.get(update, { id, body: 'Changed.' })).toEqual({ updateComment: { body: 'Changed.' } });
    expect(await editor.refusal(update, { id, body: 'x' })).toBe('FORBIDDEN');
    expect(await moderator.refusal(update, { id, body: 'x' })).toBe('FORBIDDEN');
  });

  test('is deleted by its author, or by a moderator', async () => {
    const [own, moderated] = [await comment(), await comment()];
    expect(await editor.refusal(remove, { id: own })).toBe('FORBIDDEN');
    expect(await viewer.get(remove, { id: own })).toEqual({ deleteComment: own });
    expect(await moderator.get(remove, { id: moderated })).toEqual({ deleteComment: moderated });
    expect(await moderator.refusal(remove, { id: moderated })).toBe('NOT_FOUND');
  });

  test('says of each of a list whether the viewer can delete it', async () => {
    const { createArticle: other } = await editor.get<{ createArticle: { id: string } }>(
      'mutation { createArticle(input: { title: "Discussed by two", body: "." }) { id } }',
    );
    await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', other);
    for (const author of [viewer, editor]) await comment(author, other);
    const can = 'query ($id: ID!) { article(id: $id) { comments { nodes { viewerCan { delete } } } } }';
    const answers: unknown[] = [];
    for (const who of [server, viewer, editor, moderator]) {
      const { article: read } = await who.get<{
        article: { comments: { nodes: Array<{ viewerCan: { delete: boolean } }> } };
      }>(can, other);
      answers.push(read.comments.nodes.map(({ viewerCan }) => viewerCan.delete));
    }
    expect(answers).toEqual([
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ]);
  });

  testOnPostgres('is deleted by a caller who may when its row is free, whatever was true when they asked', async () => {
    const id = await comment();
    const { deleting } = await server.database.fork().transactional(async (tx) => {
      await tx.execute('select 1 from comments where id = ? for update', [id]);
      const begun = viewer.ask(remove, { id });
      await untilWaiting(server.database, 1);
      await tx.execute('update comments set author_id = ? where id = ?', [editor.id, id]);
      return { deleting: begun };
    });
    expect((await deleting).body.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await editor.get(remove, { id })).toEqual({ deleteComment: id });
  });

  test('is found by what it says, newest first, as long as its article may be read', async () => {
    const { createArticle: other } = await editor.get<{ createArticle: { id: string } }>(
      'mutation { createArticle(input: { title: "Talked about", body: "." }) { id } }',
    );
    await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', other);
    const ids: string[] = [];
    for (const body of ['50% wombats', '50% Wombats, too', '50 wombats']) {
      const { addComment } = await viewer.get<{ addComment: { id: string } }>(add, { ...other, body });
      ids.unshift(addComment.id);
    }
    const [none, both, one] = ids;
    const found = async (by: Client, query: string, first = 20): Promise<unknown> =>
      (
        await by.get<{ search: unknown }>(
          'query ($query: String!, $first: Int) { search(query: $query, first: $first) { __typename ... on Comment { id article { title } } } }',
          { query, first },
        )
      ).search;
    const comments = (...which: unknown[]): unknown[] =>
      which.map((id) => ({ __typename: 'Comment', id, article: { title: 'Talked about' } }));
    for (const reader of [server, viewer, editor]) {
      expect(await found(reader, '50% WOMBATS')).toEqual(comments(both, one));
      expect(await found(reader, 'wombats')).toEqual(comments(none, both, one));
      expect(await found(reader, 'wombats', 2)).toEqual(comments(none, both));
      expect(await found(reader, '5_ wombats')).toEqual([]);
    }
    await editor.get('mutation ($id: ID!) { unpublishArticle(id: $id) { id } }', other);
    expect([await found(server, 'wombats'), await found(viewer, 'wombats')]).toEqual([[], []]);
    expect(await found(editor, '50% wombats')).toEqual(comments(both, one));
  });

  test('is listed newest first, with cursors and a count', async () => {
    const list =
      'query ($id: ID!, $after: String) { article(id: $id) { comments(first: 2, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }';
    const newest = [await comment(), await comment(), await comment()].toReversed();
    interface List {
      readonly article: {
        readonly comments: {
          readonly totalCount: number;
          readonly nodes: Array<{ id: string }>;
          readonly pageInfo: { endCursor: string };
        };
      };
    }
    const first = await server.get<List>(list, article);
    const second = await server.get<List>(list, { ...article, after: first.article.comments.pageInfo.endCursor });
    expect([...first.article.comments.nodes, ...second.article.comments.nodes].slice(0, 3).map(({ id }) => id)).toEqual(
      newest,
    );
    expect(first.article.comments.totalCount).toBeGreaterThan(3);
  });

  test('is read backwards from its end, with an edge for each', async () => {
    const { createArticle: other } = await editor.get<{ createArticle: { id: string } }>(
      'mutation { createArticle(input: { title: "Discussed", body: "." }) { id } }',
    );
    await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', other);
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push(await comment(viewer, other));
    const back =
      'query ($id: ID!, $before: String) { article(id: $id) { comments(last: 2, before: $before) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor } } } }';
    interface Back {
      readonly article: {
        readonly comments: {
          readonly edges: Array<{ node: { id: string } }>;
          readonly pageInfo: { startCursor: string };
        };
      };
    }
    const end = (await server.get<Back>(back, other)).article.comments;
    const start = (await server.get<Back>(back, { ...other, before: end.pageInfo.startCursor })).article.comments;
    expect([...start.edges, ...end.edges].map(({ node }) => node.id)).toEqual(ids.toReversed());
    expect(end.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(start.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });
});
