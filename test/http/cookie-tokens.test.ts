import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';

const origin = 'https://app.example.com';
let server: TestServer;
beforeAll(async () => void (server = await startServer({ CORS_ORIGINS: origin, EMAIL_LOGIN: 'on' })));
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

/** One of the cookies of a jar. */
const only = (name: string, cookies: string): string =>
  cookies.split('; ').find((cookie) => cookie.startsWith(`sallyport-${name}=`)) ?? '';

async function signInByCookies(): Promise<{ cookies: string; id: string }> {
  const answer = await server.ask(login, {}, { origin });
  const { login: signedIn } = answer.body.data as { login: { user: { id: string } } };
  return { cookies: jarOf(answer), id: signedIn.user.id };
}

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

  test('reach a web app on another site where the server is told so', async () => {
    const env = {
      PUBLIC_URL: 'https://api.example.com',
      CORS_ORIGINS: 'https://app.example.org',
      COOKIE_SAMESITE: 'none',
    };
    const foreign = await startServer(env);
    const cookies = setCookies(await foreign.ask(login, {}, { origin: 'https://app.example.org' }));
    expect(cookies.map((cookie) => cookie.split('; ').slice(-2))).toEqual(
      cookies.map(() => ['Secure', 'SameSite=None']),
    );
    await foreign.stop();
  });

  test('are given to allowed origins alone, and to no client without one', async () => {
    for (const headers of [{}, { origin: 'https://evil.example.com' }]) {
      const answer = await server.ask(login, {}, headers);
      expect([answer.status, codeOf(answer), setCookies(answer)]).toEqual([403, 'FORBIDDEN', []]);
    }
  });

  test('are not set if the client does not ask for them, be it by null', async () => {
    const byNull = login.replace(/delivery: COOKIE/, 'delivery: null');
    expect(byNull).not.toBe(login);
    const answer = await server.ask(byNull);
    expect([answer.body.errors, setCookies(answer)]).toEqual([undefined, []]);
    expect(answer.body.data?.['login']).toMatchObject({ accessToken: expect.any(String) });
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
    expect(await get({ origin })).toBe(403);
    expect(await get({ origin, 'sec-fetch-site': 'same-origin' })).toBe(403);
  });

  test('are refused once they have expired, so that the client refreshes, and sees no less than before', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    server.wait(910);
    const expectExpired = async (cookie: string): Promise<void> => {
      const answer = await withCookies('{ me { email } articles { totalCount } }', cookie);
      expect([answer.status, answer.body.data]).toEqual([401, undefined]);
      expect(answer.body.errors?.map(({ extensions }) => extensions)).toEqual([
        { code: 'UNAUTHENTICATED', reason: 'EXPIRED' },
      ]);
      expect([setCookies(answer), answer.headers.get('clear-site-data')]).toEqual([[], null]);
    };
    await expectExpired(cookies);
    // What a browser sends by then: the access cookie lives as long as its token.
    await expectExpired(only('refresh', cookies));
    const renewed = await withCookies(refresh, only('refresh', cookies));
    expect((await withCookies(me, jarOf(renewed))).body.data).toEqual({ me: { email: 'editor@demo.sallyport.test' } });
  });

  test('of a session that has ended are refused once, and taken back', async () => {
    const { cookies, id } = await signInByCookies();
    await (await server.signIn('admin')).get('mutation ($id: ID!) { revokeUserSessions(userId: $id) }', { id });
    for (const cookie of [cookies, only('refresh', cookies)]) {
      const answer = await withCookies('{ articles { totalCount } }', cookie);
      expect([answer.status, answer.body.errors?.[0]?.extensions]).toEqual([
        401,
        { code: 'UNAUTHENTICATED', reason: 'ENDED' },
      ]);
      expect(setCookies(answer)).toEqual([
        expect.stringMatching(/^sallyport-access=; Max-Age=0/),
        expect.stringMatching(/^sallyport-refresh=; Max-Age=0/),
      ]);
    }
  });

  test('that have ended do not hinder a sign-in, a reset of the password or a logout', async () => {
    const { cookies } = await signInByCookies();
    await withCookies('mutation { logout }', cookies);
    for (const operation of [
      login,
      'mutation { logout }',
      'mutation { requestPasswordReset(email: "nobody@example.com") }',
      'mutation { verifyEmail(token: "none") }',
    ]) {
      expect([200, codeOf(await withCookies(operation, cookies))]).not.toContain('UNAUTHENTICATED');
    }
  });

  test('that are forged, the one for refreshing too, are taken back', async () => {
    const answer = await withCookies(me, 'sallyport-refresh=spr_forged');
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(setCookies(answer)).toContainEqual(expect.stringMatching(/^sallyport-refresh=; Max-Age=0/));
    expect(codeOf(await withCookies(refresh, 'sallyport-refresh=spr_forged'))).toBe('INVALID_GRANT');
  });

  test('of which there are two of one name are refused', async () => {
    const { cookies } = await signInByCookies();
    for (const twice of [`${cookies}; sallyport-access=other`, `${cookies}; sallyport-device=other`]) {
      const answer = await withCookies(me, twice);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
    }
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
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"');
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

  test('go with their session if it is ended by its token, also once the access cookie has expired', async () => {
    for (const seconds of [0, 910]) {
      const signedIn = await server.signIn('editor');
      const cookies = `sallyport-access=${signedIn.accessToken}; sallyport-refresh=${signedIn.refreshToken}`;
      server.wait(seconds);
      const answer = await withCookies(`mutation { logout(refreshToken: "${signedIn.refreshToken}") }`, cookies);
      expect([answer.body.data, setCookies(answer).length]).toEqual([{ logout: true }, 2]);
    }
  });

  test('stay, with their session, where the token that is given is none', async () => {
    for (const seconds of [0, 910]) {
      const { accessToken, refreshToken } = await server.signIn('editor');
      const cookies = `sallyport-access=${accessToken}; sallyport-refresh=${refreshToken}`;
      server.wait(seconds);
      const answer = await withCookies('mutation { logout(refreshToken: "spr_none") }', cookies);
      expect([answer.body.data, setCookies(answer)]).toEqual([{ logout: true }, []]);
      expect(codeOf(await withCookies(refresh, cookies))).toBeUndefined();
    }
  });

  test('go with all sessions of their user, and stay if the present one is kept', async () => {
    const { cookies } = await signInByCookies();
    const kept = await withCookies('mutation { logoutEverywhere(keepCurrent: true) }', cookies);
    expect([kept.body.errors, setCookies(kept)]).toEqual([undefined, []]);
    const gone = await withCookies('mutation { logoutEverywhere }', cookies);
    expect(gone.body.data).toEqual({ logoutEverywhere: 1 });
    expect(setCookies(gone)).toEqual([
      expect.stringMatching(/^sallyport-access=; Max-Age=0/),
      expect.stringMatching(/^sallyport-refresh=; Max-Age=0/),
    ]);
  });

  test('go if they are of no session, whatever token is given', async () => {
    for (const given of ['', '(refreshToken: "spr_none")']) {
      const answer = await withCookies(`mutation { logout${given} }`, 'sallyport-refresh=spr_forged');
      expect([answer.body.data, setCookies(answer).length]).toEqual([{ logout: true }, 2]);
    }
  });

  test('stay where they are when a refresh loses', async () => {
    const cookies = jarOf(await server.ask(login, {}, { origin }));
    await withCookies('mutation { logout }', cookies);
    expect(setCookies(await withCookies(refresh, cookies))).toEqual([]);
  });
});

