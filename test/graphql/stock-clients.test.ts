import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { createClient as createWsClient } from 'graphql-ws';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allowInsecureRequests, discoveryRequest, processDiscoveryResponse } from 'oauth4webapi';
import { WebSocket } from 'ws';
import { parseMoment } from '../../src/request/moment.ts';
import { createClient } from '../support/client.ts';
import { publishArticle } from '../support/publish-article.ts';
import { rawRequest, sendRaw } from '../support/raw.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { bearer, connectAt, disposeListeners, listenAt } from '../support/websocket.ts';

const studio = 'https://studio.apollographql.com';
const app = 'https://app.example.com';
let server: TestServer;
beforeAll(async () => void (server = await startServer({ CORS_ORIGINS: app, ENABLE: 'api-key-query' })));
afterAll(async () => {
  await disposeListeners();
  await server.stop();
});

const me = '{ me { id } }';
const login =
  'mutation { login(input: { email: "viewer@demo.sallyport.test", password: "sallyport-demo" }) { __typename } }';

describe('A client without a credential', () => {
  test.each([
    { authorization: '' },
    { authorization: '  ' },
    { 'x-api-key': '' },
    { authorization: '', 'x-api-key': '' },
  ])('is anonymous however it spells that: %j', async (headers) => {
    const { status, body } = await createClient(server.url, headers).ask('{ articles { totalCount } }');
    expect([status, body.errors]).toEqual([200, undefined]);
    expect((await createClient(server.url, headers).ask(login)).body.errors).toBeUndefined();
  });

  test('is Apollo Client with its documented link, which sends an empty header until a user is signed in', async () => {
    let token: string | null = null;
    const authorize = new SetContextLink(({ headers }) => ({
      headers: { ...headers, authorization: token === null ? '' : `Bearer ${token}` },
    }));
    const client = new ApolloClient({
      clientAwareness: { name: 'web', version: '1.0.0' },
      link: authorize.concat(new HttpLink({ uri: `${server.url}/graphql` })),
      cache: new InMemoryCache(),
      defaultOptions: { query: { fetchPolicy: 'no-cache' }, mutate: { fetchPolicy: 'no-cache' } },
    });
    const who = () =>
      client.query<{ me: { displayName: string } | null }>({
        query: gql`
          {
            me {
              displayName
            }
          }
        `,
        errorPolicy: 'all',
      });
    expect((await who()).error?.message).toContain('Sign in');
    const { data } = await client.mutate<{ login: { accessToken: string } }>({
      mutation: gql`
        mutation {
          login(input: { email: "viewer@demo.sallyport.test", password: "sallyport-demo" }) {
            ... on AuthTokens {
              accessToken
            }
          }
        }
      `,
    });
    token = data?.login.accessToken ?? null;
    expect((await who()).data?.me?.displayName).toBe('Vera Viewer');
  });

  test('may leave the parameter for a key empty', async () => {
    const response = await fetch(`${server.url}/graphql?api_key=`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ articles { totalCount } }' }),
    });
    expect(response.status).toBe(200);
  });

  test.each([undefined, {}, { authorization: '' }, { Authorization: null }, { headers: { authorization: '' } }])(
    'opens a WebSocket by %j',
    async (connectionParams) => {
      const options = connectionParams === undefined ? {} : { connectionParams };
      const listener = await listenAt(server.url, 'subscription { sessionEnded { id } }', options);
      expect(await listener.heard(1)).toMatchObject([{ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
    },
  );
});

describe('A WebSocket', () => {
  test.each([
    (token: string) => ({ authorization: token }),
    (token: string) => ({ Authorization: token }),
    (token: string) => ({ AUTHORIZATION: token, locale: 'en', client: { name: 'web', tags: ['a'], version: 3 } }),
    (token: string) => ({ headers: { Authorization: token } }),
  ])('reads its credential whatever the case: %s', async (paramsOf) => {
    const viewer = await server.signIn('viewer');
    const listener = await listenAt(server.url, 'subscription { sessionEnded { id } }', {
      connectionParams: paramsOf(`Bearer ${viewer.accessToken}`),
    });
    expect(listener.events).toEqual([]);
    await viewer.get('mutation { logout }');
    expect(await listener.closed).toMatchObject({ code: 4403 });
  });

  test.each([
    [{ authToken: 'x' }, 4403],
    [{ headers: { 'x-api-key': 'x' } }, 4403],
    [{ authorization: 'Bearer x' }, 4403],
    [{ authorization: 5 }, 4400],
    [{ authorization: 'Bearer x', headers: { Authorization: 'Bearer x' } }, 4400],
    [{ authorization: 'Bearer x', Authorization: 'Bearer x' }, 4400],
    [{ authorization: ['Bearer x'] }, 4400],
    [{ authorization: { token: 'x' } }, 4400],
    [{ headers: [['authorization', 'Bearer x']] }, 4403],
    [{ headers: ['authorization: Bearer x'] }, 4403],
    [{ headers: [{ name: 'authorization', value: 'Bearer x' }] }, 4403],
    [{ headers: { headers: { authorization: 'Bearer x' } } }, 4403],
    [{ headers: 'authorization: Bearer x' }, 4403],
    [{ context: { headers: { Authorization: 'Bearer x' } } }, 4403],
    [{ bag: { a: { b: 'eyJhbGciOiJFZERTQSJ9.e30.x' } } }, 4403],
  ])('with %j is never anonymous: it is closed by %d', async (connectionParams, code) => {
    const listener = await listenAt(server.url, 'subscription { sessionEnded { id } }', { connectionParams });
    expect(await listener.closed).toMatchObject({ code });
  });

  test('of graphql-ws comes back by itself after its session has ended, by parameters that are made anew', async () => {
    const sessions: SignedIn[] = [];
    const heard: unknown[] = [];
    const client = createWsClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryWait: async () => undefined,
      connectionParams: async () => {
        sessions.push(await server.signIn('viewer'));
        return { Authorization: `Bearer ${sessions.at(-1)?.accessToken}` };
      },
    });
    const end = client.subscribe(
      { query: 'subscription { articlePublished { title } }' },
      { next: (event) => void heard.push(event), error: (error) => void heard.push(error), complete: () => undefined },
    );
    await until(() => sessions.length === 1, 'the first connection');
    await sessions[0]?.get('mutation { logout }');
    await until(() => sessions.length === 2, 'the second connection');
    const editor = await server.signIn('editor');
    await until(async () => {
      await publishArticle(editor, 'News');
      return heard.length > 0;
    }, 'a sign that it listens again');
    expect(heard[0]).toEqual({ data: { articlePublished: { title: 'News' } } });
    end();
    await client.dispose();
  });
});

