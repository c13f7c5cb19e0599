import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createClient } from '../../support/client.ts';
import { basic, makeKey, sendForm, type ApiKey, type OAuthAnswer, type Parameters } from '../../support/oauth.ts';
import { scopesOf } from '../../support/scopes.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';

const origin = 'https://app.example.com';
const issuer = 'http://localhost:4000';
const audience = 'https://id.example.com/app';
let server: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer({ CORS_ORIGINS: origin, TRUSTED_PROXIES: '127.0.0.1', JWT_AUDIENCE: audience });
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

type Headers = Record<string, string>;
const token = (parameters: Parameters, headers?: Headers) => sendForm(server.url, 'token', parameters, headers);
const revoke = (parameters: Parameters, headers?: Headers) => sendForm(server.url, 'revoke', parameters, headers);
const introspect = (text: string, headers: Headers = bearer(admin.accessToken)) =>
  sendForm(server.url, 'introspect', { token: text }, headers);
const refresh = (text: unknown, more: object = {}) =>
  token({ grant_type: 'refresh_token', refresh_token: String(text), ...more });
const clientCredentials = (key: ApiKey, more: object = {}, headers: Headers = {}) =>
  token({ grant_type: 'client_credentials', ...more }, { 'x-api-key': key.secret, ...headers });

const bearer = (text: unknown): Headers => ({ authorization: `Bearer ${String(text)}` });
const using = (text: unknown) => createClient(server.url, bearer(text));
const statusOf = async (text: unknown): Promise<number> => (await using(text).ask(me)).status;
const errorOf = ({ status, body }: OAuthAnswer): unknown[] => [status, body['error']];
const me = '{ me { id roles scopes } }';
const write = 'mutation { createArticle(input: { title: "t", body: "b" }) { author { id } } }';
const ofEditor = scopesOf('EDITOR').toSorted();

