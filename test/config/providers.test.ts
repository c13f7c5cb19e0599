import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf } from './mistakes.ts';

describe('The configuration', () => {
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
});
