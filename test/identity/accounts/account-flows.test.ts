import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { demoPassword } from '../../../src/app/demo.ts';
import { codeAt, enrol } from '../../support/authenticator.ts';
import { createClient, type Answer, type Client } from '../../support/client.ts';
import { postgresUrl } from '../../support/database.ts';
import { holdingAccount, inTurnForAccount, untilWaiting } from '../../support/locks.ts';
import { openMailbox, type Mailbox } from '../../support/mailbox.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';

let server: TestServer;
let mailbox: Mailbox;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '127.0.0.1' });
  mailbox = openMailbox(server.config);
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

const password = 'correct horse battery';
const another = 'another good one';
const me = '{ me { id email emailVerified roles } }';
const verify = 'mutation ($token: String!, $password: String) { verifyEmail(token: $token, password: $password) }';
const requestReset = 'mutation ($email: String!) { requestPasswordReset(email: $email) }';
const reset = 'mutation ($token: String!, $password: String!) { resetPassword(token: $token, newPassword: $password) }';
const changeEmail = `mutation ($email: EmailAddress!, $password: String = "${password}") {
  requestEmailChange(newEmail: $email, password: $password)
}`;
const revert = 'mutation ($token: String!) { revertEmailChange(token: $token) }';
const invite =
  'mutation ($email: EmailAddress!, $roles: [Role!]!) { inviteUser(input: { email: $email, roles: $roles }) }';
const tokens = '{ __typename ... on AuthTokens { accessToken refreshToken user { id } } }';
const registerDocument = `mutation ($input: RegisterInput!) { login: register(input: $input) ${tokens} }`;
const accept = `mutation ($input: AcceptInvitationInput!) { login: acceptInvitation(input: $input) ${tokens} }`;

let count = 0;
/** A caller from an IP address of its own, so that no limit of one stands in the way. */
const somebody = (on: TestServer = server): Client => {
  count += 1;
  return createClient(on.url, { 'x-forwarded-for': `198.51.${count >> 8}.${count & 255}` });
};
const newEmail = (): string => `person${(count += 1)}@example.com`;

interface Account extends SignedIn {
  readonly email: string;
}
async function register(email = newEmail(), displayName = 'Some One'): Promise<Account> {
  const answer = await somebody().ask(registerDocument, { input: { email, password, displayName } });
  return { ...signedIn(server.url, answer), email };
}
const signIn = (email: string, secret: string): Promise<Answer> =>
  somebody().ask(signInDocument, { input: { email, password: secret } });
const canSignIn = async (email: string, secret: string): Promise<boolean> =>
  (await signIn(email, secret)).body.errors === undefined;
const errorOf = ({ body }: Answer): Record<string, unknown> | undefined => body.errors?.[0]?.extensions;
const isSignedOut = async ({ accessToken }: SignedIn): Promise<boolean> =>
  (await createClient(server.url, { authorization: `Bearer ${accessToken}` }).ask(me)).status === 401;
const sql = (statement: string, parameters: unknown[] = []): Promise<Array<Record<string, unknown>>> =>
  server.database.fork().getConnection().execute(statement, parameters);
/** How many mails an outbox writes at a time. */
const lettersAtOnce = 4;
const invalidToken = { code: 'BAD_USER_INPUT', field: 'token', problem: 'invalid_token' };

/** Sends the same operation many times at once and answers how many succeeded, and the codes of the rest. */
async function race(document: string, variables: object, callers = 20): Promise<[number, Set<unknown>]> {
  const answers = await Promise.all(Array.from({ length: callers }, () => somebody().ask(document, variables)));
  const refused = answers.flatMap((answer) => errorOf(answer)?.['problem'] ?? errorOf(answer)?.['code'] ?? []);
  return [callers - refused.length, new Set(refused)];
}

