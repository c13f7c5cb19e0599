import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { bySystem } from '../../../src/audit/record.ts';
import { AppError, type ErrorCode } from '../../../src/errors.ts';
import { enrolOrNote } from '../../../src/identity/sign-in/enrolment-refusal.ts';
import { createFactorRemoval, noteEnrolled, noteRemoved } from '../../../src/identity/sign-in/factor-enrolment.ts';
import { createFactorList } from '../../../src/identity/sign-in/factor-list.ts';
import { hasPassword } from '../../../src/identity/sign-in/has-password.ts';
import { createRemoveCredentials } from '../../../src/identity/sign-in/remove-credentials.ts';
import type { SecondFactor } from '../../../src/identity/sign-in/second-factor.ts';
import { countPasswords, createRequireOtherSignInMethod } from '../../../src/identity/sign-in/sign-in-methods.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf, keepingRecorder } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const now = new Date('2026-11-30T12:00:00Z');
const since = new Date('2026-11-29T12:00:00Z');
const provenance = bySystem(now);

/** What was done, in turn. */
let done: unknown[];
/** The factors of which something remains. */
let remaining: string[];
beforeEach(() => {
  [done, remaining] = [[], []];
});

const factor = (method: SecondFactor['method'], changes: Partial<SecondFactor> = {}): SecondFactor => ({
  method,
  amr: [],
  proofField: 'code',
  isEnrolled: ({ secondFactors }) => secondFactors.includes(method),
  verify: async () => null,
  removeAll: async (_, by, userId, from) => void done.push([method, by === provenance, userId, from]),
  remains: async () => remaining.includes(method),
  ...changes,
});
const [totp, passkey] = [factor('TOTP'), factor('PASSKEY')];
const { remains: _, ...backup } = factor('RECOVERY_CODE', { isBackup: true });
const factors = createFactorList([totp, backup, passkey]);
const removal = createFactorRemoval({
  factors,
  deviceTrust: { removeAll: async (_tx, userId) => done.push(['devices', userId]) },
  sessions: { endAll: async (_tx, _by, userId, how) => done.push(['sessions', userId, how]) },
});

async function userOf(secondFactors: string[], changes: Partial<User> = {}): Promise<User> {
  const user = await server.database.fork().findOneOrFail(User, { email: 'editor@demo.sallyport.test' });
  return Object.assign(user, {
    secondFactors,
    emailVerifiedAt: now,
    emailProvedAt: now,
    credentialVersion: 3,
    ...changes,
  });
}

describe('A factor', () => {
  test('is written down once, and no more when it is gone', async () => {
    const user = await userOf(['TOTP']);
    noteEnrolled(user, 'TOTP');
    expect(user.secondFactors).toEqual(['TOTP']);
    noteEnrolled(user, 'PASSKEY');
    expect(user.secondFactors).toEqual(['TOTP', 'PASSKEY']);
    noteRemoved(user, 'TOTP');
    expect(user.secondFactors).toEqual(['PASSKEY']);
  });

  test('that is removed takes along what stands in for it and the trust in devices, if it was the last one', async () => {
    const user = await userOf(['TOTP', 'RECOVERY_CODE', 'PASSKEY']);
    const { em } = contextOf(server.database);
    await removal.remove(em, provenance, user, totp);
    expect(user.secondFactors).toEqual(['RECOVERY_CODE', 'PASSKEY']);
    expect(done).toEqual([['TOTP', true, user.id, undefined]]);
    done.splice(0);
    await removal.remove(em, provenance, user, passkey);
    expect(user.secondFactors).toEqual([]);
    expect(done).toEqual([
      ['PASSKEY', true, user.id, undefined],
      ['RECOVERY_CODE', true, user.id, undefined],
      ['devices', user.id],
    ]);
    expect(user.credentialVersion).toBe(3);
  });

  test.each<[string, Partial<User>, string[], boolean]>([
    ['a provider alone vouches for', { emailProvedAt: null }, ['TOTP'], true],
    ['its owner has proved', {}, ['TOTP'], false],
    ['nobody has verified', { emailProvedAt: null, emailVerifiedAt: null }, ['TOTP'], false],
    ['a provider alone vouches for, another factor being left', { emailProvedAt: null }, ['TOTP', 'PASSKEY'], false],
    ['a provider alone vouches for, without a factor', { emailProvedAt: null }, ['RECOVERY_CODE'], false],
  ])(
    'that is removed takes along a password that a mail could have set to an e-mail that %s',
    async (__, changes, held, isTaken) => {
      for (const remove of [
        (user: User, { em }: Pick<ReturnType<typeof contextOf>, 'em'>) => removal.remove(em, provenance, user, totp),
        (user: User, { em }: Pick<ReturnType<typeof contextOf>, 'em'>) => {
          remaining = held.filter((name) => name === 'PASSKEY');
          return removal.removeAll(em, provenance, user, since);
        },
      ]) {
        done.splice(0);
        const user = await userOf(held, changes);
        await remove(user, contextOf(server.database));
        expect([user.credentialVersion, user.passwordHash]).toEqual(isTaken ? [4, null] : [3, undefined]);
        const ended = isTaken ? [['sessions', user.id, { reason: 'password' }]] : [];
        expect(done.filter((one) => Array.isArray(one) && one[0] === 'sessions')).toEqual(ended);
      }
    },
  );

  test('leaves an account without a password as it is', async () => {
    const { em } = contextOf(server.database);
    const user = await em.findOneOrFail(User, { email: 'viewer@demo.sallyport.test' });
    await em.getConnection().execute('update users set password_hash = null where id = ?', [user.id]);
    Object.assign(user, { secondFactors: ['TOTP'], emailVerifiedAt: now, emailProvedAt: null });
    const { credentialVersion } = user;
    await removal.remove(em, provenance, user, totp);
    expect(user.credentialVersion).toBe(credentialVersion);
    expect(await countPasswords(em, user.id)).toBe(0);
  });
});

