import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient as createLiveClient } from 'graphql-ws';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { newId } from '../../../src/database/base.entity.ts';
import { ExternalIdentity } from '../../../src/identity/external-login/external-identity.entity.ts';
import { Passkey } from '../../../src/identity/passkeys/passkey.entity.ts';
import { createClient, type Answer, type Client } from '../../support/client.ts';
import { inTurnForAccount } from '../../support/locks.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { scopesOf } from '../../support/scopes.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';

const origin = 'https://app.example.com';
let server: TestServer;
let viewer: SignedIn;
let editor: SignedIn;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer({ CORS_ORIGINS: origin, TRUSTED_PROXIES: '127.0.0.1' });
  [viewer, editor, admin] = [
    await server.signIn('viewer'),
    await server.signIn('editor'),
    await server.signIn('admin'),
  ];
});
afterAll(() => server.stop());

const fields = 'id name prefix scopes networks createdAt expiresAt lastUsedAt revokedAt';
const create = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { ${fields} } } }`;
const revoke = `mutation ($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }`;
const list = `{ me { apiKeys { ${fields} } } }`;
const me = '{ me { id roles scopes } }';
const write = 'mutation { createArticle(input: { title: "t", body: "b" }) { author { id } } }';
const ofEditor = scopesOf('EDITOR').toSorted();

interface Key {
  readonly id: string;
  readonly secret: string;
}

async function makeKey(owner: Client, input: object = {}): Promise<Key> {
  const wanted = { input: { name: 'build', scopes: ofEditor, ...input } };
  const { createApiKey } = await owner.get<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
    create,
    wanted,
  );
  return { id: createApiKey.apiKey.id, secret: createApiKey.secret };
}

const using = ({ secret }: Pick<Key, 'secret'>): Client => createClient(server.url, { 'x-api-key': secret });
const statusOf = async (key: Pick<Key, 'secret'>): Promise<number> => (await using(key).ask(me)).status;
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code;
const sql = <Row>(statement: string, params: unknown[] = []): Promise<Row[]> =>
  server.database.fork().getConnection().execute<Row[]>(statement, params);

describe('Making a key', () => {
  test('shows it once, and stores nothing by which it could be used', async () => {
    const expiresAt = '2099-01-01T00:00:00.000Z';
    const input = { name: ' build ', scopes: ofEditor, networks: ['127.0.0.0/8'], expiresAt };
    const { createApiKey } = await editor.get<{ createApiKey: { secret: string; apiKey: Record<string, unknown> } }>(
      create,
      { input },
    );
    const { secret, apiKey } = createApiKey;
    expect(secret).toMatch(/^sp_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    expect(apiKey).toEqual({
      ...input,
      id: expect.any(String),
      name: 'build',
      prefix: secret.slice(0, 35),
      createdAt: expect.any(String),
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await editor.get(list)).toEqual({ me: { apiKeys: [apiKey] } });
    const [row] = await sql<{ text: string }>('select row_to_json(k)::text as text from api_keys k');
    expect(row?.text).not.toContain(secret.slice(36));
    expect(row?.text).not.toContain(Buffer.from(secret.slice(36), 'base64url').toString('hex'));
    expect(server.logged.join()).not.toContain(secret.slice(36));
  });

  test.each([
    ['no name', { name: ' ' }, 'name', 'empty'],
    ['an overlong name', { name: 'x'.repeat(101) }, 'name', 'too_long'],
    ['a name that cannot be stored', { name: 'a\u0000b' }, 'name', 'invalid_characters'],
    ['no scopes', { scopes: [] }, 'scopes', 'empty'],
    ['a blank scope', { scopes: [''] }, 'scopes', 'invalid_scope'],
    ['two scopes in one', { scopes: ['articles:read comments:read'] }, 'scopes', 'invalid_scope'],
    ['an overlong scope', { scopes: ['x'.repeat(101)] }, 'scopes', 'invalid_scope'],
    ['too many scopes', { scopes: Array.from({ length: 51 }, () => 'articles:read') }, 'scopes', 'too_many'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt', 'not_in_future'],
    ['an end beyond the calendar', { expiresAt: '9999-12-31T23:59:59-14:00' }, 'expiresAt', 'invalid_value'],
    ['a network that is none', { networks: ['office'] }, 'networks', 'invalid_range'],
    ['a network that is too wide', { networks: ['10.0.0.0/33'] }, 'networks', 'invalid_range'],
    ['a network with a zone', { networks: ['fe80::1%eth0'] }, 'networks', 'invalid_range'],
    ['too many networks', { networks: Array.from({ length: 51 }, () => '10.0.0.1') }, 'networks', 'too_many'],
  ])('with %s is refused, naming the field', async (_, change, field, problem) => {
    const answer = await admin.ask(create, { input: { name: 'build', scopes: ['articles:read'], ...change } });
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: `input.${field}`, problem });
  });

  test('gives nothing that its owner, or the session in use, does not have', async () => {
    for (const scope of ['articles:write', 'articles:*', '*', 'unheard:of']) {
      expect(await viewer.refusal(create, { input: { name: 'wide', scopes: ['articles:read', scope] } })).toBe(
        'FORBIDDEN',
      );
    }
    const input = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo', scopes: ['comments:read'] };
    const narrowed = signedIn(server.url, await server.ask(signInDocument, { input }));
    expect(await narrowed.refusal(create, { input: { name: 'wide', scopes: ['articles:read'] } })).toBe('FORBIDDEN');
    expect(await statusOf(await makeKey(narrowed, { scopes: ['comments:read'] }))).toBe(200);
  });

  test('takes a user: neither a key nor anonymous makes keys', async () => {
    const input = { name: 'more', scopes: ['articles:read'] };
    expect(await using(await makeKey(admin, { scopes: ['*'] })).refusal(create, { input })).toBe('FORBIDDEN');
    expect(await server.refusal(create, { input })).toBe('UNAUTHENTICATED');
  });

  test('ends at a hundred active keys, however many are asked for at once', async () => {
    const moderator = await server.signIn('moderator');
    const fill = `insert into api_keys (id, created_at, owner_id, name, secret_hash, scopes, networks, expires_at, revoked_at)
      select gen_random_uuid(), now(), ?, 'filled', '\\x00', '{}', '{}', ?::timestamptz, ?::timestamptz from generate_series(1, ?)`;
    await sql(fill, [moderator.id, null, null, 98]);
    await sql(fill, [moderator.id, '2020-01-01', null, 5]);
    await sql(fill, [moderator.id, null, '2020-01-01', 5]);
    const input = { name: 'one more', scopes: ['articles:read'] };
    const answers = await inTurnForAccount(
      server.database,
      moderator.id,
      Array.from({ length: 6 }, () => () => moderator.ask(create, { input })),
    );
    expect(answers.map(codeOf).toSorted()).toEqual([
      'CONFLICT',
      'CONFLICT',
      'CONFLICT',
      'CONFLICT',
      undefined,
      undefined,
    ]);
    const { me: found } = await moderator.get<{ me: { apiKeys: unknown[] } }>('{ me { apiKeys { id } } }');
    expect(found.apiKeys).toHaveLength(100);
  });

  testOnPostgres('is refused to a session that ended while it was asked', async () => {
    const { register } = await server.get<{ register: { accessToken: string; user: { id: string } } }>(
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on AuthTokens { accessToken user { id } } } }',
      { input: { email: 'taken.back@example.com', password: 'correct horse battery', displayName: 'Taken' } },
    );
    const owner = createClient(server.url, { authorization: `Bearer ${register.accessToken}` });
    const change =
      'mutation { changePassword(currentPassword: "correct horse battery", newPassword: "another good one") { scope } }';
    const input = { name: 'hold', scopes: ['articles:read'] };
    const [changed, made] = await inTurnForAccount(server.database, register.user.id, [
      () => owner.ask(change),
      () => owner.ask(create, { input }),
    ]);
    expect([changed, made].map((answer) => answer && codeOf(answer))).toEqual([undefined, 'UNAUTHENTICATED']);
    expect(await sql('select 1 from api_keys where owner_id = ?', [register.user.id])).toEqual([]);
  });
});

describe('A key', () => {
  test('acts for its owner, in X-API-Key or as Bearer', async () => {
    const key = await makeKey(editor);
    for (const header of [{ 'x-api-key': key.secret }, { authorization: `bearer ${key.secret}` }]) {
      const client = createClient(server.url, header);
      const { me: owner } = await client.get<{ me: { scopes: string[] } }>(me);
      expect(owner).toMatchObject({ id: editor.id, roles: ['EDITOR'] });
      expect(owner.scopes.toSorted()).toEqual(ofEditor);
      expect(await client.get(write)).toEqual({ createArticle: { author: { id: editor.id } } });
    }
  });

  test('does no more than its scopes say', async () => {
    const client = using(await makeKey(editor, { scopes: ['articles:read'] }));
    expect(await client.get('{ me { scopes } }')).toEqual({ me: { scopes: ['articles:read'] } });
    expect(await client.refusal(write)).toBe('FORBIDDEN');
  });

  test('holds only the roles that its scopes cover whole', async () => {
    const document = 'mutation ($id: ID!, $to: ID!) { updateArticle(id: $id, input: { authorId: $to }) { id } }';
    const { createArticle } = await admin.get<{ createArticle: { id: string } }>(
      'mutation { createArticle(input: { title: "t", body: "b" }) { id } }',
    );
    const give = { id: createArticle.id, to: editor.id };
    expect(await using(await makeKey(admin, { scopes: ['articles', 'comments'] })).refusal(document, give)).toBe(
      'FORBIDDEN',
    );
    expect(await using(await makeKey(admin, { scopes: ['*'] })).get(document, give)).toMatchObject({});
  });

  test('follows its owner’s rights from one request to the next', async () => {
    const setRoles = 'mutation ($id: ID!, $roles: [Role!]!) { setUserRoles(userId: $id, roles: $roles) { id } }';
    const client = using(await makeKey(editor));
    await admin.get(setRoles, { id: editor.id, roles: ['VIEWER'] });
    expect(await client.refusal(write)).toBe('FORBIDDEN');
    await admin.get(setRoles, { id: editor.id, roles: ['ADMIN'] });
    expect(await client.refusal('{ users { totalCount } }')).toBe('FORBIDDEN');
    await admin.get(setRoles, { id: editor.id, roles: ['EDITOR'] });
    expect(await client.get(write)).toMatchObject({});
  });

  test('is asked after once for all the requests that wait together', async () => {
    const client = using(await makeKey(editor));
    await client.get(me);
    server.statements.length = 0;
    await Promise.all(Array.from({ length: 40 }, () => client.ask('{ __typename }')));
    expect(server.statements.filter((statement) => statement.includes('from api_keys k')).length).toBeLessThan(40);
  });

  test('beside another credential is one too many', async () => {
    const { secret } = await makeKey(editor);
    const login = await server.ask(
      'mutation { login(input: { email: "editor@demo.sallyport.test", password: "sallyport-demo", delivery: COOKIE }) { __typename } }',
      {},
      { origin },
    );
    const cookie = login.headers.getSetCookie().map((text) => text.split(';', 1)[0]);
    const asked = await Promise.all([
      using({ secret }).ask(me, {}, { authorization: `Bearer ${secret}` }),
      using({ secret }).ask(me, {}, { authorization: `Bearer ${editor.accessToken}` }),
      using({ secret }).ask(me, {}, { origin, cookie: cookie.join('; ') }),
    ]);
    expect(asked.map((answer) => [answer.status, codeOf(answer)])).toEqual(asked.map(() => [400, 'BAD_REQUEST']));
    expect(await statusWithHeaders(['X-API-Key', secret, 'X-API-Key', secret])).toBe(400);
    expect(await statusWithHeaders(['Authorization', `Bearer ${secret}`, 'Authorization', 'Bearer x'])).toBe(400);
    expect(await statusWithHeaders(['X-API-Key', secret])).toBe(200);
  });

  test('is refused in the query string and as Basic, which are switched off', async () => {
    const { secret } = await makeKey(editor);
    const response = await fetch(`${server.url}/graphql?api_key=${secret}&query=${encodeURIComponent(me)}`);
    expect(response.status).toBe(401);
    const basic = `Basic ${Buffer.from(`${secret}:`).toString('base64')}`;
    expect((await server.ask(me, {}, { authorization: basic })).status).toBe(401);
  });
});

describe('A key that does not count', () => {
  let good: string;
  let other: string;
  beforeAll(async () => {
    good = (await makeKey(editor)).secret;
    other = (await makeKey(viewer, { scopes: ['articles:read'] })).secret;
  });

  const spellings: Array<[string, (key: string) => string]> = [
    ['some text', () => 'secret'],
    ['its prefix alone', (key) => key.slice(0, 35)],
    ['a key cut short', (key) => key.slice(0, -1)],
    ['a key with more behind it', (key) => `${key}A`],
    ['an altered secret', (key) => key.slice(0, 40) + (key[40] === 'A' ? 'B' : 'A') + key.slice(41)],
    ['a secret spelt otherwise', (key) => key.slice(0, -1) + String.fromCharCode(key.charCodeAt(78) + 1)],
    ['a padded secret', (key) => `${key}=`],
    ['an id in capitals', (key) => key.slice(0, 3) + key.slice(3, 35).toUpperCase() + key.slice(35)],
    ['an id with hyphens', (key) => key.replace(/^sp_(.{8})(.{4})(.{4})(.{4})/, 'sp_$1-$2-$3-$4-')],
    ['an id that is none', (key) => `sp_${'f'.repeat(32)}${key.slice(35)}`],
    ['an id that nobody has', (key) => `sp_01900000000070008000000000000000${key.slice(35)}`],
    ['somebody else’s id', (key) => other.slice(0, 35) + key.slice(35)],
    ['another prefix', (key) => key.replace('sp_', 'spr_')],
    ['an overlong key', (key) => key + 'A'.repeat(8_000)],
    ['two keys in one header', (key) => `${key}, ${key}`],
    ['characters of other alphabets', (key) => `${key.slice(0, -1)}\u00ff`],
  ];

  test.each(spellings)('is 401 like all the others: %s', async (_, spell) => {
    expect(await statusOf({ secret: good })).toBe(200);
    const answers = [await server.ask(me, {}, { 'x-api-key': spell(good) })];
    if (spell(good).startsWith('sp_')) {
      answers.push(await server.ask(me, {}, { authorization: `Bearer ${spell(good)}` }));
    }
    for (const answer of answers) {
      expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
    expect(answers[0]?.body.errors?.[0]?.message).toBe(
      'The API key is wrong, revoked, expired or not accepted from this network: use another one.',
    );
  });

  test('costs no statement if it cannot be one', async () => {
    server.statements.length = 0;
    for (const secret of ['', 'sp_', good.slice(0, -1), `sp_${'f'.repeat(32)}${good.slice(35)}`])
      await statusOf({ secret });
    expect(server.statements).toEqual([]);
  });

  test('is refused at public fields, too', async () => {
    expect((await using({ secret: `${good}A` }).ask('{ __typename }')).status).toBe(401);
  });

  test('gets no farther beside a good one, if it was altered', async () => {
    const altered = good.slice(0, 40) + (good[40] === 'A' ? 'B' : 'A') + good.slice(41);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => statusOf({ secret: index % 2 === 0 ? good : altered })),
    );
    expect(statuses).toEqual(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 200 : 401)));
  });

  test('counts no more from the moment of its expiry', async () => {
    const key = await makeKey(editor, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect(await statusOf(key)).toBe(200);
    server.wait(61);
    expect(await statusOf(key)).toBe(401);
    expect(JSON.stringify(await editor.get(list))).not.toContain(key.id);
  });
});

describe('Revoking a key', () => {
  test('ends it before the answer is sent, for good, and leaves the others', async () => {
    const [key, kept] = [await makeKey(editor), await makeKey(editor)];
    expect(await statusOf(key)).toBe(200);
    const first = await editor.get<{ revokeApiKey: { revokedAt: string } }>(revoke, key);
    expect(first.revokeApiKey).toEqual({ id: key.id, revokedAt: expect.any(String) });
    expect([await statusOf(key), await statusOf(kept)]).toEqual([401, 200]);
    server.wait(1);
    expect(await editor.get(revoke, key)).toEqual(first);
    const listed = JSON.stringify(await editor.get(list));
    expect([listed.includes(key.id), listed.includes(kept.id)]).toEqual([false, true]);
  });

  test('lets none of the requests pass that start after the answer', async () => {
    const key = await makeKey(editor);
    const before = Array.from({ length: 50 }, () => statusOf(key));
    await editor.get(revoke, key);
    const after = await Promise.all(Array.from({ length: 200 }, () => statusOf(key)));
    expect(new Set(after)).toEqual(new Set([401]));
    await Promise.all(before);
  });

  test('of another user takes the scope for it', async () => {
    const key = await makeKey(editor);
    expect(await viewer.refusal(revoke, key)).toBe('NOT_FOUND');
    expect(await server.refusal(revoke, key)).toBe('UNAUTHENTICATED');
    expect(await statusOf(key)).toBe(200);
    expect(await admin.get(revoke, key)).toMatchObject({ revokeApiKey: { id: key.id } });
    expect(await statusOf(key)).toBe(401);
  });

  test('that is not there is not found', async () => {
    expect(await admin.refusal(revoke, { id: '01900000-0000-7000-8000-000000000000' })).toBe('NOT_FOUND');
    expect(await admin.refusal(revoke, { id: 'nonsense' })).toBe(
      await admin.refusal('mutation ($id: ID!) { revokeSession(id: $id) { id } }', { id: 'nonsense' }),
    );
  });

  test('is what disabling its owner does, and enabling again revives nothing', async () => {
    const id = viewer.id;
    const key = await makeKey(viewer, { scopes: ['articles:read'] });
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id });
    expect(await statusOf(key)).toBe(401);
    await admin.get('mutation ($id: ID!) { enableUser(userId: $id) { id } }', { id });
    expect(await statusOf(key)).toBe(401);
    viewer = await server.signIn('viewer');
    expect(await viewer.get(list)).toEqual({ me: { apiKeys: [] } });
  });

  test('is not needed if its owner’s account is disabled behind the server’s back', async () => {
    const key = await makeKey(viewer, { scopes: ['articles:read'] });
    await sql(`update users set status = 'DISABLED' where id = ?`, [viewer.id]);
    expect(await statusOf(key)).toBe(401);
    await sql(`update users set status = 'ACTIVE' where id = ?`, [viewer.id]);
    expect(await statusOf(key)).toBe(200);
  });
});

describe('A connection that a key opened', () => {
  /** Resolves once the connection is acknowledged, with the code by which it closes. */
  async function connect({ secret }: Key): Promise<{ closed: Promise<number> }> {
    let settle: (code: number) => void;
    const closed = new Promise<number>((resolve) => (settle = resolve));
    await new Promise<void>((connected) => {
      createLiveClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${secret}` },
        retryAttempts: 0,
        lazy: false,
        onNonLazyError: () => undefined,
        on: { connected: () => connected(), closed: (event) => settle((event as { code: number }).code) },
      });
    });
    return { closed };
  }

  test('is closed when the key is revoked', async () => {
    const key = await makeKey(editor);
    const { closed } = await connect(key);
    await editor.get(revoke, key);
    expect(await closed).toBe(4403);
  });

  test('is closed when the key expires', async () => {
    const { createApiKey } = await editor.get<{ createApiKey: { apiKey: { createdAt: string } } }>(create, {
      input: { name: 'clock', scopes: ['articles:read'] },
    });
    const soon = new Date(Date.parse(createApiKey.apiKey.createdAt) + 1_500).toISOString();
    const { closed } = await connect(await makeKey(editor, { expiresAt: soon }));
    expect(await closed).toBe(4403);
  });
});

