import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issueToken, type NewToken } from '../../../src/identity/accounts/single-use-tokens.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createClient } from '../../support/client.ts';
import { beginEmailLogin, codeIn, finishEmailLogin } from '../../support/email-login.ts';
import { inTurnForAccount } from '../../support/locks.ts';
import { openMailbox } from '../../support/mailbox.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer({ EMAIL_LOGIN: 'on', TRUSTED_PROXIES: '127.0.0.1' });
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

const password = 'correct horse battery';
const another = 'another good one';

interface Account extends SignedIn {
  readonly email: string;
  readonly key: string;
  /** Issues a link that the account has not used yet; answers its token. */
  readonly issue: (purpose: NewToken['purpose'], more?: Partial<NewToken>) => Promise<string>;
}

const sql = <Row>(statement: string, parameters: unknown[] = []): Promise<Row[]> =>
  server.database.fork().getConnection().execute<Row[]>(statement, parameters);

let count = 0;
/** An account with two sessions, a key, and a link of every kind. */
async function register(): Promise<Account> {
  count += 1;
  const email = `ending${count}@example.com`;
  const client = createClient(server.url, { 'x-forwarded-for': `198.51.100.${count}` });
  const input = { email, password, displayName: 'Some One' };
  await client.get('mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', { input });
  const user = signedIn(server.url, await client.ask(signInDocument, { input: { email, password } }));
  const { createApiKey } = await user.get<{ createApiKey: { secret: string } }>(
    'mutation { createApiKey(input: { name: "key", scopes: ["articles:read"] }) { secret } }',
  );
  async function issue(purpose: NewToken['purpose'], more: Partial<NewToken> = {}): Promise<string> {
    const em = server.database.fork();
    const owner = await em.findOneOrFail(User, user.id);
    return (await issueToken(em, server.now(), { purpose, email, user: owner, ...more })).text;
  }
  await server.app.outbox.settled();
  for (const purpose of ['reset', 'email-change', 'email-revert'] as const) await issue(purpose);
  await issue('invitation', { email: `guest${count}@example.com`, roles: ['VIEWER'] });
  return { ...user, email, key: createApiKey.secret, issue };
}

const versionOf = async ({ id }: SignedIn): Promise<number> =>
  (await sql<{ version: number }>('select credential_version as version from users where id = ?', [id]))[0]?.version ??
  NaN;

/** The mails that every account here gets, whatever happens to it. */
const usual = ['verification', 'api-key-created', 'new-sign-in'];

/** What is left of an account, how its sessions ended, and what was told and noted. */
async function remainsOf({ id, email, key }: Account) {
  const sessions = await sql<{ reason: string | null }>(
    'select distinct end_reason as reason from sessions where user_id = ?',
    [id],
  );
  const links = await sql<{ purpose: string }>(
    'select purpose from account_tokens where user_id = ? and ended_at is null order by purpose',
    [id],
  );
  const byKey = await createClient(server.url, { 'x-api-key': key }).ask('{ articles { totalCount } }');
  const keys = await sql<{ isKept: boolean }>(
    'select revoked_at is null as "isKept" from api_keys where owner_id = ?',
    [id],
  );
  const found = await server.database.fork().findOneOrFail(User, id, { populate: ['passwordHash'] });
  const events = await sql<{ type: string }>('select type from audit_events where subject_id = ?', [id]);
  await server.app.outbox.settled();
  const mails = openMailbox(server.config)
    .all()
    .flatMap(({ to, kind }) => (to === email && !usual.includes(kind) ? [kind] : []));
  return {
    sessions: sessions.map(({ reason }) => reason).toSorted(),
    links: links.map(({ purpose }) => purpose),
    // A key that its account alone keeps from working would come back with it.
    keys: [byKey.status === 200, ...keys.map(({ isKept }) => isKept)],
    hasPassword: found.passwordHash !== null,
    events: events.map(({ type }) => type),
    mails,
  };
}

const prove = ({ id }: SignedIn): Promise<unknown[]> =>
  sql('update users set email_verified_at = now(), email_proved_at = now() where id = ?', [id]);
const vouchFor = ({ id }: SignedIn): Promise<unknown[]> =>
  sql('update users set email_verified_at = now(), email_proved_at = null where id = ?', [id]);
const resetPassword =
  'mutation ($token: String!, $to: String!) { resetPassword(token: $token, newPassword: $to, revokeApiKeys: false) }';

