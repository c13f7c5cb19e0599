import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { getIntrospectionQuery } from 'graphql';
import { gzipSync } from 'node:zlib';
import { AppError, isErrno } from '../../src/errors.ts';
import { createAnswerHeaders } from '../../src/http/server/answer-headers.ts';
import { createRequireHost } from '../../src/http/server/hosts.ts';
import { createHttpServer, type HttpServer } from '../../src/http/server/server.ts';
import { createUnsent } from '../../src/http/server/unsent.ts';
import { rawRequest, sendRaw, type RawAnswer } from '../support/raw.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const edge = {
  unsent: createUnsent(),
  answerHeaders: createAnswerHeaders({ isHttps: false }),
  requireHost: createRequireHost({ publicUrl: 'http://localhost:4000', hosts: 'any' }),
  keepAliveSeconds: 75,
};

const json = { 'content-type': 'application/json' };

interface Refusal {
  readonly status: number;
  readonly code: unknown;
}

async function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json): Promise<Refusal> {
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const { errors } = (await response.json()) as { errors?: Array<{ message: string; extensions: { code: string } }> };
  expect(JSON.stringify(errors ?? '')).not.toMatch(/node_modules|\.ts:|at async|stacktrace/);
  return { status: response.status, code: errors?.[0]?.extensions.code };
}

/** What every refusal outside GraphQL has. */
function expectRefusal({ status, headers, body }: RawAnswer, expected: number): void {
  expect([status, headers.get('x-content-type-options')]).toEqual([expected, 'nosniff']);
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('connection')).toBe('close');
  expect(JSON.parse(body)).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }] });
}

const encoded = `/graphql?query=${encodeURIComponent('{ articles { totalCount } }')}`;
const chunked = ['POST /graphql HTTP/1.1', 'host: x', 'content-type: application/json', 'transfer-encoding: chunked'];

const ask = (request: unknown): Promise<Refusal> => post(JSON.stringify(request));