describe('A key with networks', () => {
  test.each([
    [['192.0.2.0/24'], '192.0.2.77', 200],
    [['192.0.2.0/24'], '::ffff:192.0.2.77', 200],
    [['192.0.2.0/24'], '::ffff:c000:24d', 200],
    [['::ffff:192.0.2.0/120'], '192.0.2.77', 200],
    [['192.0.2.0/24'], '198.51.100.1', 401],
    [['192.0.2.0/24', '2001:db8::/33'], '2001:db8:7fff::1', 200],
    [['192.0.2.0/24', '2001:db8::/33'], '2001:DB8:8000:0:0:0:0:1', 401],
    [['198.51.100.7'], '198.51.100.7', 200],
    [['198.51.100.7'], '198.51.100.8', 401],
    [['192.0.2.0/24'], 'unknown', 401],
    [['192.0.2.0/24'], '192.0.2.77, 198.51.100.1', 401],
    [['192.0.2.0/24'], '198.51.100.1, 192.0.2.77', 200],
    [['127.0.0.0/8'], '198.51.100.1', 401],
  ])('of %s counts from a client at %s: %i', async (networks, forwardedFor, status) => {
    const key = await makeKey(editor, { networks });
    const answer = await using(key).ask(me, {}, { 'x-forwarded-for': forwardedFor });
    expect(answer.status).toBe(status);
    if (status === 401)
      expect(answer.body.errors?.[0]?.message).toBe(
        'The API key is wrong, revoked, expired or not accepted from this network: use another one.',
      );
  });

  test('counts from where the connection comes, whatever it says, if no proxy is trusted', async () => {
    const alone = await startServer();
    const owner = await alone.signIn('editor');
    const { createApiKey } = await owner.get<{ createApiKey: Key }>(create, {
      input: { name: 'office', scopes: ['articles:read'], networks: ['192.0.2.0/24'] },
    });
    const headers = { 'x-api-key': createApiKey.secret, 'x-forwarded-for': '192.0.2.77' };
    expect((await alone.ask(me, {}, headers)).status).toBe(401);
    await alone.stop();
  });
});

