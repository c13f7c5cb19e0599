import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SecurityEvent } from '../../../src/audit/record.ts';
import type { Compose } from '../../../src/identity/accounts/account-mail.ts';
import { AccountToken } from '../../../src/identity/accounts/account-token.entity.ts';
import { createMailTemplates } from '../../../src/identity/accounts/mail-templates.ts';
import { createPasswordReset } from '../../../src/identity/accounts/password-reset.service.ts';
import { createRegistration, type Registration } from '../../../src/identity/accounts/registration.service.ts';
import { issueToken, type NewToken } from '../../../src/identity/accounts/single-use-tokens.ts';
import { tokenRetention } from '../../../src/identity/accounts/token-retention.ts';
import { createVerification } from '../../../src/identity/accounts/verification.service.ts';
import type { FactorAccount } from '../../../src/identity/sign-in/second-factor.ts';
import { createPasswords } from '../../../src/identity/sign-in/passwords/passwords.ts';
import { createLimiters } from '../../../src/limits/limiter.ts';
import type { Mail } from '../../../src/mail/mail.ts';
import type { RequestPrincipal } from '../../../src/request/credentials.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { openTestDatabase, workOf, type OpenedDatabase } from '../../support/unit-of-work.ts';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

const now = new Date('2026-01-02T03:04:05Z');
const password = 'correct horse battery';
const another = 'another good one';
const passwords = createPasswords({ memoryKib: 1024, time: 1, parallelism: 1, concurrency: 1, contextWords: [] });
const templates = createMailTemplates('https://app.example.com');

const noted: SecurityEvent[] = [];
const removed: string[] = [];
const sent: Mail[] = [];
/** Writes mails at once; how often each is written, as if the database had failed before. */
let timesWritten = 1;
async function write(compose: Compose): Promise<void> {
  let mail: Mail | null = null;
  for (let times = 0; times < timesWritten; times += 1) mail = await compose(database.fork(), templates);
  if (mail !== null) sent.push(mail);
}
const written: Array<Promise<void>> = [];
const deps = {
  mail: {
    send: (_: string, compose: Compose) => written.push(write(compose)) > 0,
    require: (_: string, compose: Compose) => write(compose),
  },
  passwords,
  recorder: {
    record: (_: unknown, __: unknown, event: SecurityEvent) => void noted.push(event),
    note: async (_: unknown, event: SecurityEvent) => (noted.push(event), null),
  },
  factors: { hasFactor: ({ secondFactors }: FactorAccount) => secondFactors.length > 0 },
  publishEvent: () => undefined,
  sessions: { endAll: async () => 0 },
  removeCredentials: async () => void removed.push('credentials'),
  accountKeys: {
    revokeAll: async () => void removed.push('keys'),
    countActive: async () => 2,
  },
};
const textOf = async (): Promise<string[]> => {
  await Promise.all(written.splice(0));
  return sent.splice(0).map(({ kind }) => kind);
};

let user: User;
beforeEach(async () => {
  const em = database.fork();
  await em.nativeDelete(AccountToken, {});
  await em.nativeDelete(User, {});
  for (const list of [noted, removed, sent]) list.length = 0;
  timesWritten = 1;
  const passwordHash = await passwords.hash(password, { ipAddress: null });
  const input = { email: 'ada@example.com', displayName: 'Ada Lovelace', passwordHash };
  user = await em.transactional((tx) => createUser(tx, now, input, async () => undefined));
});

const issue = async (purpose: NewToken['purpose'], more: Partial<NewToken> = {}): Promise<string> => {
  const em = database.fork();
  const owner = await em.findOneOrFail(User, user.id);
  return (await issueToken(em, now, { purpose, email: user.email, user: owner, ...more })).text;
};
const openLinks = async (): Promise<string[]> =>
  (await database.fork().find(AccountToken, { endedAt: null }, { orderBy: { purpose: 'asc' } })).map(
    ({ purpose }) => purpose,
  );
const userNow = (): Promise<User> =>
  database.fork().findOneOrFail(User, { email: user.email }, { populate: ['passwordHash'] });
const invalidToken = { code: 'BAD_USER_INPUT', options: { field: 'token', problem: 'invalid_token' } };

