import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createRights } from '../../../src/access/rights-of-roles.ts';
import { roles } from '../../../src/access/roles.ts';
import type { ClientClaims, SessionClaims } from '../../../src/identity/sessions/access-claims.ts';
import {
  bearerToken,
  createAccessTokenStrategies,
  type AccessTokenStrategyDeps,
} from '../../../src/identity/sessions/access-token.strategy.ts';
import {
  maxTokenCharacters,
  type AccessTokens,
  type VerifiedToken,
} from '../../../src/identity/sessions/access-token.ts';
import { isActive, isTokenActive } from '../../../src/identity/sessions/active-session.ts';
import type { SessionState } from '../../../src/identity/sessions/session-check.ts';
import { createSessionExpiry } from '../../../src/identity/sessions/session-expiry.ts';
import { sessionIdOf } from '../../../src/identity/sessions/session-principal.ts';
import { inspectToken } from '../../../src/identity/sessions/token-inspection.ts';
import type { PresentedCredentials, RecognisedCredential } from '../../../src/request/credentials.ts';

const now = new Date('2026-11-30T12:00:00.900Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const user = {
  id: randomUUID(),
  createdAt: now,
  email: 'someone@example.com',
  emailVerifiedAt: now,
  emailProvedAt: now,
  displayName: 'Someone',
  roles: ['EDITOR'],
  status: 'ACTIVE',
  disabledReason: null,
  closedAt: null,
  passwordHash: null,
  credentialVersion: 3,
  secondFactors: ['TOTP'],
} as const;
const sessionId = randomUUID();
const state: SessionState = {
  user,
  userId: user.id,
  roles: user.roles,
  status: user.status,
  credentialVersion: user.credentialVersion,
  secondFactors: user.secondFactors,
  scopes: null,
  hasEnded: false,
  expiresAt: after(1),
  authenticatedAt: after(-10_000),
  mfaAt: null,
};
const claims: SessionClaims = {
  kind: 'session',
  userId: user.id,
  sessionId,
  credentialVersion: user.credentialVersion,
  narrowing: null,
  tokenId: randomUUID(),
  issuedAt: 1_000,
  notBefore: 1_000,
  expiresAt: 1_900,
};
const ofProgram: ClientClaims = { ...claims, kind: 'client', clientId: 'a-key', scopes: [] };

describe('A session', () => {
  test('lets its user in until the moment at which it expires, unless it has ended or its user is disabled', () => {
    expect(isActive(state, now)).toBe(true);
    expect(isActive({ ...state, expiresAt: now }, now)).toBe(false);
    expect(isActive({ ...state, hasEnded: true }, now)).toBe(false);
    expect(isActive({ ...state, status: 'DISABLED' }, now)).toBe(false);
  });

  test('lets in a token of its own user alone, at the version that the account still has', () => {
    expect(isTokenActive(claims, state, now)).toBe(true);
    expect(isTokenActive(claims, null, now)).toBe(false);
    expect(isTokenActive({ ...claims, userId: randomUUID() }, state, now)).toBe(false);
    expect(isTokenActive({ ...claims, credentialVersion: 2 }, state, now)).toBe(false);
    expect(isTokenActive({ ...claims, credentialVersion: 4 }, state, now)).toBe(false);
    expect(isTokenActive(claims, { ...state, hasEnded: true }, now)).toBe(false);
  });

  test('ends at the nearer of its idle and its absolute limit', () => {
    const expiry = createSessionExpiry({ idleTtlSeconds: 60, absoluteTtlSeconds: 100 });
    expect(expiry(now, now)).toEqual(after(60_000));
    expect(expiry(now, after(39_000))).toEqual(after(99_000));
    expect(expiry(now, after(41_000))).toEqual(after(100_000));
  });

  test('is that of a principal who signed in by one, and of no other', () => {
    const rights = { roles: [], scopes: [] };
    expect(sessionIdOf({ kind: 'anonymous' })).toBeUndefined();
    expect(sessionIdOf({ kind: 'user', id: user.id, ...rights })).toBeUndefined();
    const signedIn = { kind: 'user', id: user.id, ...rights, sessionId } as const;
    expect(sessionIdOf(signedIn)).toBe(sessionId);
    const ofOther = { ...signedIn, sessionId: 7 };
    expect(sessionIdOf(ofOther)).toBeUndefined();
  });
});