interface Ending {
  readonly change: (account: Account) => Promise<unknown>;
  readonly sessions: ReadonlyArray<string | null>;
  readonly links: readonly string[];
  readonly key: boolean;
  readonly hasPassword: boolean;
  /** The event of the audit log. */
  readonly event: string;
  /** The mail that tells the owner; null if none does. */
  readonly mail: string | null;
}

const endings: Readonly<Record<string, Ending>> = {
  'A change of the password': {
    change: (account) =>
      account.get(
        'mutation ($from: String!, $to: String!) { changePassword(currentPassword: $from, newPassword: $to) { scope } }',
        { from: password, to: another },
      ),
    // The change itself signs in anew.
    sessions: ['password', null],
    links: ['email-revert'],
    key: true,
    hasPassword: true,
    event: 'account.password_changed',
    mail: 'password-changed',
  },
  'A forgotten password that is set anew by the owner of the e-mail': {
    async change(account) {
      await prove(account);
      await server.get(resetPassword, { token: await account.issue('reset'), to: another });
    },
    sessions: ['password'],
    links: ['email-revert'],
    key: true,
    hasPassword: true,
    event: 'account.password_reset',
    mail: 'password-was-reset',
  },
  'A forgotten password that is the first proof of the e-mail': {
    change: async (account) => server.get(resetPassword, { token: await account.issue('reset'), to: another }),
    sessions: ['password'],
    links: ['email-revert'],
    key: false,
    hasPassword: true,
    event: 'account.password_reset',
    mail: 'password-was-reset',
  },
  'A code by mail that is the first proof of the e-mail': {
    async change({ email }) {
      const handle = await beginEmailLogin(server, email);
      const { text } = await openMailbox(server.config).latestMail(email, 'email-login');
      await finishEmailLogin(server, { handle, code: codeIn(text) });
    },
    // The code itself signs in.
    sessions: ['replaced', null],
    links: ['email-revert'],
    key: false,
    hasPassword: false,
    event: 'account.email_verified',
    mail: 'email-login',
  },
  'A change of the e-mail that is taken back': {
    async change(account) {
      const token = await account.issue('email-revert', { email: `former.${account.email}` });
      await sql(`update account_tokens set created_at = now() - interval '1 h' where email = ?`, [
        `former.${account.email}`,
      ]);
      await server.get('mutation ($token: String!) { revertEmailChange(token: $token) }', { token });
      await server.app.outbox.settled();
    },
    sessions: ['revoked'],
    // The one that the mail about it carries.
    links: ['reset'],
    key: false,
    hasPassword: false,
    event: 'account.email_change_reverted',
    mail: null,
  },
  'Disabling an account': {
    change: ({ id }) => admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id }),
    sessions: ['disabled'],
    links: ['email-change', 'email-revert', 'reset', 'verification'],
    key: false,
    hasPassword: true,
    event: 'user.disabled',
    mail: null,
  },
  'Taking the second factors of an account whose e-mail is only vouched for': {
    async change(account) {
      await vouchFor(account);
      await admin.get('mutation ($id: ID!) { resetUserFactors(userId: $id) { id } }', account);
    },
    sessions: ['revoked'],
    links: ['email-change', 'email-revert', 'reset', 'verification'],
    key: false,
    hasPassword: false,
    event: 'factors.reset',
    mail: 'factors-reset',
  },
  'Closing an account': {
    change: (account) => account.get('mutation { closeAccount }'),
    sessions: ['closed'],
    links: [],
    key: false,
    hasPassword: false,
    event: 'account.closed',
    mail: 'account-closed',
  },
};

test.each(Object.entries(endings))(
  '%s raises the version of the account, and ends what may be in strange hands',
  async (_, ending) => {
    const account = await register();
    const before = await versionOf(account);
    await ending.change(account);
    expect(await versionOf(account)).toBe(before + 1);
    expect(await remainsOf(account)).toEqual({
      sessions: ending.sessions.toSorted(),
      links: ending.links,
      keys: [ending.key, ending.key],
      hasPassword: ending.hasPassword,
      events: expect.arrayContaining([ending.event]),
      mails: ending.mail === null ? [] : [ending.mail],
    });
  },
);

