import { beforeEach, describe, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { createRights } from '../../../src/access/rights-of-roles.ts';
import { roles } from '../../../src/access/roles.ts';
import { newId } from '../../../src/database/base.entity.ts';
import { isActive, isGenuine, problemOf } from '../../../src/identity/api-keys/active-key.ts';
import type { ApiKeyState } from '../../../src/identity/api-keys/api-key-check.ts';
import { createApiKeyStrategy } from '../../../src/identity/api-keys/api-key.strategy.ts';
import { createClientTokenStrategy } from '../../../src/identity/api-keys/client-token.strategy.ts';
import { idOfPrefix, mintKey, parseKey, prefixOf } from '../../../src/identity/api-keys/key-text.ts';
import { requireNewKey, type NewKey } from '../../../src/identity/api-keys/new-key.ts';
import { newKeyIdOf, withNewKey } from '../../../src/identity/api-keys/new-key-principal.ts';
import type { AccessClaims, ClientClaims } from '../../../src/identity/sessions/access-claims.ts';
import type { VerifiedToken } from '../../../src/identity/sessions/access-token.ts';
import type { PresentedCredentials, RecognisedCredential } from '../../../src/request/credentials.ts';
import { keepingRecorder } from '../../support/contexts.ts';

const now = new Date('2026-11-30T12:00:00Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const id = newId(now);
const { text, hash } = mintKey(id);
const rightsOf = createRights(roles);
const state: ApiKeyState = {
  ownerId: randomUUID(),
  secretHash: hash,
  scopes: ['articles:read', 'articles:write'],
  networks: [],
  expiresAt: null,
  lastUsedAt: null,
  isRevoked: false,
  roles: ['EDITOR'],
  status: 'ACTIVE',
  secondFactors: [],
};
const ipAddress = '192.0.2.7';

describe('A key', () => {
  test.each<[string | null, Partial<ApiKeyState>]>([
    [null, {}],
    [null, { expiresAt: after(1) }],
    ['expired', { expiresAt: now }],
    ['disabled', { status: 'DISABLED', expiresAt: now }],
    ['revoked', { isRevoked: true, status: 'DISABLED', expiresAt: now }],
    ['network', { networks: ['198.51.100.0/24'] }],
    [null, { networks: ['198.51.100.0/24', '192.0.2.0/24'] }],
    ['expired', { networks: ['198.51.100.0/24'], expiresAt: now }],
  ])('is refused as %s if it is so: %j', (problem, changes) => {
    expect(problemOf({ ...state, ...changes }, { ipAddress, now })).toBe(problem);
    expect(isActive({ ...state, ...changes }, now)).toBe(problem === null || problem === 'network');
  });

  test('is a text by which its id is known, and its whole text is hashed', () => {
    expect(text).toMatch(/^sp_[0-9a-f]{32}_[\w-]{43}$/);
    expect(hash).toEqual(createHash('sha256').update(text).digest());
    expect(parseKey(text)).toEqual({ id, hash });
    expect(idOfPrefix(prefixOf(id))).toBe(id);
    expect(isGenuine({ id, hash }, state)).toBe(true);
    expect(isGenuine({ id, hash: Buffer.alloc(32) }, state)).toBe(false);
    expect(mintKey(id).text).not.toBe(text);
  });

  test('is none in any other spelling', () => {
    const others = [
      '',
      text.slice(0, -1),
      `${text}A`,
      ` ${text}`,
      `${text}\n`,
      text.toUpperCase(),
      text.replace('sp_', ''),
    ];
    for (const other of [...others, prefixOf(id), `sp_${'f'.repeat(32)}_${'A'.repeat(43)}`]) {
      expect(parseKey(other)).toBeNull();
    }
    for (const other of ['', text, `${prefixOf(id)}0`, prefixOf(id).slice(0, -1), `sp_${'f'.repeat(32)}`, id]) {
      expect(idOfPrefix(other)).toBeNull();
    }
  });

  test('that is made is known below the field that makes it, and nowhere else', () => {
    const principal = { kind: 'user', id: 'a-user', roles: [], scopes: [] } as const;
    expect(newKeyIdOf(principal)).toBeUndefined();
    expect(newKeyIdOf({ kind: 'anonymous' })).toBeUndefined();
    expect(withNewKey(principal, id)).toEqual({ ...principal, newKeyId: id });
    expect(newKeyIdOf(withNewKey(principal, id))).toBe(id);
    const ofOther = { ...principal, newKeyId: 7 };
    expect(newKeyIdOf(ofOther)).toBeUndefined();
  });
});

describe('A key that is asked for', () => {
  const wanted: NewKey = { name: ' A robot ', scopes: ['articles:read'] };

  test('has a name, some scopes, an end in the future or none, and its networks once each', () => {
    const plain = { name: 'A robot', scopes: ['articles:read'], expiresAt: null, networks: [] };
    expect(requireNewKey(wanted, now)).toEqual(plain);
    expect(requireNewKey({ ...wanted, expiresAt: null, networks: null }, now)).toEqual(plain);
    const ranges = ['192.0.2.0/24', '2001:db8::1'];
    expect(requireNewKey({ ...wanted, expiresAt: after(1), networks: [...ranges, ...ranges] }, now)).toEqual({
      ...plain,
      expiresAt: after(1),
      networks: ranges,
    });
    const many = Array.from({ length: 50 }, (_, number) => `192.0.2.${number}`);
    expect(requireNewKey({ ...wanted, name: 'x'.repeat(100), networks: many }, now).networks).toEqual(many);
  });

  test.each<[string, string, string, Partial<NewKey>]>([
    ['input.name', 'empty', 'must not be empty', { name: ' ' }],
    ['input.name', 'too_long', 'at most 100 characters', { name: 'x'.repeat(101) }],
    ['input.scopes', 'empty', 'A key needs at least one scope.', { scopes: [] }],
    ['input.scopes', 'invalid_scope', 'A scope looks like', { scopes: ['a b'] }],
    ['input.expiresAt', 'not_in_future', 'must be in the future, or null', { expiresAt: now }],
    [
      'input.networks',
      'too_many',
      'A key has at most 50 networks.',
      { networks: Array.from({ length: 51 }, (_, number) => `192.0.2.${number}`) },
    ],
    ['input.networks', 'invalid_range', 'such as 192.0.2.0/24', { networks: ['192.0.2.0/24', 'x'] }],
  ])('is refused for its %s: %s', (field, problem, message, changes) => {
    expect(() => requireNewKey({ ...wanted, ...changes }, now)).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining(message),
        options: { field, problem },
      }),
    );
  });
});

