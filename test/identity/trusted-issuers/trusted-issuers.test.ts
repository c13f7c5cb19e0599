import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, exportJWK, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { issueToken } from '../../../src/identity/accounts/single-use-tokens.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createClient, type Answer, type Client } from '../../support/client.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { openIssuer, times, type Issuer } from '../../support/issuer.ts';
import { openMailbox } from '../../support/mailbox.ts';
import { startServer, type SignedIn, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { connectAt, disposeListeners, listenAt } from '../../support/websocket.ts';

const audience = 'https://api.example.com';
const supabaseSecret = 'super-secret-jwt-token-with-at-least-32-characters';
const tenant = '11111111-2222-4333-8444-555555555555';

/** The issuers by their presets, with the claims that their tokens have. */
const shapes = {
  supabase: {
    issuer: 'https://abcdefghijklmnop.supabase.co/auth/v1',
    config: { roleMap: { editor: 'EDITOR' }, provision: true, secret: supabaseSecret },
    claims: {
      aud: 'authenticated',
      role: 'authenticated',
      session_id: randomUUID(),
      is_anonymous: false,
      app_metadata: { provider: 'email', roles: ['editor'] },
      user_metadata: { roles: ['admin'] },
    },
    roles: ['EDITOR', 'VIEWER'],
  },
  auth0: {
    issuer: 'https://example.eu.auth0.com/',
    config: { audience, claims: { roles: 'https://example.com/roles' }, provision: true },
    claims: {
      aud: [audience, 'https://example.eu.auth0.com/userinfo'],
      azp: 'client-of-auth0',
      scope: 'openid profile',
      permissions: ['articles:read', 'articles:write'],
      'https://example.com/roles': ['EDITOR'],
    },
    scopes: ['articles:read', 'articles:write'],
  },
  keycloak: {
    issuer: 'https://sso.example.com/realms/example',
    config: { audience, roleMap: { staff: ['MODERATOR'] }, backChannelLogout: ['web-app'] },
    claims: {
      aud: [audience, 'account'],
      typ: 'Bearer',
      azp: 'web-app',
      sid: randomUUID(),
      realm_access: { roles: ['offline_access', 'staff'] },
    },
    roles: ['MODERATOR', 'VIEWER'],
  },
  entra: {
    issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    config: { audience: [audience], roleMap: { Writers: 'EDITOR' }, provision: true },
    claims: { aud: audience, ver: '2.0', tid: tenant, azp: randomUUID(), roles: ['Writers'], scp: 'articles:write' },
    scopes: ['articles:write'],
  },
  cognito: {
    issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI',
    config: { audience: 'client-of-cognito', roleMap: { editors: 'EDITOR' } },
    claims: { client_id: 'client-of-cognito', token_use: 'access', 'cognito:groups': ['editors'] },
    roles: ['EDITOR', 'VIEWER'],
  },
  firebase: {
    issuer: 'https://securetoken.google.com/example-project',
    config: { claims: { roles: 'role' }, roleMap: { editor: 'EDITOR' }, provision: true },
    claims: { aud: 'example-project', role: 'editor', firebase: { sign_in_provider: 'password' } },
    roles: ['EDITOR', 'VIEWER'],
  },
  clerk: {
    issuer: 'https://clerk.example.com',
    config: { audience: 'https://app.example.com', roleMap: { admin: 'ADMIN' } },
    claims: { azp: 'https://app.example.com', sid: 'sess_1', sts: 'active', o: { id: 'org_1', rol: 'admin' } },
    roles: ['ADMIN', 'EDITOR', 'MODERATOR', 'VIEWER'],
  },
  google: {
    issuer: 'https://accounts.google.com',
    config: { audience: 'x.apps.googleusercontent.com', defaultRoles: ['VIEWER'], provision: true },
    claims: { aud: 'x.apps.googleusercontent.com', azp: 'x.apps.googleusercontent.com', hd: 'example.com' },
    roles: ['VIEWER'],
  },
} satisfies Readonly<
  Record<string, { issuer: string; config: object; claims: JWTPayload; roles?: string[]; scopes?: string[] }>
>;

type Preset = keyof typeof shapes;
const presets = Object.keys(shapes) as Preset[];
/** An issuer that nobody made a preset for. */
const plain = { issuer: 'https://plain.example.com', audience, claims: { scopes: 'scope' } };
/** The same, whose subjects become users. */
const personal = { ...plain, issuer: 'https://personal.example.com', provision: true };

const issuers = {} as Record<Preset | 'plain' | 'nobody', Issuer>;
let settings: string;
let server: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  for (const name of [...presets, 'plain', 'nobody'] as const) {
    issuers[name] = await openIssuer(name === 'supabase' || name === 'plain' ? 'ES256' : 'RS256');
  }
  const ofPresets = presets.map((preset) => ({
    preset,
    issuer: shapes[preset].issuer,
    jwksUri: issuers[preset].jwksUri,
    ...shapes[preset].config,
  }));
  const ofPlain = { ...plain, algorithms: ['ES256'], jwksUri: issuers.plain.jwksUri };
  settings = JSON.stringify([...ofPresets, ofPlain, { ...ofPlain, ...personal }]);
  server = await startServer({ TRUSTED_ISSUERS: settings });
  admin = await server.signIn('admin');
});
afterEach(disposeListeners);
afterAll(async () => {
  await server?.stop();
  await Promise.all(Object.values(issuers).map((issuer) => issuer.close()));
});

