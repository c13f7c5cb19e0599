import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../../src/database/base.entity.ts';
import { AppError } from '../../../src/errors.ts';
import { refreshBudget } from '../../../src/identity/sessions/refresh-session.ts';
import { createSessionCheck } from '../../../src/identity/sessions/session-check.ts';
import { createSessionReader } from '../../../src/identity/sessions/session-reader.ts';
import { Session } from '../../../src/identity/sessions/session.entity.ts';
import { deviceNameOf } from '../../../src/identity/sessions/start-session.ts';
import type { StepUp } from '../../../src/identity/sessions/step-up-session.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import {
  after,
  begin,
  lifetimes,
  refreshTokens,
  rightsOf,
  watchedSessions,
  type WatchedSessions,
} from '../../support/sessions.ts';

let server: TestServer;
let sessions: WatchedSessions;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());
beforeEach(() => void (sessions = watchedSessions(server)));

const at = (now: Date): RequestContext => contextOf(server.database, { now });
const execute = (sql: string, params: unknown[] = []): Promise<Array<Record<string, unknown>>> =>
  server.database.fork().getConnection().execute(sql, params);

describe('A session that begins', () => {
  test('has what is known of the request, of its user and of the proof, and lasts for its idle time', async () => {
    const { id, accessToken, refreshToken, ...tokens } = await sessions.startFor({
      device: ' A phone ',
      deviceId: 'ab'.repeat(16),
    });
    const row = await sessions.rowOf(id);
    expect(tokens.session).toMatchObject({ mfaAt: null, furtherAmr: null });
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
    expect(sessions.events).toEqual([
      expect.objectContaining({
        type: 'session.started',
        actorId: row.user.id,
        subjectId: row.user.id,
        sessionId: id,
        details: { methods: ['PASSWORD'] },
      }),
    ]);
    expect(sessions.issued).toEqual([
      {
        kind: 'session',
        isNarrowed: false,
        userId: row.user.id,
        sessionId: id,
        credentialVersion: row.credentialVersion,
        scopes: rightsOf(['EDITOR']).scopes,
        roles: rightsOf(['EDITOR']).roles,
        authenticatedAt: begin,
        methods: ['PASSWORD'],
        furtherAmr: [],
        notAfter: after(1_000),
      },
    ]);
  });

  test('is written once, and told to the log once it is', async () => {
    const context = at(begin);
    const user = await context.em.findOneOrFail(User, { email: 'editor@demo.sallyport.test' });
    await sessions.start(context, { user, methods: ['PASSWORD'] });
    expect(sessions.logged).toEqual(['session.started']);
    // What the request writes later does not write it again.
    await context.em.flush();
  });

  test('keeps when and how its user proved it, if that was before or by more than a password', async () => {
    const proof = { mfaAt: after(-20), authenticatedAt: after(-30), furtherAmr: ['hwk'] };
    const { id } = await sessions.startFor({ ...proof, device: '  ' });
    expect(await sessions.rowOf(id)).toMatchObject({ ...proof, device: null, deviceId: null });
    const { session } = await sessions.startFor();
    expect(session).toMatchObject({ mfaAt: null, device: null, deviceId: null });
    expect(sessions.issued[0]).toMatchObject({ authenticatedAt: after(-30), furtherAmr: ['hwk'] });
  });

  test('holds the scopes that were asked for, within those of its user', async () => {
    const { id, rights } = await sessions.startFor({ scopes: ['articles:read'] });
    expect(await sessions.rowOf(id)).toMatchObject({ scopes: ['articles:read'] });
    expect(rights).toMatchObject({ scopes: ['articles:read'], isNarrowed: true });
    expect(sessions.events[0]?.details).toEqual({ methods: ['PASSWORD'], scopes: ['articles:read'] });
    expect(sessions.issued[0]).toMatchObject({ isNarrowed: false, scopes: ['articles:read'] });
    await expect(sessions.startFor({ scopes: ['users:roles'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(sessions.startFor({ scopes: ['a b'] })).rejects.toMatchObject({ options: { field: 'input.scopes' } });
    await expect(sessions.startFor({ device: 'x'.repeat(101) })).rejects.toMatchObject({
      options: { field: 'input.device', problem: 'too_long' },
    });
    await sessions.startFor({ device: 'x'.repeat(100), scopes: null });
  });

  test('has the name of its device, if that has one', () => {
    for (const none of [null, undefined, '', '  ']) expect(deviceNameOf(none)).toBeNull();
    expect(deviceNameOf(' A phone ')).toBe('A phone');
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
    await expect(sessions.startFor({ condition })).rejects.toThrow('It was used.');
    sessions.canSign = false;
    await expect(sessions.startFor()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await count()).toBe(before);
  });
});

describe('A session that is refreshed', () => {
  const refresh = (token: string, now: Date, scopes?: readonly string[]) => sessions.refresh(at(now), token, scopes);
  const counterOf = (token: string): number | undefined => refreshTokens.parse(token)?.counter;
  const invalid = { code: 'INVALID_GRANT' };

  test('goes on for its idle time, and no longer than its absolute one', async () => {
    const { id, refreshToken } = await sessions.startFor();
    server.statements.length = 0;
    const first = await refresh(refreshToken, after(900));
    expect(server.statements.filter((sql) => sql.includes('sessions'))).toEqual([
      expect.stringMatching(/select .* from sessions s join users/),
      expect.stringMatching(/update sessions set refresh_counter/),
    ]);
    expect(counterOf(first.refreshToken)).toBe(1);
    expect(await sessions.rowOf(id)).toMatchObject({
      refreshCounter: 1,
      rotatedAt: after(900),
      lastUsedAt: after(900),
      expiresAt: after(1_900),
    });
    expect(first).toMatchObject({ refreshExpiresInSeconds: 1_000, expiresInSeconds: 60 });
    expect(sessions.issued[1]).toMatchObject({ notAfter: after(1_900), isNarrowed: false });
    const second = await refresh(first.refreshToken, after(1_800));
    expect(second.refreshExpiresInSeconds).toBe(700);
    expect(await sessions.rowOf(id)).toMatchObject({ expiresAt: after(2_500) });
    await expect(refresh(second.refreshToken, after(2_500))).rejects.toMatchObject(invalid);
  });

  test('answers the same successor for the whole grace, and is ended by its use after it', async () => {
    const { id, refreshToken } = await sessions.startFor();
    const first = await refresh(refreshToken, after(1));
    for (const seconds of [1, 20, 31]) {
      expect((await refresh(refreshToken, after(seconds))).refreshToken).toBe(first.refreshToken);
    }
    expect(await sessions.rowOf(id)).toMatchObject({ refreshCounter: 1, rotatedAt: after(1), expiresAt: after(1_001) });
    sessions.events.splice(0);
    await expect(refresh(refreshToken, after(31.001))).rejects.toMatchObject(invalid);
    expect(await sessions.rowOf(id)).toMatchObject({ endedAt: after(31.001), endReason: 'reuse' });
    expect(sessions.events).toMatchObject([{ type: 'session.reuse_detected', outcome: 'DENIED', sessionId: id }]);
    expect(sessions.events[0]).not.toHaveProperty('actorId');
    expect(sessions.events[0]).not.toHaveProperty('details');
    await expect(refresh(first.refreshToken, after(32))).rejects.toMatchObject(invalid);
    expect(sessions.events.slice(1)).toMatchObject([
      { type: 'session.refresh_failed', outcome: 'FAILURE', sessionId: id, subjectId: first.user.id },
    ]);
  });

  test('is ended by a token that is two behind, or ahead of all that were given out', async () => {
    const { refreshToken } = await sessions.startFor();
    const { refreshToken: next } = await refresh(refreshToken, after(1));
    await refresh(next, after(2));
    await expect(refresh(refreshToken, after(3))).rejects.toMatchObject(invalid);
    expect(sessions.events.at(-1)).toMatchObject({ type: 'session.reuse_detected' });
    const other = await sessions.startFor();
    const { refreshSalt } = await server.database
      .fork()
      .findOneOrFail(Session, other.id, { populate: ['refreshSalt'] });
    await expect(
      refresh(refreshTokens.of(other.id, refreshSalt ?? Buffer.alloc(0)).mint(2), after(1)),
    ).rejects.toMatchObject(invalid);
  });

  test('gives an access token for the scopes that were asked for, within its own', async () => {
    const { refreshToken } = await sessions.startFor({ scopes: ['articles:read', 'articles:write'] });
    const narrowed = await refresh(refreshToken, after(1), ['articles:read']);
    expect(narrowed.rights).toMatchObject({ scopes: ['articles:read'], isNarrowed: true });
    expect(sessions.issued[1]).toMatchObject({ isNarrowed: true, scopes: ['articles:read'] });
    const { refreshToken: next } = narrowed;
    await expect(refresh(next, after(2), ['comments:read'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(refresh(next, after(2), ['a b'])).rejects.toMatchObject({ options: { field: 'scope' } });
    sessions.canSign = false;
    await expect(refresh(next, after(2))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    sessions.canSign = true;
    // None of these has used it up.
    const whole = await refresh(next, after(100));
    expect(counterOf(whole.refreshToken)).toBe(2);
    expect(sessions.issued[2]).toMatchObject({ isNarrowed: false });
  });

  test('is refreshed six hundred times a minute at most', async () => {
    expect(refreshBudget).toEqual({ name: 'refresh', points: 600, windowSeconds: 60 });
    const { id, refreshToken } = await sessions.startFor();
    for (let times = 0; times < 600; times += 1) await sessions.limiter.consume(id);
    await expect(refresh(refreshToken, after(1))).rejects.toThrow(
      'This session was refreshed too often: wait before the next refresh.',
    );
  });

  test('by several at once has one successor, even if another caller is a step further by then', async () => {
    const { refreshToken } = await sessions.startFor();
    sessions.meanwhile = async () => {
      sessions.meanwhile = async () => undefined;
      const winner = await refresh(refreshToken, after(1));
      await refresh(winner.refreshToken, after(2));
    };
    const loser = await refresh(refreshToken, after(3));
    expect(counterOf(loser.refreshToken)).toBe(1);
    expect(sessions.events.map(({ type }) => type)).not.toContain('session.reuse_detected');
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
    const { id, refreshToken } = await sessions.startFor();
    sessions.events.splice(0);
    sessions.meanwhile = () => execute(sql, [id]);
    await expect(refresh(refreshToken, after(1))).rejects.toMatchObject(invalid);
    expect(sessions.events.map((event) => event.type)).toEqual([type]);
    expect(sessions.issued).toHaveLength(1);
  });

  test('is not found by a token that is none, is altered or is of no session', async () => {
    const unknown = refreshTokens.of(newId(begin), Buffer.alloc(16)).mint(0);
    const { id, refreshToken } = await sessions.startFor();
    const altered = refreshTokens.of(id, Buffer.alloc(16)).mint(0);
    for (const token of ['', 'spr_', unknown, altered]) {
      await expect(refresh(token, after(1))).rejects.toMatchObject(invalid);
      expect(await sessions.findByRefreshToken(at(begin).em, token)).toBeNull();
      expect(sessions.events.at(-1)).toMatchObject({
        type: 'session.refresh_failed',
        subjectId: null,
        sessionId: null,
      });
    }
    await refresh(refreshToken, after(1));
  });

  test('is found by a token as long as that would be answered, and by any genuine one whatever has become of it', async () => {
    const { id, refreshToken } = await sessions.startFor();
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
  const stepUp: Omit<StepUp, 'sessionId'> = {
    methods: ['TOTP'],
    hasProvedFactor: true,
    furtherAmr: ['hwk'],
    narrowing: null,
  };

  test('has proved what was proved now besides what was before, and keeps its refresh token', async () => {
    const { id, user } = await sessions.startFor({ furtherAmr: ['sms'] });
    const tokens = await sessions.stepUp(at(after(10)), { ...stepUp, sessionId: id });
    expect(tokens).toMatchObject({ refreshToken: null, refreshExpiresInSeconds: 990 });
    const row = await sessions.rowOf(id);
    expect(row).toMatchObject({ authenticatedAt: after(10), mfaAt: after(10), refreshCounter: 0 });
    expect([row.methods.toSorted(), row.furtherAmr?.toSorted()]).toEqual([
      ['PASSWORD', 'TOTP'],
      ['hwk', 'sms'],
    ]);
    expect(sessions.events.at(-1)).toMatchObject({
      type: 'session.stepped_up',
      subjectId: user.id,
      details: { methods: ['TOTP'] },
    });
    expect(sessions.issued[1]).toMatchObject({ authenticatedAt: after(10), isNarrowed: false });
    await sessions.stepUp(at(after(20)), { ...stepUp, sessionId: id, hasProvedFactor: false, narrowing: ['me:read'] });
    expect(await sessions.rowOf(id)).toMatchObject({ authenticatedAt: after(20), mfaAt: after(10) });
    expect(sessions.issued[2]).toMatchObject({ isNarrowed: true });
  });

  test('is not if it has ended, has expired or is not there', async () => {
    const [ended, expired] = [await sessions.startFor(), await sessions.startFor()];
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
    expect(await sessions.rowOf(ended.id)).toMatchObject({ authenticatedAt: begin });
  });
});

describe('The state of a session', () => {
  const stateOf = (id: string, limits = lifetimes) =>
    createSessionCheck(server.database.readCredentials, server.database.rows(), limits)(id);

  test('is what stands in its row and in that of its user, to the millisecond', async () => {
    const { id, user } = await sessions.startFor({
      scopes: ['articles:read'],
      authenticatedAt: after(-1.5),
      mfaAt: after(-0.25),
    });
    expect(await stateOf(id)).toEqual({
      user: expect.objectContaining({ id: user.id, email: user.email }),
      userId: user.id,
      roles: ['EDITOR'],
      status: 'ACTIVE',
      credentialVersion: user.credentialVersion,
      secondFactors: [],
      scopes: ['articles:read'],
      hasEnded: false,
      expiresAt: after(1_000),
      authenticatedAt: after(-1.5),
      mfaAt: after(-0.25),
    });
    expect(await stateOf(newId(begin))).toBeNull();
  });

  test('has no second factor and no narrowing that was not', async () => {
    const { id } = await sessions.startFor();
    expect(await stateOf(id)).toMatchObject({ scopes: null, mfaAt: null, hasEnded: false });
  });

  test('is that of one that ended, if it did, or if its account was given another version since', async () => {
    const [ended, outdated] = [await sessions.startFor(), await sessions.startFor()];
    await sessions.end(at(begin), ended.id, 'logout');
    await execute('update sessions set credential_version = credential_version - 1 where id = ?', [outdated.id]);
    for (const { id, refreshToken } of [ended, outdated]) {
      expect(await stateOf(id)).toMatchObject({ hasEnded: true });
      await expect(sessions.refresh(at(after(1)), refreshToken)).rejects.toMatchObject({ code: 'INVALID_GRANT' });
    }
  });

  test('follows lifetimes that were made shorter, and not those that were made longer, for requests and refreshes', async () => {
    const { id, refreshToken } = await sessions.startFor();
    await execute('update sessions set last_used_at = ? where id = ?', [after(100), id]);
    for (const [limits, expiresAt] of [
      [{ idleTtlSeconds: 60, absoluteTtlSeconds: 2_500 }, after(160)],
      [{ idleTtlSeconds: 60, absoluteTtlSeconds: 90 }, after(90)],
      [{ idleTtlSeconds: 5_000, absoluteTtlSeconds: 9_000 }, after(1_000)],
    ] as const) {
      expect(await stateOf(id, limits)).toMatchObject({ expiresAt });
      const read = createSessionReader(server.database.readCredentials, limits);
      expect(await read(at(begin).em, id)).toMatchObject({ expiresAt });
    }
    await sessions.refresh(at(after(999)), refreshToken);
  });
});
