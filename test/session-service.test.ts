import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRights } from '../src/access/rights-of-roles.ts';
import { roles } from '../src/access/roles.ts';
import { newId } from '../src/database/base.entity.ts';
import { AppError } from '../src/errors.ts';
import type { DomainEvent } from '../src/events/event.ts';
import type { AccessTokenSubject } from '../src/identity/sessions/access-claims.ts';
import { refreshBudget } from '../src/identity/sessions/refresh-session.ts';
import { createRefreshTokens } from '../src/identity/sessions/refresh-token.ts';
import { createSessionReader } from '../src/identity/sessions/session-reader.ts';
import { Session } from '../src/identity/sessions/session.entity.ts';
import { createSessions, type Sessions } from '../src/identity/sessions/sessions.service.ts';
import type { NewSession } from '../src/identity/sessions/start-session.ts';
import { createLimiters, type Limiter } from '../src/limits/limiter.ts';
import type { RequestContext } from '../src/request/context.ts';
import { User } from '../src/users/user.entity.ts';
import { contextOf, keepingRecorder, type Recorded } from './support/contexts.ts';
import { testOnPostgres } from './support/on-postgres.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const begin = new Date('2026-11-30T12:00:00.300Z');
const after = (seconds: number): Date => new Date(begin.getTime() + seconds * 1000);
const lifetimes = { idleTtlSeconds: 1_000, absoluteTtlSeconds: 2_500 };
const graceSeconds = 30;
const rightsOf = createRights(roles);
const refreshTokens = createRefreshTokens(Buffer.alloc(32, 1));

let sessions: Sessions;
let events: Recorded[];
let published: DomainEvent[];
let issued: AccessTokenSubject[];
let canSign: boolean;
/** Is done after a refresh token was found good, and before it is used. */
let meanwhile: () => Promise<unknown>;
let refreshes: Limiter;

beforeEach(() => {
  [published, issued, canSign] = [[], [], true];
  meanwhile = async () => undefined;
  const recorder = keepingRecorder();
  ({ events } = recorder);
  refreshes = createLimiters(null)(refreshBudget);
  sessions = createSessions({
    ...lifetimes,
    graceSeconds,
    rightsOf,
    refreshTokens,
    recorder,
    refreshes: {
      ...refreshes,
      async consume(key) {
        await meanwhile();
        return refreshes.consume(key);
      },
    },
    accessTokens: {
      requireSigning() {
        if (!canSign) throw new AppError('SERVICE_UNAVAILABLE', 'There is no key.');
      },
      issue: async (subject) => ({ token: `access token ${issued.push(subject)}`, expiresInSeconds: 60 }),
    },
    readSession: createSessionReader(server.database.readCredentials, lifetimes),
    publishEvent: (_, event) => void published.push(event),
  });
});

const at = (now: Date, changes: Partial<RequestContext> = {}): RequestContext =>
  contextOf(server.database, { now, ...changes });
const execute = (sql: string, params: unknown[] = []): Promise<Array<Record<string, unknown>>> =>
  server.database.fork().getConnection().execute(sql, params);
const userOf = (context: RequestContext, name = 'editor'): Promise<User> =>
  context.em.findOneOrFail(User, { email: `${name}@demo.sallyport.test` });

async function start(changes: Partial<NewSession> = {}, now = begin, name = 'editor') {
  const context = at(now);
  const started = await sessions.start(context, {
    user: await userOf(context, name),
    methods: ['PASSWORD'],
    ...changes,
  });
  return { ...started, id: started.session.id };
}

const rowOf = (id: string): Promise<Session> => server.database.fork().findOneOrFail(Session, id);