describe('A door that sets cookies', () => {
  const doors = {
    register: `mutation ($delivery: TokenDelivery) {
      register(input: { email: "door@example.com", password: "correct horse battery", displayName: "Door", delivery: $delivery }) {
        ... on AuthTokens { accessToken }
      }
    }`,
    acceptInvitation: `mutation ($delivery: TokenDelivery) {
      acceptInvitation(input: { token: "none", password: "correct horse battery", displayName: "Door", delivery: $delivery }) {
        __typename
      }
    }`,
    finishPasskeyLogin: `mutation ($delivery: TokenDelivery) {
      finishPasskeyLogin(response: {}, delivery: $delivery) { accessToken }
    }`,
    beginEmailLogin: `mutation ($delivery: TokenDelivery) {
      beginEmailLogin(email: "nobody@example.com", delivery: $delivery) { handle }
    }`,
    finishEmailLogin: `mutation ($delivery: TokenDelivery) {
      finishEmailLogin(input: { handle: "none", code: "000000", delivery: $delivery }) { __typename }
    }`,
    beginExternalLogin: `mutation ($delivery: TokenDelivery) {
      beginExternalLogin(provider: "none", delivery: $delivery) { handle }
    }`,
  };

  test.each(Object.entries(doors))(
    'lets in no client without an allowed origin, and uses nothing up: %s',
    async (_, door) => {
      for (const headers of [{}, { origin: 'https://evil.example.com' }]) {
        const answer = await server.ask(door, { delivery: 'COOKIE' }, headers);
        expect([answer.status, codeOf(answer), setCookies(answer)]).toEqual([403, 'FORBIDDEN', []]);
      }
    },
  );

  test.each([
    ['register', undefined],
    ['acceptInvitation', 'BAD_USER_INPUT'],
    ['finishPasskeyLogin', 'INVALID_CREDENTIALS'],
    ['beginEmailLogin', undefined],
    ['finishEmailLogin', 'INVALID_GRANT'],
    ['beginExternalLogin', 'BAD_USER_INPUT'],
  ] as const)('answers in the body if no delivery is named: %s', async (door, code) => {
    const answer = await server.ask(doors[door], { delivery: null });
    expect([answer.status, codeOf(answer), setCookies(answer)]).toEqual([200, code, []]);
    if (code === undefined)
      expect(answer.body.data?.[door]).toEqual({
        [door === 'register' ? 'accessToken' : 'handle']: expect.any(String),
      });
  });
});

describe('A web page of another origin', () => {
  test('may ask if CORS_ORIGINS names it', async () => {
    const preflight = await fetch(`${server.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
  });

  test('gets no answer to read if CORS_ORIGINS does not name it', async () => {
    const answer = await server.ask('{ __typename }', {}, { origin: 'https://evil.example.com' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
  });
});