describe('A page of another origin', () => {
  const preflight = (origin: string, headers: string): Promise<Response> =>
    fetch(`${server.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': headers,
        'access-control-request-private-network': 'true',
      },
    });

  test('may send the headers that it asks for, and read what it needs', async () => {
    const asked = 'content-type,apollographql-client-name,apollographql-client-version,traceparent';
    const { headers } = await preflight(app, asked);
    expect(headers.get('access-control-allow-headers')).toBe(asked);
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0);
    const answer = await server.ask('{ __typename }', {}, { origin: app });
    expect(answer.headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after, www-authenticate');
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
  });

  test('that is not allowed may send nothing', async () => {
    const { headers } = await preflight('https://evil.example.com', 'content-type');
    expect([headers.get('access-control-allow-origin'), headers.get('access-control-allow-headers')]).toEqual([
      null,
      null,
    ]);
  });

  test('that is Apollo Sandbox works in development: with a Bearer, introspection and subscriptions, and no cookies', async () => {
    const { headers } = await preflight(studio, 'authorization,content-type');
    expect(headers.get('access-control-allow-origin')).toBe(studio);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('access-control-allow-private-network')).toBe('true');
    const { accessToken } = await server.signIn('viewer');
    const client = createClient(server.url, { origin: studio, authorization: `Bearer ${accessToken}` });
    expect((await client.get<{ schema: object }>('{ schema: __schema { types { name } } }')).schema).toBeDefined();
    const cookie = await server.ask(login.replace('demo" }', 'demo", delivery: COOKIE }'), {}, { origin: studio });
    expect([cookie.status, cookie.headers.getSetCookie()]).toEqual([403, []]);
    const listener = await listenAt(server.url, 'subscription { sessionEnded { id } }', {
      headers: { origin: studio },
      connectionParams: { authorization: `Bearer ${accessToken}` },
    });
    expect(listener.events).toEqual([]);
    listener.terminate();
  });
});

test('Apollo Sandbox may ask for the schema every second, and other tabs of it beside', async () => {
  const introspection = getIntrospectionQuery();
  for (let second = 0; second < 30; second += 1) {
    const asked = await Promise.all([1, 2].map(() => server.ask(introspection)));
    expect(asked.map(({ status, body }) => [status, body.errors])).toEqual(asked.map(() => [200, undefined]));
    server.wait(1);
  }
});

describe('A sign-in mutation', () => {
  test('works with a Bearer that has expired or ended, and not with a forged one', async () => {
    const viewer = await server.signIn('viewer');
    await viewer.get('mutation { logout }');
    for (const operation of [login, 'mutation { requestPasswordReset(email: "nobody@example.com") }']) {
      expect((await viewer.ask(operation)).body.errors).toBeUndefined();
    }
    expect(
      (await viewer.ask('mutation { resetPassword(token: "none", newPassword: "another good one") }')).status,
    ).toBe(200);
    const refused = await viewer.ask(me);
    expect([refused.status, refused.body.errors?.[0]?.extensions]).toEqual([
      401,
      { code: 'UNAUTHENTICATED', reason: 'ENDED' },
    ]);
    expect((await server.ask(login, {}, { authorization: 'Bearer forged' })).status).toBe(401);
    expect(await connectAt(server.url, `Bearer ${viewer.accessToken}`)).toBe(4403);
  });
});

describe('A request', () => {
  const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  test('for a persisted query is told by the status under the response media type', async () => {
    const body = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } });
    const response = await post(body, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ message: 'PersistedQueryNotSupported' }] });
    expect((await post(body)).status).toBe(200);
  });

  test.each([
    '{"query":"{ me { id } }","query":"{ __typename }"}',
    '{"query":"{ __typename }","variables":{"a":1,"b":{"c":1,"\\u0063":2}}}',
    `{"query":"{ __typename }","variables":{"a":${'['.repeat(150)}${']'.repeat(150)}}}`,
  ])('whose JSON is ambiguous or too deep is refused: %s', async (body) => {
    const response = await post(body);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ]);
  });

  test('may have one name in two objects', async () => {
    expect((await post('{"query":"{ __typename }","variables":{"a":{"a":{}},"b":[{"a":1},{"a":"a,"}]}}')).status).toBe(
      200,
    );
  });
});

test.each([
  '2026-02-30T00:00:00Z',
  '2025-02-29T12:00:00Z',
  '2026-01-31T24:00:00Z',
  '2026-04-31T00:00:00+02:00',
  '2026-00-10T00:00:00Z',
])('The moment %s does not exist, and is refused', async (moment) => {
  expect(parseMoment(moment)).toBeNull();
  const query = 'query ($since: DateTime) { auditEvents(filter: { since: $since }) { totalCount } }';
  const { body } = await (await server.signIn('admin')).ask(query, { since: moment });
  expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('The moment of a leap day exists where there is one', () => {
  expect(parseMoment('2024-02-29T23:59:59.5+02:00')?.toISOString()).toBe('2024-02-29T21:59:59.500Z');
  expect(parseMoment('2000-02-29T00:00:00Z')).not.toBeNull();
  expect(parseMoment('1900-02-29T00:00:00Z')).toBeNull();
});

describe('Behind a path', () => {
  let front: Server;
  let behind: TestServer;
  beforeAll(async () => {
    // The port of the issuer is known first; what arrives there is handed on as it is.
    const handOn = async ({ url, method = 'GET' }: IncomingMessage, response: ServerResponse): Promise<void> => {
      const answer = await fetch(`${behind.url}${url}`, { method });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    };
    front = createServer((request, response) => void handOn(request, response));
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const { port } = front.address() as AddressInfo;
    behind = await startServer({ PUBLIC_URL: `http://127.0.0.1:${port}/base` });
  });
  afterAll(async () => {
    front.close();
    await behind.stop();
  });

  test('a client of OAuth finds the server by RFC 8414', async () => {
    const issuer = new URL(behind.config.http.publicUrl);
    const found = await discoveryRequest(issuer, { algorithm: 'oauth2', [allowInsecureRequests]: true });
    const metadata = await processDiscoveryResponse(issuer, found);
    expect(metadata.token_endpoint).toBe(`${issuer.href}/oauth/token`);
    expect((await fetch(metadata.jwks_uri ?? '')).status).toBe(200);
  });
});

