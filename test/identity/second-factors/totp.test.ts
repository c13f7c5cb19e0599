import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createSecretVault, secretPurpose } from '../../../src/identity/second-factors/sealed-secret.ts';
import { describeSecret, newSecret, stepOf } from '../../../src/identity/second-factors/totp-code.ts';
import { TotpCredential } from '../../../src/identity/second-factors/totp-credential.entity.ts';
import {
  createTotpEnrolments,
  type TotpEnrolments,
} from '../../../src/identity/second-factors/totp-enrolment.service.ts';
import { createTotpFactor } from '../../../src/identity/second-factors/totp.factor.ts';
import { createFactorList } from '../../../src/identity/sign-in/factor-list.ts';
import { createFactorLimiters, type FactorLimiters } from '../../../src/identity/sign-in/verify-factor.ts';
import { createLimiters } from '../../../src/limits/limiter.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import { User } from '../../../src/users/user.entity.ts';
import { codeAt } from '../../support/authenticator.ts';
import { contextOf, keepingRecorder } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

/** The beginning of a time step. */
const begin = new Date('2026-11-30T12:00:00Z');
const after = (seconds: number): Date => new Date(begin.getTime() + seconds * 1000);
const stepAt = (seconds: number): number => Math.floor(after(seconds).getTime() / 30_000);
const execute = (sql: string, params: unknown[] = []): Promise<unknown[]> =>
  server.database.fork().getConnection().execute(sql, params);

describe('A code of an authenticator app', () => {
  const secret = newSecret();
  const { secret: text, uri } = describeSecret(secret, { issuer: 'A server', label: 'someone@example.com' });
  const code = codeAt(text, begin);

  test('has six digits of its time step and is accepted in the one before and the one after it', () => {
    expect(secret).toHaveLength(20);
    for (const [seconds, step] of [
      [-30, stepAt(0)],
      [0, stepAt(0)],
      [29.999, stepAt(0)],
      [59.999, stepAt(0)],
      [-30.001, null],
      [60, null],
    ] as const) {
      expect(stepOf(secret, code, after(seconds))).toBe(step);
    }
    expect(stepOf(newSecret(), code, begin)).toBeNull();
  });

  test('may be typed with blanks, and with nothing else', () => {
    expect(stepOf(secret, ` ${code.slice(0, 3)} ${code.slice(3)} `, begin)).toBe(stepAt(0));
    for (const other of ['', code.slice(1), `${code}0`, `0${code}`, `${code.slice(0, 5)}x`, `${code}\u0661`]) {
      expect(stepOf(secret, other, begin)).toBeNull();
    }
  });

  test('comes of a secret that apps read as a text or as a URI', () => {
    expect(uri).toBe(
      `otpauth://totp/A%20server:someone%40example.com?issuer=A%20server&secret=${text}&algorithm=SHA1&digits=6&period=30`,
    );
  });
});

const secrets = createSecretVault(Buffer.alloc(32, 1));
const totp = createTotpFactor({ secrets });
const { removeAll, remains } = totp;
let limiters: FactorLimiters;
let recorder: ReturnType<typeof keepingRecorder>;
let mails: unknown[];
let removed: string[];
let enrolments: TotpEnrolments;
let user: User;
beforeEach(async () => {
  limiters = createFactorLimiters(createLimiters(null));
  recorder = keepingRecorder();
  [mails, removed] = [[], []];
  enrolments = createTotpEnrolments({
    factorLimiters: limiters,
    factorMail: (kind, userId) => void mails.push([kind, userId]),
    factorRemoval: {
      remove: async (tx, by, account, factor) => {
        removed.push(factor.method);
        await factor.removeAll(tx, by, account.id);
        account.secondFactors = account.secondFactors.filter((name) => name !== factor.method);
      },
      removeAll: async () => undefined,
    },
    factors: createFactorList([totp]),
    recorder,
    recoveryCodes: {
      regenerate: async (_, now, userId) => [`a code of ${userId}`, now.toISOString()],
      use: async () => false,
      left: async () => 0,
      leftOf: async () => 0,
      removeAll: async () => 0,
    },
    secrets,
    issuerName: 'A server',
  });
  await execute('delete from totp_credentials');
  await execute(`update users set second_factors = '{}' where email = 'editor@demo.sallyport.test'`);
  user = await server.database.fork().findOneOrFail(User, { email: 'editor@demo.sallyport.test' });
});

