import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { urlOf } from '../../src/config/parse-http.ts';
import { mistakesOf, production } from './mistakes.ts';

describe('The hosts that are answered', () => {
  test.each([
    ['development', '127.0.0.1', 'loopback'],
    ['development', 'localhost', 'loopback'],
    ['development', '0.0.0.0', 'ipAddresses'],
    ['development', '192.0.2.1', 'ipAddresses'],
    ['test', '127.0.0.1', 'any'],
  ])('of %s at %s are %s', (NODE_ENV, HOST, hosts) => {
    expect(parseConfig({ NODE_ENV, HOST }).http.hosts).toBe(hosts);
  });

  test('of production are any', () => {
    for (const HOST of ['127.0.0.1', '0.0.0.0']) expect(parseConfig({ ...production, HOST }).http.hosts).toBe('any');
  });
});

test.each([
  ['127.0.0.1', 'http://localhost:80'],
  ['localhost', 'http://localhost:80'],
  ['::1', 'http://[::1]:80'],
  ['0.0.0.0', 'http://localhost:80'],
  ['::', 'http://localhost:80'],
  ['0:0:0:0:0:0:0:0', 'http://localhost:80'],
  ['2001:db8::1', 'http://[2001:db8::1]:80'],
  ['192.0.2.1', 'http://192.0.2.1:80'],
  ['api.example.com', 'http://api.example.com:80'],
])('A server that listens at %s is reached at %s', (host, url) => {
  expect(urlOf(host, 80)).toBe(url);
});

test.each(['example', 'a_b.example.com.', '::', '::ffff:192.0.2.1', '2001:db8::1', 'x'.repeat(253)])(
  'A server may listen at %s',
  (HOST) => {
    expect(parseConfig({ HOST }).http.host).toBe(HOST);
  },
);

test('A web app on the same site gets cookies, and development does not ask about others', () => {
  const foreign = { CORS_ORIGINS: 'https://app.example.org' };
  expect(parseConfig(foreign).http.cookieSameSite).toBe('lax');
  expect(mistakesOf({ ...production, CORS_ORIGINS: 'http://app.example.com' })).toHaveLength(1);
  const local = { ...production, PUBLIC_URL: 'http://localhost:4000' };
  expect(mistakesOf({ ...local, CORS_ORIGINS: 'http://localhost:5173' })).toEqual([]);
  expect(mistakesOf({ ...local, CORS_ORIGINS: 'http://127.0.0.1:5173' })).toHaveLength(1);
});

test('Development takes a public URL with http: that leads to another machine', () => {
  expect(parseConfig({ PUBLIC_URL: 'http://api.example.com' }).http.publicUrl).toBe('http://api.example.com');
});

test.each([
  'https://api.example.com/?a=b',
  'https://api.example.com/#a',
  'https://user@api.example.com',
  'https://:word@api.example.com',
  'ftp://api.example.com',
  'api',
])('%s is no public URL', (PUBLIC_URL) => {
  expect(mistakesOf({ PUBLIC_URL })).toEqual(['PUBLIC_URL: expected a URL such as http://localhost:4000']);
});

describe('The configuration', () => {
  test.each(['http://localhost:5173/', 'https://app.example.com'])('takes %s as an origin', (CORS_ORIGINS) => {
    expect(parseConfig({ CORS_ORIGINS }).http.corsOrigins).toEqual([new URL(CORS_ORIGINS).origin]);
  });

  test.each(['ftp://app.example.com', 'ws://app.example.com', 'https://*.example.com', 'file:///app', 'null'])(
    'does not take %s for the origin of a web app',
    (CORS_ORIGINS) => expect(mistakesOf({ CORS_ORIGINS })).toEqual([expect.stringContaining('is not an origin')]),
  );

  test('of production needs a public URL, with https: unless it is this machine or known', () => {
    const { PUBLIC_URL: _, ...rest } = production;
    expect(mistakesOf(rest)).toEqual([expect.stringContaining('PUBLIC_URL: required in production')]);
    const open = { ...production, PUBLIC_URL: 'http://api.example.com' };
    expect(mistakesOf(open)).toEqual([expect.stringContaining('ALLOW_INSECURE=public-url')]);
    expect(mistakesOf({ ...open, ALLOW_INSECURE: 'public-url' })).toEqual([]);
    for (const PUBLIC_URL of ['http://localhost:4000', 'http://127.0.0.1', 'http://[::1]:80'])
      expect(mistakesOf({ ...production, PUBLIC_URL })).toEqual([]);
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
    const publicUrlOf = (env: Record<string, string>): string => parseConfig(env).http.publicUrl;
    expect(publicUrlOf({ HOST: '0.0.0.0' })).toBe('http://localhost:4000');
    expect(publicUrlOf({ HOST: '::', PORT: '80' })).toBe('http://localhost');
    expect(publicUrlOf({ HOST: '::1' })).toBe('http://[::1]:4000');
    expect(publicUrlOf({ HOST: '[::1]' })).toBe('http://[::1]:4000');
    expect(publicUrlOf({ HOST: '192.0.2.1' })).toBe('http://192.0.2.1:4000');
    expect(publicUrlOf({ HOST: 'api.internal' })).toBe('http://api.internal:4000');
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
});