describe('Verifying an e-mail', () => {
  test('takes the mailed link and a session of the account; a link works once', async () => {
    const user = await register();
    const { token, text } = await mailbox.latestMail(user.email, 'verification');
    expect(text).toContain(`http://localhost:4000/verify-email?token=${token}`);
    expect(await user.get(me)).toMatchObject({ me: { emailVerified: false } });
    expect(await user.get(verify, { token })).toEqual({ verifyEmail: true });
    expect(await user.get(me)).toMatchObject({ me: { emailVerified: true } });
    expect(errorOf(await user.ask(verify, { token }))).toEqual(invalidToken);
  });

  test('takes the password in place of the session, and never a click alone', async () => {
    const user = await register();
    const stranger = await register();
    const { token } = await mailbox.latestMail(user.email, 'verification');
    const missing = { code: 'BAD_USER_INPUT', field: 'password', problem: 'required' };
    expect(errorOf(await somebody().ask(verify, { token }))).toEqual(missing);
    expect(errorOf(await stranger.ask(verify, { token }))).toEqual(missing);
    expect(await somebody().refusal(verify, { token, password: another })).toBe('INVALID_CREDENTIALS');
    expect(await user.get(me)).toMatchObject({ me: { emailVerified: false } });
    expect(await somebody().get(verify, { token, password })).toEqual({ verifyEmail: true });
    expect(await user.get(me)).toMatchObject({ me: { emailVerified: true } });
  });

  test('is over after ten wrong passwords: the link is no help to guess', async () => {
    const user = await register();
    const { token } = await mailbox.latestMail(user.email, 'verification');
    for (let tries = 0; tries < 10; tries += 1) {
      expect(await somebody().refusal(verify, { token, password: another })).toBe('INVALID_CREDENTIALS');
    }
    expect(errorOf(await somebody().ask(verify, { token, password }))).toEqual(invalidToken);
  });

  test('is not possible with what is no token, is another kind of token, or is too old', async () => {
    const user = await register();
    const { token } = await mailbox.latestMail(user.email, 'verification');
    await somebody().get(requestReset, { email: user.email });
    const { token: ofReset } = await mailbox.latestMail(user.email, 'password-reset');
    for (const wrong of ['', 'x', `${token}=`, token.toUpperCase(), ofReset, 'x'.repeat(10_000)]) {
      expect(errorOf(await user.ask(verify, { token: wrong }))).toEqual(invalidToken);
    }
    expect(errorOf(await somebody().ask(reset, { token, password: another }))).toEqual(invalidToken);
    await sql(`update account_tokens set expires_at = now() where email = ?`, [user.email]);
    expect(errorOf(await user.ask(verify, { token }))).toEqual(invalidToken);
  });

  test('is asked for again by the user, three times an hour, and no more once it is done', async () => {
    const user = await register();
    await mailbox.latestMail(user.email, 'verification');
    const again = 'mutation { requestEmailVerification }';
    for (let times = 0; times < 4; times += 1) {
      expect(await user.get(again)).toEqual({ requestEmailVerification: true });
    }
    await server.app.outbox.settled();
    expect(mailbox.all().filter(({ to }) => to === user.email)).toHaveLength(3);
    expect(await server.refusal(again)).toBe('UNAUTHENTICATED');
  });

  test('is not asked for without end: the mail of others would have to wait', async () => {
    const own = await startServer();
    const user = await own.signIn('viewer');
    const change = `requestEmailChange(newEmail: "another@example.com", password: "${demoPassword}")`;
    for (const asked of ['requestEmailVerification', change]) {
      const often = `mutation { ${Array.from({ length: 20 }, (_, index) => `a${index}: ${asked}`).join(' ')} }`;
      await user.get(often);
      expect(await user.refusal(`mutation { ${asked} }`)).toBe('RATE_LIMITED');
    }
    await own.stop();
  });

  test('of eight callers with one link succeeds for one', async () => {
    const user = await register();
    const { token } = await mailbox.latestMail(user.email, 'verification');
    const [succeeded, refusals] = await race(verify, { token, password }, 8);
    expect([succeeded, ...refusals]).toEqual([1, 'invalid_token']);
  });

  test('stores nothing that could be sent back', async () => {
    const user = await register();
    const { token } = await mailbox.latestMail(user.email, 'verification');
    expect(JSON.stringify(await sql('select * from account_tokens'))).not.toContain(token);
    expect(server.logged.join('')).not.toContain(token);
  });
});

