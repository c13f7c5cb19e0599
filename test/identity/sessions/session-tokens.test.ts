import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { AccessClaims, SessionClaims } from '../../../src/identity/sessions/access-claims.ts';
import type { VerifiedToken } from '../../../src/identity/sessions/access-token.ts';
import { createSessionCheck } from '../../../src/identity/sessions/session-check.ts';
import { createSessionTokenKinds } from '../../../src/identity/sessions/session-token-kinds.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import type { TokenFacts, TokenKind } from '../../../src/request/tokens.ts';
import { contextOf } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { after, begin, lifetimes, rightsOf, watchedSessions, type WatchedSessions } from '../../support/sessions.ts';

let server: TestServer;
let sessions: WatchedSessions;
let kinds: TokenKind[];
/** What the access token `access` says, as far as it is genuine. */
let verified: VerifiedToken | null;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());
beforeEach(() => {
  sessions = watchedSessions(server);
  const { readCredentials, rows } = server.database;
  kinds = createSessionTokenKinds({
    accessTokens: {
      requireSigning: () => undefined,
      issue: async () => ({ token: 'access', expiresInSeconds: 60 }),
      recall: () => undefined,
      verify: async (token) => (token === 'access' ? verified : null),
    },
    checkSession: createSessionCheck(readCredentials, rows(), lifetimes),
    rightsOf,
    sessions,
  });
});

const at = (seconds: number): RequestContext => contextOf(server.database, { now: after(seconds) });

/** Asks each kind in turn, as introspection does. */
async function introspect(token: string, seconds = 1): Promise<TokenFacts | null> {
  for (const kind of kinds) {
    const facts = await kind.introspect(at(seconds), token);
    if (facts !== null) return facts;
  }
  return null;
}
const revoke = (token: string): Promise<boolean[]> => Promise.all(kinds.map((kind) => kind.revoke(at(1), token)));
const endOf = async (id: string): Promise<string | null | undefined> => (await sessions.rowOf(id)).endReason;

async function start(changes: Partial<SessionClaims> = {}, scopes?: string[]) {
  const session = await sessions.startFor(scopes === undefined ? {} : { scopes });
  const claims: SessionClaims = {
    kind: 'session',
    userId: session.user.id,
    sessionId: session.id,
    credentialVersion: session.user.credentialVersion,
    narrowing: null,
    tokenId: randomUUID(),
    issuedAt: 1,
    notBefore: 2,
    expiresAt: 3,
    ...changes,
  };
  verified = { claims, expired: false };
  return { ...session, claims };
}

describe('A refresh token', () => {
  test('is told whose it is, with the rights and the times of its session, and ends it', async () => {
    const { id, user, refreshToken } = await start({}, ['articles:read']);
    const seconds = Math.floor(begin.getTime() / 1000);
    expect(await introspect(refreshToken)).toEqual({
      subject: user.id,
      clientId: 'sallyport',
      scopes: ['articles:read'],
      isAccessToken: false,
      issuedAt: seconds,
      expiresAt: seconds + 1_000,
    });
    expect(await introspect(refreshToken, 1_000)).toBeNull();
    expect(await revoke(refreshToken)).toEqual([true, false]);
    expect(await endOf(id)).toBe('logout');
    expect(await introspect(refreshToken)).toBeNull();
    // It is genuine still.
    expect(await revoke(refreshToken)).toEqual([true, false]);
  });
});

describe('An access token of a session', () => {
  test('is told whose it is, with what it may do now, and ends the session', async () => {
    const { id, user, claims } = await start();
    const facts = { ...claims, subject: user.id, clientId: 'sallyport', isAccessToken: true };
    expect(await introspect('access')).toEqual({ ...facts, scopes: rightsOf(['EDITOR']).scopes });
    expect(await revoke('access')).toEqual([false, true]);
    expect(await endOf(id)).toBe('logout');
    expect(await introspect('access')).toBeNull();
  });

  test('may do no more than its session and what it was narrowed to', async () => {
    await start({ narrowing: ['articles:read', 'comments:read'] }, ['articles:write']);
    expect(await introspect('access')).toMatchObject({ scopes: [] });
    await start({ narrowing: ['articles:write', 'comments:read'] }, ['articles:write']);
    expect(await introspect('access')).toMatchObject({ scopes: ['articles:write'] });
  });

  test('tells nothing once it has expired, but ends its session', async () => {
    const { id, claims } = await start();
    verified = { claims, expired: true };
    expect(await introspect('access')).toBeNull();
    expect(await revoke('access')).toEqual([false, true]);
    expect(await endOf(id)).toBe('logout');
  });

  test('tells nothing if it is of another version of the account, of a program, or none', async () => {
    const { id, claims } = await start();
    verified = { claims: { ...claims, credentialVersion: claims.credentialVersion + 1 }, expired: false };
    expect(await introspect('access')).toBeNull();
    const { kind: _, ...rest } = claims;
    const ofProgram: AccessClaims = { ...rest, kind: 'client', clientId: 'a-key', scopes: [] };
    for (const found of [null, { claims: ofProgram, expired: false }]) {
      verified = found;
      expect(await introspect('access')).toBeNull();
      expect(await revoke('access')).toEqual([false, false]);
    }
    expect(await revoke('another')).toEqual([false, false]);
    expect(await endOf(id)).toBeNull();
  });
});
