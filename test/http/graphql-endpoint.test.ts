import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createGraphQLEndpoint, type GraphQLAnswer } from '../../src/http/graphql/graphql-endpoint.ts';
import type { GraphQLRequest, RequestContext } from '../../src/request/context.ts';
import { rawRequest, sendRaw } from '../support/raw.ts';
import { appOrigin, knownCallers, moment } from '../support/request-context-deps.ts';
import { serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

const { deps, presented, foreign } = knownCallers();
const executed: Array<readonly [GraphQLRequest, RequestContext]> = [];
let answer: GraphQLAnswer;
beforeEach(() => {
  for (const list of [executed, presented, foreign]) list.length = 0;
  answer = { status: 200, headers: [['content-type', 'application/json; charset=utf-8']], body: '{"data":null}' };
});

let served: ServedRoutes;
beforeAll(async () => {
  const execute = (request: GraphQLRequest, context: RequestContext): Promise<GraphQLAnswer> => {
    executed.push([request, context]);
    return Promise.resolve(answer);
  };
  const endpoint = (hasSandbox: boolean, hasExplorer: boolean) =>
    createGraphQLEndpoint({ ...deps, execute, hasSandbox, hasExplorer });
  served = await serveRoutes({
    '/graphql': endpoint(false, false),
    '/sandbox': endpoint(true, false),
    '/explored': endpoint(true, true),
  });
});
afterAll(() => served.stop());

type Headers = Record<string, string>;

/** Sends a request with the headers given and no others. */
function send(method: string, url: string, headers: Headers = {}, body = '') {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map((line) => line.join(': '));
  return sendRaw(served.url, rawRequest([`${method} ${url} HTTP/1.1`, 'host: x', 'connection: close', ...lines], body));
}

const post = (headers: Headers = {}) =>
  send('POST', '/graphql', { 'content-type': 'application/json', ...headers }, '{}');
const get = (headers: Headers = {}, url = '/graphql?query=x') => send('GET', url, headers);
const errorIn = (body: string): unknown => (JSON.parse(body) as { errors: unknown[] }).errors[0];

describe('A request to GraphQL', () => {
  test('is executed as it came, for its caller', async () => {
    await send(
      'POST',
      '/graphql?a=b',
      {
        'content-type': 'application/json',
        authorization: 'Bearer good',
        'user-agent': 'a client',
        'x-totp-code': '123456',
      },
      '{"query":"{ a }"}',
    );
    const [[request, context] = []] = executed;
    expect(request).toMatchObject({ method: 'POST', search: '?a=b', body: { query: '{ a }' } });
    expect(request?.headers).toMatchObject({ 'user-agent': 'a client' });
    const principal = { kind: 'user', id: 'ada', userId: 'ada', roles: [], scopes: [], networks: ['office'] };
    expect(context).toMatchObject({
      principal,
      credential: { source: 'bearer' },
      ipAddress: '192.0.2.1',
      userAgent: 'a client',
      now: moment,
    });
    expect(context?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(presented).toEqual([
      {
        authorization: 'Bearer good',
        apiKey: undefined,
        queryKey: undefined,
        cookies: { access: undefined, refresh: undefined },
        factorCode: '123456',
        ipAddress: '192.0.2.1',
        now: moment,
        requestId: context?.requestId,
        userAgent: 'a client',
      },
    ]);
  });

  test('by GET has no body, and the key in its query', async () => {
    expect((await get({ 'x-totp-code': '' }, '/graphql?query=x&api_key=sp_good_x')).status).toBe(200);
    expect(executed).toMatchObject([
      [{ method: 'GET', search: '?query=x&api_key=sp_good_x', body: null }, { principal: { kind: 'apiKey' } }],
    ]);
    expect(presented).toMatchObject([{ queryKey: 'sp_good_x', factorCode: undefined, userAgent: null }]);
    await get({}, '/graphql');
    expect(executed[1]).toMatchObject([{ search: '' }, { principal: { kind: 'anonymous' } }]);
  });

  test.each([
    ['variables', 'repeated name', '{"a":1,"a":2}'],
    ['variables', 'too deep', '['.repeat(150) + ']'.repeat(150)],
    ['extensions', 'repeated name', '{"a":{"b":1,"\\u0062":2}}'],
  ])('by GET is refused for what a body is refused for: `%s` with a %s', async (name, problem, json) => {
    const { status, body } = await get({}, `/graphql?query=x&${name}={}&${name}=${encodeURIComponent(json)}`);
    const message = `The JSON of \`${name}\` is not accepted: ${problem}.`;
    expect([status, errorIn(body)]).toMatchObject([400, { message, extensions: { code: 'BAD_REQUEST' } }]);
    expect(executed).toEqual([]);
  });

  test('by GET is executed with JSON that is plain, or that is none, which the execution refuses', async () => {
    for (const json of ['{"a":{"a":1}}', '{"a', '']) {
      expect((await get({}, `/graphql?query=x&variables=${encodeURIComponent(json)}`)).status).toBe(200);
    }
    expect(executed).toHaveLength(3);
  });

  test('is answered with the status, the headers and the body that it got, and kept by no cache', async () => {
    answer = {
      status: 207,
      headers: [
        ['content-type', 'application/graphql-response+json'],
        ['cache-control', 'public'],
        ['x-note', 'why'],
      ],
      body: '{"data":{}}',
    };
    const { status, headers, body } = await post();
    expect([status, body]).toEqual([207, '{"data":{}}']);
    expect(['content-type', 'cache-control', 'x-note'].map((name) => headers.get(name))).toEqual([
      'application/graphql-response+json',
      'no-store',
      'why',
    ]);
  });

  test('is answered with no header that cannot be written', async () => {
    answer = { ...answer, headers: [['x-note', 'Größe €']] };
    served.reported.length = 0;
    const { status, body } = await post();
    expect([status, errorIn(body)]).toMatchObject([500, { extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(served.reported).toMatchObject([{ code: 'ERR_INVALID_CHAR' }]);
  });

  test.each(['PUT', 'DELETE', 'HEAD', 'OPTIONS'])(
    'by another method is refused, and no caller is asked for: %s',
    async (method) => {
      const { status, headers, body } = await send(method, '/graphql', {
        accept: 'text/html',
        authorization: 'Bearer good',
      });
      expect([status, headers.get('allow'), headers.get('cache-control')]).toEqual([405, 'GET, POST', 'no-store']);
      if (method !== 'HEAD') expect(errorIn(body)).toMatchObject({ message: 'Send GraphQL requests by GET or POST.' });
      expect([executed, presented]).toEqual([[], []]);
    },
  );

  test('is no preflight of its page, which is answered by itself', async () => {
    const asks = { origin: appOrigin, 'access-control-request-method': 'POST' };
    const { status, headers } = await send('OPTIONS', '/graphql', asks);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, appOrigin]);
    expect(executed).toEqual([]);
  });

  test('with a body that is none is refused before its credential is looked at', async () => {
    expect((await send('POST', '/graphql', { 'content-type': 'application/json' }, '{')).status).toBe(400);
    expect((await post({ authorization: 'Bearer good', 'x-api-key': 'sp_good_x' })).status).toBe(400);
    expect((await post({ authorization: 'Bearer bad' })).status).toBe(401);
    expect(executed).toEqual([]);
  });
});

describe('A request to GraphQL with cookies', () => {
  const cookie = 'sallyport-access=cookie';
  const evil = 'https://evil.example';
  const preflight = { 'apollo-require-preflight': '' };

  const posts: ReadonlyArray<readonly [Headers, boolean]> = [
    [{ origin: appOrigin }, true],
    [{ origin: evil }, false],
    [{ 'sec-fetch-site': 'same-origin', ...preflight }, false],
    [{}, false],
  ];
  const gets: ReadonlyArray<readonly [Headers, boolean]> = [
    [{ origin: appOrigin, ...preflight }, true],
    [{ origin: appOrigin, 'x-apollo-operation-name': 'A' }, true],
    [{ 'sec-fetch-site': 'same-origin', ...preflight }, true],
    [{ 'sec-fetch-site': 'same-origin', 'x-apollo-operation-name': 'A' }, true],
    [{ origin: appOrigin }, false],
    [{ 'sec-fetch-site': 'same-origin' }, false],
    [{ 'sec-fetch-site': 'same-site', ...preflight }, false],
    [{ 'sec-fetch-site': 'cross-site', ...preflight }, false],
    [{ origin: evil, 'sec-fetch-site': 'same-origin', ...preflight }, false],
    [{ origin: evil, ...preflight }, false],
    [preflight, false],
    [{}, false],
  ];

  test.each([
    ['POST', posts, 'A request with cookies needs an `Origin` of CORS_ORIGINS or of PUBLIC_URL.'],
    [
      'GET',
      gets,
      'A GET request with cookies needs the header `apollo-require-preflight` and must come from the same origin.',
    ],
  ] as const)('by %s is answered to our own pages alone', async (method, cases, message) => {
    const ask = method === 'POST' ? post : get;
    for (const [headers, isAnswered] of cases) {
      for (const list of [executed, foreign]) list.length = 0;
      const { status, body } = await ask({ ...headers, cookie });
      expect([headers, status, executed.length, foreign.length]).toEqual(
        isAnswered ? [headers, 200, 1, 0] : [headers, 403, 0, 1],
      );
      if (!isAnswered) expect(errorIn(body)).toEqual({ message, extensions: { code: 'FORBIDDEN' } });
    }
  });

  test.each([{ cookie: 'sallyport-device=x' }, { authorization: 'Bearer good' }])(
    'that are no credentials, or none, is answered to any: %p',
    async (headers) => {
      for (const ask of [post, get]) expect((await ask({ ...headers, origin: evil })).status).toBe(200);
      expect(foreign).toEqual([]);
    },
  );
});

describe('Whoever opens the URL of GraphQL in a browser', () => {
  const opened: readonly Headers[] = [
    { 'sec-fetch-mode': 'navigate' },
    { accept: 'text/html' },
    { accept: 'application/xhtml+xml, text/html;q=0.9' },
  ];

  test('gets a page where there is one, and never an operation', async () => {
    for (const headers of opened) {
      const { status, headers: sent, body } = await get(headers, '/sandbox?query=x');
      expect([status, sent.get('content-type'), sent.get('permissions-policy')]).toEqual([
        200,
        'text/html; charset=utf-8',
        'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      ]);
      expect(sent.get('content-security-policy')).toContain("script-src 'unsafe-inline' https://embeddable-sandbox.");
      expect(body).toContain('<!doctype html>');
      expect(body).not.toContain('href="console"');
      expect((await get(headers, '/explored')).body).toContain('href="console"');
    }
    expect(executed).toEqual([]);
  });

  test('is told what to do where there is none', async () => {
    for (const headers of opened) {
      const { status, body } = await get(headers);
      expect([status, errorIn(body)]).toMatchObject([
        406,
        { message: 'This URL answers GraphQL requests, not navigations: POST with `content-type: application/json`.' },
      ]);
    }
  });

  test('is told apart from clients, and from requests that a page sends', async () => {
    for (const headers of [
      { accept: 'application/json' },
      { accept: 'text/htmlx' },
      { 'sec-fetch-mode': 'cors' },
      {},
    ]) {
      expect([headers, (await get(headers, '/sandbox')).body]).toEqual([headers, answer.body]);
    }
    const html = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };
    expect((await post(html)).body).toBe(answer.body);
  });
});