/** Claims as an issuer may get them wrong; undefined: there is none. */
type Claims = Readonly<Record<string, unknown>>;

/** The claims of a token of an issuer, as it makes them now; others replace them. */
const claimsOf = (preset: Preset, others: Claims = {}): JWTPayload => ({
  iss: shapes[preset].issuer,
  sub: `subject-of-${preset}`,
  ...times(server.now()),
  ...shapes[preset].claims,
  ...(others as JWTPayload),
});

const tokenOf = (preset: Preset, others: Claims = {}, header: object = {}): Promise<string> =>
  issuers[preset].sign(claimsOf(preset, others), { ...header });

const plainToken = (others: Claims = {}, header: object = {}): Promise<string> =>
  issuers.plain.sign(
    {
      iss: plain.issuer,
      aud: audience,
      sub: 'robot',
      scope: 'users:read *',
      ...times(server.now()),
      ...(others as JWTPayload),
    },
    { ...header },
  );

const bearer = (token: string): Client => createClient(server.url, { authorization: `Bearer ${token}` });

const meOf = async (token: string): Promise<{ id: string; roles: string[]; scopes: string[] } | null> => {
  const { me } = await bearer(token).get<{ me: { id: string; roles: string[]; scopes: string[] } | null }>(
    '{ me { id roles scopes displayName emailVerified } }',
  );
  return me;
};

const typename = '{ __typename }';
const outcomeOf = ({ status, body }: Answer): unknown[] => {
  const [error] = body.errors ?? [];
  return error === undefined ? [status] : [status, error.extensions.code, error.extensions['reason']];
};
const ask = async (token: string): Promise<unknown[]> => outcomeOf(await bearer(token).ask(typename));
const refused = [401, 'UNAUTHENTICATED', undefined];

/** The reasons why tokens were refused, newest first. */
async function reasons(first: number, type = 'issuer_token.refused', by = admin): Promise<unknown[]> {
  const { auditEvents } = await by.get<{ auditEvents: { nodes: Array<{ details: { reason?: string } }> } }>(
    'query ($first: Int, $type: String) { auditEvents(first: $first, filter: { type: $type }) { nodes { details } } }',
    { first, type },
  );
  return auditEvents.nodes.map(({ details }) => details.reason);
}

const mayWrite = async (token: string): Promise<unknown> => {
  const { body } = await bearer(token).ask(
    'mutation { createArticle(input: { title: "Of another issuer", body: "Text" }) { id author { id } } }',
  );
  return body.errors?.[0]?.extensions.code ?? 'done';
};

