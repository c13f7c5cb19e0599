import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf, production } from './mistakes.ts';

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

  test('has demo accounts by default if only this machine can reach them', () => {
    for (const HOST of ['127.0.0.1', '::1', 'localhost']) expect(parseConfig({ HOST }).demo).toBe(true);
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'example.com']) expect(parseConfig({ HOST }).demo).toBe(false);
    expect(parseConfig({ DATABASE_URL: 'postgresql://localhost/one' }).demo).toBe(false);
  });

  test('of production refuses demo accounts, whose passwords everyone knows', () => {
    expect(mistakesOf({ ...production, DEMO: 'on' })).toEqual([expect.stringContaining('DEMO: refused in production')]);
  });

  test('never repeats a secret in what it complains about', () => {
    const secret = 'c2VjcmV0LXRoYXQtaXMtdG9vLXNob3J0';
    expect(mistakesOf({ MASTER_KEY: secret, DATABASE_URL: 'mysql://u:hunter2@h/d' }).join('\n')).not.toMatch(
      /hunter2|c2Vjc/,
    );
  });

  test('cannot be changed once it is read', () => {
    const config = parseConfig({});
    expect(() => Object.assign(config.tokens, { accessTtlSeconds: 1 })).toThrow(TypeError);
  });
});
