import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../../src/errors.ts';
import type { StepUp, SteppedUpTokens } from '../../../src/identity/sessions/step-up-session.ts';
import { Session } from '../../../src/identity/sessions/session.entity.ts';
import { withFactorHeader } from '../../../src/identity/sign-in/factor-header.ts';
import { createFactorList } from '../../../src/identity/sign-in/factor-list.ts';
import { createReauthenticate } from '../../../src/identity/sign-in/reauthenticate.ts';
import { createRequireProof, type GivenProofs } from '../../../src/identity/sign-in/require-proof.ts';
import type { SecondFactor } from '../../../src/identity/sign-in/second-factor.ts';
import type { VerifyFactor } from '../../../src/identity/sign-in/verify-factor.ts';
import type { PresentedCredentials, RecognisedCredential, RequestPrincipal } from '../../../src/request/credentials.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf, keepingRecorder } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let recorder: ReturnType<typeof keepingRecorder>;
let asked: unknown[];
/** Users by what they have: a password, an authenticator app besides, or none of both. */
let users: Record<'plain' | 'withFactor' | 'withoutPassword', User>;
beforeAll(async () => {
  server = await startServer();
  const execute = (sql: string, params: unknown[]) => server.database.fork().getConnection().execute(sql, params);
  const named = (name: string): Promise<User> =>
    server.database.fork().findOneOrFail(User, { email: `${name}@demo.sallyport.test` });
  users = {
    plain: await named('viewer'),
    withFactor: await named('editor'),
    withoutPassword: await named('moderator'),
  };
  await execute(`update users set second_factors = '{TOTP}' where id = ?`, [users.withFactor.id]);
  await execute('update users set password_hash = null where id = ?', [users.withoutPassword.id]);
});
afterAll(() => server.stop());
beforeEach(() => {
  recorder = keepingRecorder();
  asked = [];
});

const now = new Date('2026-11-30T12:00:00.900Z');
const seconds = Math.floor(now.getTime() / 1000);
const totp: SecondFactor = {
  method: 'TOTP',
  amr: ['otp'],
  proofField: 'code',
  isEnrolled: ({ secondFactors }) => secondFactors.includes('TOTP'),
  verify: async () => null,
  removeAll: async () => undefined,
};
const factors = createFactorList([totp]);
const verifyFactor: VerifyFactor = async (_, { id }, proofs, occasion) => {
  asked.push([id, proofs, occasion]);
  if (proofs.code !== 'right') throw new AppError('INVALID_CREDENTIALS', 'The code is wrong.');
  return { method: 'TOTP', amr: ['hwk'] };
};
const verifyPassword = async (_: unknown, budget: string, __: unknown, password: string): Promise<boolean> => {
  asked.push(budget);
  return password === 'right';
};
const withoutSession = ({ id }: Pick<User, 'id'>): RequestPrincipal & { readonly kind: 'user' } => ({
  kind: 'user',
  id,
  roles: [],
  scopes: ['articles:read'],
});
type SignedIn = Exclude<RequestPrincipal, { readonly kind: 'anonymous' }>;
const principalOf = (user: User, changes: Partial<SignedIn> = {}): RequestPrincipal => ({
  ...withoutSession(user),
  sessionId: 'a-session',
  ...changes,
});
const wrongPassword = { code: 'INVALID_CREDENTIALS', message: 'The current password is wrong.' };

