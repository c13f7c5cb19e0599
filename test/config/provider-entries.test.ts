import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf, production } from './mistakes.ts';

describe('A provider', () => {
  const least = {
    name: 'own',
    issuer: 'https://login.example.com',
    clientId: 'id',
    clientSecret: 'secret',
    returnTo: ['https://app.example.com/'],
  };
  const google = { preset: 'google', clientId: 'id', clientSecret: 'secret', returnTo: ['https://app.example.com/'] };
  const apple = { ...google, preset: 'apple', clientSecret: undefined };
  const key = { teamId: 'T', keyId: 'K', privateKey: 'a PRIVATE KEY\\nb\\nc' };
  const environmentOf = (...entries: readonly unknown[]) => ({ OIDC_PROVIDERS: JSON.stringify(entries) });
  const mistakesOfEntry = (entry: unknown) => mistakesOf(environmentOf(entry));
  const providerOf = (entry: object) => parseConfig(environmentOf(entry)).providers[0];

  test('that nobody knows is one of OpenID Connect', () => {
    expect(parseConfig({}).providers).toEqual([]);
    expect(providerOf(least)).toEqual({
      name: 'own',
      displayName: 'own',
      protocol: 'oidc',
      issuer: 'https://login.example.com',
      apiUrl: null,
      clientId: 'id',
      clientSecret: 'secret',
      scopes: ['openid', 'email', 'profile'],
      verifiedClaims: ['email_verified'],
      responseMode: 'query',
      canAskForProof: true,
      returnTo: ['https://app.example.com/'],
      keepTokens: false,
      register: true,
    });
  });

  test('is what its entry says before what its preset says', () => {
    const said = { name: 'one', displayName: 'One', scopes: ['openid'], keepTokens: true, register: false };
    expect(providerOf({ ...google, ...said, issuer: 'https://one.example.com' })).toMatchObject({
      ...said,
      issuer: 'https://one.example.com',
    });
    expect(providerOf({ ...google, keepTokens: false })).toMatchObject({ keepTokens: false, displayName: 'Google' });
  });

  test('of Apple signs its secrets with a key, whose lines may be escaped', () => {
    expect(providerOf({ ...apple, ...key })).toMatchObject({
      clientSecret: { teamId: 'T', keyId: 'K', privateKey: 'a PRIVATE KEY\nb\nc' },
      responseMode: 'form_post',
      scopes: ['openid', 'email', 'name'],
    });
    for (const part of ['teamId', 'keyId', 'privateKey'])
      expect(providerOf({ ...google, ...key, [part]: undefined })?.clientSecret).toBe('secret');
    expect(providerOf({ ...google, ...key, privateKey: 'text' })?.clientSecret).toBe('secret');
    expect(mistakesOfEntry({ ...apple, ...key, privateKey: 'text' })).toEqual([
      expect.stringContaining('`clientSecret` is missing'),
    ]);
  });

  test('of Microsoft has everyone for its tenant unless one is named', () => {
    const issuerOf = (tenant?: string) => providerOf({ ...google, preset: 'microsoft', tenant })?.issuer;
    expect(issuerOf()).toBe('https://login.microsoftonline.com/common/v2.0');
    expect(issuerOf('a/b')).toBe('https://login.microsoftonline.com/a%2Fb/v2.0');
  });

  test('of plain OAuth has an API, and cannot ask for proof', () => {
    const discord = { ...google, preset: 'discord' };
    expect(providerOf(discord)).toMatchObject({
      protocol: 'discord',
      apiUrl: 'https://discord.com/api',
      canAskForProof: false,
    });
    expect(providerOf({ ...google, preset: 'github' })).toMatchObject({ protocol: 'github', canAskForProof: false });
    const own = { ...discord, apiUrl: 'https://api.example.com/' };
    expect(providerOf(own)?.apiUrl).toBe('https://api.example.com');
    expect(mistakesOfEntry({ ...own, apiUrl: 7 })).toEqual([expect.stringContaining('`apiUrl` is an https: URL')]);
    expect(mistakesOfEntry({ ...own, issuer: 'discord' })).toEqual([
      expect.stringContaining('`issuer` must be'),
      expect.stringContaining('`apiUrl` is an https: URL'),
    ]);
    expect(mistakesOfEntry({ ...discord, issuer: 'discord' })).toEqual([expect.stringContaining('`issuer` must be')]);
  });

  test('is at home on this machine in development alone', () => {
    const local = { ...least, issuer: 'http://localhost:9000', returnTo: ['http://127.0.0.1:5173/in'] };
    expect(mistakesOfEntry(local)).toEqual([]);
    expect(mistakesOf({ ...production, ...environmentOf(local) })).toEqual([
      expect.stringContaining('`issuer` must be'),
      expect.stringContaining('`returnTo` must list'),
    ]);
    expect(mistakesOf({ ...production, ...environmentOf(least) })).toEqual([]);
  });

  test.each([
    'https://login.example.com?a=b',
    'https://login.example.com#a',
    'https://user@login.example.com',
    'https://:word@login.example.com',
    'ftp://localhost',
    'login',
    '',
    7,
  ])('has no issuer %j', (issuer) => {
    expect(mistakesOfEntry({ ...least, issuer })).toEqual([
      expect.stringContaining('provider 1: `issuer` must be an https: URL'),
    ]);
  });

  test.each(['https://app.example.com/in?a=b', 'http://localhost:5173', 'com.example.app:/signed-in', 'com.a-b.c+d:/'])(
    'may send people back to %s',
    (url) => {
      expect(providerOf({ ...least, returnTo: ['https://app.example.com', url] })?.returnTo).toContain(url);
    },
  );

  test.each([
    'http://app.example.com',
    'https://user@app.example.com',
    'https://:word@app.example.com',
    'com.example.app:/in#a',
    'app',
    7,
  ])('may not send people back to %j', (url) => {
    expect(mistakesOfEntry({ ...least, returnTo: ['https://app.example.com', url] })).toEqual([
      expect.stringContaining('`returnTo` must list'),
    ]);
  });

  test.each([
    ['a', true],
    [`a${'b'.repeat(31)}`, true],
    [`a${'b'.repeat(32)}`, false],
    ['1a', false],
    ['A', false],
    [7, false],
    ['', false],
    [undefined, false],
  ])('may have the name %j: %s', (name, isGood) => {
    expect(mistakesOfEntry({ ...least, name })).toEqual(
      isGood ? [] : [expect.stringContaining('`name` must be a word such as `corporate-login`')],
    );
  });

  test.each([
    [1, 'expected an object with `name`'],
    [null, 'expected an object with `name`'],
    ['text', 'expected an object with `name`'],
    [[least], 'expected an object with `name`'],
    [{ ...least, preset: ['google'] }, '`preset` must be one of google, microsoft'],
    [{ ...least, preset: 'toString' }, '`preset` must be one of google, microsoft'],
    [{ ...least, preset: 7 }, '`preset` must be one of google, microsoft'],
    [{ ...least, clientId: 7 }, '`clientId` is missing'],
    [{ ...least, clientSecret: 7 }, '`clientSecret` is missing'],
    [{ ...least, scopes: 'openid' }, '`scopes` must be a list of texts'],
    [{ ...least, scopes: ['openid', 'a b'] }, '`scopes` must be a list of texts'],
    [{ ...least, scopes: ['openid', ''] }, '`scopes` must be a list of texts'],
    [{ ...least, scopes: [7] }, '`scopes` must be a list of texts'],
    [{ ...least, keepTokens: 'yes' }, '`keepTokens` must be true or false'],
    [{ ...least, register: 1 }, '`register` must be true or false'],
    [{ ...least, returnTo: [] }, '`returnTo` must list'],
    [{ ...least, secret: 'a' }, '`secret` is unknown; expected some of preset, name,'],
  ])('is refused as %j', (entry, mistake) => {
    expect(mistakesOfEntry(entry)).toEqual([expect.stringContaining(`OIDC_PROVIDERS: provider 1: ${mistake}`)]);
  });

  test('of a preset that nobody knows has no name by it', () => {
    expect(mistakesOfEntry({ ...google, preset: 'myspace' })).toEqual([
      expect.stringContaining('`preset` must be'),
      expect.stringContaining('`name` must be'),
      expect.stringContaining('`issuer` must be'),
    ]);
  });

  test.each([
    ['name', undefined],
    ['issuer', undefined],
    ['clientId', undefined],
    ['clientSecret', undefined],
    ['returnTo', undefined],
    ['returnTo', []],
    ['scopes', 'openid'],
  ])('that is refused for its %s %j is not compared with others', (member, value) => {
    const entry = { ...least, [member]: value };
    expect(mistakesOf(environmentOf(entry, entry))).toEqual([
      expect.stringContaining(`provider 1: \`${member}\``),
      expect.stringContaining(`provider 2: \`${member}\``),
    ]);
  });

  test('is told by its place, and by the name that another has', () => {
    expect(mistakesOf(environmentOf(least, 1))).toEqual([expect.stringContaining('provider 2: expected an object')]);
    expect(mistakesOf(environmentOf(least, google, least))).toEqual([
      'OIDC_PROVIDERS: the name `own` appears twice; give each its own',
    ]);
    expect(mistakesOf(environmentOf(least, google))).toEqual([]);
    expect(parseConfig(environmentOf(least, google)).providers).toHaveLength(2);
  });
});
