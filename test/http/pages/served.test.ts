import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../../src/errors.ts';
import { createPages } from '../../../src/http/pages/create-pages.ts';
import type { GraphQLRequest, RequestContext } from '../../../src/request/context.ts';
import { knownCallers } from '../../support/request-context-deps.ts';
import { serveRoutes, type ServedRoutes } from '../../support/serve-routes.ts';
import { siteSettings } from './visit.ts';

const { deps, presented } = knownCallers();
/** What comes of a cookie that is no token, and of one that cannot be looked up now. */
const unknown: Readonly<Record<string, () => AppError>> = {
  forged: () => new AppError('UNAUTHENTICATED', 'No token.'),
  unreadable: () => new AppError('SERVICE_UNAVAILABLE', 'Not now.'),
};
const contextDeps: typeof deps = {
  ...deps,
  strategies: [
    (credentials) => {
      const failure = unknown[credentials.cookies['access'] ?? '']?.();
      if (failure === undefined) return null;
      presented.push(credentials);
      return Promise.reject(failure);
    },
    ...deps.strategies,
  ],
};
const publicUrl = 'http://localhost:4000';
const own = { origin: publicUrl };
const executed: Array<readonly [request: GraphQLRequest, context: RequestContext]> = [];
const reported: unknown[] = [];
/** What the API answers, one request after the other; then that nobody is signed in. */
let answers: Array<(context: RequestContext) => object> = [];
beforeEach(() => {
  for (const list of [executed, presented, reported]) list.length = 0;
  answers = [];
});

let served: ServedRoutes;
beforeAll(async () => {
  const execute = async (request: GraphQLRequest, context: RequestContext) => {
    executed.push([request, context]);
    return { body: JSON.stringify(answers.shift()?.(context) ?? { data: { me: null } }) };
  };
  const report = (error: unknown): AppError => {
    reported.push(error);
    return error instanceof AppError ? error : new AppError('INTERNAL_SERVER_ERROR', 'A defect.');
  };
  const create = (canSignInByEmail: boolean) =>
    createPages({ ...siteSettings, publicUrl, canSignInByEmail, contextDeps, execute, report });
  served = await serveRoutes({ ...create(true), '/without': () => undefined });
  withoutEmail = Object.keys(create(false));
});
afterAll(() => served.stop());
let withoutEmail: readonly string[] = [];

type Headers = Record<string, string>;
const get = (path: string, headers: Headers = {}, method = 'GET') =>
  fetch(served.url + path, { method, headers, redirect: 'manual' });
const post = (path: string, fields: Headers, headers: Headers = own) =>
  fetch(served.url + path, { method: 'POST', headers, body: new URLSearchParams(fields), redirect: 'manual' });
const refusal = (code: string, extensions = {}) => ({
  errors: [{ message: 'No.', extensions: { code, ...extensions } }],
});

