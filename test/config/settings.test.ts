import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/settings.ts';
import { mistakesOf } from './mistakes.ts';

describe('The mistakes of a configuration', () => {
  test('are listed with their number, one to a line', () => {
    expect(new ConfigError(['PORT: bad']).message).toBe('The configuration has a mistake:\n  - PORT: bad');
    expect(new ConfigError(['PORT: bad', 'HOST: worse']).message).toBe(
      'The configuration has 2 mistakes:\n  - PORT: bad\n  - HOST: worse',
    );
  });

  test('tell a choice that has to be made from one that is unknown', () => {
    expect(mistakesOf({ REGISTRATION: 'ajar' })).toEqual(['REGISTRATION: expected one of open, confirmed, closed']);
    expect(mistakesOf({ NODE_ENV: 'production' })).toContain(
      'REGISTRATION: must be set: expected one of open, confirmed, closed',
    );
  });
});

describe('A setting of JSON', () => {
  test.each(['[]', 'null', '7', '"ios"'])('for an object is none as %s', (text) => {
    expect(mistakesOf({ PASSKEY_APPS: text })).toEqual(['PASSKEY_APPS: expected a JSON object']);
  });

  test.each(['{}', 'null', '7', '"one"'])('for a list is none as %s', (text) => {
    expect(mistakesOf({ TRUSTED_ISSUERS: text })).toEqual(['TRUSTED_ISSUERS: expected a JSON array']);
  });

  test.each(['PASSKEY_APPS', 'TRUSTED_ISSUERS', 'OIDC_PROVIDERS', 'NETWORKS'])(
    '%s has one mistake if it is cut off',
    (name) => {
      expect(mistakesOf({ [name]: '{' })).toEqual([expect.stringMatching(`^${name}: expected .*JSON`)]);
    },
  );
});

describe('The networks', () => {
  test('are names with their ranges', () => {
    const networks = { office: ['192.0.2.0/24', '2001:db8::/32'], nowhere: [] };
    expect(parseConfig({ NETWORKS: JSON.stringify(networks) }).access.networks).toEqual(networks);
    expect(parseConfig({}).access.networks).toEqual({});
  });

  test.each([
    '[]',
    'null',
    '7',
    '{"office":"192.0.2.0/24"}',
    '{"office":[7]}',
    '{"office":["192.0.2.0/24","x"]}',
    '{"office":["192.0.2.0/24"],"home":7}',
  ])('are refused as %s', (NETWORKS) => {
    expect(mistakesOf({ NETWORKS })).toEqual([expect.stringContaining('NETWORKS: expected JSON of names')]);
  });
});
