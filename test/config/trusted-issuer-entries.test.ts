import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf } from './mistakes.ts';

describe('A trusted issuer', () => {
  const least = { issuer: 'https://issuer.example.com', audience: 'a', algorithms: ['RS256'] };
  const secret = '0123456789abcdef0123456789abcdef';
  const issuersOf = (...entries: readonly object[]) =>
    parseConfig({ TRUSTED_ISSUERS: JSON.stringify(entries) }).trustedIssuers;
  const mistakesOfEntry = (entry: unknown) => mistakesOf({ TRUSTED_ISSUERS: JSON.stringify([entry]) });
  const keycloak = { preset: 'keycloak', issuer: 'https://sso.example.com/realms/one', audience: 'a' };
  const supabase = { preset: 'supabase', issuer: 'https://one.supabase.co/auth/v1' };

  test('gives no rights and makes no users unless its entry says so', () => {
    expect(issuersOf(least)).toEqual([
      {
        issuer: 'https://issuer.example.com',
        audience: ['a'],
        audienceClaim: 'aud',
        algorithms: ['RS256'],
        jwksUri: null,
        secret: null,
        claims: { roles: null, scopes: null, session: 'sid', attributes: {} },
        scopesGrant: false,
        roleMap: null,
        defaultRoles: [],
        demands: {},
        provision: false,
        backChannelLogout: [],
      },
    ]);
    expect(parseConfig({}).trustedIssuers).toEqual([]);
  });

  test('is what its entry says', () => {
    const entry = {
      issuer: 'http://localhost:9000',
      audience: ['a', 'b'],
      algorithms: ['HS256', 'ES256'],
      jwksUri: 'https://issuer.example.com/keys?one=two',
      secret,
      claims: { roles: 'groups', scopes: 'scope', session: 'session', attributes: { client: 'azp' } },
      roleMap: { staff: 'EDITOR', boss: ['EDITOR', 'ADMIN'] },
      defaultRoles: ['MEMBER'],
      provision: true,
      backChannelLogout: 'c',
    };
    expect(issuersOf(entry)).toEqual([
      {
        ...entry,
        audienceClaim: 'aud',
        scopesGrant: false,
        roleMap: { staff: ['EDITOR'], boss: ['EDITOR', 'ADMIN'] },
        demands: {},
        backChannelLogout: ['c'],
      },
    ]);
    expect(issuersOf({ ...least, provision: false })).toMatchObject([{ provision: false }]);
  });

  test.each([
    [{ claims: { scopes: 'scope' } }, true],
    [{ claims: { scopes: 'scope', roles: 'groups' } }, false],
    [{ claims: { scopes: 'scope' }, defaultRoles: ['MEMBER'] }, false],
    [{ claims: { roles: 'groups' } }, false],
    [{ claims: {} }, false],
  ])('with %j: its scopes grant by themselves: %s', (entry, scopesGrant) => {
    expect(issuersOf({ ...least, ...entry })).toMatchObject([{ scopesGrant }]);
  });

  test('of a preset has roles if they are mapped, and claims, algorithms and demands of its own', () => {
    expect(issuersOf({ ...keycloak, roleMap: {} })).toMatchObject([{ claims: { roles: 'realm_access.roles' } }]);
    expect(issuersOf(keycloak)).toMatchObject([
      {
        algorithms: ['RS256'],
        claims: { roles: null, attributes: { client: 'azp' }, session: 'sid' },
        demands: { typ: ['Bearer'] },
      },
    ]);
    expect(issuersOf({ ...keycloak, roleMap: {}, claims: { roles: 'mine', attributes: {} } })).toMatchObject([
      { claims: { roles: 'mine', attributes: {} } },
    ]);
    expect(issuersOf(supabase)).toMatchObject([
      { audience: ['authenticated'], algorithms: ['ES256', 'RS256'], claims: { session: 'session_id' } },
    ]);
    expect(issuersOf({ ...supabase, claims: { session: 'mine' } })).toMatchObject([{ claims: { session: 'mine' } }]);
    expect(issuersOf({ ...supabase, audience: 'mine', algorithms: ['ES256'], jwksUri: 'https://keys.example.com/' }))
      // What the entry says goes before what the preset says.
      .toMatchObject([{ audience: ['mine'], algorithms: ['ES256'], jwksUri: 'https://keys.example.com/' }]);
    const auth0 = { preset: 'auth0', issuer: 'https://one.auth0.com/', audience: 'a' };
    expect(issuersOf(auth0)).toMatchObject([{ claims: { scopes: 'permissions' }, scopesGrant: false }]);
    expect(issuersOf({ ...auth0, claims: { scopes: 'scope' } })).toMatchObject([{ claims: { scopes: 'scope' } }]);
    expect(issuersOf({ preset: 'firebase', issuer: 'https://securetoken.google.com/project' })).toMatchObject([
      { audience: ['project'] },
    ]);
    expect(
      issuersOf({
        preset: 'cognito',
        issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC',
        audience: 'a',
      }),
    ).toMatchObject([{ audienceClaim: 'client_id' }]);
  });

  test('of a preset with a secret signs by it as well', () => {
    expect(issuersOf({ ...supabase, secret })).toMatchObject([{ algorithms: ['ES256', 'RS256', 'HS256'], secret }]);
  });

  test.each([
    ['0123456789abcdef0123456789abcde', false],
    [secret, true],
    ['é'.repeat(8) + '12345678abcdefgh', true],
    ['01234567'.repeat(4), false],
    [`${'01234567'.repeat(4)}8`, true],
    [7, false],
  ])('may have %j as its secret: %s', (text, isStrong) => {
    const mistakes = ['TRUSTED_ISSUERS: issuer 1: `secret` must be a random text of at least 32 bytes'];
    expect(mistakesOfEntry({ ...least, algorithms: ['HS256'], secret: text })).toEqual(isStrong ? [] : mistakes);
  });

  test.each([
    [1, 'expected an object with `issuer` and `audience`'],
    [null, 'expected an object with `issuer` and `audience`'],
    ['text', 'expected an object with `issuer` and `audience`'],
    [[least], 'expected an object with `issuer` and `audience`'],
    [{ ...least, preset: 7 }, '`preset` must be one of supabase, auth0'],
    [{ ...least, preset: ['keycloak'] }, '`preset` must be one of supabase, auth0'],
    [{ ...least, preset: 'toString' }, '`preset` must be one of supabase, auth0'],
    [{ ...least, defaultRoles: [''] }, '`defaultRoles` must be a text or a list of texts'],
    [{ ...least, defaultRoles: ['MEMBER', 7] }, '`defaultRoles` must be a text or a list of texts'],
    [{ ...least, backChannelLogout: {} }, '`backChannelLogout` must be a text or a list of texts'],
    [{ ...least, provision: 'yes' }, '`provision` must be true or false'],
    [{ ...least, algorithms: ['RS256', 'none'] }, '`algorithms` must be a list of RS256'],
    [{ ...least, algorithms: ['RS256', 'HS256'] }, 'algorithms HS… need `secret`'],
    [{ ...least, secret }, '`secret` is for algorithms HS… alone; name one in `algorithms`'],
    [{ ...least, jwksUri: 7 }, '`jwksUri` must be an https: URL'],
    [{ ...least, jwksUri: 'keys' }, '`jwksUri` must be an https: URL'],
    [{ ...least, jwksUri: 'https://issuer.example.com/keys#a' }, '`jwksUri` must be an https: URL'],
    [{ ...least, roleMap: null }, '`roleMap` must be an object of their roles to ours'],
    [{ ...least, roleMap: 'EDITOR' }, '`roleMap` must be an object of their roles to ours'],
    [{ ...least, roleMap: ['EDITOR'] }, '`roleMap` must be an object of their roles to ours'],
    [
      { ...least, claims: { roles: 'a' }, roleMap: { staff: 'EDITOR', boss: 7 } },
      '`roleMap` must be an object of their roles to ours',
    ],
    ...['groups', ['groups'], null, { groups: 'a' }].map(
      (claims) => [{ ...least, claims }, '`claims` must be'] as const,
    ),
    ...['roles', 'scopes', 'session'].flatMap((key) =>
      [7, ''].map((path) => [{ ...least, claims: { [key]: path } }, '`claims` must be'] as const),
    ),
    ...['azp', ['azp'], null, { client: 7 }, { client: '' }].map(
      (attributes) => [{ ...least, claims: { attributes } }, '`claims` must be'] as const,
    ),
  ])('is refused as %j', (entry, mistake) => {
    expect(mistakesOfEntry(entry)).toEqual([expect.stringContaining(`TRUSTED_ISSUERS: issuer 1: ${mistake}`)]);
  });

  test.each([
    'issuer',
    'http://issuer.example.com',
    'https://issuer.example.com/?a=b',
    'https://issuer.example.com/#a',
    'https://user@issuer.example.com',
    'https://:word@issuer.example.com',
    'ftp://localhost',
    7,
    ['https://issuer.example.com'],
  ])('is not %j', (issuer) => {
    expect(mistakesOfEntry({ ...least, issuer })).toEqual([
      expect.stringContaining('issuer 1: `issuer` must be its `iss`, exactly'),
    ]);
  });

  test('of no preset has algorithms, with a secret as well', () => {
    expect(mistakesOfEntry({ issuer: least.issuer, audience: 'a', secret })).toEqual([
      expect.stringContaining('issuer 1: `algorithms` must be a list of RS256'),
      expect.stringContaining('issuer 1: `secret` is for algorithms HS… alone'),
    ]);
  });

  test('that is named twice, or out of place, is told by its place', () => {
    const [mistake, ...others] = mistakesOf({
      TRUSTED_ISSUERS: JSON.stringify([least, { ...least, issuer: 'https://other.example.com' }, least]),
    });
    expect([mistake, others]).toEqual([
      'TRUSTED_ISSUERS: `https://issuer.example.com` appears twice; give one entry all its audiences',
      [],
    ]);
    expect(mistakesOf({ TRUSTED_ISSUERS: JSON.stringify([least, 1]) })).toEqual([
      expect.stringContaining('issuer 2: expected an object'),
    ]);
    expect(issuersOf(least, { ...least, issuer: 'https://other.example.com' })).toHaveLength(2);
  });

  test('has an audience, and the issuer of a preset has its form', () => {
    expect(mistakesOfEntry({ ...least, audience: [] })).toEqual([
      'TRUSTED_ISSUERS: issuer 1: `audience` must be a text or a list, such as "https://api.example.com"',
    ]);
    expect(mistakesOfEntry({ ...least, audience: 7 })).toEqual([
      'TRUSTED_ISSUERS: issuer 1: `audience` must be a text or a list of texts',
      expect.stringContaining('issuer 1: `audience` must be a text or a list, such as'),
    ]);
    expect(mistakesOfEntry({ ...keycloak, issuer: 'https://sso.example.com' })).toEqual([
      'TRUSTED_ISSUERS: issuer 1: `issuer` has the form https://sso.example.com/realms/example',
    ]);
  });
});
