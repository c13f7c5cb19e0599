import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError, type EndReason } from '../../../src/errors.ts';
import type { FactorChallenge, SecondFactor } from '../../../src/identity/sign-in/second-factor.ts';
import { createDeviceTokens } from '../../../src/identity/sign-in/device-token.ts';
import { createDeviceTrust } from '../../../src/identity/sign-in/device-trust.ts';
import { createFactorList } from '../../../src/identity/sign-in/factor-list.ts';
import { MfaChallenge } from '../../../src/identity/sign-in/mfa-challenge.entity.ts';
import { hashOfSecret } from '../../../src/identity/sign-in/secret-hash.ts';
import {
  createSignIn,
  type SignIn,
  type SignInRequest,
  type SignInResult,
} from '../../../src/identity/sign-in/sign-in.service.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf, cookiesOf, keepingRecorder } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { after, begin, rightsOf, watchedSessions, type WatchedSessions } from '../../support/sessions.ts';

let server: TestServer;
let sessions: WatchedSessions;
let recorder: ReturnType<typeof keepingRecorder>;
let signIn: SignIn;
let noticed: string[];
let proved: unknown[];
beforeAll(async () => {
  server = await startServer();
  await execute(`update users set second_factors = '{TOTP,PASSKEY}' where email = 'editor@demo.sallyport.test'`);
});
afterAll(() => server.stop());

const execute = (sql: string, params: unknown[] = []): Promise<unknown[]> =>
  server.database.fork().getConnection().execute(sql, params);
const factor = (method: SecondFactor['method'], challenge?: FactorChallenge): SecondFactor => ({
  method,
  amr: [],
  proofField: 'code',
  isEnrolled: ({ secondFactors }) => secondFactors.includes(method),
  verify: async () => null,
  removeAll: async () => undefined,
  ...(challenge === undefined ? {} : { challenge: async () => challenge }),
});
const factors = createFactorList([
  factor('RECOVERY_CODE'),
  factor('TOTP', { passkeyOptions: null, state: 'of the app' }),
  factor('PASSKEY', { passkeyOptions: { challenge: 'abc' }, state: 'of the passkey' }),
]);
const deviceTokens = createDeviceTokens(Buffer.alloc(32, 1));

beforeEach(async () => {
  sessions = watchedSessions(server);
  recorder = keepingRecorder();
  [noticed, proved] = [[], []];
  signIn = createSignIn({
    deviceTokens,
    deviceTrust: createDeviceTrust({ recorder, trustedDeviceSeconds: 1_000 }),
    factors,
    recorder,
    rightsOf,
    sessions,
    sendSignInNotice: (_, { id }) => void noticed.push(id),
    verifyFactor: async (_, { id }, { code }, occasion) => {
      proved.push([id, code, occasion]);
      if (code !== 'right') throw new AppError('INVALID_CREDENTIALS', 'The code is wrong.');
      return { method: 'TOTP', amr: ['hwk'] };
    },
  });
  await execute('delete from trusted_devices');
});

const at = (now: Date, changes: Partial<RequestContext> = {}): RequestContext =>
  contextOf(server.database, { now, ...changes });

/** A request of a user with a second factor, or of one without. */
async function requestOf(changes: Partial<SignInRequest> = {}, name = 'editor'): Promise<SignInRequest> {
  const user = await server.database.fork().findOneOrFail(User, { email: `${name}@demo.sallyport.test` });
  return { user, methods: ['PASSWORD'], ...changes };
}
const challengeOf = (result: SignInResult) => {
  if (result.kind !== 'challenge') throw new Error('There is a session already.');
  return result.challenge;
};
const tokensOf = (result: SignInResult) => {
  if (result.kind !== 'tokens') throw new Error('There is a challenge.');
  return result;
};

