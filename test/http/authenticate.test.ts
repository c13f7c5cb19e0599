import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import { authenticate, isAnyPresented, onlyCredential, recognise } from '../../src/http/authenticate.ts';
import type { CookieJar, SallyportCookie } from '../../src/request/cookie-jar.ts';
import type { CredentialStrategy, PresentedCredentials } from '../../src/request/credentials.ts';
import { requestOf } from '../support/http-message.ts';

/** Cookies of a request, and the names of those that were taken back. */
function jarOf(cookies: Partial<Record<SallyportCookie, string>> = {}): CookieJar & { readonly cleared: string[] } {
  const cleared: string[] = [];
  return {
    originAllowed: true,
    noteForeignOrigin: () => undefined,
    get: (name) => cookies[name],
    set: () => undefined,
    clear: (name) => void cleared.push(name),
    cleared,
  };
}

const nothing: PresentedCredentials = {
  authorization: undefined,
  apiKey: undefined,
  queryKey: undefined,
  cookies: {},
  ipAddress: '192.0.2.1',
  now: new Date(0),
  requestId: 'a request',
  userAgent: null,
};

const user = { principal: { kind: 'user', id: 'u', roles: [], scopes: [] }, source: 'bearer' } as const;
const isNobodys: CredentialStrategy = () => null;
const isNobodysLater: CredentialStrategy = () => Promise.resolve(null);
const refuses =
  (reason: Error): CredentialStrategy =>
  () =>
    Promise.reject(reason);

describe('The one credential of a request', () => {
  test.each([
    ['in `Authorization`', '/', 'Authorization', 'Bearer x', { authorization: 'Bearer x' }],
    ['in `X-API-Key`', '/', 'X-API-KEY', 'sp_x', { apiKey: 'sp_x' }],
    ['in the query', '/graphql?a=b&api_key=sp_x', 'host', 'x', { queryKey: 'sp_x' }],
    ['in the query, whatever the case of its name', '/graphql?API_Key=sp_x', 'host', 'x', { queryKey: 'sp_x' }],
    ['in the query, as a list', '/graphql?api_key[]=sp_x', 'host', 'x', { queryKey: 'sp_x' }],
    ['nowhere, in an empty header', '/', 'Authorization', ' ', {}],
    ['nowhere, in an empty parameter', '/?api_key=', 'host', 'x', {}],
    ['nowhere, in a parameter of another server that is empty', '/graphql?access_token=&token=%20', 'host', 'x', {}],
    ['nowhere, under a name that is longer', '/?api_keys=x&my_api_key=y', 'host', 'x', {}],
    ['nowhere, in a path', '/api_key=x&api_key=y', 'host', 'x', {}],
  ])('is found %s', (_, url, name, value, found) => {
    const none = { authorization: undefined, apiKey: undefined, queryKey: undefined };
    expect(onlyCredential(requestOf({ url, headers: [[name, value]] }), jarOf())).toEqual({ ...none, ...found });
  });

  test('is that of the header that says something, beside one that says nothing', () => {
    const headers = [
      ['authorization', ''],
      ['authorization', 'Bearer x'],
    ] as const;
    expect(onlyCredential(requestOf({ headers }), jarOf())).toMatchObject({ authorization: 'Bearer x' });
  });

  test.each<[string, string, ReadonlyArray<readonly [string, string]>, Partial<Record<SallyportCookie, string>>]>([
    [
      'two `Authorization` headers',
      '/',
      [
        ['authorization', 'Bearer x'],
        ['Authorization', 'Bearer y'],
      ],
      {},
    ],
    [
      'two `X-API-Key` headers',
      '/',
      [
        ['x-api-key', 'x'],
        ['x-api-key', 'x'],
      ],
      {},
    ],
    ['two parameters', '/?api_key=x&api_key=y', [], {}],
    ['two parameters of different spelling', '/?api_key=x&API_KEY[0]=y', [], {}],
    [
      'two headers',
      '/',
      [
        ['authorization', 'Bearer x'],
        ['x-api-key', 'y'],
      ],
      {},
    ],
    ['a header and a parameter', '/?api_key=x', [['authorization', 'Bearer x']], {}],
    ['a key in a header and one in a parameter', '/?api_key=x', [['x-api-key', 'y']], {}],
    ['a header and the cookie of an access token', '/', [['authorization', 'Bearer x']], { access: 'y' }],
    ['a header and the cookie of a refresh token', '/', [['x-api-key', 'x']], { refresh: 'y' }],
    ['a parameter and a cookie', '/?api_key=x', [], { access: 'y' }],
    ['a header and a parameter of another server', '/?access_token=x', [['authorization', 'Bearer x']], {}],
    ['a parameter of ours and one of another server', '/?token=x&api_key=y', [], {}],
    ['a parameter of another server and a cookie', '/?jwt=x', [], { access: 'y' }],
  ])('is not the one of %s', (_, url, headers, cookies) => {
    expect(() => onlyCredential(requestOf({ url, headers }), jarOf(cookies))).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message:
          'The request carries two credentials: send one `Authorization` header, one `X-API-Key` header or cookies.',
      }),
    );
  });

  test.each([
    'access_token',
    'Access-Token',
    'accessToken[]',
    'apikey',
    'api-key',
    'X-API-Key',
    'authorization',
    'auth_token',
    'bearer',
    'jwt',
    'token',
  ])('is refused as the parameter %s, which other servers read, instead of being passed over', (name) => {
    const request = requestOf({ url: `/graphql?query=x&${encodeURIComponent(name)}=x` });
    expect(() => onlyCredential(request, jarOf())).toThrow(
      expect.objectContaining({
        code: 'UNAUTHENTICATED',
        status: 401,
        options: expect.objectContaining({
          refusal: 'bad_credential',
          headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
        }),
      }),
    );
  });

  test('is none in a request with the two cookies of one sign-in, and those that are no credentials', () => {
    const jar = jarOf({ access: 'x', refresh: 'y', device: 'z' });
    expect(isAnyPresented(onlyCredential(requestOf(), jar))).toBe(false);
    const keyed = onlyCredential(requestOf({ headers: [['x-api-key', 'x']] }), jarOf({ device: 'z', challenge: 'c' }));
    expect(isAnyPresented(keyed)).toBe(true);
  });
});