describe('A token of a trusted issuer', () => {
  test.each(presets)('is accepted in the shape of %s, and does what the mapping says', async (preset) => {
    const token = await tokenOf(preset);
    expect(await ask(token)).toEqual([200]);
    const { config, roles } = shapes[preset] as { config: { provision?: boolean }; roles?: string[] };
    const writes = roles === undefined || roles.includes('EDITOR');
    const expected = writes && config.provision === true ? 'done' : 'FORBIDDEN';
    expect(await mayWrite(token)).toBe(expected);
    const { me } = await bearer(token).get<{ me: object | null }>('{ me { id displayName } }');
    expect(me === null).toBe(config.provision !== true);
  });

  test('is accepted by the legacy secret of Supabase as well as by its keys', async () => {
    const legacy = await new SignJWT(claimsOf('supabase'))
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(new TextEncoder().encode(supabaseSecret));
    expect(await ask(legacy)).toEqual([200]);
    expect(await mayWrite(legacy)).toBe('done');
  });

  test('grants nothing by a claim that the mapping does not name, nor everything by `*`', async () => {
    expect(await bearer(await plainToken({ roles: ['ADMIN'] })).refusal('{ auditEvents { nodes { id } } }')).toBe(
      'FORBIDDEN',
    );
    expect((await bearer(await plainToken()).ask('{ users { nodes { id } } }')).body.errors).toBeUndefined();
    expect(await mayWrite(await tokenOf('supabase', { app_metadata: {}, role: 'ADMIN' }))).toBe('FORBIDDEN');
    expect(await mayWrite(await tokenOf('auth0', { permissions: ['articles:read'] }))).toBe('FORBIDDEN');
  });

  test.each([
    ['whose scopes grant', (scope: string) => plainToken({ iss: personal.issuer, sub: 'ann', scope })],
    ['whose scopes narrow no role at all', (scope: string) => tokenOf('entra', { roles: [], scp: scope })],
  ])('%s is narrowed to them: being its user lets it read and change nothing of the account', async (_, make) => {
    const client = bearer(await make('comments:read'));
    expect(await client.get('{ me { displayName } }')).toEqual({ me: { displayName: expect.any(String) } });
    const fields = ['email', 'roles', 'status', 'sessions { id }', 'apiKeys { id }', 'passkeys { id }'];
    for (const field of fields) expect(await client.refusal(`{ me { ${field} } }`)).toBe('FORBIDDEN');
    expect(await client.refusal('mutation { updateProfile(input: { displayName: "Taken" }) { id } }')).toBe(
      'FORBIDDEN',
    );
    expect(await client.refusal('mutation { logoutEverywhere }')).toBe('FORBIDDEN');
  });

  test('whose scopes grant reads the drafts of its user if they cover articles, and no other', async () => {
    const writer = bearer(await plainToken({ iss: personal.issuer, sub: 'bea', scope: 'articles:write' }));
    const { createArticle } = await writer.get<{ createArticle: object }>(
      'mutation { createArticle(input: { title: "a", body: "b" }) { id } }',
    );
    const read = 'query ($id: ID!) { article(id: $id) { id } }';
    const others = bearer(await plainToken({ iss: personal.issuer, sub: 'bea', scope: 'comments:read' }));
    expect(await others.get(read, createArticle)).toEqual({ article: null });
    const reader = bearer(await plainToken({ iss: personal.issuer, sub: 'bea', scope: 'articles:read' }));
    expect(await reader.get(read, createArticle)).toEqual({ article: createArticle });
  });

  test('makes a user at first sight, once, however many requests come together', async () => {
    const token = await tokenOf('supabase', {
      sub: 'many',
      name: 'Grace',
      email: 'G@example.com',
      email_verified: true,
    });
    const seen = await Promise.all(Array.from({ length: 20 }, () => meOf(token)));
    expect(new Set(seen.map((me) => me?.id)).size).toBe(1);
    expect(seen[0]).toMatchObject({ displayName: 'Grace', emailVerified: true, roles: [] });
    expect(await reasons(1, 'account.provisioned')).toHaveLength(1);
  });

  test('never becomes an existing user, by whatever e-mail', async () => {
    const editor = await server.signIn('editor');
    for (const isVerified of [true, false]) {
      const claims = { sub: `like-${isVerified}`, email: 'editor@demo.sallyport.test', email_verified: isVerified };
      const me = await meOf(await tokenOf('firebase', claims));
      expect(me).toMatchObject({ emailVerified: false });
      expect(me?.id).not.toBe(editor.id);
    }
  });

  test('gives no user an e-mail that its former account may still take back', async () => {
    const email = 'kept@example.com';
    await issueToken(server.database.fork(), server.now(), { purpose: 'email-revert', email });
    const token = await tokenOf('firebase', { sub: 'kept', email, email_verified: true });
    const { me } = await bearer(token).get<{ me: { id: string } }>('{ me { id } }');
    const user = await server.database.fork().findOneOrFail(User, me.id);
    expect(user).toMatchObject({ email: expect.stringMatching(/@addressless\.invalid$/), emailVerifiedAt: null });
  });

  test('is another user’s once the owner of its e-mail has proved the mailbox', async () => {
    const email = 'vouched@example.com';
    const token = await tokenOf('firebase', { sub: 'vouched', email, email_verified: true });
    const before = await meOf(token);
    expect(before).toMatchObject({ emailVerified: true });
    await server.get('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
    const { token: link } = await openMailbox(server.config).latestMail(email, 'password-reset');
    await server.get(
      'mutation ($link: String!) { resetPassword(token: $link, newPassword: "proved by the mailbox") }',
      { link },
    );
    const after = await meOf(token);
    expect(after).toMatchObject({ emailVerified: false });
    expect(after?.id).not.toBe(before?.id);
  });

  test('of one subject at two issuers is two users', async () => {
    const [one, other] = [await tokenOf('firebase', { sub: 'same' }), await tokenOf('google', { sub: 'same' })];
    expect((await meOf(one))?.id).not.toBe((await meOf(other))?.id);
  });

  test('is neither a recent sign-in nor a second factor', async () => {
    const create = 'mutation { createApiKey(input: { name: "k", scopes: ["articles:read"] }) { secret } }';
    expect(await bearer(await tokenOf('google')).refusal(create)).toBe('REAUTHENTICATION_REQUIRED');
  });
});

describe('A token of a trusted issuer is refused, alike whatever is wrong, and recorded with the reason:', () => {
  const decode = (part: string | undefined): string => Buffer.from(part ?? '', 'base64url').toString();

  /** What is wrong, how it is made, and what is recorded. */
  const wrong: ReadonlyArray<readonly [string, () => Promise<string>, string]> = [
    ['for another audience', () => plainToken({ aud: 'https://other.example.com' }), 'audience'],
    ['for nobody', () => plainToken({ aud: undefined }), 'audience'],
    ['of typ ID', () => plainToken({}, { typ: 'id+jwt' }), 'type'],
    ['of typ logout', () => plainToken({}, { typ: 'logout+jwt' }), 'type'],
    ['with a logout in it', () => plainToken({ events: {} }), 'kind'],
    ['without sub', () => plainToken({ sub: undefined }), 'subject'],
    ['with an empty sub', () => plainToken({ sub: '' }), 'subject'],
    ['with a sub that is no text', () => plainToken({ sub: 7 }), 'subject'],
    ['with an endless sub', () => plainToken({ sub: 'x'.repeat(256) }), 'subject'],
    ['without exp', () => plainToken({ exp: undefined }), 'malformed'],
    ['with an exp that is no whole number', () => plainToken({ exp: 1e300 }), 'malformed'],
    ['without iat', () => plainToken({ iat: undefined }), 'malformed'],
    ['that lives longer than a day', () => plainToken(times(server.now(), 86_401)), 'lifetime'],
    ['that ends before it begins', () => plainToken(times(server.now(), -1)), 'lifetime'],
    ['of the future', () => plainToken(times(new Date(server.now().getTime() + 60_000))), 'time'],
    ['that counts later', () => plainToken({ nbf: times(server.now()).iat + 60 }), 'time'],
    ['of alg none', async () => new UnsecuredJWT(claimsOf('keycloak')).encode(), 'algorithm'],
    ['with a critical extension', () => plainToken({}, { crit: ['b64'], b64: true }), 'malformed'],
    ['that is an ID token of Keycloak', () => tokenOf('keycloak', { typ: 'ID' }), 'kind'],
    ['that is an ID token of Cognito', () => tokenOf('cognito', { token_use: 'id' }), 'kind'],
    ['of a session of Clerk that is pending', () => tokenOf('clerk', { sts: 'pending' }), 'kind'],
    ['of version 1 of Entra', () => tokenOf('entra', { ver: '1.0' }), 'kind'],
    [
      'signed with the public key as a secret',
      () =>
        new SignJWT(claimsOf('supabase'))
          .setProtectedHeader({ alg: 'HS256', kid: issuers.supabase.kid })
          .sign(new TextEncoder().encode(JSON.stringify(issuers.supabase.publicKey))),
      'signature',
    ],
    ['signed by another trusted issuer', () => issuers.google.sign(claimsOf('keycloak')), 'signature'],
    ['signed by nobody we know', () => issuers.nobody.sign(claimsOf('keycloak')), 'signature'],
    ['that brings its key', async () => byOwnKey(), 'signature'],
    ['written otherwise', async () => `${await plainToken()}=`, 'malformed'],
    [
      'with altered claims',
      async () => {
        const [head, body, signature] = (await plainToken()).split('.');
        return [head, Buffer.from(decode(body).replace('robot', 'admin')).toString('base64url'), signature].join('.');
      },
      'signature',
    ],
  ];

  async function byOwnKey(): Promise<string> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new SignJWT(claimsOf('keycloak'))
      .setProtectedHeader({ alg: 'RS256', kid: issuers.keycloak.kid, jwk, jku: issuers.nobody.jwksUri })
      .sign(privateKey);
  }

  test.each(wrong)('%s', async (_, make, reason) => {
    const token = await make();
    expect(await ask(token)).toEqual(refused);
    expect(await reasons(1)).toEqual([reason]);
    const fetches = issuers.nobody.fetches();
    expect([fetches, await connectAt(server.url, `Bearer ${token}`)]).toEqual([0, 4403]);
  });

  test('of an issuer that is not trusted, exactly', async () => {
    for (const iss of [`${plain.issuer}/`, 'HTTPS://plain.example.com', 'https://evil.example.com']) {
      expect(await ask(await plainToken({ iss }))).toEqual(refused);
    }
  });

  test('that is oversized', async () => {
    expect(await ask(await plainToken({ more: 'x'.repeat(8_000) }))).toEqual(refused);
  });

  test('once it has expired, with the reason, so that its client gets another one', async () => {
    const token = await plainToken(times(server.now(), 120));
    expect(await ask(token)).toEqual([200]);
    server.wait(120);
    expect(await ask(token)).toEqual([200]);
    server.wait(31);
    expect(await ask(token)).toEqual([401, 'UNAUTHENTICATED', 'EXPIRED']);
    expect(await reasons(1)).toEqual(['expired']);
  });

  test('with the next request after its user was disabled', async () => {
    const token = await tokenOf('google', { sub: 'to be disabled' });
    const me = await meOf(token);
    const live = await listenAt(server.url, 'subscription { articlePublished { id } }', {
      connectionParams: { authorization: `Bearer ${token}` },
    });
    const disable = 'mutation ($id: ID!) { disableUser(userId: $id, reason: "test") { id } }';
    const { body } = await admin.ask(disable, { id: me?.id });
    expect(body.errors).toBeUndefined();
    expect(await ask(token)).toEqual([401, 'UNAUTHENTICATED', 'ENDED']);
    expect(await live.closed).toMatchObject({ code: 4403 });
  });
});