describe('The token of a header', () => {
  test('is what follows Bearer, in any case and after any number of spaces, if it is one word', () => {
    expect(bearerToken('Bearer abc')).toBe('abc');
    expect(bearerToken('bearer abc')).toBe('abc');
    expect(bearerToken('BEARER   abc')).toBe('abc');
    for (const other of [undefined, '', 'Bearer', 'Bearer ', 'Bearer  ', 'Bearerabc', 'Bearer a b', 'Bearer abc ']) {
      expect(bearerToken(other)).toBeUndefined();
    }
    for (const other of ['Basic abc', 'Digest abc', ' Bearer abc', 'x Bearer abc'])
      expect(bearerToken(other)).toBeUndefined();
  });
});

describe('A request with an access token', () => {
  const nothing: PresentedCredentials = {
    authorization: undefined,
    apiKey: undefined,
    queryKey: undefined,
    cookies: {},
    ipAddress: '192.0.2.1',
    now,
    requestId: 'a-request',
    userAgent: null,
  };
  const byBearer: PresentedCredentials = { ...nothing, authorization: 'Bearer a-token' };
  const byCookie: PresentedCredentials = { ...nothing, cookies: { access: 'a-token', refresh: 'another' } };

  /** Asks the strategies in turn about a token that says `verified`, of a session that is as `found` says. */
  async function recognise(
    presented: PresentedCredentials,
    {
      verified = { claims, expired: false },
      found = state,
      ofRefreshToken = null,
    }: {
      verified?: Awaited<ReturnType<AccessTokens['verify']>>;
      found?: SessionState | null;
      ofRefreshToken?: Awaited<ReturnType<AccessTokenStrategyDeps['findByRefreshToken']>>;
    } = {},
  ): Promise<RecognisedCredential | null> {
    const strategies = createAccessTokenStrategies({
      accessTokens: {
        requireSigning: () => undefined,
        issue: async () => ({ token: 'a-token', expiresInSeconds: 1 }),
        recall: () => undefined,
        verify: async (token) => (token === 'a-token' ? verified : null),
      },
      checkSession: async (id) => (id === sessionId ? found : null),
      rightsOf: createRights(roles),
      findByRefreshToken: async (token) => (token === 'another' ? ofRefreshToken : null),
      onForged: ({ requestId }) => void forged.push(requestId),
      hasFactor: ({ secondFactors }) => secondFactors.includes('TOTP'),
    });
    for (const strategy of strategies) {
      const recognised = await strategy(presented);
      if (recognised !== null) return recognised;
    }
    return null;
  }

  const forged: string[] = [];
  beforeEach(() => void forged.splice(0));

  test('is of its user, in whole seconds that have passed, with the rights of now', async () => {
    const principal = {
      kind: 'user',
      id: user.id,
      userId: user.id,
      sessionId,
      authTime: Math.floor(after(-10_000).getTime() / 1000),
      mfaAt: null,
      hasFactor: true,
      credentialVersion: 3,
      ...createRights(roles)(['EDITOR']),
    };
    const { tokenId } = claims;
    const expected = { principal, tokenId, expiresAt: new Date(1_900_000), user };
    expect(await recognise(byBearer)).toEqual({ ...expected, source: 'bearer' });
    expect(await recognise(byCookie)).toEqual({ ...expected, source: 'cookie' });
    const proved = await recognise(byBearer, { found: { ...state, mfaAt: after(-9_000), secondFactors: [] } });
    expect(proved?.principal).toMatchObject({ mfaAt: principal.authTime + 1, hasFactor: false });
  });

  test('is narrowed if its session or the token alone is', async () => {
    const scopes = ['articles:read'];
    for (const narrowed of [
      await recognise(byBearer, { found: { ...state, scopes } }),
      await recognise(byBearer, { verified: { claims: { ...claims, narrowing: scopes }, expired: false } }),
    ]) {
      expect(narrowed?.principal).toMatchObject({ isNarrowed: true, scopes });
    }
  });

  test('is anonymous once the token has expired or its session has ended, and is told which', async () => {
    const ended = (reason: string) => ({ principal: { kind: 'anonymous' }, ended: { sessionId, reason } });
    expect(await recognise(byBearer, { verified: { claims, expired: true } })).toEqual({
      ...ended('EXPIRED'),
      source: 'bearer',
    });
    for (const found of [null, { ...state, hasEnded: true }, { ...state, expiresAt: now }]) {
      for (const expired of [false, true]) {
        const answer = await recognise(byCookie, { verified: { claims, expired }, found });
        expect(answer).toEqual({ ...ended('ENDED'), source: 'cookie' });
      }
    }
  });

  test('with a token that is none of ours is refused where it stands, and reported', async () => {
    await expect(recognise(byBearer, { verified: null })).rejects.toThrow(
      'The access token in the `Authorization` header is not valid.',
    );
    await expect(recognise(byCookie, { verified: null })).rejects.toThrow(
      'The access token in the cookie is not valid.',
    );
    expect(forged).toEqual(['a-request', 'a-request']);
  });

  test('of a program is left to others as Bearer, and is none in a cookie', async () => {
    const verified = { claims: ofProgram, expired: false };
    expect(await recognise(byBearer, { verified })).toBeNull();
    expect(forged).toEqual([]);
    await expect(recognise(byCookie, { verified })).rejects.toThrow('in the cookie');
    expect(forged).toEqual(['a-request']);
  });

  test('that has none is nobody, and one with a refresh cookie alone has a session that ended', async () => {
    expect(await recognise(nothing)).toBeNull();
    expect(await recognise({ ...nothing, authorization: 'Basic abc' })).toBeNull();
    const alone = { ...nothing, cookies: { refresh: 'another' } };
    expect(await recognise(alone)).toEqual({
      principal: { kind: 'anonymous' },
      source: 'cookie',
      ended: { sessionId: null, reason: 'ENDED' },
    });
  });
});