describe('A forgotten password', () => {
  test('is replaced by a mailed link, which ends every session and tells the owner', async () => {
    const user = await register();
    expect(await somebody().get(requestReset, { email: ` ${user.email.toUpperCase()}` })).toEqual({
      requestPasswordReset: true,
    });
    const { token, text } = await mailbox.latestMail(user.email, 'password-reset');
    expect(text).toContain(`http://localhost:4000/reset-password?token=${token}`);
    expect(await somebody().get(reset, { token, password: another })).toEqual({ resetPassword: true });
    expect([
      await isSignedOut(user),
      await canSignIn(user.email, password),
      await canSignIn(user.email, another),
    ]).toEqual([true, false, true]);
    expect(errorOf(await somebody().ask(reset, { token, password }))).toEqual(invalidToken);
    const told = await mailbox.latestMail(user.email, 'password-was-reset');
    expect(told.text.replaceAll(/\s+/g, ' ')).toContain('Every session was ended');
  });

  test('is answered alike for e-mails without an account, which get no mail', async () => {
    const unknown = newEmail();
    for (const email of [unknown, 'no e-mail', '', 'a\u0000b@example.com', `${unknown}, ${unknown}`]) {
      expect(await somebody().get(requestReset, { email })).toEqual({ requestPasswordReset: true });
    }
    const { id, email } = await register();
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id });
    await somebody().get(requestReset, { email });
    await server.app.outbox.settled();
    expect(
      mailbox.all().filter(({ to, kind }) => to.includes(unknown) || (to === email && kind === 'password-reset')),
    ).toEqual([]);
  });

  test('sends three links an hour to an account, however many ask at once', async () => {
    const user = await register();
    await mailbox.latestMail(user.email, 'verification');
    const [succeeded] = await holdingAccount(server.database, user.id, async () => {
      const raced = await race(requestReset, { email: user.email });
      await untilWaiting(server.database, lettersAtOnce);
      return raced;
    });
    expect(succeeded).toBe(20);
    await server.app.outbox.settled();
    const templates = mailbox.all().filter(({ to, kind }) => to === user.email && kind === 'password-reset');
    expect(templates).toHaveLength(3);
    expect(new Set(templates.map(({ token }) => token)).size).toBe(3);
  });

  test('takes an hour at most', async () => {
    const own = await startServer();
    const box = openMailbox(own.config);
    const email = 'viewer@demo.sallyport.test';
    await own.get(requestReset, { email });
    const { token } = await box.latestMail(email, 'password-reset');
    own.wait(3601);
    expect(errorOf(await own.ask(reset, { token, password: another }))).toEqual(invalidToken);
    await own.stop();
  });

  test('of twenty callers with one link is set by one', async () => {
    const user = await register();
    await somebody().get(requestReset, { email: user.email });
    const { token } = await mailbox.latestMail(user.email, 'password-reset');
    const [succeeded, refusals] = await race(reset, { token, password: another });
    expect([succeeded, ...refusals]).toEqual([1, 'invalid_token']);
  });

  test('ends every other link, as a change of the password does', async () => {
    const user = await register();
    const { token: verification } = await mailbox.latestMail(user.email, 'verification');
    await somebody().get(requestReset, { email: user.email });
    await somebody().get(requestReset, { email: user.email });
    const [first, second] = await mailbox.mails(user.email, 'password-reset', 2);
    await somebody().get(reset, { token: first?.token, password: another });
    expect(errorOf(await somebody().ask(reset, { token: second?.token, password }))).toEqual(invalidToken);
    expect(errorOf(await somebody().ask(verify, { token: verification, password: another }))).toEqual(invalidToken);

    await somebody().get(requestReset, { email: user.email });
    const third = (await mailbox.mails(user.email, 'password-reset', 3)).at(-1);
    const again = signedIn(server.url, await signIn(user.email, another));
    await again.get(
      'mutation ($from: String!, $to: String!) { changePassword(currentPassword: $from, newPassword: $to) { scope } }',
      { from: another, to: password },
    );
    const told = await mailbox.latestMail(user.email, 'password-changed');
    expect(told.text.replaceAll(/\s+/g, ' ')).toContain('every session but the one that changed it was ended');
    expect(errorOf(await somebody().ask(reset, { token: third?.token, password: another }))).toEqual(invalidToken);
  });

  test('proves the e-mail for the first time, and removes everything that was added before', async () => {
    const squatter = await register();
    const { createApiKey } = await squatter.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "hold", scopes: ["articles:read"] }) { secret } }',
    );
    const key = createClient(server.url, { 'x-api-key': createApiKey.secret });
    expect((await key.ask(me)).status).toBe(200);
    await somebody().get(requestReset, { email: squatter.email });
    const { token } = await mailbox.latestMail(squatter.email, 'password-reset');
    await somebody().get(reset, { token, password: another });
    const owner = signedIn(server.url, await signIn(squatter.email, another));
    expect(await owner.get(me)).toMatchObject({ me: { id: squatter.id, emailVerified: true } });
    expect([(await key.ask(me)).status, await isSignedOut(squatter)]).toEqual([401, true]);
  });

  test('leaves the keys of an account whose e-mail was proven before', async () => {
    const user = await register();
    await user.get(verify, { token: (await mailbox.latestMail(user.email, 'verification')).token });
    const { createApiKey } = await user.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "own", scopes: ["articles:read"] }) { secret } }',
    );
    await somebody().get(requestReset, { email: user.email });
    await somebody().get(reset, {
      token: (await mailbox.latestMail(user.email, 'password-reset')).token,
      password: another,
    });
    expect((await createClient(server.url, { 'x-api-key': createApiKey.secret }).ask(me)).status).toBe(200);
  });
});

describe('An API key', () => {
  const makeKey = async (user: Client): Promise<Client> => {
    const { createApiKey } = await user.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "own", scopes: ["articles:read"] }) { secret } }',
    );
    return createClient(server.url, { 'x-api-key': createApiKey.secret });
  };
  const works = async (key: Client): Promise<boolean> => (await key.ask(me)).status === 200;

  test('outlives a changed password, which tells how many do, unless it is to end, too', async () => {
    const change = `mutation ($from: String!, $to: String!, $revoke: Boolean) {
      changePassword(currentPassword: $from, newPassword: $to, revokeApiKeys: $revoke) { scope }
    }`;
    const user = await register();
    const key = await makeKey(user);
    await user.get(change, { from: password, to: another });
    expect((await mailbox.latestMail(user.email, 'password-changed')).text).toContain(
      'One API key of the account still works',
    );
    expect(await works(key)).toBe(true);
    const again = signedIn(server.url, await signIn(user.email, another));
    await again.get(change, { from: another, to: password, revoke: true });
    const [, told] = await mailbox.mails(user.email, 'password-changed', 2);
    expect([await works(key), told?.text.includes('API key')]).toEqual([false, false]);
  });

  test('ends with a reset that says so', async () => {
    const user = await register();
    await user.get(verify, { token: (await mailbox.latestMail(user.email, 'verification')).token });
    const key = await makeKey(user);
    await somebody().get(requestReset, { email: user.email });
    const { token } = await mailbox.latestMail(user.email, 'password-reset');
    await somebody().get(
      'mutation ($token: String!, $to: String!) { resetPassword(token: $token, newPassword: $to, revokeApiKeys: true) }',
      { token, to: another },
    );
    expect(await works(key)).toBe(false);
  });

  test('that is forgotten and set anew ends the invitations that the account has sent', async () => {
    const user = await register();
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [ADMIN]) { id } }', { id: user.id });
    const guest = newEmail();
    await user.get(invite, { email: guest, roles: ['VIEWER'] });
    const { token: invitation } = await mailbox.latestMail(guest, 'invitation');
    await somebody().get(requestReset, { email: user.email });
    const { token } = await mailbox.latestMail(user.email, 'password-reset');
    await somebody().get(reset, { token, password: another });
    const input = { token: invitation, password, displayName: 'Guest' };
    expect(errorOf(await somebody().ask(accept, { input }))).toMatchObject({ problem: 'invalid_token' });
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [VIEWER]) { id } }', { id: user.id });
  });

  test('and an invitation of the account end with all sessions only if asked for', async () => {
    const user = await register();
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [ADMIN]) { id } }', { id: user.id });
    const key = await makeKey(user);
    const guest = newEmail();
    await user.get(invite, { email: guest, roles: ['VIEWER'] });
    const { token } = await mailbox.latestMail(guest, 'invitation');
    await user.get('mutation { logoutEverywhere(keepCurrent: true) }');
    const isOpen = `select 1 from account_tokens where email = ? and purpose = 'invitation' and ended_at is null`;
    expect([await works(key), (await sql(isOpen, [guest])).length]).toEqual([true, 1]);
    expect(await user.get('mutation { logoutEverywhere(revokeApiKeys: true) }')).toEqual({ logoutEverywhere: 1 });
    expect(await works(key)).toBe(false);
    const input = { token, password, displayName: 'Guest' };
    expect(errorOf(await somebody().ask(accept, { input }))).toMatchObject({ problem: 'invalid_token' });
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [VIEWER]) { id } }', { id: user.id });
  });
});