describe('The keys of an issuer', () => {
  /** Past every cooldown. */
  const later = (): void => server.wait(31);

  test('are fetched once for many tokens, and once in a cooldown for tokens with unknown keys', async () => {
    later();
    const before = issuers.plain.fetches();
    const unknown = await Promise.all(Array.from({ length: 50 }, (_, at) => plainToken({}, { kid: `unknown-${at}` })));
    const answers = await Promise.all(unknown.map(ask));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify(refused)]));
    expect(issuers.plain.fetches() - before).toBe(1);
    for (const token of unknown.slice(0, 5)) await ask(token);
    expect(issuers.plain.fetches() - before).toBe(1);
    expect(await ask(await plainToken())).toEqual([200]);
  });

  test('may change: a token of the new key is accepted, one of the old is not', async () => {
    const old = await plainToken();
    expect(await ask(old)).toEqual([200]);
    later();
    await issuers.plain.rotate();
    expect(await ask(await plainToken())).toEqual([200]);
    expect(await ask(old)).toEqual(refused);
  });

  const outages: ReadonlyArray<readonly [string, (response: ServerResponse) => void]> = [
    ['down', (response) => response.destroy()],
    ['failing', (response) => void response.writeHead(500).end('{"keys":[]}')],
    ['redirecting', (response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['huge', (response) => void response.end(' '.repeat(300_000))],
    ['lying with HTML', (response) => void response.end('<html>')],
    ['without keys', (response) => void response.end('{"keys":[]}')],
    ['silent', () => undefined],
  ];
  test.each(outages)('outlive an issuer that is %s, for a day, and block no other door', async (_, how) => {
    await ask(await plainToken());
    issuers.plain.answer(how);
    later();
    const stuck = ask(await plainToken({}, { kid: 'unknown' }));
    expect(await ask(admin.accessToken)).toEqual([200]);
    expect(await ask(await tokenOf('google'))).toEqual([200]);
    expect(await ask(await plainToken())).toEqual([200]);
    expect(await stuck).toEqual(refused);
    issuers.plain.serveKeys([issuers.plain.publicKey]);
  });

  test('are an outage once the last good ones are a day old, and are fetched again when the issuer is back', async () => {
    const fresh = await startServer({
      TRUSTED_ISSUERS: JSON.stringify([{ ...plain, algorithms: ['ES256'], jwksUri: issuers.plain.jwksUri }]),
    });
    const own = async (): Promise<unknown[]> => {
      const claims = { iss: plain.issuer, aud: audience, sub: 'robot', ...times(fresh.now()) };
      const headers = { authorization: `Bearer ${await issuers.plain.sign(claims)}` };
      return outcomeOf(await createClient(fresh.url, headers).ask(typename));
    };
    const unavailable = [503, 'SERVICE_UNAVAILABLE', undefined];
    issuers.plain.answer((response) => response.destroy());
    expect(await own()).toEqual(unavailable);
    const operator = await fresh.signIn('admin');
    await until(async () => (await reasons(1, 'request.refused', operator)).length > 0);
    expect(await reasons(1, 'request.refused', operator)).toEqual(['unavailable']);
    issuers.plain.serveKeys([issuers.plain.publicKey]);
    fresh.wait(6);
    expect(await own()).toEqual([200]);
    issuers.plain.answer((response) => response.destroy());
    fresh.wait(86_000);
    expect(await own()).toEqual([200]);
    fresh.wait(500);
    expect(await own()).toEqual(unavailable);
    issuers.plain.serveKeys([issuers.plain.publicKey]);
    await fresh.stop();
  });

  test('are refused if they are weak, symmetric, private or for something else', async () => {
    const { publicKey } = issuers.plain;
    const weak = await exportJWK((await generateKeyPair('RS256', { extractable: true })).publicKey);
    const bad = [
      { kty: 'oct', k: Buffer.alloc(64).toString('base64url'), kid: 'symmetric' },
      { ...publicKey, d: 'AAAA', kid: 'private' },
      { ...publicKey, use: 'enc', kid: 'enc' },
      { ...weak, kid: 'rsa' },
      { ...weak, alg: 'RS256', n: weak.n?.slice(0, 170) ?? '', kid: 'short' },
    ];
    later();
    issuers.plain.serveKeys([...bad, publicKey]);
    for (const { kid } of bad) expect(await ask(await plainToken({}, { kid }))).toEqual(refused);
    expect(await ask(await plainToken())).toEqual([200]);
    issuers.plain.serveKeys([publicKey]);
  });
});

