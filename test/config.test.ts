import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../src/config.ts';
import { ConfigError } from '../src/settings.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://sallyport:hunter2@db.internal:5432/sallyport',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
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
      access: { mode: 'partial', introspection: 'visible' },
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
    expect(mistakes.every((line) => /expected|must/.test(line) || /not an origin|neither an address/.test(line))).toBe(
      true,
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

  test('trusts nobody as a proxy by trusting everybody', () => {
    for (const range of ['0.0.0.0/0', '::/0', '10.0.0.0/0']) {
      expect(mistakesOf({ TRUSTED_PROXIES: `10.0.0.0/8,${range}` })).toEqual([
        expect.stringMatching(/^TRUSTED_PROXIES: `.*\/0`/),
      ]);
    }
    expect(parseConfig({ TRUSTED_PROXIES: '10.0.0.0/8,::1' }).http.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  });

  test('has demo accounts by default where only this machine can reach them', () => {
    for (const HOST of ['127.0.0.1', '::1', 'localhost']) expect(parseConfig({ HOST }).demo).toBe(true);
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'example.com']) expect(parseConfig({ HOST }).demo).toBe(false);
    expect(parseConfig({ DATABASE_URL: 'postgresql://localhost/one' }).demo).toBe(false);
  });

  test('of production refuses demo accounts, whose passwords everybody knows', () => {
    expect(mistakesOf({ ...production, DEMO: 'on' })).toEqual([expect.stringContaining('DEMO: refused in production')]);
  });

  test('of production needs a mail server where registrations are confirmed, and sends no mail without one', () => {
    const confirmed = { ...production, REGISTRATION: 'confirmed' };
    expect(mistakesOf(confirmed)).toEqual([expect.stringContaining('MAIL_URL: required by REGISTRATION=confirmed')]);
    const mail = { MAIL_URL: 'smtps://u:p@mail.example.com', MAIL_FROM: 'Gate <gate@example.com>' };
    expect(parseConfig({ ...confirmed, ...mail })).toMatchObject({
      registration: 'confirmed',
      mail: { from: 'Gate <gate@example.com>', to: { kind: 'smtp', url: mail.MAIL_URL } },
    });
    expect(parseConfig(production).mail).toEqual({ from: 'Sallyport <no-reply@api.example.com>', to: null });
    expect(mistakesOf({ MAIL_URL: 'http://mail.example.com', MAIL_FROM: 'a@b\r\nBcc: c@d' })).toHaveLength(2);
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