const at = (seconds: number, changes: Partial<RequestContext> = {}): RequestContext =>
  contextOf(server.database, {
    now: after(seconds),
    principal: {
      kind: 'user',
      id: user.id,
      roles: [],
      scopes: [],
      sessionId: 'a-session',
      credentialVersion: user.credentialVersion,
    },
    ...changes,
  });
const codesAt = (seconds: number): string[] => [`a code of ${user.id}`, after(seconds).toISOString()];
const factorsOf = async (): Promise<string[]> =>
  (await server.database.fork().findOneOrFail(User, user.id)).secondFactors;
const credential = () => server.database.fork().findOneOrFail(TotpCredential, { user: user.id });

async function enrol(seconds = 0): Promise<string> {
  const { secret } = await enrolments.begin(at(seconds), user.id);
  await enrolments.confirm(at(seconds), user.id, codeAt(secret, after(seconds)));
  return secret;
}
const noEnrolment = {
  code: 'CONFLICT',
  message: 'There is no enrolment to confirm: begin it again with `beginTotpEnrolment`.',
};
const overtaken = { code: 'UNAUTHENTICATED' };

describe('An authenticator app', () => {
  test('is enrolled by its first code, and recovery codes with it', async () => {
    const begun = await enrolments.begin(at(0), user.id);
    expect(begun).toMatchObject({ uri: expect.stringContaining('A%20server'), qrCode: expect.stringMatching(/^<svg/) });
    expect(begun.uri).toContain(encodeURIComponent(user.email));
    expect(await credential()).toMatchObject({
      createdAt: begin,
      sealedSecret: null,
      lastStep: null,
      pendingAt: begin,
      pendingFactors: [],
    });
    expect(await factorsOf()).toEqual([]);
    expect(await enrolments.confirm(at(40), user.id, codeAt(begun.secret, after(40)))).toEqual(codesAt(40));
    expect(await credential()).toMatchObject({
      createdAt: after(40),
      sealedSecret: expect.any(String),
      lastStep: stepAt(40),
      pendingSecret: null,
      pendingAt: null,
      pendingFactors: null,
    });
    expect(await factorsOf()).toEqual(['TOTP', 'RECOVERY_CODE']);
    expect(mails).toEqual([['factorEnrolled', user.id]]);
    expect(recorder.events).toMatchObject([
      { type: 'factor.enrolled', subjectId: user.id, details: { method: 'TOTP', isReplaced: false } },
    ]);
  });

  test('stays in force until the one that replaces it is confirmed', async () => {
    const first = await enrol();
    const { secret } = await enrolments.begin(at(60), user.id);
    const { createdAt, sealedSecret, pendingFactors } = await credential();
    expect([createdAt, pendingFactors]).toEqual([begin, ['TOTP', 'RECOVERY_CODE']]);
    const account = { id: user.id, secondFactors: ['TOTP'] };
    expect(await totp.verify(at(60), { account, proof: codeAt(first, after(60)) })).toEqual({});
    await enrolments.confirm(at(90), user.id, codeAt(secret, after(90)));
    expect((await credential()).sealedSecret).not.toBe(sealedSecret);
    expect(mails.at(-1)).toEqual(['factorReplaced', user.id]);
    expect(recorder.events.at(-1)).toMatchObject({ details: { method: 'TOTP', isReplaced: true } });
    expect(await factorsOf()).toEqual(['TOTP', 'RECOVERY_CODE']);
  });

  test('is not enrolled after a quarter of an hour, without a beginning, or if the factors have changed since', async () => {
    await expect(enrolments.confirm(at(0), user.id, '000000')).rejects.toMatchObject(noEnrolment);
    const { secret } = await enrolments.begin(at(0), user.id);
    await expect(enrolments.confirm(at(900.001), user.id, codeAt(secret, after(900)))).rejects.toMatchObject(
      noEnrolment,
    );
    await execute(`update users set second_factors = '{PASSKEY}' where id = ?`, [user.id]);
    await expect(enrolments.confirm(at(1), user.id, codeAt(secret, after(1)))).rejects.toMatchObject(noEnrolment);
    await execute(`update users set second_factors = '{}' where id = ?`, [user.id]);
    await enrolments.confirm(at(900), user.id, codeAt(secret, after(900)));
    expect(recorder.events.map(({ type, details }) => details?.['code'] ?? type)).toEqual([
      'CONFLICT',
      'CONFLICT',
      'CONFLICT',
      'factor.enrolled',
    ]);
  });

  test('is not enrolled by a wrong code, of which there are ten an hour for a session', async () => {
    const { secret } = await enrolments.begin(at(0), user.id);
    const right = codeAt(secret, begin);
    const wrong = right.startsWith('0') ? `1${right.slice(1)}` : `0${right.slice(1)}`;
    for (let tries = 0; tries < 10; tries += 1) {
      await expect(enrolments.confirm(at(0), user.id, wrong)).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
        message: 'The code is wrong: check the clock of your phone, and try the next code.',
      });
    }
    await expect(enrolments.confirm(at(0), user.id, right)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: 'Too many wrong codes: try again later.',
    });
    expect(await limiters.stepUp.consume('a-session')).toMatchObject({ before: 10 });
    expect(mails).toEqual([]);
    const { sessionId: _, ...principal } = at(0).principal;
    await expect(enrolments.confirm(at(0, { principal }), user.id, wrong)).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    expect(await limiters.stepUp.consume(user.id)).toMatchObject({ before: 1 });
    await enrolments.confirm(at(0, { principal }), user.id, right);
  });

  test('is the one that was begun last, whatever the request has read of it before', async () => {
    const context = at(0);
    await enrolments.begin(context, user.id);
    await context.em.findOneOrFail(TotpCredential, { user: user.id });
    const { secret } = await enrolments.begin(at(0), user.id);
    expect(await enrolments.confirm(context, user.id, codeAt(secret, begin))).toEqual(codesAt(0));
  });

  test('is confirmed once, whatever the request has read of it before', async () => {
    await enrol();
    const context = at(60);
    const { secret } = await enrolments.begin(context, user.id);
    await context.em.findOneOrFail(TotpCredential, { user: user.id });
    const code = codeAt(secret, after(60));
    await enrolments.confirm(at(60), user.id, code);
    await expect(enrolments.confirm(context, user.id, code)).rejects.toMatchObject(noEnrolment);
  });

  test('costs no try if its code is right or if nothing waits for one', async () => {
    for (let tries = 0; tries < 11; tries += 1) {
      await expect(enrolments.confirm(at(0), user.id, '000000')).rejects.toMatchObject(noEnrolment);
    }
    for (let tries = 0; tries < 11; tries += 1) await enrol();
  });

  test('is not touched by a caller who has lost the account meanwhile', async () => {
    const { principal } = at(0);
    const lost = at(0, { principal: { ...principal, credentialVersion: user.credentialVersion + 1 } });
    await expect(enrolments.begin(lost, user.id)).rejects.toMatchObject(overtaken);
    await expect(enrolments.confirm(lost, user.id, '000000')).rejects.toMatchObject(overtaken);
    await expect(enrolments.disable(lost, user.id)).rejects.toMatchObject(overtaken);
    await expect(enrolments.regenerateCodes(lost, user.id)).rejects.toMatchObject(overtaken);
  });

  test('is removed if there is one, and the owner is told', async () => {
    expect(await enrolments.disable(at(0), user.id)).toBe(false);
    expect([mails, recorder.events]).toEqual([[], []]);
    await enrol();
    expect(await enrolments.disable(at(1), user.id)).toBe(true);
    expect(removed).toEqual(['TOTP']);
    expect(mails.at(-1)).toEqual(['factorRemoved', user.id]);
    expect(recorder.events.at(-1)).toMatchObject({
      type: 'factor.removed',
      subjectId: user.id,
      details: { method: 'TOTP' },
    });
    expect(await execute('select id from totp_credentials')).toEqual([]);
    expect(await factorsOf()).toEqual(['RECOVERY_CODE']);
  });

  test('is needed for recovery codes, which are told to the owner when they are renewed', async () => {
    await expect(enrolments.regenerateCodes(at(0), user.id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'Recovery codes need a second factor: add one first.',
    });
    expect(mails).toEqual([]);
    await execute(`update users set second_factors = '{TOTP}' where id = ?`, [user.id]);
    expect(await enrolments.regenerateCodes(at(5), user.id)).toEqual(codesAt(5));
    expect(await factorsOf()).toEqual(['TOTP', 'RECOVERY_CODE']);
    expect(mails).toEqual([['recoveryCodesRenewed', user.id]]);
    expect(recorder.events).toMatchObject([{ type: 'recovery_codes.renewed', subjectId: user.id }]);
  });
});

