import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRights } from '../../../src/access/rights-of-roles.ts';
import { roles } from '../../../src/access/roles.ts';
import { AppError } from '../../../src/errors.ts';
import { createDeviceTokens } from '../../../src/identity/sign-in/device-token.ts';
import { createAccountCheck, type AccountCheck } from '../../../src/identity/sign-in/passwords/account-check.ts';
import { readAccount } from '../../../src/identity/sign-in/passwords/account-reader.ts';
import { createBasicStrategy } from '../../../src/identity/sign-in/passwords/basic.strategy.ts';
import { createProveAccount, type Credentials } from '../../../src/identity/sign-in/passwords/prove-account.ts';
import type { PresentedCredentials } from '../../../src/request/credentials.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf, keepingRecorder } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let recorder: ReturnType<typeof keepingRecorder>;
/** What was verified: under which key attempts are counted, against which hash. */
let verified: Array<{ readonly budget: string; readonly hash: string | null }>;
let user: User;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());
beforeEach(async () => {
  recorder = keepingRecorder();
  verified = [];
  await execute(`update users set status = 'ACTIVE', second_factors = '{}', password_hash = 'a hash' where email = ?`, [
    email,
  ]);
  user = await server.database.fork().findOneOrFail(User, { email });
});

const email = 'editor@demo.sallyport.test';
const execute = (sql: string, params: unknown[] = []): Promise<Array<Record<string, unknown>>> =>
  server.database.fork().getConnection().execute(sql, params);
const now = new Date('2026-11-30T12:00:00.900Z');
const deviceTokens = createDeviceTokens(Buffer.alloc(32, 1));

interface Settings {
  readonly verify?: (password: string) => Promise<boolean>;
  readonly needsRehash?: boolean;
  readonly hash?: () => Promise<string>;
}
const proverOf = ({ verify = async (password) => password === 'right', needsRehash = false, hash }: Settings = {}) =>
  createProveAccount({
    deviceTokens,
    recorder,
    passwords: { needsRehash: () => needsRehash, hash: hash ?? (async () => 'a renewed hash') },
    verifyPassword: async (_, budget, stored, password) => {
      verified.push({ budget, hash: stored });
      return verify(password);
    },
  });
const prove = (credentials: Partial<Credentials> = {}, settings?: Settings) =>
  proverOf(settings)(contextOf(server.database, { now }), { email, password: 'right', ...credentials });
const storedHash = async () =>
  (await execute('select password_hash from users where email = ?', [email]))[0]?.['password_hash'];

describe('A password', () => {
  const wrong = { code: 'INVALID_CREDENTIALS', message: 'The e-mail or the password is wrong.' };
  const failure = (subjectId: string | null, reason: string) => ({
    type: 'session.start_failed',
    outcome: 'FAILURE',
    subjectId,
    details: { reason },
    by: { kind: 'anonymous' },
  });

  test('proves the account of its e-mail, in any spelling', async () => {
    for (const spelling of [email, ` ${email.toUpperCase()} `]) {
      const proven = await prove({ email: spelling });
      expect([proven.user.id, proven.passwordHash]).toEqual([user.id, 'a hash']);
    }
    const expected = { budget: `account:${email}`, hash: 'a hash' };
    expect(verified).toEqual([expected, expected]);
    expect(recorder.events).toEqual([]);
  });

  test('that proves nothing is refused alike, and the reason is recorded', async () => {
    await expect(prove({ password: 'wrong' })).rejects.toMatchObject(wrong);
    await expect(prove({ email: 'nobody@example.com', password: 'right' })).rejects.toMatchObject(wrong);
    await execute(`update users set status = 'DISABLED' where id = ?`, [user.id]);
    await expect(prove()).rejects.toMatchObject(wrong);
    expect(recorder.events).toEqual([
      failure(user.id, 'wrong_password'),
      failure(null, 'unknown_account'),
      failure(user.id, 'disabled'),
    ]);
    // Each takes the time of a hash: that of none, if there is none to look at.
    expect(verified.map(({ hash }) => hash)).toEqual(['a hash', null, null]);
  });

  test('has attempts of its own on a device that the account knows', async () => {
    const { id, token } = deviceTokens.recognise(user, null);
    const ofStranger = deviceTokens.recognise({ id: 'x', credentialVersion: user.credentialVersion }, null).token;
    await prove({ deviceToken: token });
    for (const deviceToken of [null, undefined, 'spd_', ofStranger]) await prove({ deviceToken });
    await expect(prove({ email: 'Nobody@example.com', deviceToken: token })).rejects.toMatchObject(wrong);
    expect(verified.map(({ budget }) => budget)).toEqual([
      `device:${id}`,
      ...Array.from({ length: 4 }, () => `account:${email}`),
      'account:nobody@example.com',
    ]);
  });

  test('that is refused for too many attempts is recorded; a failure of ours is not', async () => {
    const limited = new AppError('RATE_LIMITED', 'Too many.');
    const failing = (error: Error): Settings => ({
      verify: async () => {
        throw error;
      },
    });
    await expect(prove({}, failing(limited))).rejects.toBe(limited);
    await expect(prove({ email: 'nobody@example.com' }, failing(limited))).rejects.toBe(limited);
    const others = [new AppError('SERVICE_UNAVAILABLE', 'Busy.'), Object.assign(new Error(), { code: 'RATE_LIMITED' })];
    for (const error of others) await expect(prove({}, failing(error))).rejects.toBe(error);
    expect(recorder.events).toEqual([failure(user.id, 'too_many_attempts'), failure(null, 'too_many_attempts')]);
  });

  test('is hashed anew if its hash is weaker than those of now, unless too many wait for one', async () => {
    expect(await prove({}, { needsRehash: true })).toMatchObject({ passwordHash: 'a renewed hash' });
    expect(await storedHash()).toBe('a renewed hash');
    const busy = async () => {
      throw new AppError('SERVICE_UNAVAILABLE', 'Busy.');
    };
    expect(await prove({}, { needsRehash: true, hash: busy })).toMatchObject({ passwordHash: 'a renewed hash' });
    for (const error of [
      new AppError('BAD_USER_INPUT', 'No.'),
      Object.assign(new Error('a defect'), { code: 'SERVICE_UNAVAILABLE' }),
    ]) {
      const hash = async () => {
        throw error;
      };
      await expect(prove({}, { needsRehash: true, hash })).rejects.toBe(error);
    }
  });

  test('that nothing is stored of is not hashed anew', async () => {
    await execute('update users set password_hash = null where id = ?', [user.id]);
    expect(await prove({}, { needsRehash: true })).toMatchObject({ passwordHash: null });
    expect([verified[0]?.hash, await storedHash()]).toEqual([null, null]);
  });

  test('that was changed in the meantime stays changed', async () => {
    const hash = async () => {
      await execute(`update users set password_hash = 'another hash' where id = ?`, [user.id]);
      return 'a renewed hash';
    };
    expect(await prove({}, { needsRehash: true, hash })).toMatchObject({ passwordHash: 'a hash' });
    expect(await storedHash()).toBe('another hash');
  });

  test('costs no statement for a text that is no e-mail', async () => {
    server.statements.length = 0;
    for (const text of ['', 'nobody', `a\0${email}`])
      expect(await readAccount(server.database.fork(), text)).toBeNull();
    expect(server.statements).toEqual([]);
    expect(await readAccount(server.database.fork(), email)).toMatchObject({
      id: user.id,
      status: 'ACTIVE',
      passwordHash: 'a hash',
      credentialVersion: user.credentialVersion,
    });
  });
});

