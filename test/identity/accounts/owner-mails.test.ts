import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ownerNotices, type OwnerNotice } from '../../../src/config/parse-mail.ts';
import { createAccountMail, type AccountMail } from '../../../src/identity/accounts/account-mail.ts';
import { describeClient } from '../../../src/identity/accounts/sign-in-notice.ts';
import type { Mail } from '../../../src/mail/mail.ts';
import { createOutbox, type Outbox } from '../../../src/mail/outbox.ts';
import { placeholderEmail } from '../../../src/users/email.ts';
import { createClient } from '../../support/client.ts';
import { openMailbox, type Mailbox } from '../../support/mailbox.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';

const password = 'correct horse battery';
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const createKey =
  'mutation { createApiKey(input: { name: "https://evil.example", scopes: ["articles:read"] }) { secret } }';
const setRoles = 'mutation ($id: ID!, $roles: [Role!]!) { setUserRoles(userId: $id, roles: $roles) { id } }';

let server: TestServer;
let mailbox: Mailbox;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '127.0.0.1' });
  mailbox = openMailbox(server.config);
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

let count = 0;
async function register(on: TestServer = server): Promise<SignedIn & { readonly email: string }> {
  count += 1;
  const email = `owner${count}@example.com`;
  const document = signInDocument.replace('LoginInput', 'RegisterInput').replace('login(', 'login: register(');
  const answer = await on.ask(document, { input: { email, password, displayName: 'Own Er' } });
  return { ...signedIn(on.url, answer), email };
}

const signIn = async (email: string, headers: Record<string, string> = {}, input: object = {}): Promise<SignedIn> =>
  signedIn(server.url, await server.ask(signInDocument, { input: { email, password, ...input } }, headers));

/** The kinds of mail that came to an e-mail, once nothing is on its way. */
async function kindsTo(email: string, box = mailbox, on = server): Promise<string[]> {
  await on.app.outbox.settled();
  return box.all().flatMap(({ to, kind }) => (to === email && kind !== 'verification' ? [kind] : []));
}

test('A sign-in on a device that was not seen before is told to the owner of the account', async () => {
  const { email } = await register();
  await signIn(email);
  expect(await kindsTo(email)).toEqual([]);
  await signIn(email, { 'x-forwarded-for': '198.51.100.7', 'user-agent': browser });
  const { text } = await mailbox.latestMail(email, 'new-sign-in');
  expect(text.replaceAll(/\s+/g, ' ')).toContain('Firefox on Linux, IP address 198.51.100.7');
  await signIn(email, { 'x-forwarded-for': '198.51.100.7', 'user-agent': browser });
  expect(await kindsTo(email)).toEqual(['new-sign-in']);
});

test('A device that shows its token is known wherever it is', async () => {
  const { email } = await register();
  const { login } = await server.get<{ login: { deviceToken: string } }>(
    'mutation ($input: LoginInput!) { login(input: $input) { ... on AuthTokens { deviceToken } } }',
    { input: { email, password } },
  );
  await signIn(email, { 'x-forwarded-for': '198.51.100.8', 'user-agent': browser }, { deviceToken: login.deviceToken });
  expect(await kindsTo(email)).toEqual([]);
});

test('A user agent is named in words of ours alone', async () => {
  const { email } = await register();
  await signIn(email, { 'user-agent': 'You won! https://evil.example Firefox' });
  expect((await mailbox.latestMail(email, 'new-sign-in')).text).not.toContain('evil.example');
});

test('A new key is told by its prefix, and changed roles by their names', async () => {
  const owner = await register();
  await owner.get(createKey);
  const { text } = await mailbox.latestMail(owner.email, 'api-key-created');
  expect([/sp_[0-9a-f]{32}/.test(text), text.includes('evil.example')]).toEqual([true, false]);
  await admin.get(setRoles, { id: owner.id, roles: ['EDITOR'] });
  expect(await kindsTo(owner.email)).toEqual(['api-key-created', 'roles-changed']);
  await admin.get(setRoles, { id: owner.id, roles: ['EDITOR'] });
  expect((await mailbox.latestMail(owner.email, 'roles-changed')).text).toContain('now: EDITOR.');
  expect(await kindsTo(owner.email)).toEqual(['api-key-created', 'roles-changed']);
});

