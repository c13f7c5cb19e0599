import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';

const origin = 'https://app.example.com';
let server: TestServer;
beforeAll(async () => void (server = await startServer({ CORS_ORIGINS: origin })));
afterAll(() => server.stop());

const login =
  'mutation { login(input: { email: "editor@demo.sallyport.test", password: "sallyport-demo", delivery: COOKIE }) { ... on AuthTokens { accessToken refreshToken user { id } } } }';
const refresh = 'mutation { refresh { accessToken refreshToken user { email } } }';
const me = '{ me { email } }';

const setCookies = ({ headers }: Answer): string[] => headers.getSetCookie();
const jarOf = (answer: Answer): string =>
  setCookies(answer)
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
const withCookies = (query: string, cookie: string, headers: Record<string, string> = { origin }): Promise<Answer> =>
  server.ask(query, {}, { cookie, ...headers });
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code;

describe('Tokens in cookies', () => {
  test('are out of reach of scripts and null in the answer', async () => {
    const answer = await server.ask(login, {}, { origin });
    expect(answer.body.data?.['login']).toMatchObject({ accessToken: null, refreshToken: null });
    expect(setCookies(answer)).toEqual([
      expect.stringMatching(/^sallyport-device=.+; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^sallyport-access=.+; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^sallyport-refresh=.+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });

  test('carry the __Host- prefix and Secure where the server is reached by https', async () => {
    const secure = await startServer({ PUBLIC_URL: 'https://api.example.com' });
    const cookies = setCookies(await secure.ask(login, {}, { origin: 'https://api.example.com' }));
    expect(cookies).toEqual([
      expect.stringMatching(/^__Host-sallyport-device=.*; HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(/^__Host-sallyport-access=.*; HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(/^__Host-sallyport-refresh=.*; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    await secure.stop();
  });

  test('are given to allowed origins alone, and to nobody without one', async () => {
    for (const headers of [{}, { origin: 'https://evil.example.com' }]) {
      const answer = await server.ask(login, {}, headers);
      expect([answer.status, codeOf(answer), setCookies(answer)]).toEqual([403, 'FORBIDDEN', []]);
    }
  });

  test('sign a request in, and renew themselves', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    expect((await withCookies(me, cookies)).body.data).toEqual({ me: { email: 'editor@demo.sallyport.test' } });
    const renewed = await withCookies(refresh, cookies);
    expect(renewed.body.data?.['refresh']).toMatchObject({
      accessToken: null,
      user: { email: 'editor@demo.sallyport.test' },
    });
    expect((await withCookies(me, jarOf(renewed))).status).toBe(200);
  });

  test('are worth nothing in a request that another site made', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    for (const headers of [{}, { origin: 'https://evil.example.com' }, { origin: 'null' }]) {
      const answer = await withCookies(me, cookies, headers);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'FORBIDDEN']);
    }
  });

  test('serve a GET only from the same origin, with a header that a form cannot send', async () => {
    const cookie = jarOf(await server.ask(login, {}, { origin }));
    const get = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${server.url}/graphql?query=${encodeURIComponent(me)}`, { headers: { cookie, ...headers } }))
        .status;
    expect(await get({})).toBe(403);
    expect(await get({ 'apollo-require-preflight': 'true' })).toBe(403);
    expect(await get({ 'apollo-require-preflight': 'true', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await get({ 'apollo-require-preflight': 'true', 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await get({ 'apollo-require-preflight': 'true', origin })).toBe(200);
  });

  test('make an anonymous request once they are stale, not a refused one', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    server.wait(910);
    const answer = await withCookies('{ me { email } articles { totalCount } }', cookies);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      data: { me: null, articles: { totalCount: 2 } },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('that are forged are refused and taken back', async () => {
    const answer = await withCookies(me, 'sallyport-access=forged');
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(setCookies(answer)).toEqual([expect.stringMatching(/^sallyport-access=; Max-Age=0/)]);
  });

  test('beside an Authorization header are one credential too many', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    const { accessToken } = await server.signIn('viewer');
    const answer = await withCookies(me, cookies, { origin, authorization: `Bearer ${accessToken}` });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
  });

  test('go with the session that logs out', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    const answer = await withCookies('mutation { logout }', cookies);
    expect(setCookies(answer).map((cookie) => cookie.split(';', 2).join(';'))).toEqual([
      'sallyport-access=; Max-Age=0',
      'sallyport-refresh=; Max-Age=0',
    ]);
    expect(codeOf(await withCookies(refresh, cookies))).toBe('INVALID_GRANT');
  });

  test('stay, with their session, where another session is ended by its token', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    const other = await server.signIn('viewer');
    const answer = await withCookies(`mutation { logout(refreshToken: "${other.refreshToken}") }`, cookies);
    expect([answer.body.data, setCookies(answer)]).toEqual([{ logout: true }, []]);
    expect((await withCookies(me, cookies)).body.data).toEqual({ me: expect.any(Object) });
    expect((await other.ask(me)).status).toBe(401);
  });

  test('stay where they are when a refresh loses', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    await withCookies('mutation { logout }', cookies);
    expect(setCookies(await withCookies(refresh, cookies))).toEqual([]);
  });
});

describe('A web page of another origin', () => {
  test('may ask where CORS_ORIGINS names it', async () => {
    const preflight = await fetch(`${server.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
  });

  test('gets no answer to read where it does not', async () => {
    const answer = await server.ask('{ __typename }', {}, { origin: 'https://evil.example.com' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
  });
});