describe('The proof by an app', () => {
  const account = (id = user.id) => ({ id, secondFactors: ['TOTP'] });

  test('is a code of it, each time step once, and none of an earlier step after a later one', async () => {
    const secret = await enrol();
    const verify = (proof: unknown, seconds: number, id?: string) =>
      totp.verify(at(seconds), { account: account(id), proof });
    expect(await verify(codeAt(secret, begin), 1)).toBeNull();
    expect(await verify(codeAt(secret, after(60)), 60)).toEqual({});
    expect(await verify(codeAt(secret, after(60)), 61)).toBeNull();
    expect(await verify(codeAt(secret, after(30)), 60)).toBeNull();
    expect(await verify('000000', 500)).toBeNull();
    expect(await verify(Number(codeAt(secret, after(90))), 90)).toBeNull();
    expect(await verify(codeAt(secret, after(90)), 90)).toEqual({});
    await execute('update totp_credentials set last_step = null');
    expect(await verify('000000', 500)).toBeNull();
    const { id: stranger } = await server.database.fork().findOneOrFail(User, { email: 'viewer@demo.sallyport.test' });
    expect(await verify(codeAt(secret, after(120)), 120, stranger)).toBeNull();
  });

  test('is let through once, however many come at once', async () => {
    const secret = await enrol();
    const attempts = Array.from({ length: 5 }, () =>
      totp.verify(at(60), { account: account(), proof: codeAt(secret, after(60)) }),
    );
    expect((await Promise.all(attempts)).filter((proved) => proved !== null)).toHaveLength(1);
  });

  test('is none as long as the app is not confirmed, which then is none that remains', async () => {
    const { secret } = await enrolments.begin(at(0), user.id);
    expect(await totp.verify(at(0), { account: account(), proof: codeAt(secret, begin) })).toBeNull();
    const { em } = at(0);
    expect(await remains?.(em, user.id)).toBe(false);
    await enrolments.confirm(at(0), user.id, codeAt(secret, begin));
    expect(await remains?.(em, user.id)).toBe(true);
    await removeAll(em, at(0), user.id, after(0.001));
    expect(await remains?.(em, user.id)).toBe(true);
    await removeAll(em, at(0), user.id, begin);
    expect(await remains?.(em, user.id)).toBe(false);
  });

  test('needs the secret of the same account', async () => {
    await enrol();
    const { sealedSecret } = await credential();
    await expect(secrets.open(secretPurpose('another'), sealedSecret ?? '')).rejects.toThrow();
    expect(await secrets.open(secretPurpose(user.id), sealedSecret ?? '')).toHaveLength(20);
    expect(totp).toMatchObject({ method: 'TOTP', amr: ['otp'], proofField: 'code' });
    expect(totp.isEnrolled(account())).toBe(true);
    expect(totp.isEnrolled({ id: user.id, secondFactors: ['RECOVERY_CODE'] })).toBe(false);
  });
});