describe('In development', () => {
  test('a request that names another host than this machine is refused, and an upgrade as well', async () => {
    const development = await startServer({ NODE_ENV: 'development', PUBLIC_URL: 'http://sallyport.local:4000' });
    const ask = async (host: string, more: readonly string[] = []): Promise<number> =>
      (
        await sendRaw(
          development.url,
          rawRequest(['GET /health/live HTTP/1.1', `host: ${host}`, 'connection: close', ...more]),
        )
      ).status;
    for (const host of ['localhost', 'localhost:4000', '127.0.0.1:80', '[::1]:4000', 'a.localhost', 'sallyport.local'])
      expect([host, await ask(host)]).toEqual([host, 200]);
    for (const host of ['evil.example.com', 'localhost.evil.example.com', '203.0.113.1', ''])
      expect([host, await ask(host)]).toEqual([host, 421]);
    const upgrade = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='];
    const lines = ['GET /graphql HTTP/1.1', 'host: evil.example.com', ...upgrade, 'sec-websocket-version: 13'];
    expect((await sendRaw(development.url, rawRequest(lines))).status).toBe(421);
    await development.stop();
  });

  test('introspection tells where each scalar is specified, as the schema’s file does', async () => {
    const { __schema } = await server.get<{
      __schema: { types: Array<{ name: string; specifiedByURL: string | null }> };
    }>('{ __schema { types { name specifiedByURL } } }');
    const specified = new Map(__schema.types.map(({ name, specifiedByURL }) => [name, specifiedByURL]));
    const written = readFileSync(new URL('../../schema/scalars.graphql', import.meta.url), 'utf8');
    const scalars = [...written.matchAll(/^scalar (\w+) @specifiedBy\(url: "([^"]+)"\)/gm)];
    expect(scalars.map(([, name]) => name)).toEqual(['DateTime', 'EmailAddress', 'JSON']);
    for (const [, name = '', url] of scalars) expect([name, specified.get(name)]).toEqual([name, url]);
  });

  test('introspection tells everything, and in production what the caller can reach', async () => {
    const names = '{ type: __type(name: "Query") { fields { name } } }';
    const namesAt = async (on: TestServer): Promise<string[]> =>
      (await on.get<{ type: { fields: Array<{ name: string }> } }>(names)).type.fields.map(({ name }) => name);
    expect(await namesAt(server)).toContain('auditEvents');
    const visible = await startServer({ INTROSPECTION: 'visible' });
    expect(await namesAt(visible)).not.toContain('auditEvents');
    await visible.stop();
  });
});

test('Every answer keeps a browser from using it as anything but data', async () => {
  const secure = await startServer({ PUBLIC_URL: 'https://api.example.com' });
  for (const path of ['/graphql', '/health/live', '/.well-known/jwks.json', '/nothing', '/oauth/token']) {
    const { headers } = await fetch(`${secure.url}${path}`);
    expect([path, Object.fromEntries(headers)]).toEqual([
      path,
      expect.objectContaining({
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      }),
    ]);
  }
  await secure.stop();
  expect((await fetch(`${server.url}/health/live`)).headers.get('strict-transport-security')).toBeNull();
});

test('Subscriptions are served below the path of PUBLIC_URL, too, as everything else is', async () => {
  const below = await startServer({ PUBLIC_URL: 'http://localhost:4000/api' });
  const published = 'subscription { articlePublished { title } }';
  const editor = await below.signIn('editor');
  const listening = await Promise.all(
    ['', '/api'].map((base) => listenAt(`${below.url}${base}`, published, bearer(editor))),
  );
  await publishArticle(editor, 'Below');
  for (const { heard } of listening)
    expect(await heard(1)).toEqual([{ data: { articlePublished: { title: 'Below' } } }]);
  await disposeListeners();
  await below.stop();
});
