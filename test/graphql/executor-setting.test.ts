import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { startServer, type TestServer } from '../support/server.ts';

let plan: TestServer;
let graphqlJs: TestServer;
beforeAll(async () => {
  plan = await startServer({ EXECUTOR: 'plan' });
  graphqlJs = await startServer({ EXECUTOR: 'graphql-js' });
});
afterAll(async () => {
  await plan.stop();
  await graphqlJs.stop();
});

const operations: ReadonlyArray<readonly [what: string, document: string]> = [
  ['what a caller sees of the schema', getIntrospectionQuery()],
  [
    'a list with rows behind policies',
    '{ articles(first: 5) { totalCount nodes { title status author { displayName } } } }',
  ],
  ['a refused field', '{ me { email } users(first: 1) { totalCount } }'],
  ['a wrong argument', '{ articles(first: 0) { totalCount } }'],
  ['a wrong variable', 'query ($first: Int!) { articles(first: $first) { totalCount } }'],
  ['a mutation of nobody', 'mutation { createArticle(input: { title: "t", body: "b" }) { title } }'],
  [
    'fragments and conditions',
    'query ($no: Boolean = false) { ...F me @include(if: $no) { id } } fragment F on Query { __typename viewer: me @skip(if: true) { id } }',
  ],
];

/** The parts of an answer that are the same for every request. */
function comparable(text: string): string {
  return text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""');
}

test.each(operations)('both executors answer %s with the same bytes', async (_what, query) => {
  const ask = async ({ url }: TestServer): Promise<readonly [number, string]> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return [response.status, comparable(await response.text())];
  };
  const [first, second, expected] = [await ask(plan), await ask(plan), await ask(graphqlJs)];
  expect(expected[1].length).toBeGreaterThan(20);
  expect(first).toEqual(expected);
  expect(second).toEqual(expected);
});
