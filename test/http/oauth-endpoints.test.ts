import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import { createBackChannelLogoutEndpoint } from '../../src/http/oauth/back-channel-logout-endpoint.ts';
import { createOAuthEndpoints, type GrantedTokens, type TokenRequest } from '../../src/http/oauth/oauth-endpoints.ts';
import type { NoteProblem } from '../../src/http/server/problem.ts';
import type { TokenFacts } from '../../src/request/tokens.ts';
import { appOrigin, knownCallers, moment } from '../support/request-context-deps.ts';
import { maskedUnlessOurs, serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

const { deps, foreign } = knownCallers();
/** What was done, and what was recorded. */
const done: unknown[] = [];
const noted: unknown[] = [];
let granted: GrantedTokens;
let introspected: TokenFacts | null;
let loggedOut: () => Promise<void>;
beforeEach(() => {
  done.length = 0;
  noted.length = 0;
  foreign.length = 0;
  granted = { accessToken: 'access', expiresInSeconds: 900, rights: { scopes: ['a', 'b'] } };
  introspected = null;
  loggedOut = () => Promise.resolve();
});

const noteProblem: NoteProblem = ({ code }, { url }, _, principal) => void noted.push([code, url, principal]);

let served: ServedRoutes;
beforeAll(async () => {
  const grant =
    (name: string, parameter: string) =>
    ({ principal }: { principal: object }, { required, scopes }: TokenRequest): Promise<GrantedTokens> => {
      done.push([name, principal, required(parameter), scopes]);
      return Promise.resolve(granted);
    };
  const own = {
    report: maskedUnlessOurs,
    noteProblem,
  };
  const { token, revoke, introspect } = createOAuthEndpoints({
    ...deps,
    ...own,
    grants: { refresh_token: grant('refresh', 'refresh_token'), client_credentials: grant('client', 'grant_type') },
    revoke: ({ principal }, text) => Promise.resolve(void done.push(['revoke', principal, text])),
    introspect: () => Promise.resolve(introspected),
    issuer: 'https://api.example',
    audience: 'api',
  });
  const logout = createBackChannelLogoutEndpoint({
    ...deps,
    ...own,
    logOut: (provenance, text) => {
      done.push(['logout', provenance, text]);
      return loggedOut();
    },
  });
  served = await serveRoutes({ '/token': token, '/revoke': revoke, '/introspect': introspect, '/logout': logout });
});
afterAll(() => served.stop());

type Parameters = Record<string, string>;
async function post(path: string, parameters: Parameters, headers: Record<string, string> = {}, method = 'POST') {
  const init = method === 'POST' ? { body: new URLSearchParams(parameters) } : {};
  const response = await fetch(served.url + path, { method, headers, ...init });
  const text = await response.text();
  expect(['cache-control', 'pragma'].map((name) => response.headers.get(name))).toEqual([
    'no-store',
    path.startsWith('/logout') ? null : 'no-cache',
  ]);
  const read: unknown = text === '' ? '' : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: read };
}

const ada = { kind: 'user', id: 'ada', userId: 'ada', roles: [], scopes: [], networks: ['office'] };
const anonymous = { kind: 'anonymous', networks: ['office'] };
const refresh = { grant_type: 'refresh_token', refresh_token: 'r' };
const byKey = { grant_type: 'client_credentials' };

describe('A grant', () => {
  test('is asked with the parameters and the scopes of the form, and answered as RFC 6749 says', async () => {
    granted = { ...granted, refreshToken: 'refresh' };
    const { status, body } = await post('/token', { ...refresh, scope: 'a b' });
    expect([status, body]).toEqual([
      200,
      { access_token: 'access', token_type: 'Bearer', expires_in: 900, refresh_token: 'refresh', scope: 'a b' },
    ]);
    expect(done).toEqual([['refresh', anonymous, 'r', ['a', 'b']]]);
  });

  test('without a refresh token or scopes leaves them out', async () => {
    const { body } = await post('/token', byKey, { authorization: 'Bearer good' });
    expect(body).toEqual({ access_token: 'access', token_type: 'Bearer', expires_in: 900, scope: 'a b' });
    expect(done).toEqual([['client', ada, 'client_credentials', undefined]]);
  });

  test('is refused to a credential that has ended, except for one that needs a token of its own alone', async () => {
    const ended = { authorization: 'Bearer expired' };
    expect((await post('/token', byKey, ended)).body).toMatchObject({ error: 'invalid_client' });
    expect(noted).toEqual([['UNAUTHENTICATED', '/token', ada]]);
    expect(done).toEqual([]);
    expect((await post('/token', refresh, ended)).status).toBe(200);
  });

  test.each<[string, Parameters, string]>([
    ['without a type', {}, '`grant_type` is missing.'],
    [
      'of a type that there is not',
      { grant_type: 'toString' },
      'Unsupported grant type. `grant_type` is one of refresh_token, client_credentials.',
    ],
    ['without its parameter', { grant_type: 'refresh_token' }, '`refresh_token` is missing.'],
  ])('%s is refused', async (what, parameters, description) => {
    const { status, body } = await post('/token', parameters);
    const error = what === 'of a type that there is not' ? 'unsupported_grant_type' : 'invalid_request';
    expect([status, body]).toEqual([400, { error, error_description: description }]);
    expect(noted).toEqual([['BAD_REQUEST', '/token', anonymous]]);
  });
});

