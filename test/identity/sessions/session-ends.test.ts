import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../../src/database/base.entity.ts';
import { clearCookies } from '../../../src/identity/sessions/clear-cookies.ts';
import { maxActiveSessions } from '../../../src/identity/sessions/end-sessions.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import { contextOf, cookiesOf } from '../../support/contexts.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { after, begin, watchedSessions, type WatchedSessions } from '../../support/sessions.ts';

let server: TestServer;
let sessions: WatchedSessions;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());
beforeEach(() => void (sessions = watchedSessions(server)));

const at = (now: Date, changes: Partial<RequestContext> = {}): RequestContext =>
  contextOf(server.database, { now, ...changes });
const execute = (sql: string, params: unknown[] = []): Promise<Array<Record<string, unknown>>> =>
  server.database.fork().getConnection().execute(sql, params);

describe('Sessions that end', () => {
  test('take back their cookies if they came by them', () => {
    for (const [source, changes] of [
      ['cookie', ['access cleared', 'refresh cleared']],
      ['bearer', []],
      ['none', []],
    ] as const) {
      const cookies = cookiesOf();
      clearCookies(at(begin, { cookies, credential: { source } }));
      expect(cookies.changes).toEqual(changes);
    }
  });

  beforeEach(() => execute('delete from sessions'));
  const living = async (): Promise<unknown[]> =>
    (await execute('select id from sessions where ended_at is null order by id')).map(({ id }) => id);

  test('end once, are told to those who listen, and are recorded as ended by their user', async () => {
    const { id, user } = await sessions.startFor();
    sessions.events.splice(0);
    for (let times = 0; times < 2; times += 1) await sessions.end(at(after(times)), id, 'logout');
    expect(await sessions.rowOf(id)).toMatchObject({ endedAt: begin, endReason: 'logout' });
    expect(sessions.published).toEqual([{ kind: 'session-ended', id, userId: user.id }]);
    expect(sessions.events).toEqual([
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
    const { id } = await sessions.startFor();
    const principal = { kind: 'user', id: newId(begin), roles: [], scopes: [] } as const;
    await sessions.end(at(begin, { principal }), id, 'revoked');
    expect(sessions.events.at(-1)).toMatchObject({ details: { reason: 'revoked' }, by: principal });
    expect(sessions.events.at(-1)).not.toHaveProperty('actorId');
  });

  test('are recorded as used by two if that is why: nobody is told to have done it', async () => {
    const { id, user } = await sessions.startFor();
    await sessions.end(at(begin), id, 'reuse');
    expect(sessions.events.slice(1)).toEqual([
      {
        type: 'session.reuse_detected',
        outcome: 'DENIED',
        subjectId: user.id,
        sessionId: id,
        by: { kind: 'anonymous' },
      },
    ]);
  });

  test('are all those of a user that are active, or all but one', async () => {
    const [one, two, three] = [await sessions.startFor(), await sessions.startFor(), await sessions.startFor()];
    const [stranger, expired] = [
      await sessions.startFor({}, begin, 'viewer'),
      await sessions.startFor({}, after(-1_000)),
    ];
    const { em, ...context } = at(begin);
    const endAll = (except?: string): Promise<number> =>
      sessions.endAll(em, context, one.user.id, { reason: 'password', except });
    expect(await endAll(two.id)).toBe(2);
    expect(await living()).toEqual([two.id, stranger.id, expired.id].toSorted());
    expect(await sessions.rowOf(three.id)).toMatchObject({ endReason: 'password' });
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
    expect(maxActiveSessions).toBe(100);
    const [expired, ended] = [await sessions.startFor({}, after(-1_000)), await sessions.startFor({}, after(-500))];
    await sessions.end(at(after(-400)), ended.id, 'logout');
    const [stranger, first] = [
      await sessions.startFor({}, after(-20), 'viewer'),
      await sessions.startFor({}, after(-10)),
    ];
    await copy(first.id, 98);
    server.statements.length = 0;
    await sessions.startFor();
    expect(server.statements.filter((sql) => sql.includes('skip locked'))).toEqual([]);
    expect(await living()).toHaveLength(102);
    sessions.events.splice(0);
    const last = await sessions.startFor({}, after(1));
    expect(await living()).toHaveLength(102);
    expect(await sessions.rowOf(first.id)).toMatchObject({ endedAt: after(1), endReason: 'replaced' });
    expect(await living()).toEqual(expect.arrayContaining([expired.id, stranger.id, last.id]));
    expect(sessions.events.map(({ type, details }) => [type, details])).toEqual([
      ['session.started', { methods: ['PASSWORD'] }],
      ['session.ended', { reason: 'replaced' }],
    ]);
  });

  testOnPostgres('are left to another sign-in that ends them at the moment, which is not waited for', async () => {
    const first = await sessions.startFor();
    await copy(first.id, 99);
    await server.database.fork().transactional(async (tx) => {
      await tx.execute('select 1 from sessions for update');
      await sessions.startFor({}, after(1));
    });
    expect(await living()).toHaveLength(101);
    await sessions.startFor({}, after(2));
    expect(await living()).toHaveLength(100);
  });
});