describe('A session that begins', () => {
  test('has what is known of the request, of its user and of the proof, and lasts for its idle time', async () => {
    const { id, accessToken, refreshToken, ...tokens } = await start({
      device: ' A phone ',
      deviceId: 'ab'.repeat(16),
    });
    const row = await rowOf(id);
    expect(row).toMatchObject({
      createdAt: begin,
      refreshCounter: 0,
      rotatedAt: begin,
      lastUsedAt: begin,
      expiresAt: after(1_000),
      endedAt: null,
      endReason: null,
      scopes: null,
      methods: ['PASSWORD'],
      furtherAmr: null,
      credentialVersion: tokens.user.credentialVersion,
      authenticatedAt: begin,
      mfaAt: null,
      device: 'A phone',
      deviceId: 'ab'.repeat(16),
      userAgent: 'a browser',
      ipAddress: '192.0.2.7',
    });
    expect(refreshTokens.parse(refreshToken)).toMatchObject({ sessionId: id, counter: 0 });
    expect(accessToken).toBe('access token 1');
    expect(tokens).toMatchObject({
      expiresInSeconds: 60,
      refreshExpiresInSeconds: 1_000,
      rights: rightsOf(['EDITOR']),
    });
    expect(events).toEqual([
      expect.objectContaining({
        type: 'session.started',
        actorId: row.user.id,
        subjectId: row.user.id,
        sessionId: id,
        details: { methods: ['PASSWORD'] },
      }),
    ]);
    expect(issued).toEqual([
      {
        kind: 'session',
        isNarrowed: false,
        userId: row.user.id,
        sessionId: id,
        credentialVersion: row.credentialVersion,
        ...{ scopes: rightsOf(['EDITOR']).scopes, roles: rightsOf(['EDITOR']).roles },
        authenticatedAt: begin,
        methods: ['PASSWORD'],
        furtherAmr: [],
        notAfter: after(1_000),
      },
    ]);
  });

  test('keeps when and how its user proved it, if that was before or by more than a password', async () => {
    const proof = { mfaAt: after(-20), authenticatedAt: after(-30), furtherAmr: ['hwk'] };
    const { id } = await start({ ...proof, device: '  ' });
    expect(await rowOf(id)).toMatchObject({ ...proof, device: null, deviceId: null });
    expect(issued[0]).toMatchObject({ authenticatedAt: after(-30), furtherAmr: ['hwk'] });
  });

  test('holds the scopes that were asked for, within those of its user', async () => {
    const { id, rights } = await start({ scopes: ['articles:read'] });
    expect(await rowOf(id)).toMatchObject({ scopes: ['articles:read'] });
    expect(rights).toMatchObject({ scopes: ['articles:read'], isNarrowed: true });
    expect(events[0]?.details).toEqual({ methods: ['PASSWORD'], scopes: ['articles:read'] });
    expect(issued[0]).toMatchObject({ isNarrowed: false, scopes: ['articles:read'] });
    await expect(start({ scopes: ['users:roles'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(start({ scopes: ['a b'] })).rejects.toMatchObject({ options: { field: 'input.scopes' } });
    await expect(start({ device: 'x'.repeat(101) })).rejects.toMatchObject({
      options: { field: 'input.device', problem: 'too_long' },
    });
    await start({ device: 'x'.repeat(100), scopes: null });
  });

  test('begins with its condition alone, and not if no token can be signed', async () => {
    const count = async () => (await execute('select count(*)::int as count from sessions'))[0]?.['count'];
    const before = await count();
    const refusal = () => new AppError('INVALID_GRANT', 'It was used.');
    const condition = {
      update: 'update users set created_at = created_at where id = ?',
      params: [newId(begin)],
      refusal,
    };
    await expect(start({ condition })).rejects.toThrow('It was used.');
    canSign = false;
    await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await count()).toBe(before);
  });
});

describe('A session that is refreshed', () => {
  const refresh = (token: string, now: Date, scopes?: readonly string[]) => sessions.refresh(at(now), token, scopes);
  const counterOf = (token: string): number | undefined => refreshTokens.parse(token)?.counter;
  const invalid = { code: 'INVALID_GRANT' };

  test('goes on for its idle time, and no longer than its absolute one', async () => {
    const { id, refreshToken } = await start();
    const first = await refresh(refreshToken, after(900));
    expect(counterOf(first.refreshToken)).toBe(1);
    expect(await rowOf(id)).toMatchObject({
      refreshCounter: 1,
      rotatedAt: after(900),
      lastUsedAt: after(900),
      expiresAt: after(1_900),
    });
    expect(first).toMatchObject({ refreshExpiresInSeconds: 1_000, expiresInSeconds: 60 });
    expect(issued[1]).toMatchObject({ notAfter: after(1_900), isNarrowed: false });
    const second = await refresh(first.refreshToken, after(1_800));
    expect(second.refreshExpiresInSeconds).toBe(700);
    expect(await rowOf(id)).toMatchObject({ expiresAt: after(2_500) });
    await expect(refresh(second.refreshToken, after(2_500))).rejects.toMatchObject(invalid);
  });

  test('answers the same successor for the whole grace, and is ended by its use after it', async () => {
    const { id, refreshToken } = await start();
    const first = await refresh(refreshToken, after(1));
    for (const seconds of [1, 20, 31]) {
      expect((await refresh(refreshToken, after(seconds))).refreshToken).toBe(first.refreshToken);
    }
    expect(await rowOf(id)).toMatchObject({ refreshCounter: 1, rotatedAt: after(1), expiresAt: after(1_001) });
    events.splice(0);
    await expect(refresh(refreshToken, after(31.001))).rejects.toMatchObject(invalid);
    expect(await rowOf(id)).toMatchObject({ endedAt: after(31.001), endReason: 'reuse' });
    expect(events).toMatchObject([{ type: 'session.reuse_detected', outcome: 'DENIED', sessionId: id }]);
    expect(events[0]).not.toHaveProperty('actorId');
    expect(events[0]).not.toHaveProperty('details');
    await expect(refresh(first.refreshToken, after(32))).rejects.toMatchObject(invalid);
    expect(events.slice(1)).toMatchObject([
      { type: 'session.refresh_failed', outcome: 'FAILURE', sessionId: id, subjectId: first.user.id },
    ]);
  });

  test('is ended by a token that is two behind, or ahead of all that were given out', async () => {
    const { refreshToken } = await start();
    const { refreshToken: next } = await refresh(refreshToken, after(1));
    await refresh(next, after(2));
    await expect(refresh(refreshToken, after(3))).rejects.toMatchObject(invalid);
    expect(events.at(-1)).toMatchObject({ type: 'session.reuse_detected' });
    const other = await start();
    const { refreshSalt } = await server.database
      .fork()
      .findOneOrFail(Session, other.id, { populate: ['refreshSalt'] });
    await expect(
      refresh(refreshTokens.of(other.id, refreshSalt ?? Buffer.alloc(0)).mint(2), after(1)),
    ).rejects.toMatchObject(invalid);
  });

  test('gives an access token for the scopes that were asked for, within its own', async () => {
    const { refreshToken } = await start({ scopes: ['articles:read', 'articles:write'] });
    const narrowed = await refresh(refreshToken, after(1), ['articles:read']);
    expect(narrowed.rights).toMatchObject({ scopes: ['articles:read'], isNarrowed: true });
    expect(issued[1]).toMatchObject({ isNarrowed: true, scopes: ['articles:read'] });
    const { refreshToken: next } = narrowed;
    await expect(refresh(next, after(2), ['comments:read'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(refresh(next, after(2), ['a b'])).rejects.toMatchObject({ options: { field: 'scope' } });
    canSign = false;
    await expect(refresh(next, after(2))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    canSign = true;
    // None of these has used it up.
    const whole = await refresh(next, after(100));
    expect(counterOf(whole.refreshToken)).toBe(2);
    expect(issued[2]).toMatchObject({ isNarrowed: false });
  });

  test('is refreshed six hundred times a minute at most', async () => {
    expect(refreshBudget).toEqual({ name: 'refresh', points: 600, windowSeconds: 60 });
    const { id, refreshToken } = await start();
    for (let times = 0; times < 600; times += 1) await refreshes.consume(id);
    await expect(refresh(refreshToken, after(1))).rejects.toThrow(
      'This session was refreshed too often: wait before the next refresh.',
    );
  });

  test('by several at once has one successor, even if another caller is a step further by then', async () => {
    const { refreshToken } = await start();
    meanwhile = async () => {
      meanwhile = async () => undefined;
      const winner = await refresh(refreshToken, after(1));
      await refresh(winner.refreshToken, after(2));
    };
    const loser = await refresh(refreshToken, after(3));
    expect(counterOf(loser.refreshToken)).toBe(1);
    expect(events.map(({ type }) => type)).not.toContain('session.reuse_detected');
  });

  test.each([
    ['was ended', 'update sessions set ended_at = created_at where id = ?', 'session.refresh_failed'],
    ['is gone', 'delete from sessions where id = ?', 'session.refresh_failed'],
    [
      'was refreshed, the grace being over',
      `update sessions set refresh_counter = 1, rotated_at = rotated_at - interval '1 hour' where id = ?`,
      'session.reuse_detected',
    ],
  ])('yields nothing if it %s in the meantime', async (_, sql, type) => {
    const { id, refreshToken } = await start();
    events.splice(0);
    meanwhile = () => execute(sql, [id]);
    await expect(refresh(refreshToken, after(1))).rejects.toMatchObject(invalid);
    expect(events.map((event) => event.type)).toEqual([type]);
    expect(issued).toHaveLength(1);
  });

  test('is not found by a token that is none, is altered or is of no session', async () => {
    const unknown = refreshTokens.of(newId(begin), Buffer.alloc(16)).mint(0);
    const { id, refreshToken } = await start();
    const altered = refreshTokens.of(id, Buffer.alloc(16)).mint(0);
    for (const token of ['', 'spr_', unknown, altered]) {
      await expect(refresh(token, after(1))).rejects.toMatchObject(invalid);
      expect(await sessions.findByRefreshToken(at(begin).em, token)).toBeNull();
      expect(events.at(-1)).toMatchObject({ type: 'session.refresh_failed', subjectId: null, sessionId: null });
    }
    await refresh(refreshToken, after(1));
  });

  test('is found by a token as long as that would be answered, and by any genuine one whatever has become of it', async () => {
    const { id, refreshToken } = await start();
    const usable = async (token: string, now: Date) => (await sessions.findByUsableToken(at(now), token))?.id ?? null;
    expect(await usable(refreshToken, after(999.999))).toBe(id);
    expect(await usable(refreshToken, after(1_000))).toBeNull();
    const { refreshToken: next } = await refresh(refreshToken, after(1));
    expect(await usable(refreshToken, after(31))).toBe(id);
    expect(await usable(refreshToken, after(31.001))).toBeNull();
    expect(await usable(next, after(500))).toBe(id);
    const { refreshToken: last } = await refresh(next, after(2));
    expect(await usable(refreshToken, after(2))).toBeNull();
    expect(await usable('spr_', after(2))).toBeNull();
    await sessions.end(at(after(3)), id, 'logout');
    expect(await usable(last, after(3))).toBeNull();
    for (const token of [refreshToken, next, last]) {
      expect((await sessions.findByRefreshToken(at(begin).em, token))?.id).toBe(id);
    }
  });
});

describe('A session that is stepped up', () => {
  const stepUp = {
    methods: ['TOTP'],
    hasProvedFactor: true,
    furtherAmr: ['hwk'],
    narrowing: null,
  } as const;

  test('has proved what was proved now besides what was before, and keeps its refresh token', async () => {
    const { id, user } = await start({ furtherAmr: ['sms'] });
    const tokens = await sessions.stepUp(at(after(10)), { ...stepUp, sessionId: id });
    expect(tokens).toMatchObject({ refreshToken: null, refreshExpiresInSeconds: 990 });
    const row = await rowOf(id);
    expect(row).toMatchObject({ authenticatedAt: after(10), mfaAt: after(10), refreshCounter: 0 });
    expect([row.methods.toSorted(), row.furtherAmr?.toSorted()]).toEqual([
      ['PASSWORD', 'TOTP'],
      ['hwk', 'sms'],
    ]);
    expect(events.at(-1)).toMatchObject({
      type: 'session.stepped_up',
      subjectId: user.id,
      details: { methods: ['TOTP'] },
    });
    expect(issued[1]).toMatchObject({ authenticatedAt: after(10), isNarrowed: false });
    await sessions.stepUp(at(after(20)), { ...stepUp, sessionId: id, hasProvedFactor: false, narrowing: ['me:read'] });
    expect(await rowOf(id)).toMatchObject({ authenticatedAt: after(20), mfaAt: after(10) });
    expect(issued[2]).toMatchObject({ isNarrowed: true });
  });

  test('is not if it has ended, has expired or is not there', async () => {
    const [ended, expired] = [await start(), await start()];
    await sessions.end(at(begin), ended.id, 'logout');
    for (const [id, now] of [
      [ended.id, after(1)],
      [expired.id, after(1_000)],
      [newId(begin), after(1)],
    ] as const) {
      await expect(sessions.stepUp(at(now), { ...stepUp, sessionId: id })).rejects.toThrow(
        'The session has ended: sign in again.',
      );
    }
    expect(await rowOf(ended.id)).toMatchObject({ authenticatedAt: begin });
  });
});

describe('Sessions that end', () => {
  beforeEach(() => execute('delete from sessions'));
  const living = async (): Promise<unknown[]> =>
    (await execute('select id from sessions where ended_at is null order by id')).map(({ id }) => id);

  test('end once, are told to those who listen, and are recorded as ended by their user', async () => {
    const { id, user } = await start();
    events.splice(0);
    for (let times = 0; times < 2; times += 1) await sessions.end(at(after(times)), id, 'logout');
    expect(await rowOf(id)).toMatchObject({ endedAt: begin, endReason: 'logout' });
    expect(published).toEqual([{ kind: 'session-ended', id, userId: user.id }]);
    expect(events).toEqual([
      {
        type: 'session.ended',
        details: { reason: 'logout' },
        actorId: user.id,
        subjectId: user.id,
        sessionId: id,
        by: { kind: 'anonymous' },
      },
    ]);
  });

  test('are recorded as ended by who did, if that is another', async () => {
    const { id } = await start();
    const principal = { kind: 'user', id: newId(begin), roles: [], scopes: [] } as const;
    await sessions.end(at(begin, { principal }), id, 'revoked');
    expect(events.at(-1)).toMatchObject({ details: { reason: 'revoked' }, by: principal });
    expect(events.at(-1)).not.toHaveProperty('actorId');
  });

  test('are all those of a user that are active, or all but one', async () => {
    const [one, two, three] = [await start(), await start(), await start()];
    const [stranger, expired] = [await start({}, begin, 'viewer'), await start({}, after(-1_000))];
    const { em, ...context } = at(begin);
    const endAll = (except?: string): Promise<number> =>
      sessions.endAll(em, context, one.user.id, { reason: 'password', except });
    expect(await endAll(two.id)).toBe(2);
    expect(await living()).toEqual([two.id, stranger.id, expired.id].toSorted());
    expect(await rowOf(three.id)).toMatchObject({ endReason: 'password' });
    expect(await endAll()).toBe(1);
    expect(await endAll()).toBe(0);
    expect(await living()).toEqual([stranger.id, expired.id].toSorted());
  });

  /** Makes copies of a session that began after it, so that a user has many. */
  const copy = (id: string, howMany: number): Promise<unknown> =>
    execute(
      `insert into sessions select (jsonb_populate_record(s, jsonb_build_object(
         'id', left(s.id::text, 24) || 'f' || lpad(to_hex(n), 11, '0')))).*
       from sessions s, generate_series(1, ?) as n where s.id = ?`,
      [howMany, id],
    );

  test('are the oldest beyond a hundred active ones of a user', async () => {
    const [expired, ended] = [await start({}, after(-1_000)), await start({}, after(-500))];
    await sessions.end(at(after(-400)), ended.id, 'logout');
    const [stranger, first] = [await start({}, after(-20), 'viewer'), await start({}, after(-10))];
    await copy(first.id, 98);
    server.statements.length = 0;
    await start();
    expect(server.statements.filter((sql) => /update|begin/.test(sql))).toEqual([]);
    expect(await living()).toHaveLength(102);
    events.splice(0);
    const last = await start({}, after(1));
    expect(await living()).toHaveLength(102);
    expect(await rowOf(first.id)).toMatchObject({ endedAt: after(1), endReason: 'replaced' });
    expect(await living()).toEqual(expect.arrayContaining([expired.id, stranger.id, last.id]));
    expect(events.map(({ type, details }) => [type, details])).toEqual([
      ['session.started', { methods: ['PASSWORD'] }],
      ['session.ended', { reason: 'replaced' }],
    ]);
  });

  testOnPostgres('are left to another sign-in that ends them at the moment, which is not waited for', async () => {
    const first = await start();
    await copy(first.id, 99);
    await server.database.fork().transactional(async (tx) => {
      await tx.execute('select 1 from sessions for update');
      await start({}, after(1));
    });
    expect(await living()).toHaveLength(101);
    await start({}, after(2));
    expect(await living()).toHaveLength(100);
  });
});
