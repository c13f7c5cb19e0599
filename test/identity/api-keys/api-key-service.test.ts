import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRights } from '../../../src/access/rights-of-roles.ts';
import { roles } from '../../../src/access/roles.ts';
import { AuditEvent } from '../../../src/audit/audit-event.entity.ts';
import { newId } from '../../../src/database/base.entity.ts';
import type { DomainEvent } from '../../../src/events/event.ts';
import { createApiKeyCheck } from '../../../src/identity/api-keys/api-key-check.ts';
import { createApiKeyTokenKinds, isTokenActive } from '../../../src/identity/api-keys/api-key-token-kinds.ts';
import { ApiKey } from '../../../src/identity/api-keys/api-key.entity.ts';
import { activeKeysOf, createApiKeys, type ApiKeys } from '../../../src/identity/api-keys/api-keys.service.ts';
import {
  clientCredentialsBudget,
  createClientCredentials,
} from '../../../src/identity/api-keys/client-credentials.service.ts';
import { countExpiringKeys } from '../../../src/identity/api-keys/expiring-keys.ts';
import { mintKey, parseKey, prefixOf } from '../../../src/identity/api-keys/key-text.ts';
import { createLastUse } from '../../../src/identity/api-keys/last-use.ts';
import type { AccessTokenSubject, ClientClaims } from '../../../src/identity/sessions/access-claims.ts';
import type { VerifiedToken } from '../../../src/identity/sessions/access-token.ts';
import { createLimiters } from '../../../src/limits/limiter.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import type { RequestPrincipal } from '../../../src/request/credentials.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf, keepingRecorder } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let user: User;
let other: User;
beforeAll(async () => {
  server = await startServer();
  const named = (name: string): Promise<User> =>
    server.database.fork().findOneOrFail(User, { email: `${name}@demo.sallyport.test` });
  [user, other] = [await named('editor'), await named('viewer')];
});
afterAll(() => server.stop());

const begin = new Date('2026-11-30T12:00:00.300Z');
const after = (seconds: number): Date => new Date(begin.getTime() + seconds * 1000);
const day = 86_400;
const rightsOf = createRights(roles);
const execute = (sql: string, params: unknown[] = []): Promise<Array<Record<string, unknown>>> =>
  server.database.fork().getConnection().execute(sql, params);

let recorder: ReturnType<typeof keepingRecorder>;
let published: DomainEvent[];
let notices: unknown[];
let keys: ApiKeys;
beforeEach(async () => {
  recorder = keepingRecorder();
  [published, notices] = [[], []];
  keys = createApiKeys({
    recorder,
    rightsOf,
    publishEvent: (_, event) => void published.push(event),
    sendKeyNotice: (owner, prefix) => void notices.push([owner.id, prefix]),
  });
  await execute('delete from api_keys');
});

const principalOf = (scopes = rightsOf(['EDITOR']).scopes, credentialVersion = user.credentialVersion) =>
  ({ kind: 'user', id: user.id, roles: ['EDITOR'], scopes, credentialVersion }) satisfies RequestPrincipal;
const at = (seconds: number, principal: RequestPrincipal = principalOf()): RequestContext =>
  contextOf(server.database, { now: after(seconds), principal });

const wanted = { name: 'A robot', scopes: ['articles:read'] };
const create = (changes: object = {}, seconds = 0, principal: RequestPrincipal = principalOf()) =>
  keys.create(at(seconds, principal), principal, { ...wanted, ...changes });
const check = (id: string) => createApiKeyCheck(server.database.readCredentials)(id);