describe('Every answer of /oauth', () => {
  test('is JSON that no cache keeps', async () => {
    const editor = await server.signIn('editor');
    for (const { headers } of [await refresh(editor.refreshToken), await refresh('x'), await revoke({ token: 'x' })]) {
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test.each([
    ['no grant type', {}, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'magic' }, 'unsupported_grant_type'],
    ['a grant type of every object', { grant_type: 'constructor' }, 'unsupported_grant_type'],
    [
      'a grant that is switched off',
      { grant_type: 'password', username: 'a', password: 'b' },
      'unsupported_grant_type',
    ],
    ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_request'],
    ['an empty refresh token', { grant_type: 'refresh_token', refresh_token: '' }, 'invalid_request'],
    ['a token that is none', { grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
  ])('to %s is a refusal that says what is wrong', async (_, parameters: Record<string, string>, error) => {
    const { status, body } = await token(parameters);
    expect([status, body]).toEqual([400, { error, error_description: expect.stringMatching(/^[ !#-[\]-~]+$/) }]);
  });

  test('refuses a parameter that is given twice, and passes over one that it does not know', async () => {
    const { refreshToken } = await server.signIn('editor');
    const twice = await token([
      ['grant_type', 'refresh_token'],
      ['refresh_token', refreshToken],
      ['refresh_token', refreshToken],
    ]);
    expect(errorOf(twice)).toEqual([400, 'invalid_request']);
    expect((await refresh(refreshToken, { audience: 'somebody', client_id: 'spa', scope: '' })).status).toBe(200);
  });

  test('with a token has one for this server, whatever resource it is asked for', async () => {
    let { refreshToken } = (await server.signIn('editor')) as { refreshToken: unknown };
    for (const resource of [
      'https://api.example.com',
      `${issuer}0`,
      `${issuer}.example.com/graphql`,
      'http://localhost:4000@example.com/',
      'https://localhost:4000',
      `${issuer}/#x`,
      'https://id.example.com/apple',
      'https://id.example.com/app/../other',
      'graphql',
    ])
      expect(errorOf(await refresh(refreshToken, { resource }))).toEqual([400, 'invalid_target']);
    for (const resource of [
      issuer,
      `${issuer}/graphql`,
      'HTTP://LOCALHOST:4000/?x',
      audience,
      'https://id.example.com:443/app/graphql',
    ]) {
      const { status, body } = await refresh(refreshToken, { resource });
      expect(status).toBe(200);
      refreshToken = body['refresh_token'];
    }
  });

  test('takes POST and a form in the body alone', async () => {
    for (const endpoint of ['token', 'revoke', 'introspect']) {
      const url = `${server.url}/oauth/${endpoint}`;
      for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
        const { status, headers } = await fetch(url, { method });
        expect([status, headers.get('allow')]).toEqual([405, 'POST']);
      }
      const json = { 'content-type': 'application/json' };
      expect((await fetch(url, { method: 'POST', headers: json, body: '{"token":"x"}' })).status).toBe(415);
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const long = `token=${'x'.repeat(300_000)}`;
      expect((await fetch(url, { method: 'POST', headers: form, body: long })).status).toBe(413);
      expect((await fetch(`${url}?token=x`, { method: 'POST', headers: form, body: 'token=x' })).status).toBe(400);
    }
  });

  test('needs an allowed origin where cookies travel along, and no other credential beside them', async () => {
    const login =
      'mutation { login(input: { email: "viewer@demo.sallyport.test", password: "sallyport-demo", delivery: COOKIE }) { __typename } }';
    const cookie = (await server.ask(login, {}, { origin })).headers
      .getSetCookie()
      .map((one) => one.split(';', 1)[0])
      .join('; ');
    const { refreshToken } = await server.signIn('viewer');
    const { secret, prefix } = await makeKey(await server.signIn('editor'), ofEditor);
    const byKey = { grant_type: 'client_credentials', client_id: prefix, client_secret: secret };
    expect(errorOf(await token(byKey, { cookie, origin }))).toEqual([400, 'invalid_request']);
    for (const headers of [{ cookie }, { cookie, origin: 'https://evil.example.com' }, { cookie, origin: 'null' }]) {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
      expect(errorOf(await token(form, headers))).toEqual([403, 'access_denied']);
      expect((await revoke({ token: refreshToken }, headers)).status).toBe(403);
    }
    const allowed = await token({ grant_type: 'refresh_token', refresh_token: refreshToken }, { cookie, origin });
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const preflight = await fetch(`${server.url}/oauth/token`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
  });
});

describe('The grant refresh_token', () => {
  test('rotates as the mutation does: within the grace the same successor, then the session ends', async () => {
    const { refreshToken } = await server.signIn('editor');
    const [first, again] = [await refresh(refreshToken), await refresh(refreshToken)];
    expect(first.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^spr_/),
      scope: expect.any(String),
    });
    expect(again.body['refresh_token']).toBe(first.body['refresh_token']);
    const second = await refresh(first.body['refresh_token']);
    expect(await statusOf(second.body['access_token'])).toBe(200);
    expect(errorOf(await refresh(refreshToken))).toEqual([400, 'invalid_grant']);
    expect(await statusOf(second.body['access_token'])).toBe(401);
    expect(errorOf(await refresh(second.body['refresh_token']))).toEqual([400, 'invalid_grant']);
  });

  test('narrows one access token, and not the session', async () => {
    const { refreshToken } = await server.signIn('editor');
    const narrow = await refresh(refreshToken, { scope: 'articles:read comments:read' });
    expect(narrow.body['scope']).toBe('articles:read comments:read');
    const narrowed = await using(narrow.body['access_token']).get<{ me: object }>('{ me { scopes } }');
    expect(narrowed.me).toEqual({ scopes: ['articles:read', 'comments:read'] });
    expect(await using(narrow.body['access_token']).refusal('{ me { roles } }')).toBe('FORBIDDEN');
    expect(await using(narrow.body['access_token']).refusal(write)).toBe('FORBIDDEN');
    expect(await using(narrow.body['access_token']).refusal('mutation { logoutEverywhere }')).toBe('FORBIDDEN');
    const introspected = await introspect(String(narrow.body['access_token']));
    expect(introspected.body).toMatchObject({ active: true, scope: 'articles:read comments:read' });

    const whole = await refresh(narrow.body['refresh_token']);
    expect(await using(whole.body['access_token']).get(write)).toMatchObject({ createArticle: {} });
    expect(decodeJwt(String(whole.body['access_token']))).not.toHaveProperty('narrowed');
  });

  test('refuses scopes beyond the session, without using the token up', async () => {
    const input = {
      email: 'editor@demo.sallyport.test',
      password: 'sallyport-demo',
      scopes: ['articles:read', 'articles:write'],
    };
    const { refreshToken } = signedIn(server.url, await server.ask(signInDocument, { input }));
    for (const scope of ['comments:read', 'articles:read users:read', '*', 'a:*:b', ' ', 'a"b', 'articles:read  x']) {
      expect(errorOf(await refresh(refreshToken, { scope }))).toEqual([400, 'invalid_scope']);
    }
    expect((await introspect(refreshToken)).body).toMatchObject({
      active: true,
      scope: 'articles:write articles:read',
    });
    server.wait(31);
    expect((await refresh(refreshToken, { scope: 'articles:write' })).body['scope']).toBe('articles:write');
  });

  test('asks for nothing but possession, and overlooks an access token that expired', async () => {
    const editor = await server.signIn('editor');
    server.wait(1_000);
    const form = { grant_type: 'refresh_token', refresh_token: editor.refreshToken };
    expect((await token(form, bearer(editor.accessToken))).status).toBe(200);
    expect(errorOf(await token(form, bearer('nonsense')))).toEqual([401, 'invalid_client']);
    admin = await server.signIn('admin');
  });
});

describe('The grant client_credentials', () => {
  test('gives a key a token that says whose it is, and is no session', async () => {
    const editor = await server.signIn('editor');
    const key = await makeKey(editor, ofEditor);
    const { status, body } = await clientCredentials(key);
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'Bearer', expires_in: 900, scope: expect.any(String) },
    ]);
    const text = String(body['access_token']);
    expect(decodeProtectedHeader(text)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) });
    expect(decodeJwt(text)).toEqual({
      iss: issuer,
      aud: audience,
      sub: key.prefix,
      client_id: key.prefix,
      exp: expect.any(Number),
      iat: expect.any(Number),
      nbf: expect.any(Number),
      jti: expect.any(String),
      scope: String(body['scope']),
      roles: ['EDITOR', 'VIEWER'],
    });
    const { me: owner } = await using(text).get<{ me: { scopes: string[] } }>(me);
    expect(owner).toMatchObject({ id: editor.id, roles: ['EDITOR'] });
    expect(await using(text).get(write)).toEqual({ createArticle: { author: { id: editor.id } } });
  });

  test('is recorded, with the key that it was', async () => {
    const key = await makeKey(await server.signIn('editor'), ofEditor);
    await clientCredentials(key, { scope: 'articles:read' });
    const events =
      '{ auditEvents(first: 1, filter: { type: "token.issued" }) { nodes { subjectId details actor { displayName } } } }';
    expect(await admin.get(events)).toEqual({
      auditEvents: {
        nodes: [
          {
            subjectId: key.id,
            details: { scopes: ['articles:read'], apiKeyId: key.id, systemWork: expect.any(String) },
            actor: { displayName: 'Edgar Editor' },
          },
        ],
      },
    });
  });

  test('knows a key in each of its ways, and takes one at a time', async () => {
    const { secret, prefix } = await makeKey(await server.signIn('editor'), ofEditor);
    const grant = { grant_type: 'client_credentials' };
    const form = { client_id: prefix, client_secret: secret };
    const encoded = basic(prefix.replaceAll('_', '%5F'), secret.replaceAll('_', '%5F').replaceAll('-', '%2D'));
    const ways: Array<readonly [Parameters, Headers]> = [
      [grant, { authorization: basic(prefix, secret) }],
      [grant, { authorization: encoded }],
      [grant, { 'x-api-key': secret }],
      [grant, bearer(secret)],
      [{ ...grant, ...form }, {}],
    ];
    for (const way of ways) expect((await token(...way)).status).toBe(200);
    const both = { authorization: basic(prefix, secret), 'x-api-key': secret };
    expect(errorOf(await token(grant, both))).toEqual([400, 'invalid_request']);
    for (const [, headers] of ways.slice(0, 4)) {
      expect(errorOf(await token({ ...grant, ...form }, headers))).toEqual([400, 'invalid_request']);
    }
  });

  test('refuses a client that is no key, and asks for the scheme that was tried', async () => {
    const editor = await server.signIn('editor');
    const [one, other] = [await makeKey(editor, ofEditor), await makeKey(editor, ofEditor)];
    const grant = { grant_type: 'client_credentials' };
    const refused = async (parameters: Parameters, headers: Headers, scheme: string): Promise<void> => {
      const answer = await token(parameters, headers);
      expect(errorOf(answer)).toEqual([401, 'invalid_client']);
      expect(answer.headers.get('www-authenticate')?.split(' ', 1)).toEqual([scheme]);
    };
    await refused(grant, {}, 'Basic');
    await refused(grant, { authorization: basic(other.prefix, one.secret) }, 'Basic');
    await refused(grant, { authorization: basic('sp_', one.secret) }, 'Basic');
    await refused(grant, { authorization: basic(one.prefix, `${one.prefix}_${'A'.repeat(43)}`) }, 'Basic');
    await refused(grant, { authorization: basic('editor@demo.sallyport.test', 'sallyport-demo') }, 'Basic');
    await refused(grant, { authorization: basic('%zz', '%zz') }, 'Basic');
    await refused(grant, { authorization: 'Basic !' }, 'Basic');
    await refused(grant, { authorization: 'Digest x' }, 'Basic');
    await refused({ ...grant, client_id: other.prefix, client_secret: one.secret }, {}, 'Basic');
    await refused({ ...grant, client_secret: one.secret }, {}, 'Basic');
    await refused(grant, { 'x-api-key': 'x' }, 'Basic');
    await refused(grant, bearer(editor.accessToken), 'Bearer');
    await refused(grant, bearer((await clientCredentials(one)).body['access_token']), 'Bearer');
  });

  test('stays within the key and its owner of now, whatever is asked for', async () => {
    const { id } = await server
      .get<{ register: { user: { id: string } } }>(
        'mutation { register(input: { email: "r@example.com", password: "correct horse battery", displayName: "R" }) { ... on AuthTokens { user { id } } } }',
      )
      .then(({ register }) => register.user);
    const setRoles = 'mutation ($id: ID!, $roles: [Role!]!) { setUserRoles(userId: $id, roles: $roles) { id } }';
    await admin.get(setRoles, { id, roles: ['EDITOR'] });
    const input = { email: 'r@example.com', password: 'correct horse battery' };
    const owner = signedIn(server.url, await server.ask(signInDocument, { input }));
    const key = await makeKey(owner, ['articles:read', 'articles:write', 'comments:read']);
    for (const scope of ['comments:write', '*', 'users:read']) {
      expect(errorOf(await clientCredentials(key, { scope }))).toEqual([400, 'invalid_scope']);
    }
    const narrow = await clientCredentials(key, { scope: 'articles:read' });
    expect(await using(narrow.body['access_token']).refusal(write)).toBe('FORBIDDEN');
    expect((await introspect(String(narrow.body['access_token']))).body['scope']).toBe('articles:read');
    const whole = await clientCredentials(key);
    expect((await using(whole.body['access_token']).ask(write)).body.errors).toBeUndefined();
    await admin.get(setRoles, { id, roles: ['VIEWER'] });
    expect(await using(whole.body['access_token']).refusal(write)).toBe('FORBIDDEN');
    expect((await introspect(String(whole.body['access_token']))).body['scope']).toBe('articles:read comments:read');
  });

  test('manages no credentials, sessions or factors', async () => {
    const key = await makeKey(admin, ['*']);
    const client = using((await clientCredentials(key)).body['access_token']);
    const input = { name: 'more', scopes: ['articles:read'] };
    expect(
      await client.refusal('mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }', {
        input,
      }),
    ).toBe('FORBIDDEN');
    for (const mutation of [
      'logoutEverywhere',
      'changePassword(currentPassword: "sallyport-demo", newPassword: "another good one") { scope }',
      `revokeApiKey(id: "${key.id}") { id }`,
      'closeAccount',
    ]) {
      expect(await client.refusal(`mutation { ${mutation} }`)).toBe('FORBIDDEN');
    }
    expect(await client.get('{ session { id } }')).toEqual({ session: null });
    expect((await client.ask('{ me { id apiKeys { id } } }')).body.data).toMatchObject({ me: { apiKeys: null } });
  });

  test('ends with the very next request when the key is revoked, expires, or its owner is disabled', async () => {
    const editor = await server.signIn('editor');
    const tokenOf = async (key: ApiKey): Promise<unknown> => (await clientCredentials(key)).body['access_token'];

    const revoked = await makeKey(editor, ofEditor);
    const first = await tokenOf(revoked);
    expect(await statusOf(first)).toBe(200);
    await editor.get('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: revoked.id });
    expect(await statusOf(first)).toBe(401);
    expect((await introspect(String(first))).body).toEqual({ active: false });

    // The server's clock is elsewhere by now: its tokens tell.
    const soon = new Date((Number(decodeJwt(editor.accessToken).iat) + 600) * 1000).toISOString();
    const brief = await makeKey(editor, ofEditor, { expiresAt: soon });
    const second = await clientCredentials(brief);
    expect(second.body['expires_in']).toBeLessThanOrEqual(600);
    expect(await statusOf(second.body['access_token'])).toBe(200);
    server.wait(601);
    expect([await statusOf(second.body['access_token']), await statusOf(brief.secret)]).toEqual([401, 401]);
    admin = await server.signIn('admin');

    const { id } = await server.signIn('moderator');
    const moderator = await server.signIn('moderator');
    const third = await tokenOf(await makeKey(moderator, ['comments:read']));
    expect(await statusOf(third)).toBe(200);
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id });
    expect(await statusOf(third)).toBe(401);
    await admin.get('mutation ($id: ID!) { enableUser(userId: $id) { id } }', { id });
  });

  test('counts from the networks of the key alone', async () => {
    const key = await makeKey(await server.signIn('editor'), ofEditor, { networks: ['192.0.2.0/24'] });
    const inside = { 'x-forwarded-for': '192.0.2.7' };
    expect(errorOf(await clientCredentials(key))).toEqual([401, 'invalid_client']);
    const text = String((await clientCredentials(key, {}, inside)).body['access_token']);
    expect((await using(text).ask(me, {}, inside)).status).toBe(200);
    expect(await statusOf(text)).toBe(401);
    expect((await introspect(text)).body).toMatchObject({ active: true, networks: ['192.0.2.0/24'] });
  });
});

describe('Revoking', () => {
  test.each(['accessToken', 'refreshToken'] as const)('by %s ends the session, and may be repeated', async (kind) => {
    const editor = await server.signIn('editor');
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await revoke({ token: editor[kind], token_type_hint: 'whatever' });
      expect([status, body]).toEqual([200, {}]);
    }
    expect(await statusOf(editor.accessToken)).toBe(401);
    expect(errorOf(await refresh(editor.refreshToken))).toEqual([400, 'invalid_grant']);
  });

  test('leaves everything else alone', async () => {
    const [one, other] = [await server.signIn('editor'), await server.signIn('editor')];
    for (const text of ['nonsense', `${one.accessToken.slice(0, -6)}AAAAAA`, `${one.refreshToken}A`, 'a.b.c']) {
      expect((await revoke({ token: text })).status).toBe(200);
    }
    await revoke({ token: one.refreshToken });
    expect(await statusOf(other.accessToken)).toBe(200);
    expect(errorOf(await revoke({}))).toEqual([400, 'invalid_request']);
    expect(errorOf(await revoke({ token: other.accessToken }, { 'x-api-key': 'x' }))).toEqual([401, 'invalid_client']);
    expect(await statusOf(other.accessToken)).toBe(200);
  });

  test('by an API key ends the key, with the tokens that it got', async () => {
    const key = await makeKey(await server.signIn('editor'), ofEditor);
    const text = String((await clientCredentials(key)).body['access_token']);
    expect(errorOf(await revoke({ token: text }))).toEqual([400, 'unsupported_token_type']);
    expect((await revoke({ token: `${key.prefix}_${'A'.repeat(43)}` })).status).toBe(200);
    expect(await statusOf(text)).toBe(200);
    expect((await revoke({ token: key.secret })).status).toBe(200);
    expect([await statusOf(text), await statusOf(key.secret)]).toEqual([401, 401]);
    expect((await revoke({ token: key.secret })).status).toBe(200);
    expect((await revoke({ token: text })).status).toBe(200);
  });
});