describe('A key, which never manages how its owner signs in,', () => {
  let client: Client;
  let key: Key;
  beforeAll(async () => {
    key = await makeKey(admin, { scopes: ['*'] });
    client = using(key);
  });
  const stranger = '01900000-0000-7000-8000-000000000000';

  test.each([
    ['createApiKey', 'createApiKey(input: { name: "n", scopes: ["articles:read"] }) { secret }'],
    ['revokeApiKey', `revokeApiKey(id: "${stranger}") { id }`],
    ['updateProfile', 'updateProfile(input: { displayName: "Mallory" }) { id }'],
    ['changePassword', 'changePassword(currentPassword: "sallyport-demo", newPassword: "another good one") { scope }'],
    ['logoutEverywhere', 'logoutEverywhere'],
    ['revokeSession', `revokeSession(id: "${stranger}") { id }`],
    ['revokeUserSessions', `revokeUserSessions(userId: "${stranger}")`],
  ])('is refused %s, even if it is an administrator’s', async (_, field) => {
    expect(await client.refusal(`mutation { ${field} }`)).toBe('FORBIDDEN');
  });

  test('is admitted to no mutation of that kind, whatever feature adds it', async () => {
    const { accessMatrix } = await admin.get<{ accessMatrix: Array<{ coordinate: string; requirement: string }> }>(
      '{ accessMatrix { coordinate requirement } }',
    );
    const touchy = accessMatrix.filter(({ coordinate, requirement }) => {
      const isTouchy = /^Mutation\..*(apikey|password|session|factor|totp|passkey|recovery|emailchange|account)/i;
      return isTouchy.test(coordinate) && requirement !== 'public';
    });
    // A key has not signed in, so it has neither a recent sign-in nor a recent factor.
    const closed = /signed in as user( or service)?(;|$)|sign-in within|second factor within \d+ s(;|$)/;
    const open = touchy.filter(({ requirement }) => !closed.test(requirement));
    expect(touchy.length).toBeGreaterThan(3);
    expect(open).toEqual([]);
  });

  test('sees neither keys nor a session, not even itself', async () => {
    expect((await client.ask('{ me { apiKeys { id } } }')).body).toMatchObject({
      data: { me: { apiKeys: null } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect(await client.get('{ session { id } }')).toEqual({ session: null });
    const own = await makeKey(editor);
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    expect(await using(own).get(node, own)).toEqual({ node: null });
    expect(await editor.get(node, own)).toEqual({ node: { id: own.id } });
    expect(await using(own).refusal('{ me { sessions { id } } }')).toBe('FORBIDDEN');
  });

  test('is not seen by other users', async () => {
    const own = await makeKey(editor);
    expect(await viewer.get('query ($id: ID!) { node(id: $id) { id } }', own)).toEqual({ node: null });
    const keysOf = 'query ($id: ID!) { node(id: $id) { ... on User { apiKeys { id } } } }';
    expect(await viewer.refusal(keysOf, { id: editor.id })).toBe('FORBIDDEN');
    expect(await admin.refusal(keysOf, { id: editor.id })).toBe('FORBIDDEN');
  });
});

describe('The last use of a key', () => {
  const writes = (): number => server.statements.filter((statement) => statement.includes('update api_keys')).length;
  const lastUse = async ({ id }: Key): Promise<string | null> => {
    const { node } = await editor.get<{ node: { lastUsedAt: string | null } }>(
      'query ($id: ID!) { node(id: $id) { ... on ApiKey { lastUsedAt } } }',
      { id },
    );
    return node.lastUsedAt;
  };
  async function recorded(key: Key, previous: string | null): Promise<string> {
    let at: string | null = null;
    await until(async () => {
      at = await lastUse(key);
      return at !== null && at !== previous;
    }, 'the last use');
    return at ?? '';
  }

  test('is recorded once a minute, not for each request', async () => {
    editor = await server.signIn('editor');
    const key = await makeKey(editor);
    await using(key).get(me);
    const first = await recorded(key, null);
    server.statements.length = 0;
    server.wait(50);
    await Promise.all(Array.from({ length: 20 }, () => using(key).get(me)));
    expect(writes()).toBe(0);
    expect(await lastUse(key)).toBe(first);
    server.wait(15);
    await using(key).get(me);
    const second = await recorded(key, first);
    expect(Date.parse(second) - Date.parse(first)).toBeGreaterThanOrEqual(60_000);
    await using(key).get(me);
    expect(writes()).toBe(1);
  });

  test('is no reason to fail if it cannot be recorded', async () => {
    const key = await makeKey(editor);
    await sql(`create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'`);
    await sql('create trigger refuse before update on api_keys for each row execute function refuse()');
    expect(await statusOf(key)).toBe(200);
    expect(await statusOf(key)).toBe(200);
    await until(() => server.logged.join().includes('the last use of API keys was not recorded'));
    await sql('drop trigger refuse on api_keys');
    expect(await statusOf(key)).toBe(200);
    expect(await recorded(key, null)).toEqual(expect.any(String));
  });
});

/** Sends headers exactly as listed; `fetch` would merge those of one name. */
function statusWithHeaders(headers: string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(server.url);
    const sent = request(
      `${server.url}/graphql`,
      { method: 'POST', headers: ['Host', host, 'Content-Type', 'application/json', ...headers] },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ query: me }));
  });
}