describe('A password', () => {
  const problemOf = async (secret: string, email = newEmail(), displayName = 'Some One'): Promise<unknown> =>
    errorOf(await somebody().ask(registerDocument, { input: { email, password: secret, displayName } }))?.['problem'];

  test.each([
    'password123',
    'QWERTYUIOP',
    'iloveyou',
    'passw0rd',
    'P@$$w0rd!2024',
    'dragon99',
    'sallyport123',
    'S4llyp0rt!',
    'localhost1',
    'zzzzzzzzzzzz',
    '１２３４５６７８',
  ])('that everybody tries first is refused: %s', async (secret) => expect(await problemOf(secret)).toBe('common'));

  test.each([
    ['the e-mail', 'Marigold.Finch@example.com', 'marigold.finch@example.com', 'M'],
    ['its local part', 'marigold-finch1', 'marigold.finch@example.com', 'M'],
    ['the name', 'Marigold Finch', 'mf@example.com', 'Marigold Finch'],
    ['a part of the name', 'MARIGOLD!99', 'mf@example.com', 'Marigold Finch'],
    ['a part of the name with digits for letters', 'Zub3n3lg3nub1!', 'mf@example.com', 'Zubenelgenubi Star'],
  ])('similar to %s is refused', async (_, secret, email, displayName) => {
    expect(await problemOf(secret, email, displayName)).toBe('similar');
  });

  test('that merely contains a name is fine', async () => {
    expect(await problemOf('marigolds never sleep', newEmail(), 'Marigold Finch')).toBeUndefined();
    expect(await problemOf('!?#!?#!?$§', newEmail())).toBeUndefined();
  });

  test('is looked at wherever one is chosen', async () => {
    const user = await register();
    await somebody().get(requestReset, { email: user.email });
    const { token } = await mailbox.latestMail(user.email, 'password-reset');
    const unfit = { code: 'BAD_USER_INPUT', field: 'newPassword' };
    expect(errorOf(await somebody().ask(reset, { token, password: 'password1' }))).toEqual({
      ...unfit,
      problem: 'common',
    });
    const change =
      'mutation ($from: String!, $to: String!) { changePassword(currentPassword: $from, newPassword: $to) { scope } }';
    const answer = await user.ask(change, { from: password, to: user.email });
    expect(errorOf(answer)).toEqual({ ...unfit, problem: 'similar' });
  });
});

