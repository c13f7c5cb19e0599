import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { randomUUID } from 'node:crypto';
import type { AccessTokenSubject } from '../../../src/identity/sessions/access-claims.ts';
import {
  createAccessTokens,
  maxTokenCharacters,
  type AccessTokens,
} from '../../../src/identity/sessions/access-token.ts';
import type { SigningKeys } from '../../../src/identity/signing-keys/signing-keys.service.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { openKeys } from '../../support/signing-keys.ts';

let server: TestServer;
let keys: SigningKeys;
beforeAll(async () => {
  server = await startServer();
  keys = await openKeys(server.database.fork);
});
afterAll(() => server.stop());

const ttlSeconds = 900;
const skewSeconds = 5;
const now = new Date('2026-11-30T12:00:00.400Z');
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

const createWith = (given: SigningKeys, ttl = ttlSeconds): AccessTokens =>
  createAccessTokens({
    keys: given,
    issuer: 'http://localhost:4000',
    audience: 'http://localhost:4000',
    ttlSeconds: ttl,
    amrOf: () => ['pwd'],
  });

let tokens: AccessTokens;
beforeEach(() => {
  tokens = createWith(keys);
});

const subject: AccessTokenSubject = {
  kind: 'session',
  userId: randomUUID(),
  sessionId: randomUUID(),
  credentialVersion: 3,
  authenticatedAt: new Date('2026-11-30T11:59:59.900Z'),
  methods: ['PASSWORD'],
  furtherAmr: [],
  isNarrowed: false,
  scopes: ['articles:read'],
  roles: ['VIEWER'],
  notAfter: null,
};
const issue = async (changes: Partial<AccessTokenSubject> = {}, at = now): Promise<string> =>
  (await tokens.issue({ ...subject, ...changes } as AccessTokenSubject, at)).token;