describe('A request that may be malformed', () => {
  test.each([
    ['malformed JSON', '{"query":', json, 400],
    ['an empty body', '', json, 400],
    ['a list of operations', '[{"query":"{ __typename }"}]', json, 400],
    ['a number', '5', json, 400],
    ['no query', '{"variables":{}}', json, 400],
    ['a query that is no text', '{"query":{"a":1}}', json, 400],
    ['variables as text', '{"query":"{ __typename }","variables":"{}"}', json, 400],
    ['a list of variables', '{"query":"{ __typename }","variables":[1]}', json, 400],
    ['a form', 'query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', '{"query":"{ __typename }"}', { 'content-type': 'text/plain' }, 415],
    ['no content type', '{"query":"{ __typename }"}', { 'content-type': '' }, 415],
    ['another charset', '{"query":"{ __typename }"}', { 'content-type': 'application/json; charset=utf-16' }, 415],
    ['an unknown encoding', '{"query":"{ __typename }"}', { ...json, 'content-encoding': 'zstd' }, 415],
    ['a broken encoding', '{"query":"{ __typename }"}', { ...json, 'content-encoding': 'gzip' }, 400],
    ['an overlong body', `{"query":"{ __typename }","x":"${'x'.repeat(300 * 1024)}"}`, json, 413],
  ])('with %s is refused in JSON', async (_, body, headers, status) => {
    expect(await post(body, headers)).toEqual({ status, code: 'BAD_REQUEST' });
  });

  test('with invalid UTF-8 is refused', async () => {
    const body = Uint8Array.from([
      ...new TextEncoder().encode('{"query":"{ __typename } #'),
      0xff,
      0xfe,
      ...new TextEncoder().encode('"}'),
    ]);
    expect(await post(body)).toEqual({ status: 400, code: 'BAD_REQUEST' });
  });

  test('that unpacks to more than the limit is refused', async () => {
    const bomb = new Uint8Array(gzipSync(`{"query":"{ __typename }","x":"${'x'.repeat(5_000_000)}"}`));
    expect(await post(bomb, { ...json, 'content-encoding': 'gzip' })).toEqual({ status: 413, code: 'BAD_REQUEST' });
  });

  test('that is too large is refused so that also a client hears of it that writes all before it reads', async () => {
    const body = Buffer.alloc(12_000_000, ' ');
    const head = [
      'POST /graphql HTTP/1.1',
      'host: x',
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    for (const connection of ['close', 'keep-alive']) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
      socket.write(rawRequest([...head, `connection: ${connection}`]));
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.write(body, () => resolve());
      });
      expect((await text(socket)).split('\r\n', 1)).toEqual(['HTTP/1.1 413 Payload Too Large']);
    }
  });

  test('is answered if it is packed, and small', async () => {
    const body = new Uint8Array(gzipSync('{"query":"{ __typename }"}'));
    expect(await post(body, { ...json, 'content-encoding': 'gzip' })).toEqual({ status: 200, code: undefined });
  });

  test('by another method, or to another path, is refused', async () => {
    const put = await fetch(`${server.url}/graphql`, { method: 'PUT', headers: json, body: '{}' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    const lost = await fetch(`${server.url}/nowhere`);
    expect([lost.status, await lost.json()]).toEqual([
      404,
      { errors: [expect.objectContaining({ extensions: { code: 'NOT_FOUND' } })] },
    ]);
    expect((await fetch(`${server.url}/__proto__`)).status).toBe(404);
  });

  test.each([
    ['in bytes that are no HTTP', 400, ['nonsense']],
    ['without a host', 400, ['POST /graphql HTTP/1.1']],
    ['with two hosts', 400, ['POST /graphql HTTP/1.1', 'host: x', 'host: y']],
    ['with overlong headers', 431, ['GET /graphql HTTP/1.1', 'host: x', `x-filler: ${'x'.repeat(20_000)}`]],
    [
      'that expects what we do not do',
      417,
      ['POST /graphql HTTP/1.1', 'host: x', 'connection: close', 'expect: a reply'],
    ],
    ['whose body breaks off into nonsense', 400, [...chunked, '', 'nonsense']],
    ['by GET with a body that is nonsense', 400, [`GET ${encoded} HTTP/1.1`, ...chunked.slice(1), '', 'nonsense']],
    ['whose body has overlong extensions', 413, [...chunked, '', `1;${'x'.repeat(20_000)}`, '{']],
  ])('%s is refused in JSON, and ends the connection and nothing else', async (_, status, lines) => {
    expectRefusal(await sendRaw(server.url, rawRequest(lines)), status);
    expect(await ask({ query: '{ __typename }' })).toEqual({ status: 200, code: undefined });
  });

  test('that does not arrive in time is refused in JSON', async () => {
    const impatient = createHttpServer({
      routes: {},
      report: (error) => error as AppError,
      upgrade: () => undefined,
      ...edge,
      timeoutMs: 50,
    });
    const url = `http://127.0.0.1:${await impatient.listen(0, '127.0.0.1')}`;
    expectRefusal(await sendRaw(url, 'POST /graphql HTTP/1.1\r\nhost: x\r\n'), 408);
    await impatient.drain(0);
  });

  test('is answered although nonsense comes behind it', async () => {
    const body = '{"query":"{ articles { totalCount } }"}';
    const lines = [
      'POST /graphql HTTP/1.1',
      'host: x',
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    const answer = await sendRaw(server.url, rawRequest(lines, `${body}nonsense\r\n\r\n`));
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.stringContaining('{"data":{"articles":{"totalCount":2}}}'),
    ]);
  });

  test('is no defect of ours, whatever became of it', () => {
    expect(server.logged.filter((line) => line.includes('unexpected error'))).toEqual([]);
  });
});