describe('Registering where registrations are confirmed', () => {
  let confirmed: TestServer;
  let box: Mailbox;
  const sent = `mutation ($input: RegisterInput!) { register(input: $input) { __typename ... on ConfirmationSent { expiresIn } } }`;
  const registration = (email: string, secret = password): object => ({
    input: { email, password: secret, displayName: 'New Comer' },
  });
  beforeAll(async () => {
    confirmed = await startServer({ REGISTRATION: 'confirmed', TRUSTED_PROXIES: '127.0.0.1' });
    box = openMailbox(confirmed.config);
  });
  afterAll(() => confirmed.stop());
  const users = (email: string): Promise<unknown[]> =>
    confirmed.database.fork().getConnection().execute('select 1 from users where email = ?', [email]);

  test('answers alike for a new and a known e-mail; the mail tells them apart', async () => {
    const known = 'viewer@demo.sallyport.test';
    const fresh = newEmail();
    const answers = await Promise.all(
      [known, fresh].map((email) => somebody(confirmed).ask(sent, registration(email))),
    );
    expect(answers.map(({ body }) => body)).toEqual([
      { data: { register: { __typename: 'ConfirmationSent', expiresIn: 86_400 } } },
      { data: { register: { __typename: 'ConfirmationSent', expiresIn: 86_400 } } },
    ]);
    expect((await box.latestMail(known, 'known-address')).text).not.toContain('token=');
    expect((await box.latestMail(fresh, 'registration')).text).toContain('/verify-email?token=');
    expect(await users(fresh)).toEqual([]);
  });

  test('makes the account when the link comes with the same password', async () => {
    const email = newEmail();
    await somebody(confirmed).get(sent, registration(email));
    const { token } = await box.latestMail(email, 'registration');
    expect(await somebody(confirmed).refusal(verify, { token })).toBe('BAD_USER_INPUT');
    expect(await somebody(confirmed).refusal(verify, { token, password: another })).toBe('INVALID_CREDENTIALS');
    expect(await somebody(confirmed).refusal(signInDocument, { input: { email, password } })).toBe(
      'INVALID_CREDENTIALS',
    );
    expect(await users(email)).toEqual([]);
    await somebody(confirmed).get(verify, { token, password });
    const owner = signedIn(confirmed.url, await confirmed.ask(signInDocument, { input: { email, password } }));
    expect(await owner.get(me)).toMatchObject({ me: { email, emailVerified: true, roles: ['VIEWER'] } });
  });

  test('gives the e-mail to the person who has its mailbox and their own password, even if others registered it', async () => {
    const email = newEmail();
    await somebody(confirmed).get(sent, registration(email, 'the password of a thief'));
    await box.mails(email, 'registration');
    await somebody(confirmed).get(sent, registration(email));
    const [theirs, own] = await box.mails(email, 'registration', 2);
    expect(await somebody(confirmed).refusal(verify, { token: theirs?.token, password })).toBe('INVALID_CREDENTIALS');
    await somebody(confirmed).get(verify, { token: own?.token, password });
    const late = { token: theirs?.token, password: 'the password of a thief' };
    expect(errorOf(await somebody(confirmed).ask(verify, late))).toEqual(invalidToken);
  });

  testOnPostgres('makes no account any more once registration is closed', async () => {
    const email = newEmail();
    await somebody(confirmed).get(sent, registration(email));
    const { token } = await box.latestMail(email, 'registration');
    const closed = await startServer({ REGISTRATION: 'closed' }, confirmed.config.database);
    expect(await closed.refusal(verify, { token, password })).toBe('FORBIDDEN');
    expect(await users(email)).toEqual([]);
    await closed.stop();
  });

  test('of eight callers with one link makes one account', async () => {
    const email = newEmail();
    await somebody(confirmed).get(sent, registration(email));
    const { token } = await box.latestMail(email, 'registration');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => somebody(confirmed).ask(verify, { token, password })),
    );
    expect(answers.filter(({ body }) => body.errors === undefined)).toHaveLength(1);
    expect(await users(email)).toHaveLength(1);
  });

  const sentTo = async (email: string): Promise<number> => {
    await confirmed.app.outbox.settled();
    return box.all().filter(({ to }) => to === email).length;
  };

  test.each([
    ['an IPv4 address', () => '203.0.113.7'],
    ['the /64 of an IPv6 address', (index: number) => `2001:db8:7:7::${index}`],
  ])(
    'sends three mails an hour to one e-mail at the request of %s, however many come at once',
    async (_, ipAddressOf) => {
      const email = newEmail();
      const ask = (index: number): Promise<Answer> =>
        confirmed.ask(sent, registration(email), { 'x-forwarded-for': ipAddressOf(index) });
      const answers = await Promise.all(Array.from({ length: 8 }, (__, index) => ask(index)));
      expect(answers.map(errorOf)).toEqual(answers.map(() => undefined));
      expect(await sentTo(email)).toBe(3);
      await somebody(confirmed).get(sent, registration(email));
      expect(await sentTo(email)).toBe(4);
    },
  );

  test('sends ten mails an hour in all to one e-mail', async () => {
    const email = newEmail();
    await Promise.all(Array.from({ length: 14 }, () => somebody(confirmed).get(sent, registration(email))));
    expect(await sentTo(email)).toBe(10);
  });

  test('looks at the password and the name before anything else', async () => {
    const input = { email: 'viewer@demo.sallyport.test', password: 'password1', displayName: 'x' };
    expect(errorOf(await somebody(confirmed).ask(sent, { input }))).toMatchObject({ problem: 'common' });
  });
});