describe('A sign-in of an account without a second factor', () => {
  test('begins a session on a device that is new, or known', async () => {
    const request = await requestOf({}, 'viewer');
    const result = tokensOf(await signIn.signIn(at(begin), request));
    const { id, deviceId } = await sessions.rowOf(result.tokens.session.id);
    expect(deviceTokens.read(request.user, result.deviceToken)).toBe(deviceId);
    expect([result.delivery, noticed]).toEqual(['BODY', [id]]);
    const { deviceToken } = result;
    const again = tokensOf(await signIn.signIn(at(begin), { ...request, deviceToken, delivery: 'COOKIE' }));
    expect([again.deviceToken, again.delivery]).toEqual([deviceToken, 'COOKIE']);
    expect(await sessions.rowOf(again.tokens.session.id)).toMatchObject({ deviceId, mfaAt: null });
  });

  test('hands on what was asked for and how it was proved', async () => {
    const given = { furtherAmr: ['hwk'], scopes: ['articles:read'], device: 'A phone', authenticatedAt: after(-5) };
    for (const begins of [signIn.signIn, signIn.signInWithoutChallenge]) {
      const { tokens } = tokensOf(await begins(at(begin), await requestOf(given, 'viewer')));
      expect(await sessions.rowOf(tokens.session.id)).toMatchObject({ ...given, methods: ['PASSWORD'] });
    }
  });

  test('ends the session that it carries, also if only its access token has expired', async () => {
    const endOfCarried = async (by: (sessionId: string) => Partial<RequestContext>): Promise<unknown> => {
      const { id } = await sessions.startFor();
      await signIn.signIn(at(after(1), by(id)), await requestOf({}, 'viewer'));
      return (await sessions.rowOf(id)).endReason;
    };
    const ended = (sessionId: string | null, reason: EndReason): Partial<RequestContext> => ({
      credential: { source: 'cookie', ended: { sessionId, reason } },
    });
    const signedIn = (sessionId: string): Partial<RequestContext> => ({
      principal: { kind: 'user', id: sessionId, roles: [], scopes: [], sessionId },
    });
    expect(await endOfCarried(signedIn)).toBe('replaced');
    expect(await endOfCarried((id) => ended(id, 'EXPIRED'))).toBe('replaced');
    expect(await endOfCarried((id) => ended(id, 'ENDED'))).toBeNull();
    sessions.published.splice(0);
    await signIn.signIn(at(begin, ended(null, 'EXPIRED')), await requestOf({}, 'viewer'));
    await signIn.signIn(at(begin), await requestOf({}, 'viewer'));
    expect(sessions.published).toEqual([]);
  });
});

