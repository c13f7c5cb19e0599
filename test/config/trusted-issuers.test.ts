import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf, production } from './mistakes.ts';

describe('The configuration', () => {
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
});