describe('An operation', () => {
  test.each([
    ['with a syntax error', { query: '{ me {' }, 'GRAPHQL_PARSE_FAILED'],
    ['with an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['whose name is unknown', { query: 'query A { __typename }', operationName: 'B' }, 'BAD_REQUEST'],
    [
      'with a variable of the wrong type',
      { query: 'query ($n: Int) { articles(first: $n) { totalCount } }', variables: { n: 'x' } },
      'BAD_USER_INPUT',
    ],
    ['with an id that is none', { query: '{ article(id: "1; drop table users") { id } }' }, 'BAD_USER_INPUT'],
    [
      'with a cursor that is none',
      { query: '{ articles(after: "bm90IGEgY3Vyc29y") { totalCount } }' },
      'BAD_USER_INPUT',
    ],
    ['with a page that is too long', { query: '{ articles(first: 101) { totalCount } }' }, 'BAD_USER_INPUT'],
    ['with a page of nothing', { query: '{ articles(first: 0) { totalCount } }' }, 'BAD_USER_INPUT'],
    ['with an empty search', { query: '{ search(query: " ") { __typename } }' }, 'BAD_USER_INPUT'],
  ])('%s is answered 200 with a stable code', async (_, request, code) => {
    expect(await ask(request)).toEqual({ status: 200, code });
  });

  test('that was never executed is 400 to a client that reads application/graphql-response+json', async () => {
    const answer = await server.ask('{ nothing }', {}, { accept: 'application/graphql-response+json' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      'application/graphql-response+json; charset=utf-8',
    ]);
  });

  test('with an unknown field is not told what else there is', async () => {
    const { body } = await server.ask('{ articlez { totalCount } }');
    expect(body.errors?.[0]?.message).not.toMatch(/did you mean/i);
  });

  test.each([
    [
      'too deep',
      `{ articles { nodes ${'{ author { articles { nodes '.repeat(5)} { id } ${'} } }'.repeat(5)} } }`,
      'depth',
    ],
    ['with too many aliases', `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: __typename`).join(' ')} }`, 'aliases'],
    [
      'with too many root fields',
      `{ ${Array.from({ length: 21 }, (_, i) => `a${i}: articles { totalCount }`).join(' ')} }`,
      'root fields',
    ],
    ['with too many directives', `{ ${'__typename @include(if: true) '.repeat(51)} }`, 'directives'],
    [
      'that costs too much',
      '{ articles(first: 100) { nodes { comments(first: 100) { nodes { id body } } } } }',
      'cost',
    ],
    [
      'that costs too much, counted from the end',
      '{ articles(last: 100) { edges { node { comments(last: 100) { edges { node { id } } } } } } }',
      'cost',
    ],
    [
      'that costs too much where a list of its own size is meant',
      '{ auditEvents { nodes { actor { articles(first: 100) { nodes { id title } } } } } }',
      'cost',
    ],
    [
      'whose fragment costs little in one place and much in another',
      '{ one: articles(first: 1) { ...P } all: articles(first: 100) { ...P } } fragment P on ArticleConnection { nodes { comments(first: 99) { nodes { id } } } }',
      'cost',
    ],
    [
      'with too many directives on what is skipped',
      `{ __typename ${Array.from({ length: 51 }, (_, i) => `a${i}: __typename @skip(if: true)`).join(' ')} }`,
      'directives',
    ],
    [
      'that hides its cost in fragments',
      `{ ...A } ${['A', 'B', 'C', 'D', 'E'].map((name, i, all) => `fragment ${name} on Query { ${i < 4 ? `a${i}: articles(first: 100) { nodes { author { articles(first: 100) { nodes { id title } } } } } ...${all[i + 1]}` : '__typename'} }`).join(' ')}`,
      'cost',
    ],
    [
      'that says one name over and over, whose fields would be compared pair by pair',
      `{ articles { nodes { ${'author { id } ... { author { name: id } } '.repeat(30)} } } }`,
      '59 fields repeat another one',
    ],
    [
      'that gives one name to many fields',
      `{ articles { nodes { ${Array.from({ length: 60 }, (_, i) => `a: ${i % 2 === 0 ? 'id' : 'title'}`).join(' ')} } } }`,
      '59 fields repeat another one',
    ],
    [
      'with too many fragments beside each other',
      `{ ${Array.from({ length: 51 }, (_, i) => `...f${i}`).join(' ')} } ${Array.from({ length: 51 }, (_, i) => `fragment f${i} on Query { __typename }`).join(' ')}`,
      '51 fragments',
    ],
    [
      'with as many fragments behind a few others',
      `{ ${Array.from({ length: 14 }, (_, i) => `...g${i}`).join(' ')} } ${Array.from({ length: 14 }, (_, i) => `fragment g${i} on Query { ${Array.from({ length: 20 }, (__, j) => `...f${i * 20 + j}`).join(' ')} }`).join(' ')} ${Array.from({ length: 280 }, (_, i) => `fragment f${i} on Query { __typename }`).join(' ')}`,
      'compared more than 10000 times',
    ],
    [
      'with the same dozen fields in each of many fragments',
      `{ articles { nodes { ${Array.from({ length: 48 }, (_, i) => `...f${i}`).join(' ')} } } } ${Array.from({ length: 48 }, (_, i) => `fragment f${i} on Article { id title body version author { id displayName createdAt } viewerCan { update publish delete } }`).join(' ')}`,
      'compared more than 10000 times',
    ],
    [
      'with one name and nothing else four thousand times',
      `{ ${'__typename '.repeat(3_990)}}`,
      'compared more than 10000 times',
    ],
  ])('%s is refused before anything of it runs', async (_, query, limit) => {
    server.statements.length = 0;
    const { status, body } = await server.ask(query);
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, 'OPERATION_TOO_COMPLEX']);
    expect(body.errors).toHaveLength(1);
    expect(body.errors?.[0]?.message).toContain(limit);
    // The first of them in ten minutes is an event.
    expect(server.statements).toEqual([]);
  });

  test('that multiplies introspection by fragments and aliases is refused before anything of it runs', async () => {
    const aliases = (field: string, fragment: string): string =>
      Array.from({ length: 14 }, (_, index) => `a${index}:${field}{...${fragment}}`).join(' ');
    const query = `{__schema{types{...T}}} fragment T on __Type{${aliases('fields', 'F')}} fragment F on __Field{${aliases('type', 'A')}} fragment A on __Type{${aliases('ofType', 'B')}} fragment B on __Type{name kind}`;
    expect(await ask({ query })).toEqual({ status: 400, code: 'OPERATION_TOO_COMPLEX' });
  });

  test('that introspects as tools do is answered', async () => {
    expect(
      await ask({ query: getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, oneOf: true }) }),
    ).toEqual({ status: 200, code: undefined });
  });

  test('costs as much with `first: null` as with what null is read as', async () => {
    const nest = (depth: number): string =>
      depth === 0 ? 'id' : `author { articles(first: $n) { nodes { id ${nest(depth - 1)} } } }`;
    const query = `query ($n: Int) { articles(first: $n) { nodes { id ${nest(3)} } } }`;
    expect(await ask({ query, variables: { n: null } })).toEqual({ status: 400, code: 'OPERATION_TOO_COMPLEX' });
  });

  test('with wrong variables is told the first place alone, without the value, a suggestion or an effort', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`emai${index}`, 1]));
    const query = 'mutation ($i: LoginInput!) { login(input: $i) { __typename } }';
    const { body } = await server.ask(query, {
      i: { email: 'a@example.com', password: 'a-secret-password', ...unknown },
    });
    expect(body.errors).toHaveLength(1);
    expect(JSON.stringify(body)).not.toMatch(/a-secret-password|did you mean/i);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', problem: 'invalid_value' });
  });

  test('with too many tokens is refused while it is parsed', async () => {
    expect(await ask({ query: `{ ${'id '.repeat(4_001)} }` })).toEqual({ status: 200, code: 'GRAPHQL_PARSE_FAILED' });
  });

  test.each([
    ['', 'sessionEnded @skip(if: true) { id }'],
    ['($no: Boolean!)', 'sessionEnded @skip(if: $no) { id }'],
    ['($no: Boolean = true)', 'sessionEnded @include(if: $no) { id }'],
    ['', '... @include(if: false) { sessionEnded { id } }'],
    ['', '...F } fragment F on Subscription { sessionEnded @skip { id }'],
    ['', '...F @include(if: "no") } fragment F on Subscription { sessionEnded { id }'],
  ])('that may or may not subscribe is not valid (%s { %s })', async (variables, root) => {
    for (const query of [
      `subscription S${variables} { ${root} }`,
      `query Q { __typename } subscription S${variables} { ${root} }`,
    ]) {
      expect(await ask({ query, operationName: 'S', variables: { no: true } })).toEqual({
        status: 200,
        code: 'GRAPHQL_VALIDATION_FAILED',
      });
    }
  });

  test('that subscribes is refused before anything of it runs: there is another protocol for it', async () => {
    const query = 'subscription { articlePublished { id } }';
    for (const client of [server, await server.signIn('viewer')]) {
      const { status, body } = await client.ask(query);
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
      expect(body.errors?.[0]?.message).toContain('graphql-transport-ws');
    }
  });

  test('by GET may read, and may not write', async () => {
    const read = (query: string): Promise<Response> =>
      fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { accept: 'application/json' } });
    expect((await read('{ __typename }')).status).toBe(200);
    expect((await read('mutation { logout }')).status).toBe(405);
  });
});

describe('A credential', () => {
  const withAuthorization = (authorization: string) => server.ask('{ articles { totalCount } }', {}, { authorization });

  test.each(['Bearer nonsense', 'Bearer a.b.c', 'Basic dXNlcjpwYXNz', 'nonsense', 'Bearer', 'Digest x'])(
    'that is bad is 401, even where nothing is asked for but what is public (%s)',
    async (authorization) => {
      const { status, headers, body } = await withAuthorization(authorization);
      expect([status, headers.get('www-authenticate'), body.errors?.[0]?.extensions.code]).toEqual([
        401,
        'Bearer error="invalid_token"',
        'UNAUTHENTICATED',
      ]);
      expect(body.data).toBeUndefined();
    },
  );

  test('that was altered anywhere is 401', async () => {
    const { accessToken } = await server.signIn('editor');
    const [head = '', body = '', mac = ''] = accessToken.split('.');
    const admin = Buffer.from(
      JSON.stringify({
        ...JSON.parse(Buffer.from(body, 'base64url').toString()),
        sub: '01900000-0000-7000-8000-000000000000',
      }),
    ).toString('base64url');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    for (const token of [
      `${head}.${admin}.${mac}`,
      `${none}.${body}.`,
      `${head}.${body}.${mac.slice(0, -4)}AAAA`,
      `${head}.${body}`,
    ]) {
      expect((await withAuthorization(`Bearer ${token}`)).status).toBe(401);
    }
  });

  test('that does not count any more is 401 even where the document is none', async () => {
    const editor = await server.signIn('editor');
    await editor.get('mutation { logout }');
    expect((await editor.ask('{ me {')).status).toBe(401);
    expect((await editor.ask('{ nothing }')).status).toBe(401);
  });

  test('that does not count any more is 401 whatever else is wrong', async () => {
    const editor = await server.signIn('editor');
    await editor.get('mutation { logout }');
    const wrong: Array<[string, object?]> = [
      ['query ($id: ID!) { article(id: $id) { id } }', { id: [] }],
      ['mutation ($id: ID!, $skip: Boolean!) { deleteArticle(id: $id) @skip(if: $skip) }', { id: [] }],
      ['mutation { logout updateProfile(input: { displayName: "x" }) { id } }'],
      [`{ ${Array.from({ length: 31 }, (_, index) => `a${index}: __typename`).join(' ')} }`],
    ];
    for (const [document, variables] of wrong) {
      const { status, headers, body } = await editor.ask(document, variables);
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
  });

  test('that expired is 401, with a challenge', async () => {
    const { accessToken } = await server.signIn('editor');
    server.wait(906);
    const { status, headers } = await withAuthorization(`Bearer ${accessToken}`);
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
  });
});

describe('Around GraphQL', () => {
  test('a browser in development gets Apollo Sandbox, which no page may frame', async () => {
    const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html,application/xhtml+xml' } });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    const html = await page.text();
    expect(html).toContain('embeddable-sandbox');
    expect(html).toContain('runTelemetry: false,');
    expect(html).toContain("if (window.EmbeddedSandbox === undefined) location.replace('explorer');");
  });

  test('without the console it tells what else to open if the scripts of Apollo Sandbox do not load', async () => {
    const plain = await startServer({ CONSOLE: 'off' });
    const html = await (await fetch(`${plain.url}/graphql`, { headers: { accept: 'text/html' } })).text();
    await plain.stop();
    expect(html).toContain(
      "if (window.EmbeddedSandbox === undefined) document.getElementById('otherwise').hidden = false",
    );
    expect(html).toContain('studio.apollographql.com/sandbox');
    expect(html).not.toMatch(/href="(console|explorer)"|location\.replace/);
  });

  test('a navigation never executes an operation', async () => {
    // fetch sets this header itself, so the request is made by hand.
    const page = await new Promise<string>((resolve) => {
      get(`${server.url}/graphql?query={__typename}`, { headers: { 'sec-fetch-mode': 'navigate' } }, (response) => {
        response.on('data', (data) => resolve(String(data)));
      });
    });
    expect(page).not.toContain('"data"');
  });

  test('health tells a running process from one that can serve', async () => {
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${server.url}/health/ready`)).json()).toEqual({ status: 'ready' });
  });

  test('a connection waits for its next request as long as KEEP_ALIVE_TIMEOUT says, 75 seconds by default', async () => {
    const brief = await startServer({ KEEP_ALIVE_TIMEOUT: '7' });
    const told = async ({ url }: TestServer) => (await fetch(`${url}/health/live`)).headers.get('keep-alive');
    expect([await told(server), await told(brief)]).toEqual(['timeout=75', 'timeout=7']);
    await brief.stop();
  });

  test('keys may be cached for five minutes', async () => {
    const { headers } = await fetch(`${server.url}/.well-known/jwks.json`);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
  });
});