describe('A caller', () => {
  test('who presents nothing is anonymous', async () => {
    expect(await recognise([isNobodys, isNobodysLater], nothing)).toEqual({
      principal: { kind: 'anonymous' },
      source: 'none',
    });
  });

  test('is whom the first strategy names that recognises the credential', async () => {
    const first: CredentialStrategy = () => Promise.resolve(user);
    const second = refuses(new AppError('UNAUTHENTICATED', 'Not asked.'));
    expect(await recognise([isNobodys, isNobodysLater, first, second], nothing)).toBe(user);
  });

  test.each(['authorization', 'apiKey', 'queryKey'] as const)(
    'who presents what nobody recognises is refused, with a challenge: %s',
    async (place) => {
      const jar = jarOf();
      await expect(authenticate([isNobodys], { ...nothing, [place]: 'x' }, jar)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: 'Unsupported credential. Send `Authorization: Bearer <token or API key>` or `X-API-Key: <key>`.',
        status: 401,
        options: { refusal: 'bad_credential', headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
      });
      expect(jar.cleared).toEqual([]);
    },
  );

  test('whose cookie is refused loses it, and is told why', async () => {
    const jar = jarOf({ access: 'forged' });
    const error = new AppError('UNAUTHENTICATED', 'Forged.', { reason: 'ENDED' });
    await expect(authenticate([refuses(error)], nothing, jar)).rejects.toMatchObject({
      message: 'Forged.',
      status: 401,
      options: { reason: 'ENDED', headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    });
    expect(jar.cleared).toEqual(['access']);
  });

  test.each([
    new AppError('SERVICE_UNAVAILABLE', 'Later.'),
    new AppError('RATE_LIMITED', 'Too many.'),
    Object.assign(new Error('of somebody else'), { code: 'UNAUTHENTICATED' }),
  ])('about whom there is another error keeps the cookie, and gets no challenge: %s', async (error) => {
    const jar = jarOf({ access: 'x' });
    await expect(authenticate([refuses(error)], nothing, jar)).rejects.toBe(error);
    expect(jar.cleared).toEqual([]);
  });
});