describe('What a credential was narrowed to', () => {
  const draft = 'mutation { createArticle(input: { title: "secret plans", body: "b" }) { id } }';
  const narrowed = async (scopes: readonly string[]): Promise<readonly Client[]> => [
    using(await makeKey(editor, { scopes })),
    signedIn(server.url, await server.ask(signInDocument, { input: { ...editorCredentials, scopes } })),
  ];
  const editorCredentials = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };

  test('bounds what it reads of its owner: no drafts, no email, no roles', async () => {
    const { createArticle } = await editor.get<{ createArticle: { id: string } }>(draft);
    const { id } = createArticle;
    for (const client of await narrowed(['comments:read'])) {
      expect(await client.get('query ($id: ID!) { node(id: $id) { id } article(id: $id) { id } }', { id })).toEqual({
        node: null,
        article: null,
      });
      expect(await client.get('{ me { articles { nodes { status } } } }')).not.toMatchObject({
        me: { articles: { nodes: expect.arrayContaining([{ status: 'DRAFT' }]) } },
      });
      for (const field of ['email', 'emailVerified', 'roles', 'status', 'sessions { id }', 'apiKeys { id }']) {
        expect(await client.refusal(`{ me { ${field} } }`)).toBe('FORBIDDEN');
      }
      expect(await client.get('{ me { scopes } }')).toEqual({ me: { scopes: ['comments:read'] } });
    }
  });

  test('bounds what it reads of its owner by id: no other session, no keys, no passkeys, no identities', async () => {
    const now = new Date();
    const row = () => ({ id: newId(now), createdAt: now, user: editor.id });
    const [passkey, identity] = [row(), row()];
    const em = server.database.fork();
    const stored = { name: 'key', credentialId: 'c', publicKey: Buffer.from('k'), counter: 0, transports: [] };
    await em.insert(Passkey, { ...passkey, ...stored, isSynced: false, isBackedUp: false, lastUsedAt: null });
    await em.insert(ExternalIdentity, { ...identity, provider: 'p', issuer: 'https://p.example', subject: 's' });
    const { session } = await editor.get<{ session: { id: string } }>('{ session { id } }');
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    for (const { id } of [session, await makeKey(editor), passkey, identity]) {
      expect(await editor.get(node, { id })).toEqual({ node: { id } });
      for (const client of await narrowed(['comments:read']))
        expect(await client.get(node, { id })).toEqual({ node: null });
    }
    const [, signedInNarrowly] = await narrowed(['comments:read']);
    const own = await signedInNarrowly?.get<{ session: { id: string } }>('{ session { id ipAddress current } }');
    expect(own?.session).toMatchObject({ current: true, ipAddress: expect.any(String) });
    expect(await signedInNarrowly?.get(node, own?.session)).toEqual({ node: { id: own?.session.id } });
  });

  test('bounds what it ends: no other session and no key, not even one that it made', async () => {
    const { session } = await editor.get<{ session: { id: string } }>('{ session { id } }');
    const [, client] = await narrowed(['comments:read']);
    if (client === undefined) throw new Error('There is no session.');
    const own = await makeKey(client, { scopes: ['comments:read'] });
    const end = 'mutation ($id: ID!) { revokeSession(id: $id) { id } }';
    expect(await client.refusal(end, session)).toBe('NOT_FOUND');
    for (const { id } of [await makeKey(editor), own]) expect(await client.refusal(revoke, { id })).toBe('NOT_FOUND');
    expect(await statusOf(own)).toBe(200);
    expect((await editor.ask(me)).status).toBe(200);
    const { session: itself } = await client.get<{ session: { id: string } }>('{ session { id } }');
    expect(await client.get(end, itself)).toEqual({ revokeSession: { id: itself.id } });
    expect((await client.ask(me)).status).toBe(401);
  });

  test('lets it read the drafts of its owner if it covers articles', async () => {
    const { createArticle } = await editor.get<{ createArticle: { id: string } }>(draft);
    for (const scope of ['articles:read', 'articles:write']) {
      for (const client of await narrowed([scope])) {
        const { id } = createArticle;
        expect(await client.get('query ($id: ID!) { article(id: $id) { id } }', { id })).toEqual({ article: { id } });
      }
    }
  });
});
