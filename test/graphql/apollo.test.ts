import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { buildSchema, GraphQLError, parse, print } from 'graphql';
import { createHash } from 'node:crypto';
import { pino } from 'pino';
import type { Execute } from '../../src/execution/index.ts';
import { createGraphQLExecutor, type GraphQLExecutor } from '../../src/graphql/apollo.ts';
import type { GraphQLRequest, RequestContext } from '../../src/request/context.ts';
import { createErrorReport } from '../../src/request/error-report.ts';

const lines: string[] = [];
const executors: GraphQLExecutor[] = [];
afterEach(async () => {
  for (const executor of executors.splice(0)) await executor.stop();
  lines.length = 0;
});

/** Creates what answers requests, by an execution of the test's own. */
async function createAnswer(execute: Execute = () => ({ data: { a: 1 } })) {
  const log = pino({}, { write: (line) => void lines.push(line) });
  const executor = await createGraphQLExecutor({
    schema: buildSchema('type Query { a: Int b: Query }'),
    execute,
    validationRules: [],
    onRefused: async () => [],
    tellsRefusalIds: false,
    report: createErrorReport(log, () => null),
    maxAnswerBytes: 1024,
    tellRequired: false,
    log,
  });
  executors.push(executor);
  const context = { requestId: 'the-request', cookies: {}, credential: {} } as unknown as RequestContext;
  const json = { 'content-type': 'application/json' };
  return {
    post: (body: unknown) => executor.execute({ method: 'POST', headers: json, search: '', body }, context),
    get: (query: Readonly<Record<string, string>>, headers: GraphQLRequest['headers'] = {}) => {
      const search = `?${new URLSearchParams(query).toString()}`;
      return executor.execute({ method: 'GET', headers, search, body: undefined }, context);
    },
  };
}
const deep = (depth: number): string => `${'{ b '.repeat(depth)}{ a }${' }'.repeat(depth)}`;

describe('A request', () => {
  test('is answered once it is executed, whether its document is in the body or in the address', async () => {
    const { get, post } = await createAnswer();
    const answer = { status: 200, body: '{"data":{"a":1}}\n' };
    expect(await post({ query: '{ a }' })).toMatchObject(answer);
    expect(await get({ query: '{ a }' }, { accept: undefined })).toMatchObject(answer);
    expect(await post({ query: '{ __schema { queryType { name } } }' })).toMatchObject({ status: 200 });
    const accept = { accept: 'application/graphql-response+json' };
    expect([...(await get({ query: '{ a }' }, accept)).headers]).toEqual([
      ['content-type', 'application/graphql-response+json; charset=utf-8'],
    ]);
  });

  test.each([
    ['none', undefined],
    ['null', null],
    ['a text', '{ a }'],
    ['a number', 1],
    ['an object without a document', { a: 1 }],
    ['a document that is no text', { query: { a: 1 } }],
  ])('whose body is %s is refused as one without a document', async (_, body) => {
    const { post } = await createAnswer();
    expect(await post(body)).toMatchObject({ status: 400, body: expect.stringContaining('"code":"BAD_REQUEST"') });
  });

  test('without a document in its address is refused', async () => {
    const { get } = await createAnswer();
    expect(await get({ other: '{ a }' })).toMatchObject({ status: 400 });
  });

  test('is refused before it is parsed if its document is too deep, wherever that is', async () => {
    const { get, post } = await createAnswer();
    for (const query of [deep(10_000), '['.repeat(20_000)]) {
      await expect(post({ query })).rejects.toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
      await expect(get({ query })).rejects.toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
    }
  });

  test('whose document is known by its hash alone is told that documents are not kept', async () => {
    const { post } = await createAnswer();
    const sha256Hash = createHash('sha256').update('{ a }').digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    expect((await post({ extensions })).body).toContain('PersistedQueryNotSupported');
    expect((await post({ query: '{ a }', extensions })).body).toContain('PersistedQueryNotSupported');
  });
});

describe('An execution that fails', () => {
  test('is answered as a defect, and logged by the hash of its document, without a value', async () => {
    const { post } = await createAnswer(() => {
      throw new Error('A plan is broken.');
    });
    const { status, body } = await post({ query: '{ a   }' });
    expect([status, body]).toEqual([500, expect.stringContaining('"requestId":"the-request"')]);
    expect(body).not.toMatch(/broken|stacktrace/);
    const documentHash = createHash('sha256')
      .update(print(parse('{ a }')))
      .digest('hex');
    expect(lines.join('')).toContain(`"documentHash":"${documentHash}"`);
  });

  test('with an answer that cannot be written is thrown, so that it is reported like any other defect', async () => {
    const { post } = await createAnswer(() => ({ data: { a: 1 }, extensions: { large: 1n } }));
    await expect(post({ query: '{ a }' })).rejects.toThrow(/^Apollo Server failed: /);
  });

  test('in a part of its answer is no failure of the whole: what is logged is not who asked what', async () => {
    const error = new GraphQLError('No.', { extensions: { code: 'FORBIDDEN' }, path: ['a'] });
    const { post } = await createAnswer(() => ({ data: { a: null }, errors: [error] }));
    const { status, body } = await post({ query: '{ a }' });
    expect([status, JSON.parse(body)]).toMatchObject([200, { data: { a: null }, errors: [{ message: 'No.' }] }]);
    expect(body).not.toContain('stacktrace');
  });
});

test('Signals to end the process are left to the process', async () => {
  const on = jest.spyOn(process, 'on');
  await createAnswer();
  expect(on.mock.calls.map(([event]) => event).filter((event) => String(event).startsWith('SIG'))).toEqual([]);
  on.mockRestore();
});