describe('A page', () => {
  const paths = [
    '/sign-in',
    '/sign-out',
    '/sign-up',
    '/reset-password',
    '/email-login',
    '/verify-email?token=t',
    '/confirm-email-change?token=t',
    '/revert-email-change?token=t',
    '/accept-invitation?token=t',
  ];

  test.each([...paths, '/account', '/account/security', '/account/sessions', '/account/api-keys'])(
    '%s is kept by no cache, stands in no frame, loads nothing foreign and tells no other site its URL',
    async (path) => {
      for (const method of ['GET', 'HEAD']) {
        const answer = await get(path, {}, method);
        const { headers } = answer;
        expect(answer.status).toBe(path.startsWith('/account') ? 303 : 200);
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('content-security-policy')).toBe(
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
            "form-action 'self' https://app.example; base-uri 'none'; frame-ancestors 'none'",
        );
        expect(headers.get('referrer-policy')).toBe('same-origin');
        expect(headers.get('permissions-policy')).toContain('camera=()');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        if (method === 'HEAD') expect(await answer.text()).toBe('');
      }
    },
  );

  test.each([...paths, '/account', '/account/security', '/account/sessions', '/account/api-keys'])(
    '%s takes no form that another site sent, and asks the API nothing for it',
    async (path) => {
      for (const headers of [{ origin: 'https://evil.example' }, { origin: 'https://app.example' }, {}]) {
        const answer = await post(path, { token: 't', email: 'a@b.c', password: 'p' }, headers);
        expect([answer.status, await answer.text()]).toEqual([
          403,
          expect.stringContaining('did not come from a page of this site'),
        ]);
        expect(answer.headers.get('cache-control')).toBe('no-store');
      }
      expect(executed).toEqual([]);
    },
  );

  test('is read by GET and HEAD, takes forms by POST, and nothing else', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await get('/sign-in', own, method);
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    }
    expect((await get('/sign-in')).headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('of e-mail codes is there if they are', () => {
    expect(withoutEmail).toContain('/sign-in');
    expect(withoutEmail).not.toContain('/email-login');
  });

  test('leads on by GET, and goes on by itself to a provider', async () => {
    answers = [() => ({ data: { login: { __typename: 'AuthTokens' } } })];
    const led = await post('/sign-in', { email: 'a', password: 'b', next: 'https://app.example/x' });
    expect([led.status, led.headers.get('location'), await led.text()]).toEqual([303, 'https://app.example/x', '']);
    answers = [() => ({ data: { beginExternalLogin: { authorizationUrl: 'https://idp.example/?a' } } })];
    const left = await post('/sign-in', { step: 'provider', provider: 'acme' });
    expect([left.status, left.headers.get('refresh')]).toEqual([200, '0;url=https://idp.example/?a']);
    expect((await get('/sign-in')).headers.get('refresh')).toBeNull();
  });

  test('says how long to wait, and shows what the API refused with its status', async () => {
    answers = [() => refusal('RATE_LIMITED', { retryAfterSeconds: 9 }), () => refusal('SERVICE_UNAVAILABLE')];
    const limited = await post('/sign-in', { email: 'a', password: 'b' });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '9']);
    const away = await get('/sign-in');
    expect([away.status, away.headers.get('retry-after'), reported]).toEqual([503, null, []]);
    expect(away.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('tells nothing of a defect but the number to report it by', async () => {
    answers = [
      () => {
        throw new TypeError('a secret of ours');
      },
    ];
    const answer = await get('/sign-in');
    const text = await answer.text();
    expect([answer.status, reported]).toEqual([500, [expect.any(TypeError)]]);
    expect(text).toContain(`report it with the number ${answer.headers.get('x-request-id')}`);
    expect(text).not.toContain('a secret');
    expect(await (await post('/sign-in', {}, {})).text()).not.toContain('report it');
  });

  test('refuses a form that is too large or none, and ends the connection only of the large one', async () => {
    const large = await post('/sign-in', { email: 'x'.repeat(300_000) });
    expect([large.status, large.headers.get('connection')]).toEqual([413, 'close']);
    const body = '{}';
    const json = await fetch(`${served.url}/sign-in`, { method: 'POST', headers: own, body });
    expect([json.status, json.headers.get('connection')]).toEqual([415, 'keep-alive']);
    expect(executed).toEqual([]);
  });
});

describe('What a page asks of the API', () => {
  const signedIn = { data: { me: { id: 'ada', email: 'ada@example.com', displayName: 'Ada' } } };
  const expired = refusal('UNAUTHENTICATED', { reason: 'EXPIRED' });
  const operations = () => executed.map(([{ body }]) => / (\w+)/.exec((body as { query: string }).query.trim())?.[1]);

  test('is asked as the caller of its cookies, by the rules of any client', async () => {
    await get('/sign-in', { cookie: 'sallyport-access=cookie', authorization: 'Bearer good' });
    const [[request, context] = []] = executed;
    expect(request).toMatchObject({ method: 'POST', search: '', headers: { 'content-type': 'application/json' } });
    expect(context?.principal).toMatchObject({ kind: 'user', id: 'ada' });
    // A page is a browser's: what a program would present counts for nothing.
    expect(presented).toMatchObject([{ authorization: undefined, apiKey: undefined, queryKey: undefined }]);
    await get('/sign-in?key=sp_good_x', { authorization: 'Bearer good', 'x-api-key': 'sp_good_x' });
    expect(executed.at(-1)?.[1].principal.kind).toBe('anonymous');
  });

  test('renews a token that has expired, once, and asks again with the new one', async () => {
    answers = [
      () => expired,
      ({ cookies }) => {
        cookies.set('access', 'renewed', 60);
        cookies.clear('challenge');
        return { data: { refresh: { expiresIn: 60 } } };
      },
      ({ cookies }) => (cookies.get('access') === 'renewed' ? signedIn : expired),
    ];
    const cookie = 'sallyport-access=cookie; sallyport-refresh=r; sallyport-challenge=c';
    const answer = await get('/sign-in', { cookie });
    expect([answer.status, operations()]).toEqual([303, ['Viewer', 'Refresh', 'Viewer']]);
    expect(answer.headers.getSetCookie().join()).toMatch(/sallyport-access=renewed;.*sallyport-challenge=;/);
    // Requests are told apart by their jars.
    expect(new Set(executed.map(([, { cookies }]) => cookies)).size).toBe(3);
    expect(executed[2]?.[1].cookies.get('challenge')).toBeUndefined();
    expect(executed[2]?.[1].cookies.get('refresh')).toBe('r');
    for (const [, { cookies }] of executed) {
      expect(cookies.originAllowed).toBe(true);
      expect(() => cookies.noteForeignOrigin()).not.toThrow();
    }
  });

  test('is renewed if any part of an answer says that it has expired', async () => {
    answers = [() => ({ errors: [...refusal('FORBIDDEN').errors, ...expired.errors] })];
    await get('/sign-in', { cookie: 'sallyport-access=cookie; sallyport-refresh=r' });
    expect(operations()).toEqual(['Viewer', 'Refresh', 'Viewer']);
  });

  test('is asked once if all is well, if nothing can renew the token, or if another reason is given', async () => {
    answers = [() => signedIn];
    await get('/sign-in', { cookie: 'sallyport-access=cookie; sallyport-refresh=r' });
    expect(operations()).toEqual(['Viewer']);
    executed.length = 0;
    answers = [() => expired];
    await get('/sign-in', { cookie: 'sallyport-access=cookie' });
    expect(operations()).toEqual(['Viewer']);
    answers = [() => refusal('UNAUTHENTICATED', { reason: 'ENDED' })];
    await get('/sign-in', { cookie: 'sallyport-access=cookie; sallyport-refresh=r' });
    expect(operations()).toEqual(['Viewer', 'Viewer']);
    answers = [() => expired, () => refusal('INVALID_GRANT'), () => expired];
    const ended = await get('/sign-in', { cookie: 'sallyport-access=cookie; sallyport-refresh=r' });
    expect([ended.status, operations().slice(2)]).toEqual([200, ['Viewer', 'Refresh', 'Viewer']]);
  });

  test('is asked as nobody if a cookie was made up, which is taken back', async () => {
    const answer = await get('/sign-in', { cookie: 'sallyport-access=forged' });
    expect([answer.status, answer.headers.getSetCookie().join()]).toEqual([
      200,
      expect.stringContaining('sallyport-access=;'),
    ]);
    expect(executed.map(([, { principal }]) => principal.kind)).toEqual(['anonymous']);
    presented.length = 0;
    const unread = await get('/sign-in', { cookie: 'sallyport-access=unreadable' });
    expect([unread.status, unread.headers.getSetCookie(), presented.length, executed.length]).toEqual([503, [], 1, 1]);
  });
});