describe('A request by Basic', () => {
  const basicOf = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const strategyOf = (settings?: Settings, checkAccount = createAccountCheck(server.database.readCredentials)) =>
    createBasicStrategy({
      proveAccount: proverOf(settings),
      checkAccount,
      factors: { hasFactor: ({ id, secondFactors }) => id === user.id && secondFactors.length > 0 },
      rightsOf: createRights(roles),
      fork: () => server.database.fork(),
      withinAttempts: async (ipAddress, job) => {
        asked.push(ipAddress);
        return job();
      },
    });
  let asked: string[];
  beforeEach(() => void (asked = []));
  const recognise = (authorization: string | undefined, settings?: Settings, checkAccount?: AccountCheck) => {
    const presented: PresentedCredentials = {
      authorization,
      apiKey: undefined,
      queryKey: undefined,
      cookies: {},
      ipAddress: '192.0.2.7',
      now,
      requestId: 'a-request',
      userAgent: null,
    };
    return strategyOf(settings, checkAccount)(presented);
  };
  const wrong = { code: 'UNAUTHENTICATED', message: 'The e-mail or the password is wrong.' };

  test('is of the user, freshly proved and without a session', async () => {
    expect(await recognise(basicOf(`${email}:right`))).toEqual({
      principal: {
        kind: 'user',
        id: user.id,
        userId: user.id,
        ...createRights(roles)(['EDITOR']),
        authTime: Math.floor(now.getTime() / 1000),
        hasFactor: false,
        credentialVersion: user.credentialVersion,
      },
      source: 'basic',
    });
    expect(asked).toEqual(['192.0.2.7']);
    for (const authorization of [undefined, '', 'Bearer x', 'Basics x'])
      expect(await recognise(authorization)).toBeNull();
  });

  test('is refused if it cannot be read, is wrong, or is of an account with a second factor', async () => {
    for (const authorization of ['Basic', 'Basic x', basicOf('no colon')]) {
      await expect(recognise(authorization)).rejects.toMatchObject({
        ...wrong,
        options: { refusal: 'bad_credential' },
      });
    }
    expect(asked).toEqual([]);
    await expect(recognise(basicOf(`${email}:wrong`))).rejects.toMatchObject({ ...wrong, options: {} });
    await execute(`update users set second_factors = '{TOTP}' where id = ?`, [user.id]);
    await expect(recognise(basicOf(`${email}:right`))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'This account has a second factor: sign in, and send the access token as Bearer.',
      options: { refusal: 'needs_factor' },
    });
  });

  test('is refused if its account is disabled while it is looked at', async () => {
    const verify = async () => {
      await execute(`update users set status = 'DISABLED' where id = ?`, [user.id]);
      return true;
    };
    await expect(recognise(basicOf(`${email}:right`), { verify })).rejects.toMatchObject(wrong);
    await execute(`update users set status = 'ACTIVE' where id = ?`, [user.id]);
    await expect(recognise(basicOf(`${email}:right`), {}, async () => null)).rejects.toMatchObject(wrong);
  });

  test('is told what else goes wrong as it is', async () => {
    const alike = Object.assign(new Error('a defect'), { code: 'INVALID_CREDENTIALS' });
    for (const error of [new AppError('RATE_LIMITED', 'Too many.'), alike]) {
      const verify = async () => {
        throw error;
      };
      await expect(recognise(basicOf(`${email}:right`), { verify })).rejects.toBe(error);
    }
  });
});
