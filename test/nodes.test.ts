import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const node =
  'query ($id: ID!) { node(id: $id) { __typename id ... on Article { title } ... on User { displayName email } } }';

describe('Any object by its id', () => {
  test('is found whatever its type is, in one statement and that of its row', async () => {
    const { articles } = await server.get<{
      articles: { nodes: Array<{ id: string; title: string; author: { id: string } }> };
    }>('{ articles(first: 1) { nodes { id title author { id } } } }');
    const [article] = articles.nodes;
    server.statements.length = 0;
    expect(await server.get(node, { id: article?.id })).toEqual({
      node: { __typename: 'Article', id: article?.id, title: article?.title },
    });
    expect(server.statements).toHaveLength(2);
    const { body } = await server.ask(node, { id: article?.author.id });
    expect(body).toMatchObject({ data: { node: { __typename: 'User', displayName: 'Edgar Editor', email: null } } });
    expect(body.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['node', 'email'], 'UNAUTHENTICATED'],
    ]);
  });

  test('is null if there is none', async () => {
    expect(await server.get(node, { id: '01900000-0000-7000-8000-000000000000' })).toEqual({ node: null });
    // Of a moment that no calendar of the database has.
    expect(await server.get(node, { id: 'ffffffff-ffff-7fff-bfff-ffffffffffff' })).toEqual({ node: null });
  });

  test('costs as many statements if it is hidden as if there is none', async () => {
    const [editor, viewer] = [await server.signIn('editor'), await server.signIn('viewer')];
    const { session } = await editor.get<{ session: { id: string } }>('{ session { id } }');
    // The fewest of three, since jobs of the server send statements, too.
    const statementsFor = async (id: string): Promise<number> => {
      const counts: number[] = [];
      for (let times = 0; times < 3; times += 1) {
        server.statements.length = 0;
        expect(await viewer.get(node, { id })).toEqual({ node: null });
        counts.push(server.statements.length);
      }
      return Math.min(...counts);
    };
    const hidden = await statementsFor(session.id);
    expect(await statementsFor('01900000-0000-7000-8000-000000000001')).toBe(hidden);
  });

  test('is null if the id is no id at all', async () => {
    const { body } = await server.ask(node, { id: 'nonsense' });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'id', problem: 'invalid_id' });
  });
});

describe('A search', () => {
  const search =
    'query ($query: String!, $first: Int) { search(query: $query, first: $first) { __typename ... on Article { title } ... on Comment { body } ... on User { displayName } } }';

  test('finds articles, comments and people by what they say, newest first', async () => {
    expect(await server.get(search, { query: 'guarded' })).toEqual({
      search: [{ __typename: 'Article', title: 'What a sally port is' }],
    });
    expect(await server.get(search, { query: 'GOOD to' })).toEqual({
      search: [
        { __typename: 'Comment', body: 'Good to know.' },
        { __typename: 'Comment', body: 'Good to know.' },
      ],
    });
    expect(await server.get(search, { query: 'edgar' })).toEqual({
      search: [{ __typename: 'User', displayName: 'Edgar Editor' }],
    });
  });

  test('never finds a person by an e-mail', async () => {
    const admin = await server.signIn('admin');
    expect(await admin.get(search, { query: 'demo.sallyport.test' })).toEqual({ search: [] });
  });

  test('answers no more than it was asked for', async () => {
    expect(await server.get(search, { query: 'e', first: 3 })).toEqual({
      search: [expect.anything(), expect.anything(), expect.anything()],
    });
    expect(await server.refusal(search, { query: 'e', first: 0 })).toBe('BAD_USER_INPUT');
    expect(await server.refusal(search, { query: 'x'.repeat(201) })).toBe('BAD_USER_INPUT');
  });
});