describe('A token that is looked at', () => {
  const write = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const tokenOf = (payload: object): string => `${write({ alg: 'EdDSA' })}.${write(payload)}.c2lnbmF0dXJl`;
  const inspect = (token: string, verified: VerifiedToken | null = null) =>
    inspectToken({ verify: async () => verified }, token, now);

  test('is ours and valid, ours and expired, or not ours', async () => {
    const token = tokenOf({ exp: 1_900 });
    const decoded = { header: { alg: 'EdDSA' }, claims: { exp: 1_900 }, expiresAt: new Date(1_900_000) };
    const expectedOf = (valid: boolean, problem: string | null, verified: SessionClaims | null) => ({
      ...decoded,
      valid,
      problem,
      verified,
    });
    expect(await inspect(token, { claims, expired: false })).toStrictEqual(expectedOf(true, null, claims));
    expect(await inspect(token, { claims, expired: true })).toStrictEqual(expectedOf(false, 'expired', claims));
    expect(await inspect(token)).toStrictEqual(expectedOf(false, 'not_ours', null));
  });

  test('has no moment at which it expires if its claim is no moment', async () => {
    for (const exp of [undefined, null, '1900', 1e15, {}]) {
      expect(await inspect(tokenOf({ exp }))).toMatchObject({ problem: 'not_ours', expiresAt: null });
    }
  });

  test('is no token if it cannot be read, or is longer than any of ours', async () => {
    const nothing = {
      valid: false,
      problem: 'not_a_token',
      header: null,
      claims: null,
      expiresAt: null,
      verified: null,
    };
    const padding = maxTokenCharacters - tokenOf({ a: '' }).length;
    const tokens = Array.from({ length: 4 }, (_, more) =>
      tokenOf({ a: 'x'.repeat(Math.floor((padding * 3) / 4) + more) }),
    );
    const longest = tokens.find(({ length }) => length === maxTokenCharacters) ?? '';
    expect(await inspect(longest)).toMatchObject({ problem: 'not_ours' });
    for (const token of ['', 'a.b.c', `${longest}A`]) expect(await inspect(token)).toStrictEqual(nothing);
  });
});
