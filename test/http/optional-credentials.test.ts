import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { User } from '../../src/users/user.entity.ts';
import { createClient, type Answer } from '../support/client.ts';
import { basic, makeKey, sendForm } from '../support/oauth.ts';
import { scopesOf } from '../support/scopes.ts';
import { signInDocument, startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { connectAt } from '../support/websocket.ts';

const password = 'sallyport-demo';
let on: TestServer;
let off: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  on = await startServer({ ENABLE: 'password-grant, basic-auth api-key-query', TRUSTED_PROXIES: '127.0.0.1' });
  admin = await on.signIn('admin');
});
beforeAll(async () => void (off = await startServer()));
afterAll(async () => {
  await on.stop();
  await off.stop();
});

const me = '{ me { email } }';
/** What a key may ask that was narrowed to other scopes. */
const ownName = '{ me { displayName } }';
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code;
const asks = (server: TestServer, headers: Record<string, string>, query = me): Promise<Answer> =>
  server.ask(query, {}, headers);
const demo = (name: string): Record<string, string> => ({
  authorization: basic(`${name}@demo.sallyport.test`, password),
});
/** A user of its own, whose attempts nobody else uses up. */
async function register(name: string): Promise<{ email: string; client: ReturnType<typeof createClient> }> {
  const email = `${name}@example.com`;
  const { register: tokens } = await on.get<{ register: { accessToken: string } }>(
    'mutation ($input: RegisterInput!) { register(input: $input) { ... on AuthTokens { accessToken } } }',
    { input: { email, password, displayName: 'Somebody' } },
  );
  return { email, client: createClient(on.url, { authorization: `Bearer ${tokens.accessToken}` }) };
}

describe('The grant password', () => {
  const grant = (username: string, secret: string, more: object = {}, ipAddress = '203.0.113.9') =>
    sendForm(
      on.url,
      'token',
      { grant_type: 'password', username, password: secret, ...more },
      { 'x-forwarded-for': ipAddress },
    );

  test('begins a session, narrowed if it is asked to', async () => {
    const { email, client } = await register('grant');
    const { status, body } = await grant(email.toUpperCase(), password);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^spr_/),
      scope: scopesOf('VIEWER').join(' '),
    });
    expect(await client.get('{ me { sessions { id } } }')).toMatchObject({ me: { sessions: [{}, {}] } });
    const narrow = await grant(email, password, { scope: 'articles:read' });
    expect(narrow.body['scope']).toBe('articles:read');
    const again = await sendForm(on.url, 'token', {
      grant_type: 'refresh_token',
      refresh_token: String(narrow.body['refresh_token']),
    });
    expect(again.body['scope']).toBe('articles:read');
    const wide = await grant(email, password, { scope: 'users:read' });
    expect([wide.status, wide.body['error']]).toEqual([400, 'invalid_scope']);
  });

  test('does not take an access token that has ended for none', async () => {
    const { email, client } = await register('stale');
    const { accessToken } = await on.signIn('viewer');
    const authorization = { authorization: `Bearer ${accessToken}` };
    await on.ask('mutation { logout }', {}, authorization);
    const form = { grant_type: 'password', username: email, password };
    const refused = await sendForm(on.url, 'token', form, authorization);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
    expect(await client.get('{ me { sessions { id } } }')).toMatchObject({ me: { sessions: [{}] } });
  });

  test('answers alike for a wrong password, an unknown e-mail and a disabled account', async () => {
    const { email, client } = await register('disabled');
    const { me: user } = await client.get<{ me: { id: string } }>('{ me { id } }');
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: user.id });
    const answers = [
      await grant('viewer@demo.sallyport.test', 'wrong one'),
      await grant('nobody@example.com', 'wrong one'),
      await grant(email, password),
    ];
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([
        400,
        { error: 'invalid_grant', error_description: 'The e-mail or the password is wrong.' },
      ]);
    }
  });

  test('has no attempts that login does not have, for an account or for an IP address', async () => {
    const { email } = await register('guessed');
    const tries = await Promise.all(Array.from({ length: 8 }, () => grant(email, 'a wrong guess')));
    expect(tries.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 400));
    const input = { email, password: 'a wrong guess' };
    const logins = await Promise.all(Array.from({ length: 4 }, () => on.ask(signInDocument, { input })));
    expect(logins.map(codeOf).toSorted()).toEqual([
      'INVALID_CREDENTIALS',
      'INVALID_CREDENTIALS',
      'RATE_LIMITED',
      'RATE_LIMITED',
    ]);
    const refused = await grant(email, password);
    expect([refused.status, refused.body['error']]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    const ipAddress = '203.0.113.77';
    // No more at once than may wait for a hash: what the server could not look at is no attempt.
    for (let sent = 0; sent < 100; sent += 25) {
      await Promise.all(Array.from({ length: 25 }, (_, n) => grant(`n${sent + n}@example.com`, 'x', {}, ipAddress)));
    }
    const viewer = { input: { email: 'viewer@demo.sallyport.test', password } };
    expect(codeOf(await on.ask(signInDocument, viewer, { 'x-forwarded-for': ipAddress }))).toBe('RATE_LIMITED');
    expect((await grant('viewer@demo.sallyport.test', password, {}, ipAddress)).status).toBe(429);
    expect((await grant('viewer@demo.sallyport.test', password)).status).toBe(200);
  });

  test('is told by the metadata if it is on', async () => {
    const typesOf = async ({ url }: TestServer): Promise<unknown> =>
      ((await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()) as Record<string, unknown>)[
        'grant_types_supported'
      ];
    expect(await typesOf(on)).toEqual(['refresh_token', 'client_credentials', 'password']);
    expect(await typesOf(off)).toEqual(['refresh_token', 'client_credentials']);
  });
});