describe('A logout that an issuer tells', () => {
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };

  const logoutToken = (others: Claims = {}, header: object = {}): Promise<string> =>
    issuers.keycloak.sign(
      {
        iss: shapes.keycloak.issuer,
        aud: 'web-app',
        jti: randomUUID(),
        events: event,
        ...times(server.now(), 120),
        ...(others as JWTPayload),
      },
      { typ: 'logout+jwt', ...header },
    );

  const post = async (form: Record<string, string>): Promise<[number, string | null, unknown]> => {
    const response = await fetch(`${server.url}/auth/back-channel-logout`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    return [response.status, response.headers.get('cache-control'), text === '' ? null : JSON.parse(text)];
  };
  const told = async (token: Promise<string>): Promise<number> => (await post({ logout_token: await token }))[0];
  const ended = [401, 'UNAUTHENTICATED', 'ENDED'];

  test('ends the tokens of its session with the next request, and their WebSockets', async () => {
    const [mine, others] = [await tokenOf('keycloak', { sid: 'mine' }), await tokenOf('keycloak', { sid: 'other' })];
    const without = await tokenOf('keycloak', { sid: undefined, sub: 'elsewhere' });
    const live = await listenAt(server.url, 'subscription { articlePublished { id } }', {
      connectionParams: { authorization: `Bearer ${mine}` },
    });
    expect(await Promise.all([mine, others, without].map(ask))).toEqual([[200], [200], [200]]);
    expect(await post({ logout_token: await logoutToken({ sid: 'mine' }) })).toEqual([200, 'no-store', null]);
    expect(await ask(mine)).toEqual(ended);
    expect(await live.closed).toMatchObject({ code: 4403 });
    expect(await Promise.all([others, without].map(ask))).toEqual([[200], [200]]);
    expect(await reasons(1)).toEqual(['logged_out']);
  });

  test('of a subject ends its tokens issued until then, and no later ones, however often it is told', async () => {
    const before = await tokenOf('keycloak', { sub: 'leaving' });
    const logout = await logoutToken({ sub: 'leaving' });
    expect(await told(Promise.resolve(logout))).toBe(200);
    server.wait(2);
    const after = await tokenOf('keycloak', { sub: 'leaving' });
    expect(await told(Promise.resolve(logout))).toBe(200);
    expect([await ask(before), await ask(after)]).toEqual([ended, [200]]);
  });

  test('of a session ends the subject’s tokens that name none', async () => {
    const without = await tokenOf('keycloak', { sid: undefined, sub: 'nameless' });
    expect(await told(logoutToken({ sid: 'some', sub: 'nameless' }))).toBe(200);
    expect(await ask(without)).toEqual(ended);
  });

  testOnPostgres('ends them on every node with the next request', async () => {
    const other = await startServer({ TRUSTED_ISSUERS: settings }, server.config.database);
    const token = await tokenOf('keycloak', { sid: 'of two nodes' });
    const headers = { authorization: `Bearer ${token}` };
    const there = async (): Promise<unknown[]> => outcomeOf(await createClient(other.url, headers).ask(typename));
    other.wait((server.now().getTime() - other.now().getTime()) / 1000);
    expect(await there()).toEqual([200]);
    expect(await told(logoutToken({ sid: 'of two nodes' }))).toBe(200);
    expect(await there()).toEqual(ended);
    await other.stop();
  });

  const wrong: ReadonlyArray<readonly [string, string, () => Promise<string>]> = [
    ['is no token', 'issuer', async () => 'text'],
    ['is an access token', 'audience', () => tokenOf('keycloak')],
    ['has a nonce', 'kind', () => logoutToken({ sid: 'x', nonce: 'n' })],
    ['has no event', 'kind', () => logoutToken({ sid: 'x', events: {} })],
    ['names nobody', 'subject', () => logoutToken()],
    [
      'has expired',
      'expired',
      () => logoutToken({ sid: 'x', ...times(new Date(server.now().getTime() - 200_000), 120) }),
    ],
    ['is for another client', 'audience', () => logoutToken({ sid: 'x', aud: 'other' })],
    ['is of an issuer that tells of none', 'issuer', () => logoutToken({ sid: 'x', iss: shapes.google.issuer })],
    ['is of an issuer that is not trusted', 'issuer', () => logoutToken({ sid: 'x', iss: 'https://evil.example' })],
    [
      'is signed by another issuer',
      'signature',
      () => issuers.google.sign(claimsOf('keycloak', { events: event, aud: 'web-app' })),
    ],
  ];
  test.each(wrong)('ends nothing if the token %s, and is recorded with the reason: %s', async (_, reason, make) => {
    const type = 'issuer_session.end_refused';
    const before = await reasons(100, type);
    const [status, , body] = await post({ logout_token: await make() });
    expect([status, body]).toMatchObject([400, { error: 'invalid_request' }]);
    expect(await reasons(100, type)).toEqual([reason, ...before]);
  });

  test('is taken by POST of one token alone', async () => {
    expect((await fetch(`${server.url}/auth/back-channel-logout`)).status).toBe(405);
    expect((await post({}))[0]).toBe(400);
    await until(async () => (await reasons(1, 'request.refused')).length > 0);
    expect(await reasons(1, 'request.refused')).toEqual(['bad_credential']);
  });
});