describe('Every endpoint of OAuth', () => {
  test.each(['/token', '/revoke', '/introspect', '/logout'])(
    'takes POST and a form in the body alone: %s',
    async (path) => {
      for (const method of ['GET', 'PUT']) {
        const { status, headers, body } = await post(path, {}, {}, method);
        expect([status, headers.get('allow')]).toEqual([405, 'POST']);
        expect(body).toEqual({ error: 'invalid_request', error_description: 'Send this request by POST.' });
      }
      const inQuery = await post(`${path}?a=b`, { token: 'x', logout_token: 'x', ...refresh });
      expect([inQuery.status, inQuery.body]).toEqual([
        400,
        {
          error: 'invalid_request',
          error_description: expect.stringMatching(
            /^Send the (parameters|token) in the body, not in the query string\.$/,
          ),
        },
      ]);
      expect(done).toEqual([]);
      expect(noted).toEqual([
        ['BAD_REQUEST', path, undefined],
        ['BAD_REQUEST', path, undefined],
        ['BAD_REQUEST', `${path}?a=b`, undefined],
      ]);
    },
  );

  test.each(['/token', '/revoke', '/introspect', '/logout'])(
    'leaves it to the server to record a body that is too large: %s',
    async (path) => {
      expect((await post(path, { token: 'x'.repeat(300_000) })).status).toBe(413);
      expect(noted).toEqual([]);
    },
  );

  test.each(['/token', '/revoke', '/introspect'])(
    'answers pages that may read, and preflights first: %s',
    async (path) => {
      const asks = { origin: appOrigin, 'access-control-request-method': 'POST' };
      const { status, headers } = await post(path, {}, asks, 'OPTIONS');
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, appOrigin]);
      expect(noted).toEqual([]);
    },
  );

  test.each(['/token', '/revoke', '/introspect'])(
    'needs an allowed origin where cookies travel along: %s',
    async (path) => {
      const cookie = 'sallyport-access=cookie';
      const parameters = { ...refresh, token: 't' };
      expect(
        (await post(path, parameters, { cookie, origin: 'https://evil.example', 'user-agent': 'x' })).body,
      ).toEqual({
        error: 'access_denied',
        error_description: 'A request with cookies needs an `Origin` of CORS_ORIGINS or of PUBLIC_URL.',
      });
      expect(done).toEqual([]);
      expect(foreign).toEqual([
        {
          principal: { kind: 'anonymous' },
          now: moment,
          ipAddress: '192.0.2.1',
          userAgent: 'x',
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      ]);
      expect((await post(path, parameters, { cookie, origin: appOrigin })).status).toBe(200);
    },
  );

  test('refuses a credential that nobody knows, and records that there was no caller', async () => {
    const { status, headers } = await post('/revoke', { token: 't' }, { authorization: 'Bearer bad' });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
    expect(noted).toEqual([['UNAUTHENTICATED', '/revoke', undefined]]);
  });
});

describe('Revoking and introspecting', () => {
  test('take a token, and a revocation answers nothing', async () => {
    expect((await post('/revoke', { token: 't' }, { 'x-api-key': 'sp_good_x' })).body).toEqual({});
    expect(done).toEqual([['revoke', expect.objectContaining({ kind: 'apiKey', networks: ['office'] }), 't']]);
    for (const path of ['/revoke', '/introspect']) {
      expect((await post(path, {})).body).toEqual({
        error: 'invalid_request',
        error_description: '`token` is missing.',
      });
    }
  });

  test('tell no more of a token that counts no more than that', async () => {
    expect((await post('/introspect', { token: 't' })).body).toEqual({ active: false });
  });

  test('tell of a token what it is for, and of an access token who issued it, too', async () => {
    const facts = { subject: 'ada', clientId: 'client', scopes: ['a', 'b'] };
    introspected = { ...facts, isAccessToken: false };
    const short = { active: true, scope: 'a b', client_id: 'client', sub: 'ada' };
    expect((await post('/introspect', { token: 't' })).body).toEqual(short);
    const times = { issuedAt: 1, notBefore: 2, expiresAt: 3 };
    introspected = { ...facts, ...times, isAccessToken: true, tokenId: 'id', networks: ['192.0.2.0/24'] };
    expect((await post('/introspect', { token: 't' })).body).toEqual({
      ...short,
      token_type: 'Bearer',
      iss: 'https://api.example',
      aud: 'api',
      iat: 1,
      nbf: 2,
      exp: 3,
      jti: 'id',
      networks: ['192.0.2.0/24'],
    });
  });
});

describe('A logout that an issuer tells of', () => {
  test('is passed on with where it came from, and answered with nothing', async () => {
    const { status, body } = await post('/logout', { logout_token: 'l' }, { 'user-agent': 'issuer' });
    expect([status, body]).toEqual([200, '']);
    const provenance = {
      principal: { kind: 'anonymous' },
      now: moment,
      ipAddress: '192.0.2.1',
      userAgent: 'issuer',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    };
    expect(done).toEqual([['logout', provenance, 'l']]);
    expect(noted).toEqual([]);
  });

  test.each<[string, Parameters, string]>([
    ['without its token', {}, '`logout_token` is missing.'],
    ['that is not accepted', { logout_token: 'l' }, 'Not accepted.'],
  ])('%s is refused, and recorded', async (_, parameters, description) => {
    loggedOut = () => Promise.reject(new AppError('BAD_REQUEST', 'Not accepted.'));
    const { status, body } = await post('/logout', parameters);
    expect([status, body]).toEqual([400, { error: 'invalid_request', error_description: description }]);
    expect(noted).toEqual([['BAD_REQUEST', '/logout', undefined]]);
  });
});