describe('An invitation', () => {
  const acceptance = (token: string, more: object = {}): object => ({
    input: { token, password, displayName: 'In Vited', ...more },
  });
  const invited = async (roles = ['EDITOR'], by: Client = admin): Promise<{ email: string; token: string }> => {
    const email = newEmail();
    expect(await by.get(invite, { email, roles })).toEqual({ inviteUser: true });
    return { email, token: (await mailbox.latestMail(email, 'invitation')).token };
  };

  test('makes an account with its roles and a proven e-mail, and signs it in', async () => {
    const { email, token } = await invited();
    const answer = await somebody().ask(accept, acceptance(token));
    const user = signedIn(server.url, answer);
    expect(await user.get('{ me { email emailVerified roles } session { methods } }')).toEqual({
      me: { email, emailVerified: true, roles: ['EDITOR'] },
      session: { methods: ['INVITATION'] },
    });
    expect(decodeJwt(user.accessToken)['amr']).toEqual(['invitation']);
    expect(await canSignIn(email, password)).toBe(true);
    expect(errorOf(await somebody().ask(accept, acceptance(token)))).toEqual({ ...invalidToken, field: 'input.token' });
  });

  test('shows below itself what the new account may see', async () => {
    const { email, token } = await invited();
    const own = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { ... on AuthTokens { user { email } session { current } } } }`;
    expect(await somebody().get(own, acceptance(token))).toEqual({
      acceptInvitation: { user: { email }, session: { current: true } },
    });
    const besides = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename } logout }`;
    expect(await somebody().refusal(besides, acceptance(token))).toBe('BAD_REQUEST');
  });

  test('is given by those who manage users, and to no roles beyond their own', async () => {
    expect(await server.refusal(invite, { email: newEmail(), roles: ['VIEWER'] })).toBe('UNAUTHENTICATED');
    const editor = await server.signIn('editor');
    expect(await editor.refusal(invite, { email: newEmail(), roles: ['VIEWER'] })).toBe('FORBIDDEN');
    const input = {
      email: 'admin@demo.sallyport.test',
      password: 'sallyport-demo',
      scopes: ['users:manage', 'articles', 'comments'],
    };
    const narrowed = signedIn(server.url, await somebody().ask(signInDocument, { input }));
    expect(await narrowed.refusal(invite, { email: newEmail(), roles: ['ADMIN'] })).toBe('FORBIDDEN');
    await invited(['EDITOR'], narrowed);
    expect(await admin.refusal(invite, { email: input.email, roles: ['VIEWER'] })).toBe('CONFLICT');
  });

  test('is worth nothing once a later one was sent, or who gave it lost the right to', async () => {
    const first = await invited();
    await admin.get(invite, { email: first.email, roles: ['VIEWER'] });
    const second = (await mailbox.mails(first.email, 'invitation', 2)).at(-1);
    expect(errorOf(await somebody().ask(accept, acceptance(first.token)))).toMatchObject({ problem: 'invalid_token' });
    const deputy = await register();
    const setRoles = 'mutation ($id: ID!, $roles: [Role!]!) { setUserRoles(userId: $id, roles: $roles) { id } }';
    await admin.get(setRoles, { id: deputy.id, roles: ['ADMIN'] });
    const third = await invited(['VIEWER'], deputy);
    await admin.get(setRoles, { id: deputy.id, roles: ['VIEWER'] });
    expect(errorOf(await somebody().ask(accept, acceptance(third.token)))).toMatchObject({ problem: 'invalid_token' });
    await somebody().get(accept, acceptance(second?.token ?? ''));
  });

  test('is accepted by one of twenty, and only with a fit password and name', async () => {
    const { email, token } = await invited();
    const unfit = await somebody().ask(accept, acceptance(token, { password: 'password1' }));
    expect(errorOf(unfit)).toEqual({ code: 'BAD_USER_INPUT', field: 'input.password', problem: 'common' });
    const unnamed = await somebody().ask(accept, acceptance(token, { displayName: ' ' }));
    expect(errorOf(unnamed)).toMatchObject({ field: 'input.displayName' });
    const [succeeded, refusals] = await race(accept, acceptance(token), 20);
    expect([succeeded, ...refusals]).toEqual([1, 'invalid_token']);
    expect(await sql('select 1 from users where email = ?', [email])).toHaveLength(1);
  });
});

describe('Changing the e-mail', () => {
  test('takes effect when the new one is proven; the old one is told, and loses its links', async () => {
    const user = await register();
    await somebody().get(requestReset, { email: user.email });
    const { token: old } = await mailbox.latestMail(user.email, 'password-reset');
    const email = newEmail();
    expect(await user.get(changeEmail, { email })).toEqual({ requestEmailChange: true });
    const { token } = await mailbox.latestMail(email, 'email-change');
    await mailbox.latestMail(user.email, 'email-change-notice');
    expect(await user.get(me)).toMatchObject({ me: { email: user.email } });
    expect(await somebody().refusal(verify, { token })).toBe('BAD_USER_INPUT');
    expect(await somebody().get(verify, { token, password })).toEqual({ verifyEmail: true });
    expect(await user.get(me)).toMatchObject({ me: { email, emailVerified: true } });
    await mailbox.latestMail(user.email, 'email-changed');
    expect(errorOf(await somebody().ask(reset, { token: old, password: another }))).toEqual(invalidToken);
    expect(await sql('select 1 from account_tokens where user_id = ? and ended_at is null', [user.id])).toEqual([]);
    expect([await canSignIn(user.email, password), await canSignIn(email, password)]).toEqual([false, true]);
  });

  test('is proven by a whole session without the password, and by a narrowed one never', async () => {
    const user = await register();
    const email = newEmail();
    await user.get(changeEmail, { email });
    const { token } = await mailbox.latestMail(email, 'email-change');
    const input = { email: user.email, password, scopes: ['articles:read'] };
    const narrowed = signedIn(server.url, await somebody().ask(signInDocument, { input }));
    expect(await narrowed.refusal(verify, { token })).toBe('BAD_USER_INPUT');
    expect(await user.get(verify, { token })).toEqual({ verifyEmail: true });
  });

  test('to an e-mail that has an account is told to its mailbox alone', async () => {
    const [user, other] = [await register(), await register()];
    expect(await user.get(changeEmail, { email: other.email })).toEqual({ requestEmailChange: true });
    expect((await mailbox.latestMail(other.email, 'taken-address')).text).not.toContain('token=');
  });

  test('to an e-mail that gets an account meanwhile is a conflict', async () => {
    const user = await register();
    const email = newEmail();
    await user.get(changeEmail, { email });
    const { token } = await mailbox.latestMail(email, 'email-change');
    await register(email);
    expect(await user.refusal(verify, { token })).toBe('CONFLICT');
    expect(await user.get(me)).toMatchObject({ me: { email: user.email } });
  });

  test('needs the password, however fresh the session is, and is stopped by a new one', async () => {
    const user = await register();
    const email = newEmail();
    const without = await user.ask(changeEmail, { email, password: null });
    expect(errorOf(without)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'password', problem: 'required' });
    expect(await user.refusal(changeEmail, { email, password: another })).toBe('INVALID_CREDENTIALS');
    await user.get(changeEmail, { email });
    const { token } = await mailbox.latestMail(email, 'email-change');
    await user.get(
      'mutation ($from: String!, $to: String!) { changePassword(currentPassword: $from, newPassword: $to) { scope } }',
      { from: password, to: another },
    );
    expect(errorOf(await somebody().ask(verify, { token, password: another }))).toEqual(invalidToken);
  });

  test('needs a recent sign-in of an account without a password', async () => {
    const user = await register();
    await sql('update users set password_hash = null where id = ?', [user.id]);
    const sinceSignIn = (seconds: number): Promise<unknown> =>
      sql(`update sessions set authenticated_at = now() - ? * interval '1 s' where user_id = ?`, [seconds, user.id]);
    await sinceSignIn(901);
    const email = newEmail();
    expect(await user.refusal(changeEmail, { email, password: null })).toBe('REAUTHENTICATION_REQUIRED');
    expect(await user.refusal('mutation { closeAccount }')).toBe('REAUTHENTICATION_REQUIRED');
    await sinceSignIn(1);
    expect(await user.get(changeEmail, { email, password: null })).toEqual({ requestEmailChange: true });
  });
});