describe('A sign-in of an account with a second factor', () => {
  test('is a challenge, with what its factors give to answer and what they keep', async () => {
    const request = await requestOf({ scopes: ['articles:read'], device: ' A phone ', delivery: 'COOKIE' });
    const challenge = challengeOf(await signIn.signIn(at(begin), request));
    expect(challenge).toEqual({
      challenge: expect.stringMatching(/^spm_/),
      methods: ['TOTP', 'PASSKEY'],
      expiresIn: 300,
      passkeyOptions: { challenge: 'abc' },
    });
    const { em } = at(begin);
    expect(await em.findOneOrFail(MfaChallenge, { hash: hashOfSecret(challenge.challenge) })).toMatchObject({
      methods: ['PASSWORD'],
      scopes: ['articles:read'],
      device: 'A phone',
      delivery: 'COOKIE',
      states: { TOTP: 'of the app', PASSKEY: 'of the passkey' },
    });
    expect([noticed, sessions.events]).toEqual([[], []]);
    const plain = challengeOf(await signIn.signIn(at(begin), await requestOf()));
    expect(await em.findOneOrFail(MfaChallenge, { hash: hashOfSecret(plain.challenge) })).toMatchObject({
      scopes: null,
      device: null,
      delivery: 'BODY',
    });
    for (const [wrong, code] of [
      [{ scopes: ['users:manage'] }, 'FORBIDDEN'],
      [{ scopes: ['a b'] }, 'BAD_USER_INPUT'],
      [{ device: 'x'.repeat(101) }, 'BAD_USER_INPUT'],
    ] as const) {
      await expect(signIn.signIn(at(begin), await requestOf(wrong))).rejects.toMatchObject({ code });
    }
  });

  test('has nothing for a passkey to answer if it has none', async () => {
    const request = await requestOf({}, 'moderator');
    request.user.secondFactors = ['RECOVERY_CODE', 'TOTP'];
    expect(challengeOf(await signIn.signIn(at(begin), request))).toMatchObject({
      methods: ['RECOVERY_CODE', 'TOTP'],
      passkeyOptions: null,
    });
  });

  test('by two factors at once, or on a trusted device, is no challenge', async () => {
    const multi = tokensOf(await signIn.signIn(at(begin), await requestOf({ isMultiFactor: true })));
    expect(await sessions.rowOf(multi.tokens.session.id)).toMatchObject({ mfaAt: begin });
    const { deviceToken } = multi;
    challengeOf(await signIn.signIn(at(begin), await requestOf({ deviceToken })));
    const { challenge } = challengeOf(await signIn.signIn(at(begin), await requestOf({ deviceToken })));
    await signIn.complete(at(after(1)), { challenge, code: 'right', trustDevice: true });
    const trusted = tokensOf(await signIn.signIn(at(after(2)), await requestOf({ deviceToken })));
    expect(await sessions.rowOf(trusted.tokens.session.id)).toMatchObject({ mfaAt: null });
    challengeOf(await signIn.signIn(at(after(2)), await requestOf()));
  });

  test('is refused at a door that can ask for no factor, trusted device or not', async () => {
    const needed = {
      code: 'MFA_REQUIRED',
      message: 'This account has a second factor: sign in by `login` and `completeMfa`.',
      options: { oauthError: 'invalid_grant' },
    };
    await expect(signIn.signInWithoutChallenge(at(begin), await requestOf())).rejects.toMatchObject(needed);
    const { tokens } = await signIn.signInWithoutChallenge(at(begin), await requestOf({ isMultiFactor: true }));
    expect(await sessions.rowOf(tokens.session.id)).toMatchObject({ mfaAt: begin });
    const plain = await signIn.signInWithoutChallenge(at(begin), await requestOf({}, 'viewer'));
    expect(await sessions.rowOf(plain.tokens.session.id)).toMatchObject({ mfaAt: null });
  });

  test('ends by the proof of a factor, on the device and in the way in which it began', async () => {
    const device = deviceTokens.known((await requestOf()).user, null);
    const given = {
      scopes: ['articles:read'],
      device: 'A phone',
      delivery: 'COOKIE',
      deviceToken: device.token,
    } as const;
    const request = await requestOf(given);
    const { challenge } = challengeOf(await signIn.signIn(at(begin), request));
    const foreign = at(after(1), { cookies: cookiesOf({}, false) });
    await expect(signIn.complete(foreign, { challenge, code: 'right' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(proved).toEqual([]);
    const result = await signIn.complete(at(after(1)), { challenge, code: 'right', trustDevice: false });
    expect(result).toMatchObject({ kind: 'tokens', delivery: 'COOKIE', deviceToken: device.token });
    const { id } = result.tokens.session;
    expect(await sessions.rowOf(id)).toMatchObject({
      methods: ['PASSWORD', 'TOTP'],
      furtherAmr: ['hwk'],
      scopes: ['articles:read'],
      device: 'A phone',
      deviceId: device.id,
      mfaAt: after(1),
      authenticatedAt: after(1),
    });
    expect(noticed).toEqual([id]);
    const states = { TOTP: 'of the app', PASSKEY: 'of the passkey' };
    expect(proved).toEqual([[request.user.id, 'right', { states }]]);
    expect(await execute('select id from trusted_devices')).toEqual([]);
    await expect(signIn.complete(at(after(2)), { challenge, code: 'right' })).rejects.toMatchObject({
      code: 'INVALID_GRANT',
    });
  });

  test('begins no session by a wrong proof, and records which challenges cannot be answered', async () => {
    const { challenge } = challengeOf(await signIn.signIn(at(begin), await requestOf()));
    for (let tries = 0; tries < 5; tries += 1) {
      await expect(signIn.complete(at(begin), { challenge, code: 'wrong' })).rejects.toThrow('The code is wrong.');
    }
    expect(recorder.events).toEqual([]);
    await expect(signIn.complete(at(begin), { challenge, code: 'right' })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    await expect(signIn.complete(at(begin), { challenge: 'none', code: 'right' })).rejects.toMatchObject({
      code: 'INVALID_GRANT',
    });
    expect(recorder.events).toEqual(
      ['too_many_attempts', 'dead_challenge'].map((reason) => ({
        type: 'session.start_failed',
        outcome: 'FAILURE',
        subjectId: null,
        details: { reason },
        by: { kind: 'anonymous' },
      })),
    );
    expect(noticed).toEqual([]);
    const { rows } = at(begin);
    const away = {
      ...rows,
      source: { ...rows.source, send: () => Promise.reject(new Error('The database is away.')) },
    };
    await expect(signIn.complete(at(begin, { rows: away }), { challenge, code: 'right' })).rejects.toThrow('is away');
    expect(recorder.events).toHaveLength(2);
  });

  test('trusts a device if it is asked to, under the name that the sign-in gave it', async () => {
    for (const [device, name] of [
      ['A phone', 'A phone'],
      [null, null],
    ] as const) {
      await execute('delete from trusted_devices');
      const { challenge } = challengeOf(await signIn.signIn(at(begin), await requestOf({ device })));
      await signIn.complete(at(begin), { challenge, code: 'right', trustDevice: true });
      expect(await execute('select name from trusted_devices')).toEqual([{ name }]);
    }
  });
});

describe('A session that takes the place of another', () => {
  const former = async (name: string) =>
    sessions.startFor(
      {
        methods: ['PASSWORD', 'TOTP'],
        furtherAmr: ['hwk'],
        device: 'A phone',
        deviceId: 'ab'.repeat(16),
        mfaAt: after(-20),
        authenticatedAt: after(-30),
      },
      begin,
      name,
    );

  test('is as fresh as that one was, if the account has a factor, and knows its device', async () => {
    const { id } = await former('editor');
    const request = await requestOf();
    const { tokens, deviceToken } = await signIn.replace(at(after(5)), request, id);
    const kept = {
      methods: ['PASSWORD', 'TOTP'],
      furtherAmr: ['hwk'],
      device: 'A phone',
      deviceId: 'ab'.repeat(16),
      mfaAt: after(-20),
    };
    expect(await sessions.rowOf(tokens.session.id)).toMatchObject({ ...kept, authenticatedAt: after(-30) });
    expect(deviceTokens.read(request.user, deviceToken)).toBe('ab'.repeat(16));
    const ofPlain = await former('viewer');
    const { tokens: fresh } = await signIn.replace(at(after(5)), await requestOf({}, 'viewer'), ofPlain.id);
    expect(await sessions.rowOf(fresh.session.id)).toMatchObject({ ...kept, authenticatedAt: after(5) });
  });

  test('has nothing that was not there', async () => {
    const { id } = await sessions.startFor({}, begin, 'viewer');
    const { tokens } = await signIn.replace(at(after(5)), await requestOf({ methods: ['EMAIL'] }, 'viewer'), id);
    expect(await sessions.rowOf(tokens.session.id)).toMatchObject({
      methods: ['PASSWORD', 'EMAIL'],
      furtherAmr: null,
      device: null,
      mfaAt: null,
    });
  });

  test('begins anew for a credential without a session, which has no place for a factor', async () => {
    const { tokens } = await signIn.replace(at(begin), await requestOf({}, 'viewer'), undefined);
    expect(await sessions.rowOf(tokens.session.id)).toMatchObject({ methods: ['PASSWORD'] });
    await expect(signIn.replace(at(begin), await requestOf(), undefined)).rejects.toMatchObject({
      code: 'MFA_REQUIRED',
    });
  });
});