describe('A registration', () => {
  const input = { email: 'new@example.com', password, displayName: ' New ' };
  const registrationOf = (mode: 'open' | 'confirmed' | 'closed'): Registration =>
    createRegistration({ ...deps, mode, createLimiter: createLimiters(null) });
  const register = (mode: 'open' | 'confirmed', changes: Partial<typeof input> = {}): Promise<User | null> =>
    registrationOf(mode).register(workOf(database, now), { ...input, ...changes });

  test('that is open makes an account at once, and is noted', async () => {
    const made = await register('open');
    expect(made).toMatchObject({ email: input.email, displayName: 'New', emailVerifiedAt: null, roles: ['VIEWER'] });
    expect(noted).toEqual([{ type: 'account.registered', actorId: made?.id, subjectId: made?.id }]);
    expect(await textOf()).toEqual([]);
  });

  test.each([
    ['a password that is like its name', { password: 'New Comer!', displayName: 'New Comer' }, 'input.password'],
    ['no name', { displayName: ' ' }, 'input.displayName'],
  ])('with %s is refused before anything is sent', async (_, changes, field) => {
    for (const mode of ['open', 'confirmed'] as const)
      await expect(register(mode, changes)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', options: { field } });
    expect([await textOf(), await database.fork().count(User)]).toEqual([[], 1]);
  });

  test('with an e-mail that is kept for another account makes none', async () => {
    await issue('email-revert', { email: input.email });
    await expect(register('open')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await register('confirmed')).toBeNull();
    expect(await textOf()).toEqual(['known-address']);
    expect(await database.fork().count(User)).toBe(1);
  });

  test('that is confirmed sends a link to a new e-mail, and none to a known one', async () => {
    expect([await register('confirmed'), await register('confirmed', { email: user.email })]).toEqual([null, null]);
    expect([await textOf(), await openLinks()]).toEqual([['registration', 'known-address'], ['registration']]);
  });

  test('that is confirmed counts its mail once, however often this has to be written', async () => {
    timesWritten = 3;
    const registration = registrationOf('confirmed');
    for (let times = 0; times < 4; times += 1) await registration.register(workOf(database, now), input);
    expect(await textOf()).toEqual(['registration', 'registration', 'registration']);
  });

  const confirm = (mode: 'confirmed' | 'closed', token: string): Promise<void> =>
    createVerification({ ...deps, confirmations: { registration: registrationOf(mode).confirm } }).verify(
      workOf(database, now),
      { kind: 'anonymous' },
      token,
      password,
    );

  test('that is confirmed makes an account of its owner, and every other link to make it ends', async () => {
    const passwordHash = await passwords.hash(password, { ipAddress: null });
    const more = { email: input.email, user: null, displayName: 'New', passwordHash };
    await issue('registration', more);
    await issue('invitation', { email: input.email });
    await issue('invitation', { email: 'other@example.com' });
    await confirm('confirmed', await issue('registration', more));
    const made = await database.fork().findOneOrFail(User, { email: input.email });
    expect(made).toMatchObject({ displayName: 'New', emailVerifiedAt: now, emailProvedAt: now });
    expect(noted).toEqual([{ type: 'account.registered', actorId: made.id, subjectId: made.id }]);
    expect(await openLinks()).toEqual(['invitation']);
  });

  test('is closed for what was begun before, too', async () => {
    const passwordHash = await passwords.hash(password, { ipAddress: null });
    const more = { email: input.email, user: null, displayName: 'New', passwordHash };
    await expect(confirm('closed', await issue('registration', more))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(registrationOf('closed').register(workOf(database, now), input)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await database.fork().count(User)).toBe(1);
  });
});

describe('A verification', () => {
  const verification = createVerification({ ...deps, confirmations: {} });
  const verify = (token: string, secret?: string | null, principal: RequestPrincipal = { kind: 'anonymous' }) =>
    verification.verify(workOf(database, now, principal), principal, token, secret);
  const byUser = (more: Partial<RequestPrincipal> = {}): RequestPrincipal => ({
    kind: 'user',
    id: user.id,
    roles: [],
    scopes: [],
    ...more,
  });

  test('is sent to an account whose owner is not known, three times an hour, and noted', async () => {
    for (let times = 0; times < 4; times += 1) await verification.request(workOf(database, now), user.id);
    verification.welcome(workOf(database, new Date(now.getTime() + 3_600_000)), user.id);
    expect(await textOf()).toEqual(['verification', 'verification', 'verification', 'verification']);
    const event = { type: 'account.verification_requested', actorId: user.id, subjectId: user.id };
    expect(noted).toEqual([event, event, event, event]);
  });

  test('is not sent to an account whose owner is known', async () => {
    await database.fork().nativeUpdate(User, user.id, { emailProvedAt: now });
    await verification.request(workOf(database, now), user.id);
    expect([await textOf(), noted]).toEqual([[], []]);
  });

  test('takes the session of the account itself, or its password', async () => {
    await verify(await issue('verification'), null, byUser());
    await verify(await issue('verification'), password);
    expect(await userNow()).toMatchObject({ emailVerifiedAt: now, emailProvedAt: now });
  });

  test.each([
    ['nothing', () => ({ kind: 'anonymous' as const })],
    ['a session that was narrowed', () => byUser({ isNarrowed: true })],
    ['an API key', () => byUser({ kind: 'apiKey', userId: user.id })],
    ['another account', () => byUser({ id: '01900000-0000-7000-8000-000000000000' })],
  ])('does not take %s in place of the password', async (_, principalOf) => {
    const required = { code: 'BAD_USER_INPUT', options: { field: 'password', problem: 'required' } };
    const token = await issue('verification');
    for (const secret of [null, undefined])
      await expect(verify(token, secret, principalOf())).rejects.toMatchObject(required);
    await expect(verify(token, another, principalOf())).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(noted).toEqual([{ type: 'account.password_refused', outcome: 'FAILURE', subjectId: user.id }]);
    expect(await userNow()).toMatchObject({ emailVerifiedAt: null, emailProvedAt: null });
  });

  test('is refused for an account that is disabled, with its password and with its session', async () => {
    const token = await issue('verification');
    await database.fork().nativeUpdate(User, user.id, { status: 'DISABLED' });
    await expect(verify(token, password)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(verify(token, null, byUser())).rejects.toMatchObject(invalidToken);
  });

  test.each([
    ['vouched for', now, ['TOTP'], 'MFA_REQUIRED'],
    ['vouched for', now, [], null],
    ['not verified', null, ['TOTP'], null],
  ])(
    'by the password of an account whose e-mail is %s (%j) with the factors %j: %s',
    async (_, verified, factors, code) => {
      await database.fork().nativeUpdate(User, user.id, { emailVerifiedAt: verified, secondFactors: factors });
      const verifying = verify(await issue('verification'), password);
      if (code === null) await verifying;
      else await expect(verifying).rejects.toMatchObject({ code });
      expect((await userNow()).emailProvedAt).toEqual(code === null ? now : null);
    },
  );

  test('of an e-mail that is no more that of the account is over', async () => {
    await expect(verify(await issue('verification', { email: 'old@example.com' }), password)).rejects.toMatchObject(
      invalidToken,
    );
  });

  test('ends every other link to verify, keeps the moment of an earlier one, and is noted', async () => {
    const earlier = new Date(now.getTime() - 1000);
    await database.fork().nativeUpdate(User, user.id, { emailVerifiedAt: earlier });
    await issue('verification');
    await issue('reset');
    await verify(await issue('verification'), password);
    expect(await userNow()).toMatchObject({ emailVerifiedAt: earlier, emailProvedAt: now });
    expect(await openLinks()).toEqual(['reset']);
    expect(noted).toEqual([{ type: 'account.email_verified', actorId: user.id, subjectId: user.id }]);
  });

  test('is tried with ten passwords at most', async () => {
    const token = await issue('verification');
    for (let times = 0; times < 10; times += 1)
      await expect(verify(token, another)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(verify(token, password)).rejects.toMatchObject(invalidToken);
  });

  test('of two callers at once is done by one', async () => {
    const token = await issue('verification');
    const tries = await Promise.allSettled([verify(token, password), verify(token, password)]);
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('A new password by mail', () => {
  const passwordReset = createPasswordReset(deps);
  const reset = (token: string, newPassword = another, revokeApiKeys = false): Promise<void> =>
    passwordReset.reset(workOf(database, now), token, { newPassword, revokeApiKeys });

  test('is asked for by any spelling of the e-mail, three times an hour, and noted', async () => {
    for (let times = 0; times < 4; times += 1) await passwordReset.request(workOf(database, now), ' ADA@Example.com');
    expect(await textOf()).toEqual(['password-reset', 'password-reset', 'password-reset']);
    const event = { type: 'account.password_reset_requested', subjectId: user.id };
    expect(noted).toEqual([event, event, event]);
    await passwordReset.request(workOf(database, new Date(now.getTime() + 3_600_000)), user.email);
    expect(await textOf()).toEqual(['password-reset']);
  });

  test.each(['nobody@example.com', 'no e-mail', '', 'a\u0000b@example.com'])(
    'is not sent if there is no account: %j',
    async (email) => {
      await passwordReset.request(workOf(database, now), email);
      expect([await textOf(), noted, await openLinks()]).toEqual([[], [], []]);
    },
  );

  test('that is the first proof takes every credential', async () => {
    await reset(await issue('reset'), another, true);
    expect(removed).toEqual(['credentials']);
    const found = await userNow();
    expect(found).toMatchObject({ emailVerifiedAt: now, emailProvedAt: now, credentialVersion: 1 });
    expect(await passwords.verify(found.passwordHash ?? null, another, { ipAddress: null })).toBe(true);
    expect(noted).toEqual([{ type: 'account.password_reset', actorId: user.id, subjectId: user.id }]);
  });

  test.each([
    [true, ['keys']],
    [false, []],
  ])('of an owner who is known takes the keys if that is asked for: %s', async (revokeApiKeys, taken) => {
    const earlier = new Date(now.getTime() - 1000);
    await database.fork().nativeUpdate(User, user.id, { emailVerifiedAt: earlier, emailProvedAt: earlier });
    await reset(await issue('reset'), another, revokeApiKeys);
    expect(removed).toEqual(taken);
    expect(await userNow()).toMatchObject({ emailVerifiedAt: earlier, emailProvedAt: earlier });
    expect(await textOf()).toEqual(['password-was-reset']);
  });

  test('proves nothing beside the second factor of an account whose e-mail is vouched for', async () => {
    await database.fork().nativeUpdate(User, user.id, { emailVerifiedAt: now, secondFactors: ['TOTP'] });
    await reset(await issue('reset'));
    expect([removed, (await userNow()).emailProvedAt]).toEqual([[], null]);
  });

  test.each(['Ada Lovelace', 'ada@example.com', 'short'])('is fit for its account: %s', async (unfit) => {
    await expect(reset(await issue('reset'), unfit)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      options: { field: 'newPassword' },
    });
    expect(await openLinks()).toEqual(['reset']);
  });

  test('is for the e-mail to which the link was sent, and for an account that is active', async () => {
    await expect(reset(await issue('reset', { email: 'old@example.com' }))).rejects.toMatchObject(invalidToken);
    const token = await issue('reset');
    await database.fork().nativeUpdate(User, user.id, { status: 'DISABLED' });
    await expect(reset(token)).rejects.toMatchObject(invalidToken);
  });

  test('is not for a link that belongs to no account, and for one of two callers at once', async () => {
    await expect(reset(await issue('reset', { user: null }))).rejects.toMatchObject(invalidToken);
    const token = await issue('reset');
    const tries = await Promise.allSettled([reset(token), reset(token)]);
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('tells how many keys still work', async () => {
    await reset(await issue('reset'));
    await Promise.all(written);
    expect(JSON.stringify(sent)).toContain('2 API keys of the account still work');
  });
});

describe('A link', () => {
  const verification = createVerification({ ...deps, confirmations: {} });
  const verifyAt = (at: Date, token: string): Promise<void> =>
    verification.verify(workOf(database, at), { kind: 'anonymous' }, token, password);

  test.each([
    ['verification', 86_400],
    ['registration', 86_400],
    ['reset', 3_600],
    ['invitation', 604_800],
    ['email-change', 86_400],
    ['email-revert', 604_800],
  ] as const)('of a %s is valid for %d seconds', async (purpose, seconds) => {
    await issue(purpose);
    const { expiresAt } = await database.fork().findOneOrFail(AccountToken, { purpose });
    expect(expiresAt).toEqual(new Date(now.getTime() + seconds * 1000));
  });

  test('works until it expires', async () => {
    const end = now.getTime() + 86_400_000;
    await expect(verifyAt(new Date(end), await issue('verification'))).rejects.toMatchObject(invalidToken);
    await verifyAt(new Date(end - 1), await issue('verification'));
  });

  test('works for what it was sent for, as it is, and once', async () => {
    const token = await issue('verification');
    for (const wrong of ['', `${token} `, token.slice(1), await issue('reset')])
      await expect(verifyAt(now, wrong)).rejects.toMatchObject(invalidToken);
    expect(token).toMatch(/^[\w-]{43}$/);
    await verifyAt(now, token);
    await expect(verifyAt(now, token)).rejects.toMatchObject(invalidToken);
  });

  test('is removed a day after it was used or expired, and not before', async () => {
    const runAt = (ms: number): Promise<number> =>
      tokenRetention.run({
        fork: database.fork,
        now: new Date(now.getTime() + ms),
        pause: async () => undefined,
        log: { warn: () => undefined },
      });
    const day = 86_400_000;
    await verifyAt(now, await issue('verification'));
    await issue('reset');
    expect([await runAt(day), await database.fork().count(AccountToken)]).toEqual([0, 2]);
    expect([await runAt(day + 1), await openLinks()]).toEqual([1, ['reset']]);
    expect([await runAt(day + 3_600_000), await runAt(day + 3_600_001)]).toEqual([0, 1]);
  });
});