describe('Taking a change of the e-mail back', () => {
  /** An account that somebody who knew its password has just given another e-mail. */
  async function takenOver(): Promise<{ former: string; email: string; thief: SignedIn }> {
    const owner = await register();
    await owner.get(verify, { token: (await mailbox.latestMail(owner.email, 'verification')).token });
    const thief = signedIn(server.url, await signIn(owner.email, password));
    const email = newEmail();
    await thief.get(changeEmail, { email });
    await thief.get(verify, { token: (await mailbox.latestMail(email, 'email-change')).token });
    return { former: owner.email, email, thief };
  }

  test('gives the account back to the old mailbox, without what was added since', async () => {
    const { former, email, thief } = await takenOver();
    const { createApiKey } = await thief.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "hold", scopes: ["articles:read"] }) { secret } }',
    );
    await enrol(server, { ...thief, email, password });
    const { token, text } = await mailbox.latestMail(former, 'email-changed');
    expect(text).toContain(`http://localhost:4000/revert-email-change?token=${token}`);
    expect(await somebody().get(revert, { token })).toEqual({ revertEmailChange: true });
    const key = createClient(server.url, { 'x-api-key': createApiKey.secret });
    expect([await isSignedOut(thief), (await key.ask(me)).status, await canSignIn(email, password)]).toEqual([
      true,
      401,
      false,
    ]);
    const owner = signedIn(server.url, await signIn(former, password));
    expect(await owner.get('{ me { id email emailVerified mfaEnabled recoveryCodesLeft } }')).toEqual({
      me: { id: thief.id, email: former, emailVerified: true, mfaEnabled: false, recoveryCodesLeft: 0 },
    });
    expect(errorOf(await somebody().ask(revert, { token }))).toEqual(invalidToken);
    const { token: link } = await mailbox.latestMail(former, 'email-change-reverted');
    expect(await somebody().get(reset, { token: link, password: another })).toEqual({ resetPassword: true });
    expect([await canSignIn(former, another), await canSignIn(former, password)]).toEqual([true, false]);
  });

  test('brings the password of that time back, and leaves the factors that were there before', async () => {
    const owner = await register();
    await owner.get(verify, { token: (await mailbox.latestMail(owner.email, 'verification')).token });
    const { secret } = await enrol(server, { ...owner, password });
    const email = newEmail();
    const codeChange =
      'mutation ($email: EmailAddress!, $code: String) { requestEmailChange(newEmail: $email, code: $code) }';
    expect(await owner.refusal(codeChange, { email })).toBe('MFA_REQUIRED');
    expect(await owner.refusal(changeEmail, { email })).toBe('MFA_REQUIRED');
    server.wait(30);
    await owner.get(codeChange, { email, code: codeAt(secret, server.now()) });
    await owner.get(verify, { token: (await mailbox.latestMail(email, 'email-change')).token });
    await owner.get(
      'mutation ($from: String!, $to: String!) { changePassword(currentPassword: $from, newPassword: $to) { scope } }',
      { from: password, to: another },
    );
    await somebody().get(revert, { token: (await mailbox.latestMail(owner.email, 'email-changed')).token });
    const signedInAgain = await signIn(owner.email, password);
    expect([signedInAgain.body.data, await canSignIn(owner.email, another)]).toEqual([{ login: {} }, false]);
  });

  test('is possible for seven days, and not stopped by an account that takes the old e-mail meanwhile', async () => {
    const { former, thief } = await takenOver();
    const input = { email: former, password, displayName: 'In The Way' };
    expect(await somebody().refusal(registerDocument, { input })).toBe('CONFLICT');
    expect(await thief.get(changeEmail, { email: former })).toEqual({ requestEmailChange: true });
    await mailbox.latestMail(former, 'email-change');
    const { token } = await mailbox.latestMail(former, 'email-changed');
    await sql(`update account_tokens set expires_at = now() - interval '1 s' where purpose = 'email-revert'`);
    expect(errorOf(await somebody().ask(revert, { token }))).toEqual(invalidToken);
    await somebody().get(registerDocument, { input });
  });

  test('is not offered to an e-mail that was never proven', async () => {
    const user = await register();
    const email = newEmail();
    await user.get(changeEmail, { email });
    await user.get(verify, { token: (await mailbox.latestMail(email, 'email-change')).token });
    expect((await mailbox.latestMail(user.email, 'email-changed')).text).not.toContain('token=');
  });
});

