import { describe, expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf } from './mistakes.ts';

describe('The configuration', () => {
  test('refuses an unknown member of an app that may use passkeys, and an origin that only begins like localhost', () => {
    const android = [{ package: 'com.example.app', sha256: ['AB:CD'], sha1: 'EF' }];
    expect(mistakesOf({ PASSKEY_APPS: JSON.stringify({ android }) })).toEqual([
      expect.stringMatching(/^PASSKEY_APPS: expected/),
    ]);
    expect(mistakesOf({ PASSKEY_ORIGINS: 'http://localhost.example.com' })).toHaveLength(1);
    expect(mistakesOf({ PASSKEY_ORIGINS: 'http://localhost http://localhost:5173' })).toEqual([]);
  });
});

describe('The pages', () => {
  test('are on, and show the name and colour of this server unless others are set', () => {
    const brand = { name: 'Sallyport', color: '#3a5bd9', logo: null };
    expect(parseConfig({}).pages).toEqual({ isOn: true, appUrl: null, brand });
    expect(parseConfig({ PAGES: 'off' }).pages.isOn).toBe(false);
    expect(parseConfig({ APP_URL: 'https://app.example.com/' }).pages.appUrl).toBe('https://app.example.com');
    const own = { BRAND_NAME: 'Gate', BRAND_COLOR: '#AABBCC', BRAND_LOGO: 'logo.svg' };
    expect(parseConfig(own).pages.brand).toEqual({ name: 'Gate', color: '#aabbcc', logo: resolve('logo.svg') });
  });

  test('show a name of at most sixty characters, and a colour of six digits', () => {
    expect(mistakesOf({ BRAND_NAME: 'x'.repeat(60) })).toEqual([]);
    expect(mistakesOf({ BRAND_NAME: 'x'.repeat(61) })).toEqual(['BRAND_NAME: expected at most 60 characters']);
    for (const BRAND_COLOR of ['#abc', 'red', '#aabbccdd', 'aabbcc'])
      expect(mistakesOf({ BRAND_COLOR })).toEqual(['BRAND_COLOR: expected a colour such as #3a5bd9']);
  });
});

describe('Passkeys', () => {
  const hash = 'x'.repeat(43);

  test('are accepted from origins of https:, of this machine and of Android apps', () => {
    const origins = ['https://app.example.com', 'http://localhost:5173', `android:apk-key-hash:${hash}`];
    expect(parseConfig({ PASSKEY_ORIGINS: origins.join() }).passkeys.origins).toEqual(origins);
    expect(parseConfig({}).passkeys).toEqual({ origins: [], apps: { ios: [], android: [] } });
  });

  test.each([
    'https://app.example.com/',
    'https://app.example.com/path',
    'http://app.example.com',
    `android:apk-key-hash:${hash}x`,
    'localhost',
  ])('are not accepted from %s', (PASSKEY_ORIGINS) => {
    expect(mistakesOf({ PASSKEY_ORIGINS })).toEqual([
      expect.stringContaining(`PASSKEY_ORIGINS: \`${PASSKEY_ORIGINS}\` is no origin`),
    ]);
  });

  const android = { package: 'com.example.app', sha256: ['AB:CD'] };

  test('may be used by the apps that are named', () => {
    const apps = { ios: ['TEAMID1234.com.example.app'], android: [android] };
    expect(parseConfig({ PASSKEY_APPS: JSON.stringify(apps) }).passkeys.apps).toEqual(apps);
    expect(parseConfig({ PASSKEY_APPS: '{"ios":["one"]}' }).passkeys.apps).toEqual({ ios: ['one'], android: [] });
  });

  test.each([
    { web: [] },
    { ios: 'one' },
    { ios: [1] },
    { ios: ['one', 1] },
    { android },
    { android: ['one'] },
    { android: ['ab'] },
    { android: [null] },
    { android: [{ package: 'com.example.app' }] },
    { android: [{ package: 'com.example.app', sha1: ['AB'] }] },
    { android: [{ name: 'com.example.app', sha256: ['AB'] }] },
    { android: [{ package: 1, sha256: ['AB'] }] },
    { android: [{ package: 'com.example.app', sha256: 'AB' }] },
    { android: [{ package: 'com.example.app', sha256: [1] }] },
    { android: [android, { package: 'com.example.app' }] },
  ])('may be used by no apps of %j', (apps) => {
    expect(mistakesOf({ PASSKEY_APPS: JSON.stringify(apps) })).toEqual([
      expect.stringMatching(/^PASSKEY_APPS: expected JSON such as/),
    ]);
  });
});