test('A header that cannot be written ends its connection, is reported, and leaves the server standing', async () => {
  const reported: unknown[] = [];
  const http = createHttpServer({
    routes: {
      '/default': (_, response) => {
        response.setDefault('x-note', 'Größe €');
        response.end();
      },
      '/error': () => {
        throw new AppError('BAD_REQUEST', 'No.', { headers: { 'x-note': 'two\nlines' } });
      },
      '/fine': (_, response) => void response.end('fine'),
    },
    report(error) {
      reported.push(error);
      return error instanceof AppError ? error : new AppError('INTERNAL_SERVER_ERROR', 'Something went wrong.');
    },
    upgrade: () => undefined,
    ...edge,
  });
  const url = `http://127.0.0.1:${await http.listen(0, '127.0.0.1')}`;
  for (const path of ['/default', '/error']) await expect(fetch(url + path)).rejects.toThrow('fetch failed');
  expect(reported.filter((error) => isErrno(error, 'ERR_INVALID_CHAR'))).toHaveLength(3);
  expect(await (await fetch(`${url}/fine`)).text()).toBe('fine');
  await http.drain(0);
});

describe('An answer that its client does not read', () => {
  /** More than the network takes on its own. */
  const large = 'x'.repeat(12 * 1024 ** 2);
  async function serveLarge(
    unsent = createUnsent(),
    sendTimeoutMs = 60_000,
  ): Promise<{ http: HttpServer; port: number }> {
    const http = createHttpServer({
      routes: { '/large': (_, response) => void response.end(large) },
      report: (error) => error as AppError,
      upgrade: () => undefined,
      ...edge,
      unsent,
      sendTimeoutMs,
    });
    return { http, port: await http.listen(0, '127.0.0.1') };
  }
  /** Asks so many times on one connection, and reads nothing until told to. */
  async function askUnread(port: number, times = 1): Promise<Socket> {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.pause();
    socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(times));
    return socket;
  }
  /** How much arrives until the server ends the connection. */
  async function readToTheEnd(socket: Socket): Promise<number> {
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length)).resume();
    await once(socket, 'close');
    return bytes;
  }

  test('ends its connection after a while', async () => {
    let isCut = false;
    const { http, port } = await serveLarge(
      {
        add(connection) {
          connection.once('close', () => (isCut = true));
          return () => undefined;
        },
      },
      50,
    );
    const socket = await askUnread(port);
    await until(() => isCut, 'the connection to be cut');
    expect(await readToTheEnd(socket)).toBeLessThan(large.length);
    await http.drain(0);
  });

  test('ends the connection that asks for more and more of them', async () => {
    const { http, port } = await serveLarge();
    expect(await readToTheEnd(await askUnread(port, 8))).toBeLessThan(8 * large.length);
    await http.drain(0);
  });

  test('makes way for that of another client once there are too many, the one that waited longest first', async () => {
    const { http, port } = await serveLarge(
      createUnsent({ maxConnectionBytes: 2 * large.length, maxBytes: 2.5 * large.length }),
    );
    const sockets = [await askUnread(port), await askUnread(port), await askUnread(port)];
    const read = await Promise.all(sockets.map((socket) => (socket.end(), readToTheEnd(socket))));
    expect(read.map((bytes) => bytes >= large.length)).toEqual([false, true, true]);
    await http.drain(0);
  });
});