describe('Basic at /graphql', () => {
  test('takes e-mail and password, or a key without one', async () => {
    const email = 'editor@demo.sallyport.test';
    expect((await asks(on, demo('editor'))).body).toEqual({ data: { me: { email } } });
    expect((await asks(on, demo('editor'), '{ session { id } }')).body).toEqual({ data: { session: null } });
    const key = await makeKey(await on.signIn('editor'), ['articles:read']);
    const byKey = { authorization: basic(key.secret, '') };
    expect((await asks(on, byKey, ownName)).body).toEqual({ data: { me: { displayName: 'Edgar Editor' } } });
    expect((await asks(on, byKey)).body.data).toEqual({ me: { email: null } });
    expect(codeOf(await asks(on, byKey, 'mutation { logoutEverywhere }'))).toBe('FORBIDDEN');
  });

  test('refuses what is wrong, and is refused whole if it is off', async () => {
    const key = await makeKey(await on.signIn('editor'), ['articles:read']);
    const refused = async (server: TestServer, authorization: string): Promise<void> => {
      const answer = await asks(server, { authorization, 'x-forwarded-for': '203.0.113.20' }, '{ __typename }');
      expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    };
    await refused(on, basic('nobody@example.com', password));
    await refused(on, basic('viewer@demo.sallyport.test', 'wrong one'));
    await refused(on, basic('viewer@demo.sallyport.test', ''));
    await refused(on, basic(key.secret, 'x'));
    await refused(on, basic(key.prefix, key.secret));
    await refused(on, basic('', ''));
    await refused(on, 'Basic');
    await refused(on, 'Basic dmlld2Vy');
    await refused(on, 'Basic !!!');
    await refused(off, basic('viewer@demo.sallyport.test', password));
    await refused(off, basic('viewer@demo.sallyport.test', 'wrong one'));
    await refused(off, basic('', ''));
  });

  test('hashes a password once for a burst and for what follows, which uses up no attempts', async () => {
    const { email } = await register('busy');
    const headers = { authorization: basic(email, password) };
    const lookups = (): number => on.statements.filter((sql) => sql.includes('where email = ?')).length;
    on.statements.length = 0;
    const burst = await Promise.all(Array.from({ length: 30 }, () => asks(on, headers)));
    expect(burst.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 200));
    await asks(on, headers);
    expect(lookups()).toBe(1);
    on.wait(601);
    await asks(on, headers);
    expect(lookups()).toBe(2);
    admin = await on.signIn('admin');
  });

  test('takes a password whose hash it renews, from the first request on', async () => {
    const { email } = await register('imported');
    await on.database.fork().nativeUpdate(User, { email }, { passwordHash: await bcrypt.hash(password, 4) });
    expect((await asks(on, { authorization: basic(email, password) })).body).toEqual({ data: { me: { email } } });
    const user = await on.database.fork().findOneOrFail(User, { email }, { populate: ['passwordHash'] });
    expect(user.passwordHash).toMatch(/^\$argon2id\$/);
  });

  test('remembers nothing that a change of the account does not end at once', async () => {
    const { email, client } = await register('changing');
    const by = (secret: string) => asks(on, { authorization: basic(email, secret) });
    expect((await by(password)).status).toBe(200);
    const { changePassword } = await client.get<{ changePassword: { accessToken: string } }>(
      `mutation { changePassword(currentPassword: "${password}", newPassword: "another good one") { accessToken } }`,
    );
    expect((await by(password)).status).toBe(401);
    expect((await by('another good one')).status).toBe(200);
    const renewed = createClient(on.url, { authorization: `Bearer ${changePassword.accessToken}` });
    const { me: user } = await renewed.get<{ me: { id: string } }>('{ me { id } }');
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: user.id });
    expect((await by('another good one')).status).toBe(401);
    await admin.get('mutation ($id: ID!) { enableUser(userId: $id) { id } }', { id: user.id });
    expect((await by('another good one')).status).toBe(200);
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [EDITOR]) { id } }', { id: user.id });
    const { body } = await asks(on, { authorization: basic(email, 'another good one') }, '{ me { roles } }');
    expect(body).toEqual({ data: { me: { roles: ['EDITOR'] } } });
  });

  test('has no attempts that login does not have', async () => {
    const { email } = await register('tried');
    const guess = (n: number) => asks(on, { authorization: basic(email, `guess ${n}`) });
    const tries = await Promise.all(Array.from({ length: 12 }, (_, n) => guess(n)));
    expect(tries.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    expect(tries.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(codeOf(await on.ask(signInDocument, { input: { email, password } }))).toBe('RATE_LIMITED');
  });

  test('ends for an IPv6 network after a hundred failures, over however many accounts', async () => {
    const guess = (n: number, network: string) =>
      asks(on, { authorization: basic(`nobody${n}@example.com`, 'wrong'), 'x-forwarded-for': `${network}::${n + 1}` });
    const tries = await Promise.all(Array.from({ length: 110 }, (_, n) => guess(n, '2001:db8:7:7')));
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(100);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(10);
    const { authorization = '' } = demo('editor');
    const from = async (ipAddress: string): Promise<number> =>
      (await asks(on, { authorization, 'x-forwarded-for': ipAddress })).status;
    expect([await from('2001:db8:7:7::ffff'), await from('2001:db8:8:7::1')]).toEqual([429, 200]);
  });

  test('ends at once for a former e-mail of the account, and begins with the new one', async () => {
    const { email } = await register('moving');
    const by = async (name: string): Promise<number> =>
      (await asks(on, { authorization: basic(name, password) })).status;
    expect([await by(email), await by('moved@example.com')]).toEqual([200, 401]);
    await on.database.fork().nativeUpdate(User, { email }, { email: 'moved@example.com' });
    expect([await by(email), await by('moved@example.com')]).toEqual([401, 200]);
  });

  test('opens a connection, too', async () => {
    const { authorization = '' } = demo('editor');
    expect(await connectAt(on.url, authorization)).toBe('open');
    expect(await connectAt(on.url, basic('editor@demo.sallyport.test', 'wrong one'))).toBe(4403);
    expect(await connectAt(off.url, authorization)).toBe(4403);
  });
});