test('The reason why an account was disabled is noted until it is enabled again', async () => {
  const { id } = await register();
  const reasons = (): Promise<unknown[]> => sql('select disabled_reason as reason from users where id = ?', [id]);
  const disable = (reason?: string): Promise<string> =>
    admin.refusal('mutation ($id: ID!, $reason: String) { disableUser(userId: $id, reason: $reason) { id } }', {
      id,
      reason,
    });
  expect([await disable(' left the team '), await reasons()]).toEqual(['no error', [{ reason: 'left the team' }]]);
  expect(await admin.get('mutation ($id: ID!) { enableUser(userId: $id) { status } }', { id })).toEqual({
    enableUser: { status: 'ACTIVE' },
  });
  expect(await reasons()).toEqual([{ reason: null }]);
  expect([await disable('x'.repeat(501)), await disable('x'.repeat(500))]).toEqual(['BAD_USER_INPUT', 'no error']);
  expect([await disable(), await reasons()]).toEqual(['no error', [{ reason: null }]]);
});

describe('The e-mail of an account', () => {
  const ask =
    'mutation ($email: EmailAddress!, $password: String) { requestEmailChange(newEmail: $email, password: $password) }';
  const verify = 'mutation ($token: String!) { verifyEmail(token: $token) }';
  const revert = 'mutation ($token: String!) { revertEmailChange(token: $token) }';
  async function emailOf({ id }: SignedIn) {
    const found = await server.database.fork().findOneOrFail(User, id, { populate: ['passwordHash'] });
    const { email, emailVerifiedAt: verified, emailProvedAt: proved, passwordHash } = found;
    return { email, verified, proved, passwordHash };
  }
  const mailsTo = async (email: string): Promise<string[]> => {
    await server.app.outbox.settled();
    return openMailbox(server.config)
      .all()
      .flatMap(({ to, kind }) => (to === email ? [kind] : []));
  };
  const eventsOf = async ({ id }: SignedIn): Promise<string[]> =>
    (await sql<{ type: string }>('select type from audit_events where subject_id = ?', [id])).map(({ type }) => type);

  test('is changed and proved by the link to the new one, and that is noted', async () => {
    const account = await register();
    const email = `new.${account.email}`;
    const token = await account.issue('email-change', { email });
    expect(await account.get(verify, { token })).toEqual({ verifyEmail: true });
    expect(await emailOf(account)).toMatchObject({ email, verified: expect.any(Date), proved: expect.any(Date) });
    expect(await eventsOf(account)).toContain('account.email_changed');
  });

  test('is proved by the first link alone, and that is noted', async () => {
    const account = await register();
    await account.get(verify, { token: await account.issue('verification') });
    const first = await emailOf(account);
    expect(first).toMatchObject({ verified: expect.any(Date), proved: expect.any(Date) });
    expect(await eventsOf(account)).toContain('account.email_verified');
    expect((await remainsOf(account)).links).not.toContain('verification');
    server.wait(60);
    await account.get(verify, { token: await account.issue('verification') });
    expect(await emailOf(account)).toEqual(first);
  });

  test.each([
    ['that nobody has verified', null],
    ['that is vouched for', new Date('2026-01-02T03:04:05Z')],
  ])('%s is proved by a code alone', async (_, emailVerifiedAt) => {
    const { id, email } = await register();
    await server.database.fork().nativeUpdate(User, id, { emailVerifiedAt });
    const handle = await beginEmailLogin(server, email);
    const { text } = await openMailbox(server.config).latestMail(email, 'email-login');
    const { body } = await finishEmailLogin(server, { handle, code: codeIn(text) });
    expect(body.errors).toBeUndefined();
    const found = await server.database.fork().findOneOrFail(User, id);
    expect(found.emailProvedAt).not.toBeNull();
    expect(found.emailVerifiedAt).toEqual(emailVerifiedAt ?? found.emailProvedAt);
  });

  test('is not proved by a link to the one before', async () => {
    const account = await register();
    const token = await account.issue('verification', { email: `old.${account.email}` });
    expect(await account.refusal(verify, { token })).toBe('BAD_USER_INPUT');
    expect(await emailOf(account)).toMatchObject({ verified: null, proved: null });
  });

  test('may be taken back by its former owner alone, not by another account', async () => {
    const [former, other] = [await register(), await register()];
    const held = `held.${former.email}`;
    await former.issue('email-revert', { email: held });
    expect(await other.refusal(verify, { token: await other.issue('email-change', { email: held }) })).toBe('CONFLICT');
    expect(await emailOf(other)).toMatchObject({ email: other.email });
    const registerHeld = 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }';
    expect(await server.refusal(registerHeld, { input: { email: held, password, displayName: 'Other' } })).toBe(
      'CONFLICT',
    );
    await other.get(ask, { email: held, password });
    expect(await mailsTo(held)).toEqual(['taken-address']);
    await former.get(ask, { email: held, password });
    expect(await mailsTo(held)).toEqual(['taken-address', 'email-change']);
    await former.get(verify, { token: await former.issue('email-change', { email: held }) });
    expect(await emailOf(former)).toMatchObject({ email: held });
  });

  test('is asked for by the latest of three links an hour, and never for the present one', async () => {
    const account = await register();
    const [email, other] = [`one.${account.email}`, `other.${account.email}`];
    await sql('delete from account_tokens where user_id = ?', [account.id]);
    await account.get(ask, { email: account.email, password });
    expect(await mailsTo(account.email)).not.toContain('email-change');
    const sent: string[][] = [];
    for (const to of [email, other, email, other]) {
      await account.get(ask, { email: to, password });
      sent.push(await mailsTo(to));
    }
    expect(sent.map((kinds) => kinds.length)).toEqual([1, 1, 2, 1]);
    const open = await sql('select email from account_tokens where user_id = ? and ended_at is null', [account.id]);
    expect(open).toEqual([{ email }]);
    expect(await eventsOf(account)).toContain('account.email_change_requested');
  });

  test.each([
    ['proved by its owner', new Date('2026-01-02T03:04:05Z'), 'a former hash'],
    ['vouched for alone', null, null],
  ])('that is taken back is what it was: %s', async (_, emailProvedAt, passwordHash) => {
    const account = await register();
    const email = `former.${account.email}`;
    const token = await account.issue('email-revert', { email, emailProvedAt, passwordHash });
    await sql('update users set email_verified_at = null, email_proved_at = now() where id = ?', [account.id]);
    await server.get(revert, { token });
    const found = await emailOf(account);
    expect(found).toEqual({ email, verified: expect.any(Date), proved: emailProvedAt, passwordHash });
    expect(await mailsTo(email)).toEqual(['email-change-reverted']);
    expect(await server.refusal(revert, { token })).toBe('BAD_USER_INPUT');
  });

  test('is taken back by one of two callers at once', async () => {
    const account = await register();
    const token = await account.issue('email-revert', { email: `former.${account.email}` });
    const takeBack = (): Promise<string> => server.refusal(revert, { token });
    const codes = await inTurnForAccount(server.database, account.id, [takeBack, takeBack]);
    expect(codes.toSorted()).toEqual(['BAD_USER_INPUT', 'no error']);
  });

  test('is not taken back from another account that has it by now', async () => {
    const [account, other] = [await register(), await register()];
    const token = await account.issue('email-revert', { email: other.email });
    expect(await server.refusal(revert, { token })).toBe('CONFLICT');
    expect(await emailOf(account)).toMatchObject({ email: account.email });
  });

  test('and its password are no matter of links any more once the account is disabled', async () => {
    const account = await register();
    const links = [
      [revert, { token: await account.issue('email-revert', { email: `former.${account.email}` }) }],
      [resetPassword, { token: await account.issue('reset'), to: another }],
      [
        'mutation ($token: String!, $password: String!) { verifyEmail(token: $token, password: $password) }',
        { token: await account.issue('verification'), password },
      ],
    ] as const;
    const before = await emailOf(account);
    await sql(`update users set status = 'DISABLED' where id = ?`, [account.id]);
    const codes = [];
    for (const [document, variables] of links) codes.push(await server.refusal(document, variables));
    expect(codes).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', 'INVALID_CREDENTIALS']);
    expect(await emailOf(account)).toEqual(before);
  });
});

test.each([
  ['proved', prove, 'your password alone signs you in', true],
  ['vouched for', vouchFor, 'say that you have forgotten your password', false],
] as const)(
  'Whoever loses the second factors of an account whose e-mail is %s is told how to go on',
  async (_, make, told, hasPassword) => {
    const account = await register();
    await make(account);
    await admin.get('mutation ($id: ID!) { resetUserFactors(userId: $id) { id } }', account);
    const { text } = await openMailbox(server.config).latestMail(account.email, 'factors-reset');
    expect(text.replaceAll(/\s+/g, ' ')).toContain(told);
    const remains = await remainsOf(account);
    expect([remains.hasPassword, remains.keys]).toEqual([hasPassword, [hasPassword, hasPassword]]);
  },
);
