import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';

let server: TestServer;
let editor: SignedIn;
beforeAll(async () => {
  server = await startServer();
  editor = await server.signIn('editor');
  await editor.get('mutation { createArticle(input: { title: "A first one", body: "Text." }) { id } }');
});
afterAll(() => server.stop());

interface Asked {
  readonly query: string;
  readonly variables?: object | null;
  readonly operationName?: string | null;
}

type Headers = Readonly<Record<string, string>>;

/** Asks by HTTP, and answers everything that a client sees, but for the id of the request. */
async function ask(body: object, headers: Headers = {}): Promise<object> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const given = { 'content-type': 'application/json', authorization: `Bearer ${editor.accessToken}`, ...headers };
  const response = await fetch(`${server.url}/graphql`, { ...init, headers: given });
  const seen = [...response.headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  return [response.status, seen, (await response.text()).replaceAll(/"requestId":"[^"]*"/g, '')];
}

/** Asks in a way that Apollo Server looks at itself, each time: `extensions` may say more. */
const askApollo = (asked: Asked, headers?: Headers): Promise<object> => ask({ ...asked, extensions: {} }, headers);

const list = 'query ($first: Int) { articles(first: $first) { totalCount nodes { title status } } }';
const nested =
  'query ($n: Int!) { articles(first: $n) { nodes { author { articles(first: $n) { nodes { author { articles(first: $n) { nodes { id } } } } } } } } }';
const twoNames = 'query A { me { id } } query B { __typename }';
const conditional = 'query ($yes: Boolean!) { me { id @include(if: $yes) displayName } }';

describe('An operation that was answered before is answered to the byte as Apollo Server answers it:', () => {
  const json = { accept: 'application/json' };
  const responseJson = { accept: 'application/graphql-response+json' };
  test.each<readonly [what: string, warm: Asked, asked: Asked, headers?: Headers]>([
    ['again', { query: list }, { query: list }],
    ['with null for its variables', { query: list }, { query: list, variables: null }],
    ['with another page', { query: list, variables: { first: 1 } }, { query: list, variables: { first: 2 } }],
    ['with a page that there is not', { query: list }, { query: list, variables: { first: 0 } }],
    ['with a variable of another type', { query: list }, { query: list, variables: { first: 'x' } }],
    ['with a variable too many', { query: list }, { query: list, variables: { second: 1 } }],
    ['with pages that cost too much', { query: nested, variables: { n: 2 } }, { query: nested, variables: { n: 90 } }],
    ['without a variable that it needs', { query: nested, variables: { n: 2 } }, { query: nested }],
    [
      'under another condition',
      { query: conditional, variables: { yes: true } },
      { query: conditional, variables: { yes: false } },
    ],
    ['by another name', { query: twoNames, operationName: 'A' }, { query: twoNames, operationName: 'B' }],
    ['by no name', { query: twoNames, operationName: 'A' }, { query: twoNames }],
    ['by an empty name', { query: '{ me { id } }' }, { query: '{ me { id } }', operationName: '' }],
    ['by an unknown name', { query: twoNames, operationName: 'A' }, { query: twoNames, operationName: 'C' }],
    ['as JSON', { query: list }, { query: list }, json],
    ['as a response of GraphQL', { query: list }, { query: list }, responseJson],
    ['as nothing that there is', { query: list }, { query: list }, { accept: 'image/png' }],
    ['as a dry run', { query: list }, { query: list }, { 'x-dry-run': 'true' }],
    ['without a credential', { query: '{ me { id } }' }, { query: '{ me { id } }' }, { authorization: '' }],
    [
      'with a bad credential',
      { query: '{ me { id } }' },
      { query: '{ me { id } }' },
      { authorization: 'Bearer x.y.z' },
    ],
    ['with a refused field', { query: list }, { query: '{ me { id } users(first: 1) { totalCount } }' }],
  ])('%s', async (_, warm, asked, headers = {}) => {
    const expected = await askApollo(asked, headers);
    await ask(warm);
    await ask(warm);
    expect(await ask(asked, headers)).toEqual(expected);
    expect(await ask(asked, headers)).toEqual(expected);
  });
});

describe('A mutation that was answered before', () => {
  const twice = `mutation ($title: String!, $other: String!) {
    one: createArticle(input: { title: $title, body: "Text." }) { title }
    two: createArticle(input: { title: $other, body: "Text." }) { title }
  }`;
  const count = async (titleContains: string): Promise<unknown> =>
    editor.get('query ($t: String!) { articles(filter: { titleContains: $t }) { totalCount } }', { t: titleContains });
  beforeEach(() => editor.get(twice, { title: 'Warm', other: 'Warm' }));

  test('runs once, though a part of it fails', async () => {
    const { status, body } = await editor.ask(twice, { title: 'Once alone', other: '' });
    expect([status, body.data, body.errors?.[0]?.extensions.code]).toEqual([200, null, 'BAD_USER_INPUT']);
    expect(await count('Once alone')).toEqual({ articles: { totalCount: 1 } });
  });

  test('does not run with variables of other types', async () => {
    const { body } = await editor.ask(twice, { title: 'Never made', other: 7 });
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(await count('Never made')).toEqual({ articles: { totalCount: 0 } });
  });

  test('is refused once the session has ended, and the refusal is recorded once', async () => {
    const other = await server.signIn('editor');
    await other.get('mutation { logout }');
    const { status, body } = await other.ask(twice, { title: 'Too late', other: 'Too late' });
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await count('Too late')).toEqual({ articles: { totalCount: 0 } });
  });
});