describe('A key in the URL', () => {
  const ask = async (server: TestServer, search: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/graphql?${search}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: ownName }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };

  test('counts if it is switched on, as one credential, and is never logged', async () => {
    const { secret } = await makeKey(await on.signIn('editor'), ['articles:read']);
    const data = { me: { displayName: 'Edgar Editor' } };
    expect((await ask(on, `api_key=${secret}`)).body).toEqual({ data });
    const get = await fetch(`${on.url}/graphql?query=${encodeURIComponent(ownName)}&api_key=${secret}`);
    expect(await get.json()).toEqual({ data });
    expect((await ask(on, `api_key=${secret}&api_key=${secret}`)).status).toBe(400);
    expect((await ask(on, `api_key=${secret}`, { 'x-api-key': secret })).status).toBe(400);
    expect((await ask(on, `api_key=${secret}`, demo('editor'))).status).toBe(400);
    expect((await ask(on, 'api_key=')).body).toMatchObject({ data: { me: null } });
    for (const wrong of ['x', secret.slice(0, -1), admin.accessToken]) {
      expect((await ask(on, `api_key=${wrong}`)).status).toBe(401);
    }
    expect([...on.logged, ...on.statements].join()).not.toContain(secret.slice(36));
  });

  test('is refused if it is not switched on, instead of being overlooked', async () => {
    const { secret } = await makeKey(await off.signIn('editor'), ['articles:read']);
    const refused = await ask(off, `api_key=${secret}`);
    expect([refused.status, refused.body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(off.logged.join()).not.toContain(secret.slice(36));
  });

  test('is not looked at below /oauth', async () => {
    const { secret } = await makeKey(await on.signIn('editor'), ['articles:read']);
    const { status } = await fetch(`${on.url}/oauth/token?api_key=${secret}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
    expect(status).toBe(400);
  });
});