describe('Closing an account', () => {
  const close = 'mutation { closeAccount }';

  test('leaves what was published, under no name, and answers like an unknown one from then on', async () => {
    const user = await register(newEmail(), 'Marigold Finch');
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [EDITOR]) { id } }', user);
    const { createArticle } = await user.get<{ createArticle: { id: string } }>(
      'mutation { createArticle(input: { title: "Kept", body: "b" }) { id } }',
    );
    await user.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', createArticle);
    const { createApiKey } = await user.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "key", scopes: ["articles:read"] }) { secret } }',
    );
    await somebody().get(requestReset, { email: user.email });
    const { token } = await mailbox.latestMail(user.email, 'password-reset');

    expect(await user.get(close)).toEqual({ closeAccount: true });
    await mailbox.latestMail(user.email, 'account-closed');
    expect([await isSignedOut(user), await canSignIn(user.email, password)]).toEqual([true, false]);
    expect((await createClient(server.url, { 'x-api-key': createApiKey.secret }).ask(me)).status).toBe(401);
    expect(errorOf(await somebody().ask(reset, { token, password: another }))).toEqual(invalidToken);
    const article = 'query ($id: ID!) { article(id: $id) { title author { id displayName } } }';
    expect(await server.get(article, createArticle)).toEqual({
      article: { title: 'Kept', author: { id: user.id, displayName: 'Closed account' } },
    });
    expect(JSON.stringify(await sql('select * from users where id = ?', [user.id]))).not.toMatch(/marigold|person\d/i);
    expect(await server.get('{ search(query: "Closed acc") { __typename } }')).toEqual({ search: [] });
  });

  test('leaves no name either that its owner was giving it in the same moment', async () => {
    const user = await register(newEmail(), 'Marigold Finch');
    const rename = 'mutation { updateProfile(input: { displayName: "Marigold Robin" }) { displayName } }';
    const [closed, renamed] = await inTurnForAccount(server.database, user.id, [
      () => user.ask(close),
      () => user.ask(rename),
    ]);
    expect(closed?.body).toEqual({ data: { closeAccount: true } });
    expect(renamed?.body.errors?.map(({ extensions }) => extensions.code)).toEqual([
      postgresUrl === undefined ? expect.any(String) : 'NOT_FOUND',
    ]);
    expect(await sql('select display_name from users where id = ?', [user.id])).toEqual([
      { display_name: 'Closed account' },
    ]);
  });

  test('is for good: those who manage users do not find it, and the e-mail is free', async () => {
    const user = await register();
    await user.get(close);
    expect(await admin.refusal('mutation ($id: ID!) { enableUser(userId: $id) { id } }', user)).toBe('NOT_FOUND');
    const node = 'query ($id: ID!) { node(id: $id) { ... on User { email } } }';
    expect(await admin.get(node, user)).toEqual({ node: { email: null } });
    const { users } = await admin.get<{ users: { nodes: unknown[] } }>('{ users(first: 100) { nodes { id } } }');
    expect(users.nodes).toContainEqual({ id: admin.id });
    expect(users.nodes).not.toContainEqual({ id: user.id });
    expect(await admin.get('{ users(search: "Closed acc") { totalCount } }')).toEqual({ users: { totalCount: 0 } });
    const again = await register(user.email);
    expect(again.id).not.toBe(user.id);
  });

  test('is refused to the last administrator, and to a key', async () => {
    expect(await admin.refusal(close)).toBe('CONFLICT');
    expect(await admin.get(me)).toMatchObject({ me: { roles: ['ADMIN'] } });
    const besides = 'mutation { closeAccount logout }';
    expect(await (await register()).refusal(besides)).toBe('BAD_REQUEST');
  });

  test('takes the cookies back', async () => {
    const email = newEmail();
    const input = { email, password, displayName: 'Some One', delivery: 'COOKIE' };
    const origin = 'http://localhost:4000';
    const answer = await somebody().ask(registerDocument, { input }, { origin });
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const closed = await somebody().ask(close, {}, { origin, cookie });
    expect(closed.body).toEqual({ data: { closeAccount: true } });
    expect(closed.headers.getSetCookie().filter((line) => /Max-Age=0/.test(line))).toHaveLength(2);
  });

  testOnPostgres('of two administrators at the same moment keeps one', async () => {
    const own = await startServer({ TRUSTED_PROXIES: '127.0.0.1' });
    const first = await own.signIn('admin');
    const second = await own.signIn('editor');
    await first.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [ADMIN]) { id } }', second);
    const answers = await Promise.all([first.ask(close), second.ask(close)]);
    expect(answers.filter(({ body }) => body.errors === undefined)).toHaveLength(1);
    await own.stop();
  });
});
