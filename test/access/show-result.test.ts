import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRights } from '../../src/access/rights-of-roles.ts';
import { roles } from '../../src/access/roles.ts';
import type { Simulation } from '../../src/access/simulate.ts';
import { showResult, type SimulatedResultDeps } from '../../src/access/simulated-result.ts';
import { resultBounds } from '../../src/app/operation-bounds.ts';
import type { Principal } from '../../src/authorization/index.ts';
import { User } from '../../src/users/user.entity.ts';
import { contextOf, keepingRecorder } from '../support/contexts.ts';
import { startServer, type TestServer } from '../support/server.ts';

const rightsOf = createRights(roles);
const now = new Date('2026-12-01T12:00:00.900Z');
const seconds = Math.floor(now.getTime() / 1000);

let server: TestServer;
let ids: Readonly<Record<string, string>>;
beforeAll(async () => {
  server = await startServer();
  const users = await server.database.fork().find(User, {});
  ids = Object.fromEntries(users.map(({ id, email }) => [email.split('@')[0], id]));
});
afterAll(() => server.stop());

let recorder: ReturnType<typeof keepingRecorder>;
let shownTo: Principal[];
let deps: SimulatedResultDeps;
beforeEach(() => {
  recorder = keepingRecorder();
  shownTo = [];
  deps = {
    results: {
      bounds: resultBounds,
      answerAs: async (principal) => {
        shownTo.push(principal);
        return { data: {}, errors: null };
      },
    },
    recorder,
    rightsOf,
    schema: () => server.app.schema,
  };
});

const holding = (names: readonly string[], changes: object = {}): Principal => ({
  kind: 'user',
  id: ids['admin'] ?? '',
  ...rightsOf(names),
  mfaAt: null,
  ...changes,
});
const show = (own: Principal, caller: Partial<Simulation>) =>
  showResult(deps, { operation: '{ __typename }', ...caller }, own, contextOf(server.database, { now }));

describe('A result is shown', () => {
  test('as nobody who has a role or a scope that the administrator has not', async () => {
    const moderator = holding(['MODERATOR']);
    const callers: Array<[Principal, object]> = [
      [moderator, { userId: ids['admin'] }],
      // Of a user all rights count.
      [moderator, { userId: ids['admin'], scopes: ['articles:read'] }],
      [moderator, { userId: ids['editor'] }],
      [moderator, { roles: ['ADMIN'] }],
      [moderator, { roles: ['MODERATOR', 'EDITOR'] }],
      [moderator, { scopes: ['articles:write'] }],
      [moderator, { scopes: ['articles:read', '*'] }],
      // Every scope is no role.
      [holding(['MODERATOR'], { scopes: ['*'] }), { roles: ['EDITOR'] }],
      [{ kind: 'anonymous' }, { roles: ['VIEWER'] }],
    ];
    for (const [own, caller] of callers)
      await expect(show(own, caller)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: 'This caller has rights that you do not have. Choose one with fewer rights.',
      });
    expect([recorder.events, shownTo]).toEqual([[], []]);
  });

  test('as anyone who has no more', async () => {
    for (const caller of [
      {},
      { userId: ids['viewer'] },
      { userId: ids['moderator'], scopes: ['comments:read'] },
      { roles: ['MODERATOR'] },
      { scopes: ['comments:read'] },
    ])
      await show(holding(['MODERATOR']), caller);
    expect(shownTo.map(({ kind }) => kind)).toEqual(['anonymous', 'user', 'user', 'user', 'user']);
  });

  test('with a second factor proved only if the administrator has proved one', async () => {
    const proofOf = async (own: Principal, caller: object) => {
      await show(own, caller);
      return shownTo.at(-1);
    };
    const proved = holding(['ADMIN'], { mfaAt: seconds - 60 });
    expect(await proofOf(proved, { roles: ['VIEWER'] })).toMatchObject({ authTime: seconds, mfaAt: seconds });
    expect(await proofOf(holding(['ADMIN']), { roles: ['VIEWER'] })).toMatchObject({ authTime: seconds, mfaAt: null });
    for (const own of [proved, holding(['ADMIN'])]) expect(await proofOf(own, {})).toEqual({ kind: 'anonymous' });
  });

  test('as a user with a second factor proved only if the account has one, be it one alone', async () => {
    const proved = holding(['ADMIN'], { mfaAt: seconds - 60 });
    const proofs: unknown[] = [];
    for (const secondFactors of [[], ['TOTP']]) {
      await server.database.fork().nativeUpdate(User, { id: ids['viewer'] ?? '' }, { secondFactors });
      await show(proved, { userId: ids['viewer'] });
      const [shown] = shownTo.slice(-1);
      proofs.push(shown?.kind === 'user' && [shown.hasFactor, shown.mfaAt]);
    }
    expect(proofs).toEqual([
      [false, null],
      [true, seconds],
    ]);
    await server.database.fork().nativeUpdate(User, { id: ids['viewer'] ?? '' }, { secondFactors: [] });
  });

  test('to no session that was narrowed, nor where that is switched off', async () => {
    await expect(show(holding(['ADMIN'], { isNarrowed: true }), {})).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'This session was narrowed to some scopes: sign in without `scopes` to see results.',
    });
    deps = { ...deps, results: null };
    await expect(show(holding(['ADMIN']), {})).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Results of simulated operations are switched off: set SIMULATION_RESULTS=on.',
    });
    expect([recorder.events, shownTo]).toEqual([[], []]);
  });
});

describe('A result that is shown', () => {
  test('is recorded with its fields, the user, and made-up rights once each', async () => {
    const operation = '{ me { id } b: me { id displayName } }';
    const admin = holding(['ADMIN']);
    await show(admin, { operation, userId: ids['viewer'], scopes: ['comments:read', 'articles:read'] });
    await show(admin, { operation, roles: ['VIEWER', 'EDITOR', 'VIEWER'] });
    const fields = ['Query.me', 'User.displayName', 'User.id'];
    expect(recorder.events).toMatchObject([
      {
        type: 'access.result_shown',
        subjectId: ids['viewer'],
        details: { fields, scopes: ['articles:read', 'comments:read'] },
      },
      { type: 'access.result_shown', subjectId: null, details: { fields, roles: ['EDITOR', 'VIEWER'] } },
    ]);
    expect(recorder.events.map(({ details }) => Object.keys(details ?? {}))).toEqual([
      ['fields', 'scopes'],
      ['fields', 'roles'],
    ]);
  });

  test('is not read if it cannot be recorded', async () => {
    const failing = {
      ...recorder,
      record: () => {
        throw new Error('away');
      },
    };
    deps = { ...deps, recorder: failing };
    await expect(show(holding(['ADMIN']), {})).rejects.toThrow('away');
    expect(shownTo).toEqual([]);
  });
});