describe('Introspecting', () => {
  test('tells of each kind of token what it may do now', async () => {
    const editor = await server.signIn('editor');
    const key = await makeKey(editor, ['articles:read'], { expiresAt: '2099-01-01T00:00:00Z' });
    const got = String((await clientCredentials(key)).body['access_token']);
    const ofJwt = (text: string) => {
      const { iss, aud, sub, exp, iat, nbf, jti, client_id } = decodeJwt(text);
      return { iss, aud, sub, exp, iat, nbf, jti, client_id, token_type: 'Bearer', active: true };
    };
    expect((await introspect(editor.accessToken)).body).toEqual({
      ...ofJwt(editor.accessToken),
      scope: expect.stringContaining('articles:write'),
    });
    expect((await introspect(got)).body).toEqual({ ...ofJwt(got), scope: 'articles:read' });
    expect((await introspect(editor.refreshToken)).body).toEqual({
      active: true,
      scope: expect.any(String),
      client_id: 'sallyport',
      sub: editor.id,
      exp: expect.any(Number),
      iat: expect.any(Number),
    });
    expect((await introspect(key.secret)).body).toEqual({
      active: true,
      scope: 'articles:read',
      client_id: key.prefix,
      sub: key.prefix,
      exp: 4_070_908_800,
    });
  });

  test('tells nothing of what does not count now', async () => {
    const inactive = async (text: string): Promise<void> => {
      const { status, body } = await introspect(text);
      expect([status, body]).toEqual([200, { active: false }]);
    };
    const ended = await server.signIn('editor');
    const key = await makeKey(ended, ofEditor);
    const rotated = await refresh(ended.refreshToken);
    expect((await introspect(ended.refreshToken)).body['active']).toBe(true);
    await refresh(rotated.body['refresh_token']);
    await inactive(ended.refreshToken);
    expect((await introspect(ended.accessToken)).body['active']).toBe(true);
    await using(rotated.body['access_token']).get('mutation { logout }');
    for (const text of [ended.accessToken, String(rotated.body['refresh_token']), 'x', 'a.b.c', `${key.secret}A`]) {
      await inactive(text);
    }
    await inactive(`${admin.accessToken.slice(0, -6)}AAAAAA`);
    expect((await introspect(key.secret)).body['active']).toBe(true);
    await revoke({ token: key.secret });
    await inactive(key.secret);

    const viewer = await server.signIn('viewer');
    server.wait(1_000);
    admin = await server.signIn('admin');
    await inactive(viewer.accessToken);
    expect((await introspect(viewer.refreshToken)).body['active']).toBe(true);
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: viewer.id });
    await inactive(viewer.refreshToken);
    await admin.get('mutation ($id: ID!) { enableUser(userId: $id) { id } }', { id: viewer.id });
  });

  test('is for those alone who have the scope', async () => {
    const editor = await server.signIn('editor');
    expect(errorOf(await introspect(editor.accessToken, {}))).toEqual([401, 'invalid_client']);
    const refused = await introspect(editor.accessToken, bearer(editor.accessToken));
    expect(errorOf(refused)).toEqual([403, 'insufficient_scope']);
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    const key = await makeKey(admin, ['tokens:introspect']);
    const byKey = { authorization: basic(key.prefix, key.secret) };
    expect((await introspect(editor.accessToken, byKey)).body['active']).toBe(true);
    const got = String((await clientCredentials(key)).body['access_token']);
    expect((await introspect(editor.accessToken, bearer(got))).body['active']).toBe(true);
    await revoke({ token: key.secret });
    expect(errorOf(await introspect(editor.accessToken, bearer(got)))).toEqual([401, 'invalid_client']);
    await using(editor.accessToken).get('mutation { logout }');
    expect(errorOf(await introspect(admin.accessToken, bearer(editor.accessToken)))).toEqual([401, 'invalid_client']);
  });
});

describe('The metadata', () => {
  test('say what there is, to any client, for five minutes', async () => {
    const response = await fetch(`${server.url}/.well-known/oauth-authorization-server`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toEqual({
      issuer,
      token_endpoint: 'http://localhost:4000/oauth/token',
      revocation_endpoint: 'http://localhost:4000/oauth/revoke',
      introspection_endpoint: 'http://localhost:4000/oauth/introspect',
      jwks_uri: 'http://localhost:4000/.well-known/jwks.json',
      response_types_supported: [],
      grant_types_supported: ['refresh_token', 'client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'Bearer'],
      scopes_supported: expect.arrayContaining(['articles:read', 'tokens:introspect', '*']),
    });
  });
});