describe('A proof that an operation needs', () => {
  const requireProof = (principal: RequestPrincipal, proofs: GivenProofs) =>
    createRequireProof({ factors, recorder, verifyFactor, verifyPassword })(
      contextOf(server.database, { now }),
      principal,
      proofs,
    );

  test('is of a user: nobody else has one', async () => {
    for (const kind of ['apiKey', 'service'] as const) {
      await expect(requireProof(principalOf(users.plain, { kind }), { password: 'right' })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: 'Only a user who is signed in can do this.',
      });
    }
  });

  test('is the password of an account without a factor, however fresh its sign-in', async () => {
    const principal = principalOf(users.plain, { authTime: seconds, mfaAt: seconds });
    await requireProof(principal, { password: 'right' });
    expect(asked).toEqual([`user:${users.plain.id}`]);
    for (const password of [null, undefined]) {
      await expect(requireProof(principal, { password, code: null })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: 'Give the password of your account.',
        options: { field: 'password', problem: 'required' },
      });
    }
    await expect(requireProof(principal, { password: 'wrong' })).rejects.toMatchObject(wrongPassword);
    expect(recorder.events).toEqual([
      { type: 'account.password_refused', outcome: 'FAILURE', subjectId: users.plain.id, by: expect.anything() },
    ]);
  });

  test('is a recent sign-in of an account that has neither', async () => {
    const proof = (authTime?: number) =>
      requireProof(principalOf(users.withoutPassword, authTime === undefined ? {} : { authTime }), {});
    await proof(seconds - 899);
    for (const authTime of [seconds - 900, undefined]) {
      await expect(proof(authTime)).rejects.toMatchObject({
        code: 'REAUTHENTICATION_REQUIRED',
        message: 'Sign in again to continue.',
      });
    }
  });

  test('is the factor of an account that has one, by a code or within a quarter of an hour, besides its password', async () => {
    const proof = (proofs: Parameters<typeof requireProof>[1], mfaAt?: number) =>
      requireProof(principalOf(users.withFactor, { authTime: seconds, mfaAt: mfaAt ?? null }), proofs);
    await proof({ code: 'right' });
    expect(asked).toEqual([[users.withFactor.id, { code: 'right' }, { sessionId: 'a-session' }]]);
    await expect(proof({ code: 'wrong' }, seconds)).rejects.toThrow('The code is wrong.');
    await proof({}, seconds - 899);
    await proof({ password: 'right' }, seconds);
    await expect(proof({ password: 'wrong', code: 'right' }, seconds)).rejects.toMatchObject(wrongPassword);
    for (const mfaAt of [seconds - 900, undefined]) {
      for (const proofs of [{}, { password: 'right' }]) {
        await expect(proof(proofs, mfaAt)).rejects.toMatchObject({
          code: 'MFA_REQUIRED',
          message: 'Give `code`, or prove your second factor by `reauthenticate` first.',
        });
      }
    }
  });
});

describe('A user who proves once more who they are', () => {
  const answer: SteppedUpTokens = {
    accessToken: 'access',
    refreshToken: null,
    expiresInSeconds: 60,
    refreshExpiresInSeconds: 60,
    rights: { roles: [], scopes: [], isNarrowed: false },
    user: new User(),
    session: new Session(),
  };
  let stepped: StepUp[];
  beforeEach(() => void (stepped = []));

  const reauthenticate = (principal: RequestPrincipal, input: { password?: string | null; code?: string | null }) =>
    createReauthenticate({
      factors,
      recorder,
      verifyFactor,
      verifyPassword,
      stepUpSession: async (_, stepUp) => {
        stepped.push(stepUp);
        return answer;
      },
    })(contextOf(server.database, { now }), principal, input);

  test('has a session', async () => {
    for (const principal of [withoutSession(users.plain), principalOf(users.plain, { kind: 'apiKey' })]) {
      await expect(reauthenticate(principal, { password: 'right' })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: 'Only a user with a session can reauthenticate: sign in first.',
      });
    }
  });

  test('proves a password, or a factor, or both, which stand in the session then', async () => {
    const withPassword = { sessionId: 'a-session', methods: ['PASSWORD'], hasProvedFactor: false, furtherAmr: [] };
    expect(await reauthenticate(principalOf(users.plain), { password: 'right' })).toBe(answer);
    expect(stepped).toEqual([{ ...withPassword, narrowing: null }]);
    await reauthenticate(principalOf(users.withFactor), { code: 'right' });
    await reauthenticate(principalOf(users.withFactor, { isNarrowed: true }), { code: 'right', password: 'right' });
    await reauthenticate(principalOf(users.plain, { isNarrowed: false }), { password: 'right' });
    const withFactor = { ...withPassword, hasProvedFactor: true, furtherAmr: ['hwk'] };
    expect(stepped.slice(1)).toEqual([
      { ...withFactor, methods: ['TOTP'], narrowing: null },
      { ...withFactor, methods: ['PASSWORD', 'TOTP'], narrowing: ['articles:read'] },
      { ...withPassword, narrowing: null },
    ]);
    expect(asked).toContainEqual([users.withFactor.id, { code: 'right' }, { sessionId: 'a-session' }]);
  });

  test('is refused without a proof, with a wrong one, and with a password alone if there is a factor', async () => {
    for (const input of [{}, { password: null, code: null }]) {
      await expect(reauthenticate(principalOf(users.plain), input)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: 'Give your password, or a second factor.',
        options: { field: 'input', problem: 'one_proof' },
      });
    }
    await expect(reauthenticate(principalOf(users.withFactor), { password: 'right' })).rejects.toMatchObject({
      code: 'MFA_REQUIRED',
      message: 'This account has a second factor: give `code`, `recoveryCode` or `passkey`.',
    });
    expect(asked).toEqual([]);
    await expect(reauthenticate(principalOf(users.plain), { password: 'wrong' })).rejects.toMatchObject(wrongPassword);
    await expect(
      reauthenticate(principalOf(users.withFactor), { password: 'wrong', code: 'right' }),
    ).rejects.toMatchObject(wrongPassword);
    await expect(reauthenticate(principalOf(users.withFactor), { code: 'wrong' })).rejects.toThrow(
      'The code is wrong.',
    );
    await expect(reauthenticate(principalOf(users.withoutPassword), { password: 'wrong' })).rejects.toMatchObject(
      wrongPassword,
    );
    expect(stepped).toEqual([]);
  });
});