describe('A key that is made', () => {
  test('is of the user who is signed in, and is told to its owner', async () => {
    const { apiKey, secret } = await create({ expiresAt: after(60), networks: ['192.0.2.0/24'] });
    const { id } = apiKey;
    expect(parseKey(secret)?.id).toBe(id);
    expect(await server.database.fork().findOneOrFail(ApiKey, id)).toMatchObject({
      ...wanted,
      createdAt: begin,
      expiresAt: after(60),
      networks: ['192.0.2.0/24'],
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await check(id)).toEqual({
      ownerId: user.id,
      secretHash: parseKey(secret)?.hash,
      scopes: ['articles:read'],
      networks: ['192.0.2.0/24'],
      expiresAt: after(60),
      lastUsedAt: null,
      isRevoked: false,
      roles: ['EDITOR'],
      status: 'ACTIVE',
      secondFactors: [],
    });
    expect(notices).toEqual([[user.id, prefixOf(id)]]);
    expect(recorder.events).toMatchObject([
      { type: 'api_key.created', subjectId: id, details: { scopes: ['articles:read'] } },
    ]);
    expect(await check(newId(begin))).toBeNull();
  });

  test('does no more than the session in use, and is made of no account that was lost meanwhile', async () => {
    await expect(create({}, 0, principalOf(['comments:read']))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(create({}, 0, { kind: 'anonymous' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(create({}, 0, principalOf(['*'], user.credentialVersion + 1))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(create({ name: '' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await execute('select id from api_keys')).toEqual([]);
    expect([notices, published]).toEqual([[], []]);
  });

  test('is of an account as it is now, whatever the request has read of it before', async () => {
    const context = at(0);
    await context.em.findOneOrFail(User, user.id);
    await execute('update users set credential_version = credential_version + 1 where id = ?', [user.id]);
    await expect(keys.create(context, principalOf(), wanted)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await execute('update users set credential_version = credential_version - 1 where id = ?', [user.id]);
  });

  test('is one of a hundred at most that still count', async () => {
    const { apiKey } = await create();
    await execute(
      `insert into api_keys select (jsonb_populate_record(k, jsonb_build_object(
         'id', left(k.id::text, 24) || lpad(to_hex(n), 12, '0'),
         'revoked_at', case when n = 1 then k.created_at end,
         'expires_at', case when n = 2 then k.created_at when n = 3 then k.created_at + interval '1 hour' end))).*
       from api_keys k, generate_series(1, 100) as n where k.id = ?`,
      [apiKey.id],
    );
    await create({}, 1);
    await expect(create({}, 1)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'An account has at most 100 keys: revoke one that is no longer needed.',
    });
    expect(await keys.countActive(server.database.fork(), user.id, after(1))).toBe(100);
    expect(await keys.countActive(server.database.fork(), user.id, after(3_600))).toBe(99);
    expect(await keys.countActive(server.database.fork(), other.id, after(1))).toBe(0);
    const listed = await activeKeysOf(server.database.rows(), user, after(1));
    expect(listed).toHaveLength(100);
    expect(listed.map(({ id }) => id)).toEqual(
      listed
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    await create({}, 3_601);
  });
});

describe('A key that is revoked', () => {
  test('ends once, and whoever has opened something by it is told', async () => {
    const { apiKey } = await create();
    for (const seconds of [1, 2]) {
      expect(await keys.revoke(at(seconds), apiKey.id)).toMatchObject({ id: apiKey.id, revokedAt: after(1) });
    }
    expect(await check(apiKey.id)).toMatchObject({ isRevoked: true });
    expect(published).toEqual([{ kind: 'account-changed', userId: user.id }]);
    expect(recorder.events.slice(1)).toMatchObject([{ type: 'api_key.revoked', subjectId: apiKey.id }]);
    await expect(keys.revoke(at(1), newId(begin))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is shown as it is then, whatever was read before', async () => {
    const { apiKey } = await create();
    let renewed = 0;
    const context = { ...at(1), renewUnitOfWork: () => void (renewed += 1) };
    await keys.revoke(context, apiKey.id);
    expect(renewed).toBe(1);
  });

  test('is one of all that a user has, or of those that were made from a moment on', async () => {
    const [first, second] = [await create(), await create({}, 10)];
    const { em, ...provenance } = at(20);
    await keys.revokeAll(em, provenance, other.id);
    await keys.revokeAll(em, provenance, user.id, after(10));
    expect(await check(first.apiKey.id)).toMatchObject({ isRevoked: false });
    expect(await check(second.apiKey.id)).toMatchObject({ isRevoked: true });
    await keys.revokeAll(em, provenance, user.id);
    expect(await check(first.apiKey.id)).toMatchObject({ isRevoked: true });
  });
});

test('Keys that expire within fourteen days are counted', async () => {
  for (const seconds of [1, 14 * day - 0.001, 14 * day]) await create({ expiresAt: after(seconds) });
  await create();
  const { apiKey } = await create({ expiresAt: after(5) });
  await keys.revoke(at(0), apiKey.id);
  const count = (seconds: number): Promise<number> => countExpiringKeys(server.database.fork(), after(seconds));
  expect(await count(0)).toBe(2);
  expect(await count(1)).toBe(2);
  expect(await count(2)).toBe(2);
});

describe('The last use of a key', () => {
  const failures: unknown[] = [];
  const noteBy = (fork = () => server.database.fork()) =>
    createLastUse({ fork, onFailure: (error) => void failures.push(error) });
  const usedAt = async (id: string) => (await check(id))?.lastUsedAt;

  test('is written off the way of the request, once a minute', async () => {
    const { id } = (await create()).apiKey;
    const lastUse = noteBy();
    lastUse.note(id, null, begin);
    await lastUse.settled();
    expect(await usedAt(id)).toEqual(begin);
    server.statements.length = 0;
    lastUse.note(id, begin, after(59.999));
    await lastUse.settled();
    expect(server.statements.filter((sql) => sql.includes('update api_keys'))).toEqual([]);
    lastUse.note(id, begin, after(60));
    await lastUse.settled();
    expect(await usedAt(id)).toEqual(after(60));
  });

  test('is not written again if another node has written it, and not by what holds the row', async () => {
    const { id } = (await create()).apiKey;
    await execute('update api_keys set last_used_at = ? where id = ?', [begin, id]);
    const lastUse = noteBy();
    for (const [seconds, expected] of [
      [59.999, begin],
      [60, after(60)],
    ] as const) {
      // As a node notes it that has not seen the last one.
      lastUse.note(id, null, after(seconds));
      await lastUse.settled();
      expect(await usedAt(id)).toEqual(expected);
    }
  });

  test('is written of many keys together, those that come meanwhile by the next statement', async () => {
    const ids = [await create(), await create(), await create()].map(({ apiKey }) => apiKey.id);
    const lastUse = noteBy();
    server.statements.length = 0;
    for (const [index, id] of ids.entries()) lastUse.note(id, null, after(index));
    await lastUse.settled();
    expect(server.statements.filter((sql) => sql.includes('update api_keys'))).toHaveLength(2);
    expect(await Promise.all(ids.map(usedAt))).toEqual([begin, after(2), after(2)]);
    lastUse.note(ids[0] ?? '', null, after(100));
    await lastUse.settled();
    expect(await usedAt(ids[0] ?? '')).toEqual(after(100));
  });

  test('that cannot be written fails nothing, and the next one is tried', async () => {
    const { id } = (await create()).apiKey;
    const lastUse = noteBy();
    await lastUse.settled();
    lastUse.note('no id', null, begin);
    await lastUse.settled();
    expect(failures).toHaveLength(1);
    lastUse.note(id, null, after(1));
    await lastUse.settled();
    expect(await usedAt(id)).toEqual(after(1));
  });
});

describe('A key that is exchanged for a token', () => {
  const issued: AccessTokenSubject[] = [];
  const limiters = createLimiters(null);
  const grants = limiters(clientCredentialsBudget);
  const accessTokens = {
    requireSigning: () => undefined,
    issue: async (subject: AccessTokenSubject) => ({ token: `token ${issued.push(subject)}`, expiresInSeconds: 60 }),
    recall: () => undefined,
    verify: async () => null,
  };
  const ofKey = (id: string): RequestPrincipal => ({
    kind: 'apiKey',
    id,
    userId: user.id,
    ...rightsOf(['EDITOR'], ['articles:read', 'articles:write']),
  });
  const exchange = (context: RequestContext, scopes?: readonly string[]) =>
    createClientCredentials({ accessTokens, rightsOf, grants, recorder }).issue(context, scopes);

  test('gives one within its rights, which lives no longer than it', async () => {
    const id = newId(begin);
    const context = at(0, ofKey(id));
    const token = await exchange(context);
    const rights = rightsOf(['EDITOR'], ['articles:read', 'articles:write']);
    expect(token).toEqual({
      accessToken: 'token 1',
      expiresInSeconds: 60,
      rights: expect.objectContaining({ scopes: rights.scopes }),
    });
    expect(issued[0]).toMatchObject({ kind: 'client', clientId: prefixOf(id), scopes: rights.scopes, notAfter: null });
    expect(recorder.events).toMatchObject([
      { type: 'token.issued', subjectId: id, details: { scopes: rights.scopes } },
    ]);
    const narrowed = await exchange({ ...at(0, ofKey(id)), credential: { source: 'header', expiresAt: after(9) } }, [
      'articles:read',
    ]);
    expect(narrowed.rights).toMatchObject({ scopes: ['articles:read'] });
    expect(issued[1]).toMatchObject({ scopes: ['articles:read'], notAfter: after(9) });
    await expect(exchange(at(0, ofKey(id)), ['users:manage'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(exchange(at(0, ofKey(id)), ['a b'])).rejects.toMatchObject({ options: { field: 'scope' } });
  });

  test('gives none that is not recorded', async () => {
    const id = newId(begin);
    const values = { id, at: begin, type: 'token.issued', outcome: 'SUCCESS' } as const;
    const recording = { record: (em: RequestContext['em']) => void em.create(AuditEvent, values) };
    const issue = () =>
      createClientCredentials({ accessTokens, rightsOf, grants, recorder: recording }).issue(
        at(0, ofKey(id)),
        undefined,
      );
    await issue();
    expect(await execute('select type from audit_events where id = ?', [id])).toEqual([{ type: 'token.issued' }]);
    // It cannot be written a second time.
    await expect(issue()).rejects.toThrow();
  });

  test('is a key itself: a token of one, or a user, is exchanged for nothing', async () => {
    const refusal = {
      code: 'UNAUTHENTICATED',
      message:
        'Authenticate with an API key: Basic with its prefix and the whole key, client_id and client_secret, X-API-Key or Bearer.',
      options: { refusal: 'bad_client' },
    };
    const byToken = { ...at(0, ofKey(newId(begin))), credential: { source: 'bearer', tokenId: 'a-token' } as const };
    for (const context of [byToken, at(0), at(0, { kind: 'anonymous' })]) {
      await expect(exchange(context)).rejects.toMatchObject(refusal);
    }
  });

  test('gives six hundred a minute at most', async () => {
    expect(clientCredentialsBudget).toEqual({ name: 'client-credentials', points: 600, windowSeconds: 60 });
    const id = newId(begin);
    for (let times = 0; times < 600; times += 1) await grants.consume(id);
    await expect(exchange(at(0, ofKey(id)))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: 'This key asks for tokens too often: keep a token until it expires.',
    });
  });
});

describe('A key, or the token of one, that is asked about', () => {
  let verified: VerifiedToken | null;
  beforeEach(() => void (verified = null));
  const kinds = () =>
    createApiKeyTokenKinds({
      apiKeys: keys,
      checkKey: check,
      rightsOf,
      accessTokens: {
        requireSigning: () => undefined,
        issue: async () => ({ token: 'a-token', expiresInSeconds: 1 }),
        recall: () => undefined,
        verify: async (token) => (token === 'a-token' ? verified : null),
      },
    });
  async function introspect(token: string, seconds = 1) {
    for (const kind of kinds()) {
      const facts = await kind.introspect(at(seconds), token);
      if (facts !== null) return facts;
    }
    return null;
  }
  const claimsOf = (id: string): ClientClaims => ({
    kind: 'client',
    clientId: prefixOf(id),
    scopes: ['articles:read'],
    tokenId: 'its-id',
    issuedAt: 1,
    notBefore: 2,
    expiresAt: 3,
  });

  test('is told as what it may do now, as long as it counts, from whatever network', async () => {
    const { apiKey, secret } = await create({ expiresAt: after(60), networks: ['198.51.100.0/24'] });
    const clientId = prefixOf(apiKey.id);
    const ofKey = { subject: clientId, clientId, networks: ['198.51.100.0/24'], scopes: ['articles:read'] };
    expect(await introspect(secret)).toEqual({
      ...ofKey,
      isAccessToken: false,
      expiresAt: Math.floor(after(60).getTime() / 1000),
    });
    const claims = claimsOf(apiKey.id);
    verified = { claims, expired: false };
    expect(await introspect('a-token')).toEqual({ ...claims, ...ofKey, isAccessToken: true });
    expect(await isTokenActive(check, claims, after(1))).toBe(true);
    for (const token of [secret, 'a-token']) expect(await introspect(token, 60)).toBeNull();
    expect(await isTokenActive(check, claims, after(60))).toBe(false);
    verified = { claims, expired: true };
    expect(await introspect('a-token')).toBeNull();
    const endless = await create();
    expect(await introspect(endless.secret)).toEqual({
      subject: prefixOf(endless.apiKey.id),
      clientId: prefixOf(endless.apiKey.id),
      scopes: ['articles:read'],
      isAccessToken: false,
    });
  });

  test('is nothing if it is altered, unknown, of a session or none', async () => {
    const { apiKey, secret } = await create();
    const altered = secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A');
    const claims = claimsOf(apiKey.id);
    const unknown = mintKey(newId(begin)).text;
    for (const token of ['', altered, unknown, prefixOf(apiKey.id), 'a-token']) {
      expect(await introspect(token)).toBeNull();
      for (const kind of kinds()) expect(await kind.revoke(at(1), token)).toBe(false);
    }
    for (const clientId of ['somebody', prefixOf(newId(begin))]) {
      verified = { claims: { ...claims, clientId }, expired: false };
      expect(await introspect('a-token')).toBeNull();
      expect(await isTokenActive(check, { ...claims, clientId }, after(1))).toBe(false);
    }
    const { clientId: _, scopes: __, ...rest } = claims;
    const ofSession = {
      ...rest,
      kind: 'session',
      userId: user.id,
      sessionId: apiKey.id,
      credentialVersion: 1,
      narrowing: null,
    } as const;
    verified = { claims: ofSession, expired: false };
    expect(await introspect('a-token')).toBeNull();
    for (const kind of kinds()) expect(await kind.revoke(at(1), 'a-token')).toBe(false);
    expect(await check(apiKey.id)).toMatchObject({ isRevoked: false });
  });

  test('ends by its whole text, and a token of it not without it', async () => {
    const { apiKey, secret } = await create();
    const [ofKey, ofToken] = kinds();
    verified = { claims: claimsOf(apiKey.id), expired: false };
    await expect(ofToken?.revoke(at(1), 'a-token')).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'The token of an API key cannot be revoked alone: revoke the key itself.',
      options: { oauthError: 'unsupported_token_type' },
    });
    expect(await ofKey?.revoke(at(1), secret)).toBe(true);
    expect(await check(apiKey.id)).toMatchObject({ isRevoked: true });
    expect(await ofKey?.revoke(at(1), secret)).toBe(true);
    expect(await ofToken?.revoke(at(1), 'a-token')).toBe(false);
    expect(await introspect(secret)).toBeNull();
  });
});
