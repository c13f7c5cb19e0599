import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SecurityEvent } from '../../../src/audit/record.ts';
import { AppError } from '../../../src/errors.ts';
import { createMailTemplates } from '../../../src/identity/accounts/mail-templates.ts';
import { emailCodesFeature, endEmailLogins } from '../../../src/identity/email-codes/email-codes.feature.ts';
import {
  createEmailCodes,
  type EmailCodes,
  type EmailProof,
} from '../../../src/identity/email-codes/email-codes.service.ts';
import { PendingEmailLogin } from '../../../src/identity/email-codes/pending-email-login.entity.ts';
import type { Budget } from '../../../src/limits/budget.ts';
import { createLimiters } from '../../../src/limits/limiter.ts';
import type { Mail } from '../../../src/mail/mail.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { openTestDatabase, workOf, type OpenedDatabase } from '../../support/unit-of-work.ts';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

const now = new Date('2026-01-02T03:04:05Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const templates = createMailTemplates('https://app.example.com');

const noted: SecurityEvent[] = [];
const sent: Mail[] = [];
const proved: string[] = [];
/** How often each mail is written, as if the database had failed before. */
let timesWritten = 1;
/** Fails the next proof of a mailbox. */
let failure: Error | null = null;

const budgets: Budget[] = [];

function emailCodesOf(isEmailLoginOn = true): EmailCodes {
  const createLimiter = createLimiters(null);
  return createEmailCodes({
    isEmailLoginOn,
    createLimiter: (budget) => (budgets.push(budget), createLimiter(budget)),
    factors: { hasFactor: ({ secondFactors }) => secondFactors.length > 0 },
    firstProof: async (_, __, { id }) => {
      if (failure !== null) throw failure;
      proved.push(id);
    },
    mail: {
      async require(_, compose) {
        let mail: Mail | null = null;
        for (let times = 0; times < timesWritten; times += 1) mail = await compose(database.fork(), templates);
        if (mail !== null) sent.push(mail);
      },
    },
    recorder: {
      record: (_, __, event) => void noted.push(event),
      note: async (_, event) => (noted.push(event), null),
    },
  });
}
let emailCodes: EmailCodes;

let user: User;
beforeEach(async () => {
  const em = database.fork();
  await em.nativeDelete(PendingEmailLogin, {});
  await em.nativeDelete(User, {});
  for (const list of [noted, sent, proved]) list.length = 0;
  [timesWritten, failure, emailCodes] = [1, null, emailCodesOf()];
  const input = { email: 'ada@example.com', displayName: 'Ada', passwordHash: null };
  user = await em.transactional((tx) => createUser(tx, now, input, async () => undefined));
});

/** Begins a sign-in; answers the handle with what its mail holds. */
async function begin(email = user.email): Promise<{ handle: string; code: string; token: string }> {
  sent.length = 0;
  const { handle } = await emailCodes.begin(workOf(database, now), email);
  const parts = sent.at(-1)?.parts ?? [];
  const link = parts.find((part) => typeof part !== 'string');
  const code = parts.find((part) => typeof part === 'string' && /^\d{3} \d{3}$/.test(part));
  return {
    handle,
    code: typeof code === 'string' ? code : '',
    token: link === undefined || typeof link === 'string' ? '' : (new URL(link.url).searchParams.get('token') ?? ''),
  };
}
const prove = (proof: EmailProof, at = now): Promise<User> => emailCodes.prove(workOf(database, at), proof);
const refusal = (proof: EmailProof, at = now): Promise<unknown> =>
  prove(proof, at).then(
    () => null,
    (error: { code?: string }) => error.code,
  );
const wrong = '111 11a';
const failed = (reason: string, subjectId: string | null = null): object => ({
  type: 'session.start_failed',
  outcome: 'FAILURE',
  subjectId,
  details: { method: 'EMAIL', reason },
});

describe('A mail to sign in', () => {
  test('is sent to an account that is active, and that is noted', async () => {
    await begin(' ADA@example.com');
    expect(sent).toMatchObject([{ kind: 'email-login', to: user.email }]);
    expect(noted).toEqual([{ type: 'email_login.requested', subjectId: user.id }]);
    await database.fork().nativeUpdate(User, user.id, { status: 'DISABLED' });
    await begin();
    expect([sent, noted.length]).toEqual([[], 1]);
  });

  test.each(['nobody@example.com', 'no e-mail', '', 'a\u0000b@example.com'])(
    'is not sent, and nothing is noted: %j',
    async (email) => {
      const { handle } = await begin(email);
      expect([sent, noted]).toEqual([[], []]);
      expect(handle).toMatch(/^spe_[\w-]{43}$/);
      expect([await refusal({ handle, code: '000000' }), await refusal({ handle, token: 'none' })]).toEqual([
        'INVALID_CREDENTIALS',
        'INVALID_CREDENTIALS',
      ]);
    },
  );

  test('is counted once, however often it has to be written', async () => {
    timesWritten = 3;
    for (let times = 0; times < 5; times += 1) {
      await begin();
      expect(sent).toHaveLength(1);
    }
    await begin();
    expect(sent).toEqual([]);
  });

  test('is sent twenty times an hour, whoever asks', async () => {
    const mails: number[] = [];
    for (let index = 0; index < 21; index += 1) {
      sent.length = 0;
      await emailCodes.begin({ ...workOf(database, now), ipAddress: `198.51.100.${index}` }, user.email);
      mails.push(sent.length);
    }
    expect(mails).toEqual([...Array.from({ length: 20 }, () => 1), 0]);
  });

  test('holds a code of six digits and a link, of which nothing is stored', async () => {
    const { handle, code, token } = await begin();
    expect([code, token]).toEqual([expect.stringMatching(/^\d{3} \d{3}$/), expect.stringMatching(/^[\w-]{43}$/)]);
    const rows = JSON.stringify(await database.fork().getConnection().execute('select * from email_logins'));
    for (const text of [handle, token, code, code.replace(' ', '')]) expect(rows).not.toContain(text);
  });
});

describe('A sign-in by e-mail', () => {
  test.each([
    ['as it is written', (code: string) => code],
    ['without the blank', (code: string) => code.replace(' ', '')],
    ['with a hyphen', (code: string) => ` ${code.replace(' ', '-')}`],
  ])('takes the code %s', async (_, spell) => {
    const { handle, code } = await begin();
    expect((await prove({ handle, code: spell(code) })).id).toBe(user.id);
  });

  test('takes the link, and each once', async () => {
    const { handle, code, token } = await begin();
    expect((await prove({ handle, token })).id).toBe(user.id);
    expect([await refusal({ handle, token }), await refusal({ handle, code })]).toEqual([
      'INVALID_GRANT',
      'INVALID_GRANT',
    ]);
    expect(noted.slice(1)).toEqual([failed('dead_code'), failed('dead_code')]);
  });

  test('of two callers at once is done by one', async () => {
    const { handle, code } = await begin();
    expect((await Promise.all([refusal({ handle, code }), refusal({ handle, code })])).toSorted()).toEqual([
      'INVALID_GRANT',
      null,
    ]);
  });

  test('works within ten minutes', async () => {
    const { handle, code } = await begin();
    expect([await refusal({ handle, code }, after(600_000)), await refusal({ handle, code }, after(599_999))]).toEqual([
      'INVALID_GRANT',
      null,
    ]);
  });

  test('allows five tries, and tells how long it takes until there are others', async () => {
    const { handle, code } = await begin();
    for (let tries = 0; tries < 5; tries += 1)
      expect(await refusal({ handle, code: wrong })).toBe('INVALID_CREDENTIALS');
    for (const [ms, seconds] of [
      [0, 600],
      [999, 600],
      [599_999, 1],
    ] as const)
      await expect(prove({ handle, code }, after(ms))).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        options: { retryAfterSeconds: seconds },
      });
    expect(noted.slice(1)).toEqual([
      ...Array.from({ length: 5 }, () => failed('wrong_code', user.id)),
      ...Array.from({ length: 3 }, () => failed('too_many_attempts')),
    ]);
  });

  test.each<[string, object]>([
    ['no handle', { handle: null, code: '000000' }],
    ['an empty handle', { handle: '', code: '000000' }],
    ['no proof', { code: null, token: null }],
    ['two proofs', { code: '000000', token: 'none' }],
  ])('with %s is bad input, and counts as no try', async (_, proof) => {
    const { handle } = await begin();
    expect(await refusal({ handle, ...proof })).toBe('BAD_USER_INPUT');
    expect(noted.slice(1)).toEqual([failed('no_proof')]);
    expect(await database.fork().find(PendingEmailLogin, {})).toMatchObject([{ attempts: 0 }]);
  });

  test('tells what was wrong', async () => {
    const { handle } = await begin();
    await expect(prove({ handle, code: wrong })).rejects.toMatchObject({ message: 'The code is wrong.' });
    await expect(prove({ handle, token: 'none' })).rejects.toMatchObject({
      message: 'The link is not that of the latest mail to this device.',
    });
    const other = await begin('nobody@example.com');
    expect(await refusal({ handle: other.handle, token: 'none' })).toBe('INVALID_CREDENTIALS');
  });

  test.each<[string, Partial<User>]>([
    ['changed its password', { credentialVersion: 1 }],
    ['was disabled', { status: 'DISABLED' }],
    ['has another e-mail', { email: 'other@example.com' }],
  ])('is over for an account that %s', async (_, change) => {
    const { handle, code } = await begin();
    await database.fork().nativeUpdate(User, user.id, change);
    expect(await refusal({ handle, code })).toBe('INVALID_GRANT');
    expect(noted.at(-1)).toEqual(failed('dead_code', user.id));
  });

  test.each<[string, Partial<User>, boolean]>([
    ['of which nothing is known is its first proof', {}, true],
    ['that is vouched for is its first proof', { emailVerifiedAt: now }, true],
    ['that is proved is no first one', { emailVerifiedAt: now, emailProvedAt: now }, false],
    ['beside a second factor is no first one', { secondFactors: ['TOTP'] }, false],
  ])('with an e-mail %s', async (_, change, isFirst) => {
    await database.fork().nativeUpdate(User, user.id, change);
    const { handle, code } = await begin();
    await prove({ handle, code });
    expect(proved).toEqual(isFirst ? [user.id] : []);
  });

  test('counts wrong codes for the e-mail, twenty an hour over all mails, and no link', async () => {
    for (let mails = 0; mails < 4; mails += 1) {
      const { handle } = await begin();
      for (let tries = 0; tries < 5; tries += 1) await refusal({ handle, code: wrong });
    }
    const { handle, code, token } = await begin();
    expect(await refusal({ handle, code })).toBe('RATE_LIMITED');
    expect(noted.at(-1)).toEqual(failed('too_many_attempts', user.id));
    expect(await refusal({ handle, token })).toBeNull();
  });

  test('has an hour for its wrong codes and its mails', () => {
    expect(budgets).toContainEqual({ name: 'email-login-codes', points: 20, windowSeconds: 3600 });
    expect(new Set(budgets.map(({ windowSeconds }) => windowSeconds))).toEqual(new Set([3600]));
  });

  test('counts no right code', async () => {
    for (let mails = 0; mails < 3; mails += 1) {
      const { handle, code } = await begin();
      for (let tries = 0; tries < 4; tries += 1) await refusal({ handle, code: wrong });
      expect(await refusal({ handle, code })).toBeNull();
    }
    const { handle, code } = await begin();
    for (let tries = 0; tries < 4; tries += 1)
      expect(await refusal({ handle, code: wrong })).toBe('INVALID_CREDENTIALS');
    expect(await refusal({ handle, code })).toBeNull();
  });

  test('that fails by itself is no wrong code', async () => {
    const { handle, code } = await begin();
    failure = new Error('the database is away');
    await expect(prove({ handle, code })).rejects.toBe(failure);
    expect(noted).toHaveLength(1);
    failure = new AppError('SERVICE_UNAVAILABLE', 'The database is away.');
    expect(await refusal({ handle, code })).toBe('SERVICE_UNAVAILABLE');
    expect(noted).toHaveLength(1);
    failure = new AppError('CONFLICT', 'It was changed.');
    expect(await refusal({ handle, code })).toBe('CONFLICT');
    expect(noted.slice(1)).toEqual([failed('refused', user.id)]);
    failure = null;
    expect(await refusal({ handle, code })).toBeNull();
  });
});

test('Without the setting nobody signs in by e-mail', async () => {
  emailCodes = emailCodesOf(false);
  await expect(begin()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await refusal({ handle: 'spe_', code: '000000' })).toBe('FORBIDDEN');
  expect(await database.fork().count(PendingEmailLogin)).toBe(0);
});

test('A sign-in by e-mail is removed once it has expired', async () => {
  await begin();
  const [retention] = emailCodesFeature.jobs();
  const runAt = async (ms: number): Promise<number | undefined> =>
    retention?.run({
      fork: database.fork,
      now: after(ms),
      pause: async () => undefined,
      log: { warn: () => undefined },
    });
  expect([await runAt(600_000), await runAt(600_001)]).toEqual([0, 1]);
});

test('What waits to sign a user in ends with the credentials of that user', async () => {
  const { handle, code } = await begin();
  await endEmailLogins(database.fork(), workOf(database, now), '01900000-0000-7000-8000-000000000000');
  expect(await database.fork().count(PendingEmailLogin)).toBe(1);
  await endEmailLogins(database.fork(), workOf(database, now), user.id);
  expect(await refusal({ handle, code })).toBe('INVALID_GRANT');
});