const nothing: PresentedCredentials = {
  authorization: undefined,
  apiKey: undefined,
  queryKey: undefined,
  cookies: {},
  ipAddress,
  now,
  requestId: 'a-request',
  userAgent: 'a robot',
};
let recorder: ReturnType<typeof keepingRecorder>;
let used: unknown[];
let checked: string[];
beforeEach(() => {
  recorder = keepingRecorder();
  [used, checked] = [[], []];
});
const depsOf = (found: ApiKeyState | null) => ({
  checkKey: async (keyId: string) => {
    checked.push(keyId);
    return keyId === id ? found : null;
  },
  hasFactor: ({ id: owner, secondFactors }: { id: string; secondFactors: readonly string[] }) =>
    owner === state.ownerId && secondFactors.length > 0,
  lastUse: { note: (...use: unknown[]) => void used.push(use) },
  recorder,
  rightsOf,
});
const refusedFor = (subjectId: string | null, reason: string) => ({
  type: 'api_key.refused',
  outcome: 'FAILURE',
  subjectId,
  details: { reason },
  by: { kind: 'anonymous' },
});

describe('A request with a key', () => {
  const off = { basicAuth: false, apiKeyQuery: false };
  const recognise = async (
    presented: Partial<PresentedCredentials>,
    { found = state, enabled = off }: { found?: ApiKeyState | null; enabled?: typeof off } = {},
  ): Promise<RecognisedCredential | null> => createApiKeyStrategy(depsOf(found), enabled)({ ...nothing, ...presented });
  const basicOf = (user: string, password = ''): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const message = 'The API key is wrong, revoked, expired or not accepted from this network: use another one.';

  test('acts for its owner, within the scopes of both, and its use is noted', async () => {
    const lastUsedAt = after(-90_000);
    const found = { ...state, lastUsedAt, expiresAt: after(1), secondFactors: ['TOTP'], scopes: ['articles:write'] };
    expect(await recognise({ apiKey: text }, { found })).toEqual({
      principal: {
        kind: 'apiKey',
        id,
        userId: state.ownerId,
        hasFactor: true,
        ...rightsOf(['EDITOR'], ['articles:write']),
      },
      source: 'header',
      expiresAt: after(1),
    });
    expect(used).toEqual([[id, lastUsedAt, now]]);
    const endless = await recognise({ apiKey: text });
    expect(endless).not.toHaveProperty('expiresAt');
    expect(endless?.principal).toMatchObject({ hasFactor: false });
  });

  test('has it in a header, as Bearer or, if that is switched on, in the URL or as Basic without a password', async () => {
    const sourceOf = async (presented: Partial<PresentedCredentials>, enabled = off) =>
      (await recognise(presented, { enabled }))?.source;
    const on = { basicAuth: true, apiKeyQuery: true };
    expect(await sourceOf({ apiKey: text, authorization: 'Bearer other' })).toBe('header');
    expect(await sourceOf({ authorization: `bearer  ${text}` })).toBe('bearer');
    expect(await sourceOf({ queryKey: text }, on)).toBe('query');
    expect(await sourceOf({ authorization: basicOf(text) }, on)).toBe('basic');
    for (const enabled of [off, { ...on, apiKeyQuery: false }]) {
      expect(await sourceOf({ queryKey: text }, enabled)).toBeUndefined();
    }
    for (const enabled of [off, { ...on, basicAuth: false }]) {
      expect(await sourceOf({ authorization: basicOf(text) }, enabled)).toBeUndefined();
    }
    for (const authorization of [
      undefined,
      'Bearer other',
      `Bearer${text}`,
      `x Bearer ${text}`,
      basicOf(text, 'x'),
      basicOf('someone@example.com'),
      'Basic',
    ]) {
      expect(await sourceOf({ authorization }, on)).toBeUndefined();
    }
    expect(createApiKeyStrategy(depsOf(state), off)(nothing)).toBeNull();
  });

  test('that cannot be one is refused without a look at any', async () => {
    for (const presented of [{ apiKey: 'x' }, { apiKey: '' }, { authorization: 'Bearer sp_x' }]) {
      await expect(recognise(presented)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message,
        options: { refusal: 'bad_credential' },
      });
    }
    expect([recorder.events, checked]).toEqual([[], []]);
  });

  test.each<[string, string | null, ApiKeyState | null]>([
    ['unknown', null, null],
    ['wrong_secret', id, { ...state, secretHash: Buffer.alloc(32), isRevoked: true }],
    ['revoked', id, { ...state, isRevoked: true }],
    ['network', id, { ...state, networks: ['198.51.100.0/24'] }],
  ])('is refused alike, and the reason is recorded: %s', async (reason, subjectId, found) => {
    await expect(recognise({ apiKey: text }, { found })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message,
      options: {},
    });
    expect(recorder.events).toEqual([refusedFor(subjectId, reason)]);
    expect(used).toEqual([]);
  });
});