describe('A code in the header of a request', () => {
  const presented: PresentedCredentials = {
    authorization: undefined,
    apiKey: undefined,
    queryKey: undefined,
    cookies: {},
    factorCode: 'right',
    ipAddress: '192.0.2.1',
    now,
    requestId: 'a-request',
    userAgent: null,
  };
  const recognise = (
    answer: RecognisedCredential | null,
    changes: Partial<PresentedCredentials> = {},
    account: { id: string; secondFactors: string[] } | null = { id: 'a-user', secondFactors: ['TOTP'] },
  ) =>
    withFactorHeader(async () => answer, {
      fork: () => server.database.fork(),
      verifyFactor,
      readAccount: async (id) => (id === 'a-user' ? account : null),
    })({ ...presented, ...changes });

  const user: RecognisedCredential = {
    source: 'bearer',
    tokenId: 'a-token',
    principal: { kind: 'user', id: 'a-user', roles: [], scopes: [], sessionId: 'a-session', authTime: 1, mfaAt: null },
  };

  test('is a fresh factor of the user who is signed in', async () => {
    expect(await recognise(user)).toEqual({
      ...user,
      principal: { ...user.principal, authTime: seconds, mfaAt: seconds },
    });
    expect(asked).toEqual([['a-user', { code: 'right' }, { sessionId: 'a-session' }]]);
  });

  test('is not looked at if there is none, or no user with a session to whom it could belong', async () => {
    const ofKey: RecognisedCredential = {
      ...user,
      principal: { kind: 'apiKey', id: 'a-user', roles: [], scopes: [], sessionId: 'a-session' },
    };
    const byBasic: RecognisedCredential = { ...user, principal: withoutSession({ id: 'a-user' }) };
    const anonymous: RecognisedCredential = { source: 'bearer', principal: { kind: 'anonymous' } };
    for (const answer of [null, ofKey, byBasic, anonymous]) expect(await recognise(answer)).toBe(answer);
    expect(await recognise(user, { factorCode: undefined })).toBe(user);
    expect(await recognise(user, {}, null)).toBe(user);
    const none = withFactorHeader(() => null, {
      fork: () => server.database.fork(),
      verifyFactor,
      readAccount: async () => null,
    });
    expect(none(presented)).toBeNull();
    expect(asked).toEqual([]);
  });

  test('is refused with 401 if it is wrong; whatever else goes wrong is told as it is', async () => {
    await expect(recognise(user, { factorCode: 'wrong' })).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
      status: 401,
      message: 'The code in `X-TOTP-Code` was not accepted. A code works once and for a short time: try the next one.',
    });
    const alike = Object.assign(new Error('a defect'), { code: 'INVALID_CREDENTIALS' });
    for (const error of [new AppError('RATE_LIMITED', 'Too many.'), alike]) {
      const failing = withFactorHeader(async () => user, {
        fork: () => server.database.fork(),
        verifyFactor: () => Promise.reject(error),
        readAccount: async (id) => ({ id, secondFactors: [] }),
      });
      await expect(failing(presented)).rejects.toBe(error);
    }
  });
});