test('What is switched off is not told, and what was asked for comes all the same', async () => {
  const quiet = await startServer({ OWNER_MAILS: 'password' });
  const box = openMailbox(quiet.config);
  const owner = await register(quiet);
  await owner.get(createKey);
  await quiet.ask(signInDocument, { input: { email: owner.email, password } }, { 'user-agent': browser });
  const change = `mutation { changePassword(currentPassword: "${password}", newPassword: "another good one") { scope } }`;
  await owner.get(change);
  await quiet.get('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email: owner.email });
  expect((await kindsTo(owner.email, box, quiet)).toSorted()).toEqual(['password-changed', 'password-reset']);
  await quiet.stop();
});

test('The link that takes a change of e-mail back is sent whatever is switched off', async () => {
  const quiet = await startServer({ OWNER_MAILS: 'none' });
  const box = openMailbox(quiet.config);
  const owner = await register(quiet);
  const verify = 'mutation ($token: String!) { verifyEmail(token: $token) }';
  await owner.get(verify, { token: (await box.latestMail(owner.email, 'verification')).token });
  const change =
    'mutation ($email: EmailAddress!, $password: String) { requestEmailChange(newEmail: $email, password: $password) }';
  const email = `moved.${owner.email}`;
  await owner.get(change, { email, password });
  await owner.get(verify, { token: (await box.latestMail(email, 'email-change')).token });
  const { token } = await box.latestMail(owner.email, 'email-changed');
  expect(await kindsTo(owner.email, box, quiet)).toEqual(['email-changed']);
  expect(await quiet.get('mutation ($token: String!) { revertEmailChange(token: $token) }', { token })).toEqual({
    revertEmailChange: true,
  });
  await quiet.stop();
});

test('A sign-in that carries an active session ends that one alone', async () => {
  const { email, accessToken } = await register();
  const other = await signIn(email);
  const carried = await signIn(email, { authorization: `Bearer ${accessToken}` });
  const me = '{ me { sessions { id } } }';
  expect((await createClient(server.url, { authorization: `Bearer ${accessToken}` }).ask(me)).status).toBe(401);
  expect((await carried.get<{ me: { sessions: object[] } }>(me)).me.sessions).toHaveLength(2);
  expect((await other.ask(me)).status).toBe(200);
});

test('A sign-in whose access token has expired ends the session behind it', async () => {
  const { email, accessToken, refreshToken } = await register();
  server.wait(901);
  await signIn(email, { authorization: `Bearer ${accessToken}` });
  const refresh = 'mutation ($token: String!) { refresh(refreshToken: $token) { expiresIn } }';
  expect(await server.refusal(refresh, { token: refreshToken })).toBe('INVALID_GRANT');
});

describe('Mail about accounts', () => {
  interface Sending extends AccountMail, Pick<Outbox, 'close'> {
    readonly sent: Mail[];
  }
  /** Sends as the server does, to a list. */
  function sendToList(notices: readonly OwnerNotice[] = ownerNotices, fork = server.database.fork): Sending {
    const sent: Mail[] = [];
    const transport = {
      deliver: async (mail: Mail) => void sent.push(mail),
      verify: async () => undefined,
      close: () => undefined,
    };
    const { post, close } = createOutbox({ transport, log: { warn: () => undefined }, clock: server.now });
    const mail = createAccountMail({ post, fork, linkBase: 'https://app.example.com', ownerNotices: notices });
    return { ...mail, sent, close };
  }
  const textTo = (to: string): Mail => ({ kind: 'test', to, subject: 'Test', parts: [] });
  const to = 'owner@example.com';

  test.each([
    ['sign-in', ['new-sign-in']],
    ['api-key', ['api-key-created']],
    ['password', ['password-changed', 'password-was-reset']],
    ['email', ['email-change-notice']],
    ['roles', ['roles-changed']],
    [
      'factors',
      [
        'identity-linked',
        'identity-unlinked',
        'factor-enrolled',
        'factor-removed',
        'factor-replaced',
        'factors-reset',
        'recovery-code-used',
        'recovery-codes-renewed',
      ],
    ],
  ] satisfies Array<[OwnerNotice, string[]]>)('is a notice of %s, which can be switched off', async (notice, kinds) => {
    const others = sendToList(ownerNotices.filter((name) => name !== notice));
    const alone = sendToList([notice]);
    for (const { send } of [others, alone]) send('password-reset', async () => textTo(to));
    const taken = [others, alone].map(({ send }) => kinds.filter((kind) => send(kind, async () => textTo(to))));
    expect(taken).toEqual([[], kinds]);
    await Promise.all([others.close(), alone.close()]);
    expect([others.sent.length, alone.sent.length]).toEqual([1, 1 + kinds.length]);
  });

  test('is not sent to an account that has no e-mail, or is closed', async () => {
    const { close, send, sent } = sendToList();
    for (const email of [placeholderEmail('1'), '1@closed.invalid', to]) send('test', async () => textTo(email));
    await close();
    expect(sent.map((mail) => mail.to)).toEqual([to]);
  });

  test('that is asked for is refused if none is taken any more', async () => {
    const { close, require: requireMail } = sendToList();
    await requireMail('password-reset', async () => textTo(to));
    await close();
    await expect(requireMail('password-reset', async () => textTo(to))).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      options: { retryAfterSeconds: 60, refusal: 'unavailable' },
    });
  });

  test('that is asked for is refused if the database, without which it cannot be written, does not answer', async () => {
    const { close, require: requireMail } = sendToList(ownerNotices, () => {
      throw new Error('no connection');
    });
    await expect(requireMail('password-reset', async () => textTo(to))).rejects.toThrow('no connection');
    await close();
  });
});

test.each([
  [
    'Edge on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0',
  ],
  ['Opera on Linux', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 OPR/106.0'],
  [
    'Samsung Internet on Android',
    'Mozilla/5.0 (Linux; Android 13) SamsungBrowser/23.0 Chrome/115.0 Mobile Safari/537.36',
  ],
  ['Chrome on ChromeOS', 'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36'],
  [
    'Firefox on iOS',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1 FxiOS/121.0 Safari/605.1',
  ],
  ['Chrome on iPadOS', 'Mozilla/5.0 (iPad; CPU OS 17_2 like Mac OS X) AppleWebKit/605.1 CriOS/120.0 Safari/605.1'],
  ['Safari on macOS', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/17.1 Safari/605.1.15'],
  ['curl', 'curl/8.5.0'],
  ['a program on Windows', 'Something/1.0 (Windows)'],
  ['a program', 'Something/1.0'],
  ['a program', null],
])('A device is told as %s', (told, userAgent) => {
  expect(describeClient(userAgent)).toBe(told);
});