describe('A request with the token that a key was exchanged for', () => {
  const claims: ClientClaims = {
    kind: 'client',
    clientId: prefixOf(id),
    scopes: ['articles:read'],
    tokenId: 'a-token',
    issuedAt: 1_000,
    notBefore: 1_000,
    expiresAt: 1_900,
  };
  const recognise = (
    {
      verified = { claims, expired: false },
      found = state,
    }: { verified?: VerifiedToken | null; found?: ApiKeyState | null },
    authorization: string | undefined = 'Bearer a-token',
  ) =>
    createClientTokenStrategy({
      ...depsOf(found),
      accessTokens: {
        requireSigning: () => undefined,
        issue: async () => ({ token: 'a-token', expiresInSeconds: 1 }),
        recall: () => undefined,
        // No text is none that could be verified.
        verify: async (token) => (token.trim() === 'a-token' ? verified : null),
      },
    })({ ...nothing, authorization });

  test('acts as the key, and does no more than it names', async () => {
    const lastUsedAt = after(-90_000);
    expect(await recognise({ found: { ...state, lastUsedAt, secondFactors: ['TOTP'] } })).toEqual({
      principal: {
        kind: 'apiKey',
        id,
        userId: state.ownerId,
        hasFactor: true,
        ...rightsOf(['EDITOR'], state.scopes, ['articles:read']),
      },
      source: 'bearer',
      tokenId: 'a-token',
      expiresAt: new Date(1_900_000),
    });
    expect(used).toEqual([[id, lastUsedAt, now]]);
  });

  test('is left to others if it is no token, or that of a session', async () => {
    const ofSession: AccessClaims = {
      ...claims,
      kind: 'session',
      userId: id,
      sessionId: id,
      credentialVersion: 1,
      narrowing: null,
    };
    expect(await recognise({ verified: null })).toBeNull();
    expect(await recognise({ verified: { claims: ofSession, expired: false } })).toBeNull();
    for (const other of ['Basic a-token', 'Bearer other', '']) expect(await recognise({}, other)).toBeNull();
  });

  const refusal = {
    code: 'UNAUTHENTICATED',
    message: 'The access token has expired, or its API key is not accepted any more: ask for a new token.',
  };

  test('is refused once it has expired, and if it names no key', async () => {
    await expect(recognise({ verified: { claims, expired: true } })).rejects.toMatchObject(refusal);
    const ofNone = { claims: { ...claims, clientId: 'somebody' }, expired: false };
    await expect(recognise({ verified: ofNone })).rejects.toMatchObject(refusal);
    expect([recorder.events, checked]).toEqual([[], []]);
  });

  test.each<[string, string | null, ApiKeyState | null]>([
    ['unknown', null, null],
    ['revoked', id, { ...state, isRevoked: true }],
    ['network', id, { ...state, networks: ['198.51.100.0/24'] }],
  ])('is refused with its key, and the reason is recorded: %s', async (reason, subjectId, found) => {
    await expect(recognise({ found })).rejects.toMatchObject(refusal);
    expect(recorder.events).toEqual([refusedFor(subjectId, reason)]);
    expect(used).toEqual([]);
  });
});