describe('All factors of an account', () => {
  test('are taken, also those that no list knows any more, with the trust in devices', async () => {
    const user = await userOf(['TOTP', 'RECOVERY_CODE', 'LOST']);
    await removal.removeAll(contextOf(server.database).em, provenance, user);
    expect(user.secondFactors).toEqual([]);
    expect(done).toEqual([
      ...['TOTP', 'RECOVERY_CODE', 'PASSKEY'].map((method) => [method, true, user.id, undefined]),
      ['RECOVERY_CODE', true, user.id, undefined],
      ['devices', user.id],
    ]);
  });

  test('that were added from a moment on are taken, and those of which something remains stay', async () => {
    remaining = ['TOTP'];
    const user = await userOf(['TOTP', 'RECOVERY_CODE', 'PASSKEY']);
    await removal.removeAll(contextOf(server.database).em, provenance, user, since);
    expect(user.secondFactors).toEqual(['TOTP']);
    expect(done).toEqual([
      ...['TOTP', 'RECOVERY_CODE', 'PASSKEY'].map((method) => [method, true, user.id, since]),
      ['devices', user.id],
    ]);
    const lost = await userOf(['LOST', 'PASSKEY']);
    await removal.removeAll(contextOf(server.database).em, provenance, lost, since);
    expect(lost.secondFactors).toEqual(['LOST']);
  });

  test('are taken after every other credential, of the same time', async () => {
    const user = await userOf([]);
    const remove = createRemoveCredentials(
      [1, 2].map((number) => async (_tx, by, userId, from) => done.push([number, by === provenance, userId, from])),
      { removeAll: async (_tx, by, whose, from) => void done.push(['factors', by === provenance, whose.id, from]) },
    );
    await remove(contextOf(server.database).em, provenance, user, since);
    expect(done).toEqual([1, 2, 'factors'].map((what) => [what, true, user.id, since]));
  });
});

describe('A way into an account', () => {
  test('may be removed if there is another one', async () => {
    const { em } = contextOf(server.database);
    const { id } = await userOf([]);
    const requireOther = (...counts: number[]) =>
      createRequireOtherSignInMethod(counts.map((count) => async (_tx, userId) => (userId === id ? count : 0)))(
        em,
        id,
        'This passkey',
      );
    for (const counts of [[2], [1, 1], [0, 3, 0]]) await requireOther(...counts);
    for (const counts of [[], [0], [1], [0, 1]]) {
      await expect(requireOther(...counts)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: 'This passkey is the only way into the account: set a password first.',
      });
    }
    expect(await countPasswords(em, id)).toBe(1);
  });
});

test('An account is known to have a password or none, of several by one look, and nothing is loaded to be written', async () => {
  const named = (name: string) => server.database.fork().findOneOrFail(User, { email: `${name}@demo.sallyport.test` });
  const [none, other] = [await named('moderator'), await named('admin')];
  await server.database.fork().nativeUpdate(User, none.id, { passwordHash: null });
  const context = contextOf(server.database);
  const asked = Promise.all([none, other].map(({ id }) => hasPassword(context, id)));
  expect(await asked).toEqual([false, true]);
  expect(await hasPassword(contextOf(server.database), none.id)).toBe(false);
  expect(context.em.getUnitOfWork().getById(User, other.id)).toBeUndefined();
});

describe('An enrolment', () => {
  const refusedFor = async (error: Error): Promise<unknown[]> => {
    const recorder = keepingRecorder();
    const enrol = async (): Promise<never> => {
      throw error;
    };
    const enrolment = { userId: 'a-user', method: 'TOTP', enrol };
    await expect(enrolOrNote(recorder, contextOf(server.database), enrolment)).rejects.toBe(error);
    return recorder.events;
  };

  test('is recorded if what was sent for it is wrong or late, and for no other reason', async () => {
    const codes: ErrorCode[] = ['BAD_USER_INPUT', 'CONFLICT', 'INVALID_CREDENTIALS'];
    for (const code of codes) {
      expect(await refusedFor(new AppError(code, 'No.'))).toEqual([
        {
          type: 'factor.refused',
          outcome: 'FAILURE',
          subjectId: 'a-user',
          details: { proof: 'enrolment', method: 'TOTP', code },
          by: { kind: 'anonymous' },
        },
      ]);
    }
    const alike = Object.assign(new Error('a defect'), { code: 'CONFLICT' });
    for (const error of [new AppError('UNAUTHENTICATED', 'No.'), new TypeError('a defect'), alike])
      expect(await refusedFor(error)).toEqual([]);
    const recorder = keepingRecorder();
    const enrolment = { userId: 'a-user', method: 'TOTP', enrol: async () => 'done' };
    expect(await enrolOrNote(recorder, contextOf(server.database), enrolment)).toBe('done');
    expect(recorder.events).toEqual([]);
  });
});