describe('An access token', () => {
  test('is valid from its second on, for its lifetime, and is told to have expired only after the skew of clocks', async () => {
    const token = await issue();
    const { iat = 0, nbf, exp } = decodeJwt(token);
    expect([iat, nbf, exp]).toEqual([Math.floor(now.getTime() / 1000), iat, iat + ttlSeconds]);
    const isExpiredAt = async (seconds: number): Promise<boolean | undefined> =>
      (await tokens.verify(token, new Date((iat + seconds) * 1000)))?.expired;
    expect(await isExpiredAt(ttlSeconds + skewSeconds - 1)).toBe(false);
    expect(await isExpiredAt(ttlSeconds + skewSeconds)).toBe(true);
    expect(await isExpiredAt(-skewSeconds)).toBe(false);
    expect(await isExpiredAt(-skewSeconds - 1)).toBeUndefined();
  });

  test('tells when its holder signed in, in whole seconds that have passed', async () => {
    expect(decodeJwt(await issue())['auth_time']).toBe(Date.parse('2026-11-30T11:59:59Z') / 1000);
  });

  test('outlives nothing that stands behind it', async () => {
    const { token, expiresInSeconds } = await tokens.issue({ ...subject, notAfter: after(60.5) }, now);
    const { iat = 0, exp } = decodeJwt(token);
    expect([expiresInSeconds, exp]).toEqual([60, iat + 60]);
    const { expiresInSeconds: usual } = await tokens.issue({ ...subject, notAfter: after(100_000) }, now);
    expect(usual).toBe(ttlSeconds);
  });

  test('that was issued before its lifetime was made shorter ends by the shorter one', async () => {
    const token = await issue();
    const shorter = createWith(keys, 60);
    expect((await shorter.verify(token, after(50)))?.expired).toBe(false);
    expect((await shorter.verify(token, after(70)))?.expired).toBe(true);
    expect((await createWith(keys, 10 * ttlSeconds).verify(token, after(2 * ttlSeconds)))?.expired).toBe(true);
  });

  test('is verified again without its signature as long as its key is accepted, by its exact text, and within its time', async () => {
    const accepted = { isIn: true };
    tokens = createWith({ ...keys, has: (kid) => accepted.isIn && keys.has(kid) });
    const token = await issue();
    expect(tokens.recall(token, now)).toBeUndefined();
    const verified = await tokens.verify(token, now);
    for (let time = 0; time < 2; time += 1) expect(tokens.recall(token, now)).toEqual(verified);
    const [header = '', , signature = ''] = token.split('.');
    expect(tokens.recall(`${header}.e30.${signature}`, now)).toBeUndefined();
    accepted.isIn = false;
    expect(tokens.recall(token, now)).toBeUndefined();
    accepted.isIn = true;
    expect(tokens.recall(token, now)).toBeUndefined();

    await tokens.verify(token, now);
    expect(tokens.recall(token, after(ttlSeconds + skewSeconds))?.expired).toBe(true);
    expect(tokens.recall(token, now)).toBeUndefined();
    expect((await tokens.verify(token, after(ttlSeconds + skewSeconds)))?.expired).toBe(true);
    expect(tokens.recall(token, now)).toBeUndefined();
  });

  test('is forgotten once ten thousand others were verified after it', async () => {
    const first = await issue();
    await tokens.verify(first, now);
    const others = await Promise.all(Array.from({ length: 9_999 }, () => issue()));
    for (const other of others) await tokens.verify(other, now);
    expect(tokens.recall(first, now)).toBeDefined();
    await tokens.verify(await issue(), now);
    expect(tokens.recall(first, now)).toBeUndefined();
    expect(tokens.recall(others[0] ?? '', now)).toBeDefined();
  });

  test('is no other spelling of it, nor longer than any token of ours', async () => {
    const token = await issue();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const last = signature.at(-1) ?? '';
    const unusedBits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sibling = unusedBits[unusedBits.indexOf(last) ^ 1];
    for (const text of [
      `${token}=`,
      `${header}.${payload}=.${signature}`,
      `${token.slice(0, -1)}${sibling}`,
      '',
      '..',
    ]) {
      expect(await tokens.verify(text, now)).toBeNull();
    }
    const roomy = await issue({ scopes: ['x'.repeat(maxTokenCharacters)] });
    expect(roomy.length).toBeGreaterThan(maxTokenCharacters);
    expect(await tokens.verify(roomy, now)).toBeNull();
  });

  test('names its key and the algorithm of that key: a key id that is none is not looked up', async () => {
    const asked: string[] = [];
    tokens = createWith({
      ...keys,
      find: (kid) => {
        asked.push(kid);
        return keys.find(kid);
      },
    });
    const token = await issue();
    const [header = '', ...rest] = token.split('.');
    const { kid = '' } = decodeProtectedHeader(token);
    const withHeader = (changes: object): string =>
      [
        Buffer.from(JSON.stringify({ ...decodeProtectedHeader(token), ...changes })).toString('base64url'),
        ...rest,
      ].join('.');
    expect(header).not.toBe('');
    for (const changes of [
      { kid: undefined },
      { kid: 'drop table' },
      { alg: 'HS256' },
      { alg: 'none' },
      { typ: 'JWT' },
    ]) {
      expect(await tokens.verify(withHeader(changes), now)).toBeNull();
    }
    expect(new Set(asked)).toEqual(new Set([kid]));
    expect(await tokens.verify(withHeader({ kid: randomUUID() }), now)).toBeNull();
  });

  test('names whose it is: a session with its user, and the scopes to which it alone was narrowed, or a program', async () => {
    const { userId, sessionId } = subject as { readonly userId: string; readonly sessionId: string };
    const claimsOf = async (token: string) => (await tokens.verify(token, now))?.claims;
    const ofSession = { kind: 'session', userId, sessionId, credentialVersion: 3 };
    expect(await claimsOf(await issue())).toMatchObject({ ...ofSession, narrowing: null });
    const narrowing = ['articles:read'];
    expect(await claimsOf(await issue({ isNarrowed: true }))).toMatchObject({ ...ofSession, narrowing });
    const program: AccessTokenSubject = {
      kind: 'client',
      clientId: 'a-key',
      scopes: narrowing,
      roles: [],
      notAfter: null,
    };
    const { token } = await tokens.issue(program, now);
    expect(await claimsOf(token)).toMatchObject({ kind: 'client', clientId: 'a-key', scopes: narrowing });
    expect(decodeJwt(token)).toMatchObject({ sub: 'a-key', client_id: 'a-key' });
  });

  test('has its signature verified once', async () => {
    let lookups = 0;
    tokens = createWith({
      ...keys,
      find(kid) {
        lookups += 1;
        return keys.find(kid);
      },
    });
    const token = await issue();
    for (let time = 0; time < 3; time += 1) expect(await tokens.verify(token, now)).not.toBeNull();
    expect(lookups).toBe(1);
  });

  test('of our key has the claims that we give: a text that we signed for anything else is none', async () => {
    const { kid, algorithm, sign } = keys.active();
    const claims = decodeJwt(await issue());
    const signed = async (changes: object): Promise<string> =>
      sign({ alg: algorithm, typ: 'at+jwt', kid }, { ...claims, ...changes });
    const { iat = 0 } = claims;
    for (const changes of [{}, { exp: iat + 86_400 }]) {
      expect(await tokens.verify(await signed(changes), now)).not.toBeNull();
    }
    const others = [
      { ver: '3' },
      { sid: 'none' },
      { sub: 'none' },
      { narrowed: 'yes' },
      { client_id: 'another' },
      { jti: undefined },
      { jti: 5 },
      { iat: iat + 0.5 },
      { nbf: iat + 0.5 },
      { exp: iat + 60.5 },
      { exp: iat },
      { exp: iat + 86_401 },
      { iss: 'http://elsewhere.example' },
      { aud: 'http://elsewhere.example' },
    ];
    for (const changes of others) expect(await tokens.verify(await signed(changes), now)).toBeNull();
  });

  test('is not called forged while the keys cannot be read: nobody is let in, and the failure is told', async () => {
    const token = await issue();
    const failing = createWith({ ...keys, find: () => Promise.reject(new Error('The database does not answer.')) });
    await expect(failing.verify(token, now)).rejects.toThrow('does not answer');
  });
});
