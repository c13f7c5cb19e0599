import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { parseConfig } from '../../src/config/config.ts';
import { settingTable } from '../../src/config/setting-table.ts';
import { ConfigError } from '../../src/config/settings.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://sallyport:hunter2@db.internal:5432/sallyport',
  MASTER_KEY: 'dDdHkqNeLa3rfeuqEPlHbvWTfI1nRHkSgJ0ZxpYdVvM=',
  PUBLIC_URL: 'https://api.example.com/',
  REGISTRATION: 'closed',
};

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('The configuration', () => {
  test('needs nothing at all in development', () => {
    expect(parseConfig({})).toMatchObject({
      production: false,
      http: { port: 4000, host: '127.0.0.1', publicUrl: 'http://localhost:4000' },
      database: { kind: 'embedded' },
      tokens: { algorithm: 'EdDSA', audience: 'http://localhost:4000', accessTtlSeconds: 900, refreshGraceSeconds: 30 },
      access: { mode: 'partial', introspection: 'full', tellRequired: true },
      registration: 'open',
      demo: true,
      log: { level: 'warn' },
    });
    expect(parseConfig({ LOG_LEVEL: 'info' }).log.level).toBe('info');
  });

  test('of production stands on what is given, and listens to the world', () => {
    expect(parseConfig(production)).toMatchObject({
      production: true,
      http: { host: '0.0.0.0', publicUrl: 'https://api.example.com' },
      database: { kind: 'postgresql' },
      registration: 'closed',
      demo: false,
      log: { level: 'info' },
    });
  });

  test('switches on what ENABLE names, and nothing else', () => {
    expect(parseConfig({}).enabled).toEqual({ passwordGrant: false, basicAuth: false, apiKeyQuery: false });
    expect(parseConfig({ ENABLE: 'basic-auth,password-grant' }).enabled).toEqual({
      passwordGrant: true,
      basicAuth: true,
      apiKeyQuery: false,
    });
    expect(mistakesOf({ ENABLE: 'basic-auth telepathy' })).toEqual([
      'ENABLE: `telepathy` is unknown; expected a list of password-grant, basic-auth, api-key-query',
    ]);
  });

  test('lists every mistake at once, each with its remedy', () => {
    const mistakes = mistakesOf({
      PORT: '99999',
      DATABASE_URL: 'mysql://localhost/test',
      MASTER_KEY: 'short',
      REFRESH_IDLE_TTL: '100',
      REFRESH_ABSOLUTE_TTL: '50',
      CORS_ORIGINS: 'https://app.example.com/path',
      TRUSTED_PROXIES: '10.0.0.0/33',
      NETWORKS: '{"office":["nonsense"]}',
      JWT_ALGORITHM: 'none',
      LOG_LEVEL: 'loud',
    });
    expect(mistakes.map((line) => line.slice(0, line.indexOf(':'))).toSorted()).toEqual([
      'CORS_ORIGINS',
      'DATABASE_URL',
      'JWT_ALGORITHM',
      'LOG_LEVEL',
      'MASTER_KEY',
      'NETWORKS',
      'PORT',
      'REFRESH_IDLE_TTL',
      'TRUSTED_PROXIES',
    ]);
    expect(
      mistakes.every((line) => /expected|must/.test(line) || /not an origin|neither an IP address/.test(line)),
    ).toBe(true);
  });

  test.each(['http://localhost:5173/', 'https://app.example.com'])('takes %s as an origin', (CORS_ORIGINS) => {
    expect(parseConfig({ CORS_ORIGINS }).http.corsOrigins).toEqual([new URL(CORS_ORIGINS).origin]);
  });

  test.each(['ftp://app.example.com', 'ws://app.example.com', 'https://*.example.com', 'file:///app', 'null'])(
    'does not take %s for the origin of a web app',
    (CORS_ORIGINS) => expect(mistakesOf({ CORS_ORIGINS })).toEqual([expect.stringContaining('is not an origin')]),
  );

  test('has each name of its JSON once', () => {
    const mistakes = mistakesOf({
      NETWORKS: '{"office":["192.0.2.0/24"],"office":["198.51.100.0/24"]}',
      OIDC_PROVIDERS: '[{"preset":"google","preset":"github"}]',
      PASSKEY_APPS: '{"ios":[],"ios":["TEAMID1234.com.example.app"]}',
    });
    expect(mistakes.toSorted()).toEqual(
      ['NETWORKS', 'OIDC_PROVIDERS', 'PASSKEY_APPS'].map((name) => `${name}: its JSON is not accepted: repeated name`),
    );
  });

  test.each([
    ['{}', 'expected a JSON array'],
    ['[1]', 'issuer 1: expected an object'],
    ['[{"issuer":"http://issuer.example.com","audience":"a","algorithms":["RS256"]}]', '`issuer` must be its `iss`'],
    ['[{"issuer":"https://issuer.example.com?x","audience":"a","algorithms":["RS256"]}]', '`issuer` must be its `iss`'],
    ['[{"issuer":"https://issuer.example.com","algorithms":["RS256"]}]', '`audience` must be'],
    ['[{"issuer":"https://issuer.example.com","audience":"a"}]', '`algorithms` must be'],
    ['[{"issuer":"https://issuer.example.com","audience":"a","algorithms":["none"]}]', '`algorithms` must be'],
    ['[{"issuer":"https://issuer.example.com","audience":"a","algorithms":["HS256"]}]', 'need `secret`'],
    [
      '[{"issuer":"https://issuer.example.com","audience":"a","algorithms":["HS256"],"secret":"short"}]',
      '`secret` must be a random text',
    ],
    [
      '[{"issuer":"https://issuer.example.com","audience":"a","algorithms":["RS256"],"roleMap":{"a":"EDITOR"}}]',
      '`roleMap` needs `claims.roles`',
    ],
    [
      '[{"issuer":"https://issuer.example.com","audience":"a","algorithms":["RS256"],"jwksUri":"http://10.0.0.1/keys"}]',
      '`jwksUri` must be',
    ],
    ['[{"issuer":"https://issuer.example.com","audience":"a","algorithms":["RS256"],"jwks":"x"}]', '`jwks` is unknown'],
    ['[{"issuer":"http://localhost:4000","audience":"a","algorithms":["RS256"]}]', '`issuer` is PUBLIC_URL'],
    [
      JSON.stringify([
        { issuer: 'https://issuer.example.com', audience: 'a', algorithms: ['RS256'] },
        { issuer: 'https://issuer.example.com', audience: 'b', algorithms: ['RS256'] },
      ]),
      'appears twice',
    ],
    [
      '[{"preset":"entra","issuer":"https://login.microsoftonline.com/common/v2.0","audience":"a"}]',
      '`issuer` has the form https://login.microsoftonline.com/',
    ],
    [
      '[{"preset":"okta","issuer":"https://issuer.example.com","audience":"a","algorithms":["RS256"]}]',
      '`preset` must be',
    ],
  ])('does not take as trusted issuers %s', (TRUSTED_ISSUERS, mistake) => {
    expect(mistakesOf({ TRUSTED_ISSUERS })).toEqual([expect.stringContaining(mistake)]);
  });

  test('of production takes no trusted issuer by plain HTTP, on loopback neither', () => {
    const entry = { issuer: 'http://localhost:9000', audience: 'a', algorithms: ['RS256'] };
    const env = { TRUSTED_ISSUERS: JSON.stringify([entry]) };
    expect(mistakesOf(env)).toEqual([]);
    expect(mistakesOf({ ...production, ...env })).toEqual([expect.stringContaining('`issuer` must be')]);
  });

  test.each([
    ['supabase', 'https://abc.supabase.co/auth/v1', 'https://abc.supabase.co/auth/v1/.well-known/jwks.json'],
    ['auth0', 'https://x.auth0.com/', 'https://x.auth0.com/.well-known/jwks.json'],
    ['keycloak', 'https://sso.example.com/realms/x', 'https://sso.example.com/realms/x/protocol/openid-connect/certs'],
    [
      'entra',
      'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0',
      'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/discovery/v2.0/keys',
    ],
    [
      'cognito',
      'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC',
      'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC/.well-known/jwks.json',
    ],
    [
      'firebase',
      'https://securetoken.google.com/project',
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    ],
    ['clerk', 'https://clerk.example.com', 'https://clerk.example.com/.well-known/jwks.json'],
    ['google', 'https://accounts.google.com', 'https://www.googleapis.com/oauth2/v3/certs'],
  ])('knows where the keys of %s are', (preset, issuer, jwksUri) => {
    const entry = { preset, issuer, audience: 'a' };
    const { trustedIssuers } = parseConfig({ TRUSTED_ISSUERS: JSON.stringify([entry]) });
    expect(trustedIssuers).toMatchObject([{ issuer, jwksUri, claims: { roles: null }, provision: false }]);
  });

  test('says of the age of keys that 0 is never', () => {
    expect(mistakesOf({ SIGNING_KEY_MAX_AGE_DAYS: 'never' })).toEqual([
      'SIGNING_KEY_MAX_AGE_DAYS: expected a whole number from 0 to 3650; 0 is never',
    ]);
    expect(parseConfig({}).tokens.signingKeyMaxAgeDays).toBe(90);
    expect(parseConfig({ SIGNING_KEY_MAX_AGE_DAYS: '0' }).tokens.signingKeyMaxAgeDays).toBe(0);
  });

  test('of production must name the master key and how people register', () => {
    const { MASTER_KEY: _, REGISTRATION: __, ...rest } = production;
    expect(mistakesOf(rest)).toEqual([
      expect.stringContaining('MASTER_KEY: required in production'),
      expect.stringContaining('REGISTRATION: must be set'),
    ]);
  });

  test.each([
    ['zeros', Buffer.alloc(32)],
    ['one byte', Buffer.alloc(32, 7)],
    ['a repeated word', Buffer.from('changeme'.repeat(4))],
    ['a text', Buffer.from('the quick brown fox jumps over a')],
    ['a repeated half', Buffer.from('00112233445566778899aabbccddeeff'.repeat(2), 'hex')],
    ['a count', Buffer.from(Array.from({ length: 32 }, (_, index) => index))],
  ])('of production refuses a master key of %s, unless it is known', (_, key) => {
    const guessable = { ...production, MASTER_KEY: key.toString('base64') };
    expect(mistakesOf(guessable)).toEqual([expect.stringContaining('MASTER_KEY: can be guessed')]);
    expect(mistakesOf({ ...guessable, ALLOW_INSECURE: 'master-key' })).toEqual([]);
    expect(mistakesOf({ MASTER_KEY: key.toString('base64') })).toEqual([]);
  });

  test('of production takes a pattern as master key on this machine alone, but neither zeros nor a text', () => {
    const local = { ...production, PUBLIC_URL: 'http://localhost:4000' };
    const refusedOf = (key: Buffer) => mistakesOf({ ...local, MASTER_KEY: key.toString('base64') }).length;
    expect(refusedOf(Buffer.alloc(32, 7))).toBe(0);
    expect([Buffer.alloc(32), Buffer.from('changeme'.repeat(4))].map(refusedOf)).toEqual([1, 1]);
  });

  test('of production takes whatever key is drawn at random', () => {
    for (let drawn = 0; drawn < 2_000; drawn += 1)
      expect(mistakesOf({ ...production, MASTER_KEY: randomBytes(32).toString('base64') })).toEqual([]);
  });

  test('of production needs a public URL, with https: unless it is this machine or known', () => {
    const { PUBLIC_URL: _, ...rest } = production;
    expect(mistakesOf(rest)).toEqual([expect.stringContaining('PUBLIC_URL: required in production')]);
    const open = { ...production, PUBLIC_URL: 'http://api.example.com' };
    expect(mistakesOf(open)).toEqual([expect.stringContaining('ALLOW_INSECURE=public-url')]);
    expect(mistakesOf({ ...open, ALLOW_INSECURE: 'public-url' })).toEqual([]);
    for (const PUBLIC_URL of ['http://localhost:4000', 'http://127.0.0.1', 'http://[::1]:80'])
      expect(mistakesOf({ ...production, PUBLIC_URL })).toEqual([]);
  });

  test('of production needs passwords where a database or Redis is reached over a network, unless it is known', () => {
    const open = {
      ...production,
      DATABASE_URL: 'postgresql://sallyport@db.internal/sallyport',
      REDIS_URL: 'redis://cache',
    };
    expect(mistakesOf(open)).toEqual([
      expect.stringMatching(/^DATABASE_URL: without a password .*ALLOW_INSECURE=database/),
      expect.stringMatching(/^REDIS_URL: without a password .*ALLOW_INSECURE=redis/),
    ]);
    expect(mistakesOf({ ...open, ALLOW_INSECURE: 'database, redis' })).toEqual([]);
    for (const host of ['127.0.0.1', 'localhost', '%2Fvar%2Frun%2Fpostgresql'])
      expect(mistakesOf({ ...production, DATABASE_URL: `postgresql://sallyport@${host}/sallyport` })).toEqual([]);
    expect(mistakesOf({ ...production, REDIS_URL: 'rediss://:word@cache' })).toEqual([]);
    expect(mistakesOf({ ALLOW_INSECURE: 'everything' })).toEqual([expect.stringContaining('`everything` is unknown')]);
  });

  test.each([
    'redis://cache/1?db=2',
    'redis://cache?commandTimeout=60000',
    'rediss://cache?rejectUnauthorized=false',
    'redis://cache?family=5',
    'redis://cache/first',
    'redis://cache/0/1',
    'redis://one,two:6379',
    'redis:///var/run/redis.sock',
    'redis://cache#0',
    'redis://:wo/rd@cache',
  ])('refuses in REDIS_URL what would be ignored, or change what Redis is asked by: %s', (url) => {
    expect(mistakesOf({ REDIS_URL: url })).toEqual([expect.stringMatching(/^REDIS_URL: .*expected/)]);
  });

  test('takes from REDIS_URL the number of a database and the family of IP addresses', () => {
    for (const url of ['redis://cache', 'redis://cache/', 'redis://u:p@cache:6380/1', 'rediss://:p@[::1]/0?family=6'])
      expect(parseConfig({ REDIS_URL: url }).redisUrl).toBe(url);
  });

  test.each([
    'smtp://u:p@mail.example.com?ignoreTLS=true',
    'smtp://u:p@mail.example.com?requireTLS=false',
    'smtps://mail.example.com?tls.rejectUnauthorized=false',
    'smtp://mail.example.com/path',
    'smtp://u:1#2@mail.example.com',
  ])('refuses in MAIL_URL what would be ignored, or take TLS away: %s', (url) => {
    expect(mistakesOf({ MAIL_URL: url })).toEqual([
      expect.stringMatching(/^MAIL_URL: expected nothing behind the port/),
    ]);
  });

  test('refuses an unknown member of an app that may use passkeys, and an origin that only begins like localhost', () => {
    const android = [{ package: 'com.example.app', sha256: ['AB:CD'], sha1: 'EF' }];
    expect(mistakesOf({ PASSKEY_APPS: JSON.stringify({ android }) })).toEqual([
      expect.stringMatching(/^PASSKEY_APPS: expected/),
    ]);
    expect(mistakesOf({ PASSKEY_ORIGINS: 'http://localhost.example.com' })).toHaveLength(1);
    expect(mistakesOf({ PASSKEY_ORIGINS: 'http://localhost http://localhost:5173' })).toEqual([]);
  });

  test.each([
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['SALLYPORT_MASTER_KEY', 'MASTER_KEY'],
    ['master-key', 'MASTER_KEY'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['ACCESS_TOKEN_TTLS', 'ACCESS_TOKEN_TTL'],
    ['DATADIR', 'DATA_DIR'],
    ['SIMULATION_RESULT', 'SIMULATION_RESULTS'],
  ])('tells that nothing reads %s, and that the setting is called %s', (given, meant) => {
    expect(parseConfig({ [given]: 'x' }).misspelt).toEqual([{ given, meant }]);
  });

  test('takes no setting of another program for a misspelt one of its own', () => {
    const empty = [...Object.keys(settingTable), 'CORS_ORIGIN'].map((name) => [name, ' ']);
    const foreign =
      'PATH HOSTS PORTS HOSTNAME LOGNAME REDIS_PORT REDIS_HOST MAIL_HOST DATABASE_NAME POSTGRES_PASSWORD PREVIOUS_MASTER_KEY';
    const others = Object.fromEntries([...empty, ...foreign.split(' ').map((name) => [name, 'x'])]);
    expect(parseConfig(others).misspelt).toEqual([]);
  });

  test('of production has an operator say how cookies reach a web app on another site', () => {
    const foreign = { ...production, CORS_ORIGINS: 'https://app.example.com https://app.example.org' };
    expect(mistakesOf(foreign)).toEqual([
      expect.stringMatching(/^COOKIE_SAMESITE: https:\/\/app\.example\.org .*none/),
    ]);
    expect(parseConfig({ ...foreign, COOKIE_SAMESITE: 'none' }).http.cookieSameSite).toBe('none');
    expect(parseConfig({ ...foreign, COOKIE_SAMESITE: 'lax' }).http.cookieSameSite).toBe('lax');
    const sibling = { ...production, CORS_ORIGINS: 'https://app.example.com' };
    expect(parseConfig(sibling).http.cookieSameSite).toBe('lax');
    const platform = { PUBLIC_URL: 'https://one.github.io', CORS_ORIGINS: 'https://other.github.io' };
    expect(mistakesOf({ ...production, ...platform })).toEqual([expect.stringContaining('COOKIE_SAMESITE')]);
    expect(mistakesOf({ COOKIE_SAMESITE: 'none' })).toEqual([
      expect.stringContaining('needs a PUBLIC_URL with https:'),
    ]);
  });

  test('names as its public URL where it listens', () => {
    const urlOf = (env: Record<string, string>): string => parseConfig(env).http.publicUrl;
    expect(urlOf({ HOST: '0.0.0.0' })).toBe('http://localhost:4000');
    expect(urlOf({ HOST: '::', PORT: '80' })).toBe('http://localhost');
    expect(urlOf({ HOST: '::1' })).toBe('http://[::1]:4000');
    expect(urlOf({ HOST: '[::1]' })).toBe('http://[::1]:4000');
    expect(urlOf({ HOST: '192.0.2.1' })).toBe('http://192.0.2.1:4000');
    expect(urlOf({ HOST: 'api.internal' })).toBe('http://api.internal:4000');
    for (const HOST of ['http://localhost', 'localhost:4000', 'a b', '127.1', '300.1.1.1', 'x'.repeat(300)])
      expect(mistakesOf({ HOST })).toEqual([expect.stringMatching(/^HOST: expected an IP address or a name/)]);
  });

  test('does not take everyone for a trusted proxy', () => {
    for (const range of ['0.0.0.0/0', '::/0', '10.0.0.0/0']) {
      expect(mistakesOf({ TRUSTED_PROXIES: `10.0.0.0/8,${range}` })).toEqual([
        expect.stringMatching(/^TRUSTED_PROXIES: `.*\/0`/),
      ]);
    }
    expect(parseConfig({ TRUSTED_PROXIES: '10.0.0.0/8,::1' }).http.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  });

  test('has demo accounts by default if only this machine can reach them', () => {
    for (const HOST of ['127.0.0.1', '::1', 'localhost']) expect(parseConfig({ HOST }).demo).toBe(true);
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'example.com']) expect(parseConfig({ HOST }).demo).toBe(false);
    expect(parseConfig({ DATABASE_URL: 'postgresql://localhost/one' }).demo).toBe(false);
  });

  test('of production refuses demo accounts, whose passwords everyone knows', () => {
    expect(mistakesOf({ ...production, DEMO: 'on' })).toEqual([expect.stringContaining('DEMO: refused in production')]);
  });

  test('of production needs a mail server where registrations are confirmed, and sends no mail without one', () => {
    const confirmed = { ...production, REGISTRATION: 'confirmed' };
    expect(mistakesOf(confirmed)).toEqual([expect.stringContaining('MAIL_URL: required by REGISTRATION=confirmed')]);
    expect(mistakesOf({ ...confirmed, REGISTRATION: 'open', EMAIL_LOGIN: 'on' })).toEqual([
      expect.stringContaining('MAIL_URL: required by EMAIL_LOGIN=on'),
    ]);
    const mail = { MAIL_URL: 'smtps://u:p@mail.example.com', MAIL_FROM: 'Gate <gate@example.com>' };
    expect(parseConfig({ ...confirmed, ...mail })).toMatchObject({
      registration: 'confirmed',
      mail: { from: 'Gate <gate@example.com>', to: { kind: 'smtp', url: mail.MAIL_URL } },
    });
    expect(parseConfig(production).mail).toEqual({
      linkBase: 'https://api.example.com',
      from: 'Sallyport <no-reply@api.example.com>',
      to: null,
    });
    expect(mistakesOf({ MAIL_URL: 'http://mail.example.com', MAIL_FROM: 'a@b\r\nBcc: c@d' })).toHaveLength(2);
  });

  test.each([
    'gate@example.com',
    'The Gate <gate@example.com>',
    '"Gate, Inc." <gate@example.com>',
    '<gate@example.com>',
    'The Gate <gate@[2001:db8::1]>',
    'gate@[IPv6:2001:DB8::1]',
  ])('sends mails from %s', (from) => {
    expect(parseConfig({ MAIL_FROM: from }).mail.from).toBe(from);
  });

  test.each([
    'Gate, Inc. <gate@example.com>',
    'a@example.com, b@example.com',
    'Gate "Inc." <gate@example.com>',
    '"Gate" Inc. <gate@example.com>',
    '"Gate <gate@example.com>',
    'Gates: a <gate@example.com>;',
    'Gates:gate@example.com;',
    'one;gate@example.com',
    '(one)gate@example.com',
    'Gate <gate@example.com:25>',
    'Gate <(one)gate@example.com>',
    'Gate <gate@[example.com>',
    'gate@example.com (Gate)',
    'Gate <gate@example.com> <b@example.com>',
    'Gate',
  ])('sends no mails from what is read as another sender, or as several: %s', (from) => {
    expect(mistakesOf({ MAIL_FROM: from })).toEqual([expect.stringContaining('MAIL_FROM: expected an e-mail address')]);
  });

  test('never repeats a secret in what it complains about', () => {
    const secret = 'c2VjcmV0LXRoYXQtaXMtdG9vLXNob3J0';
    expect(mistakesOf({ MASTER_KEY: secret, DATABASE_URL: 'mysql://u:hunter2@h/d' }).join('\n')).not.toMatch(
      /hunter2|c2Vjc/,
    );
  });

  const google = { preset: 'google', clientId: 'id', clientSecret: 'secret', returnTo: ['https://app.example.com/'] };
  const providersOf = (entry: object) => parseConfig({ OIDC_PROVIDERS: JSON.stringify([entry]) }).providers;
  const mistakesOfProvider = (...entries: object[]) => mistakesOf({ OIDC_PROVIDERS: JSON.stringify(entries) });

  test('fills in what is known of a provider', () => {
    expect(providersOf(google)).toEqual([
      expect.objectContaining({
        name: 'google',
        displayName: 'Google',
        issuer: 'https://accounts.google.com',
        scopes: ['openid', 'email', 'profile'],
        keepTokens: false,
      }),
    ]);
    expect(providersOf({ ...google, preset: 'microsoft', tenant: 'example.com' })[0]?.issuer).toBe(
      'https://login.microsoftonline.com/example.com/v2.0',
    );
  });

  test('keeps the issuer of OpenID Connect to the letter, and of plain OAuth without a slash at its end', () => {
    const issuerOf = (entry: object) => providersOf({ ...google, ...entry })[0]?.issuer;
    const issuer = 'https://login.example.com/application/o/app/';
    expect(issuerOf({ preset: undefined, name: 'own', issuer })).toBe(issuer);
    expect(issuerOf({ preset: 'gitlab', issuer })).toBe(issuer);
    expect(issuerOf({ preset: 'github', issuer: 'https://github.example.com/' })).toBe('https://github.example.com');
  });

  test.each([
    ['https://github.com', 'https://api.github.com'],
    ['https://octo.ghe.com/', 'https://api.octo.ghe.com'],
    ['https://github.example.com', 'https://github.example.com/api/v3'],
    ['https://notghe.com', 'https://notghe.com/api/v3'],
  ])('knows where the API of GitHub at %s is', (issuer, apiUrl) => {
    expect(providersOf({ ...google, preset: 'github', issuer })[0]?.apiUrl).toBe(apiUrl);
  });

  test.each([
    ['an API of OpenID Connect', 'apiUrl', { ...google, apiUrl: 'https://api.example.com' }],
    ['an API without TLS', 'apiUrl', { ...google, preset: 'github', apiUrl: 'http://api.example.com' }],
    ['no list', 'returnTo', { ...google, returnTo: 'https://app.example.com/' }],
    ['a URL that runs code', 'returnTo', { ...google, returnTo: ['javascript:alert(1)'] }],
    ['an app without a domain', 'returnTo', { ...google, returnTo: ['myapp:/signed-in'] }],
    ['a fragment', 'returnTo', { ...google, returnTo: ['https://app.example.com/#a'] }],
    ['no URL', 'returnTo', { ...google, returnTo: [] }],
    ['no secret', 'clientSecret', { ...google, clientSecret: '' }],
    ['half a key of Apple', 'clientSecret', { ...google, preset: 'apple', clientSecret: undefined, teamId: 'T' }],
    ['plain http', 'issuer', { ...google, issuer: 'http://login.example.com' }],
    ['a name with a slash', 'name', { ...google, name: 'a/b' }],
    ['an unknown preset', 'preset', { ...google, preset: 'myspace' }],
    ['an unknown key', 'clientSecrets', { ...google, clientSecrets: 'secret' }],
  ])('of a provider with %s is refused, naming the key and no secret', (_, key, entry) => {
    const mistakes = mistakesOfProvider(google, entry);
    expect(mistakes.join()).toMatch(new RegExp(`OIDC_PROVIDERS: provider 2: .*\`${key}`));
    expect(mistakes.join()).not.toContain('"secret"');
  });

  test('makes accounts unless registration is closed, or as its entry says', () => {
    const registers = (settings: object, entry: object = {}) =>
      parseConfig({ ...settings, OIDC_PROVIDERS: JSON.stringify([{ ...google, ...entry }]) }).providers[0]?.register;
    const closed = { REGISTRATION: 'closed' };
    expect([registers({}), registers({}, { register: false })]).toEqual([true, false]);
    expect([registers(closed), registers(closed, { register: true })]).toEqual([false, true]);
    expect(mistakesOfProvider({ ...google, register: 'yes' }).join()).toContain('`register`');
  });

  test('of two providers with one name is refused', () => {
    expect(mistakesOfProvider(google, google).join()).toContain('appears twice');
  });

  test('cannot be changed once it is read', () => {
    const config = parseConfig({});
    expect(() => Object.assign(config.tokens, { accessTtlSeconds: 1 })).toThrow(TypeError);
  });
});
