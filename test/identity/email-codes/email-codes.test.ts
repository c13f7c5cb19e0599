import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { complete, enrolledAccount, manyClients, registerAccount } from '../../support/authenticator.ts';
import { createClient, type Answer } from '../../support/client.ts';
import {
  beginEmailLogin,
  beginEmailLoginDocument,
  codeIn,
  finishEmailLogin,
  finishEmailLoginDocument,
} from '../../support/email-login.ts';
import { openMailbox, type Mailbox } from '../../support/mailbox.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let mailbox: Mailbox;
beforeAll(async () => {
  server = await startServer({ ...manyClients, EMAIL_LOGIN: 'on' });
  mailbox = openMailbox(server.config);
});
afterAll(() => server.stop());

const viewer = 'viewer@demo.sallyport.test';
const editor = 'editor@demo.sallyport.test';
const origin = 'http://localhost:4000';

const begin = (email: string): Promise<string> => beginEmailLogin(server, email);
const finish = (input: object): Promise<Answer> => finishEmailLogin(server, input);
const codeOf = async (answer: Promise<Answer>): Promise<string> =>
  (await answer).body.errors?.[0]?.extensions.code ?? 'no error';

/** Asks for a mail; answers the handle with what the mail holds. */
async function mailed(email: string): Promise<{ handle: string; code: string; token: string }> {
  const before = mailbox.all().filter(({ to, kind }) => to === email && kind === 'email-login').length;
  const handle = await begin(email);
  const mails = await mailbox.mails(email, 'email-login', before + 1);
  const mail = mails.find((found) => !seen.has(found.token)) ?? mails[0];
  seen.add(mail?.token ?? '');
  return { handle, code: codeIn(mail?.text ?? ''), token: mail?.token ?? '' };
}
const seen = new Set<string>();

const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('Signing in by e-mail', () => {
  test('works by the code of the mail, as one factor', async () => {
    const { handle, code } = await mailed(viewer);
    const { body } = await finish({ handle, code: `${code.slice(0, 3)} ${code.slice(3)}`, device: 'my laptop' });
    const { finishEmailLogin: tokens } = body.data as { finishEmailLogin: { accessToken: string } };
    expect(tokens).toMatchObject({ user: { email: viewer }, session: { methods: ['EMAIL'], device: 'my laptop' } });
    expect(decodeJwt(tokens.accessToken)['amr']).toEqual(['email']);
  });

  test('works by the link of the mail, which leads to PUBLIC_URL, and not by fetching it', async () => {
    const { handle, token } = await mailed(viewer);
    const mail = await mailbox.latestMail(viewer, 'email-login');
    expect(mail.text).toContain(`${origin}/email-login?token=`);
    for (const method of ['HEAD', 'GET']) await fetch(`${server.url}/email-login?token=${token}`, { method });
    expect(await codeOf(finish({ handle, token }))).toBe('no error');
  });

  test('works once', async () => {
    const { handle, code, token } = await mailed(viewer);
    await finish({ handle, code });
    expect(await codeOf(finish({ handle, code }))).toBe('INVALID_GRANT');
    expect(await codeOf(finish({ handle, token }))).toBe('INVALID_GRANT');
  });

  test('works for ten minutes', async () => {
    const { handle, code } = await mailed(editor);
    server.wait(10 * 60 + 1);
    expect(await codeOf(finish({ handle, code }))).toBe('INVALID_GRANT');
  });

  test('allows five tries, right ones included', async () => {
    const { handle, code } = await mailed(editor);
    for (let tries = 0; tries < 5; tries += 1)
      expect(await codeOf(finish({ handle, code: wrong(code) }))).toBe('INVALID_CREDENTIALS');
    expect(await codeOf(finish({ handle, code }))).toBe('RATE_LIMITED');
  });

  test('is bound to who began: code and link are worth nothing with another handle, or with none', async () => {
    const { code, token } = await mailed(editor);
    const elsewhere = await begin('nobody@example.com');
    expect(await codeOf(finish({ handle: elsewhere, code }))).toBe('INVALID_CREDENTIALS');
    expect(await codeOf(finish({ handle: elsewhere, token }))).toBe('INVALID_CREDENTIALS');
    expect(await codeOf(finish({ token }))).toBe('BAD_USER_INPUT');
    expect(await codeOf(finish({ handle: `spe_${'A'.repeat(43)}`, code }))).toBe('INVALID_GRANT');
  });

  test('asks for exactly one proof', async () => {
    const { handle, code, token } = await mailed(editor);
    expect(await codeOf(finish({ handle }))).toBe('BAD_USER_INPUT');
    expect(await codeOf(finish({ handle, code, token }))).toBe('BAD_USER_INPUT');
  });

  test('ends with a new password', async () => {
    const account = await registerAccount(server);
    const { handle, code } = await mailed(account.email);
    await account.get(
      'mutation ($old: String!, $new: String!) { changePassword(currentPassword: $old, newPassword: $new) { scope } }',
      { old: account.password, new: 'a quite different one 7' },
    );
    expect(await codeOf(finish({ handle, code }))).toBe('INVALID_GRANT');
  });
});

describe('Whether an e-mail has an account', () => {
  const alike = [
    ['unknown', 'nobody@example.com'],
    ['malformed', 'no e-mail at all'],
    ['impossible to store', 'a\0b@example.com'],
  ];
  test.each(alike)('shows in no answer: %s', async (_, email) => {
    const handle = await begin(email);
    expect(handle).toMatch(/^spe_[\w-]{43}$/);
    for (let tries = 0; tries < 5; tries += 1)
      expect(await codeOf(finish({ handle, code: '000000' }))).toBe('INVALID_CREDENTIALS');
    expect(await codeOf(finish({ handle, code: '000000' }))).toBe('RATE_LIMITED');
  });

  testOnPostgres('shows in no time: the answer waits for no account', async () => {
    await server.database.fork().transactional(async (tx) => {
      await tx.execute('select id from users where email = ? for update', [editor]);
      expect(await begin(editor)).toMatch(/^spe_/);
    });
    await server.app.outbox.settled();
  });

  test('shows in no mail to a disabled account', async () => {
    const account = await registerAccount(server);
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    const admin = await server.signIn('admin');
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: me.id });
    await begin(account.email);
    await server.app.outbox.settled();
    expect(mailbox.all().filter(({ to, kind }) => to === account.email && kind === 'email-login')).toEqual([]);
  });
});

describe('Proof of a mailbox', () => {
  test('takes an account from the stranger who registered the e-mail', async () => {
    const stranger = await registerAccount(server);
    const { handle, code } = await mailed(stranger.email);
    const { body } = await finish({ handle, code });
    expect(body.data).toMatchObject({ finishEmailLogin: { user: { email: stranger.email, emailVerified: true } } });
    expect((await stranger.ask('{ me { id } }')).status).toBe(401);
    expect(
      await server.refusal('mutation ($input: LoginInput!) { login(input: $input) { __typename } }', {
        input: { email: stranger.email, password: stranger.password },
      }),
    ).toBe('INVALID_CREDENTIALS');
  });

  test('takes nothing from an account whose e-mail was proved before', async () => {
    const { handle, code } = await mailed(viewer);
    await finish({ handle, code });
    await server.signIn('viewer');
  });

  test('never stands in for a second factor', async () => {
    const account = await enrolledAccount(server);
    const { handle, code } = await mailed(account.email);
    const { body } = await finish({ handle, code });
    const { finishEmailLogin: challenge } = body.data as { finishEmailLogin: { challenge: string } };
    expect(challenge).toMatchObject({ methods: ['TOTP', 'RECOVERY_CODE'] });
    const { session } = await complete(server, challenge.challenge, { code: account.nextCode() });
    expect(session.methods).toEqual(['EMAIL', 'TOTP']);
  });
});

describe('A client with cookies', () => {
  const cookiesOf = ({ headers }: Answer): string =>
    headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0] ?? '')
      .join('; ');

  test('has the handle in a cookie that no script reads, and signs in by the token alone', async () => {
    const page = createClient(server.url, { origin, 'x-forwarded-for': '192.0.2.250' });
    const before = (await mailbox.mails(viewer, 'email-login')).map(({ token }) => token);
    const began = await page.ask(beginEmailLoginDocument, { email: viewer, delivery: 'COOKIE' });
    expect(began.body.data).toEqual({ beginEmailLogin: { handle: null, expiresIn: 600 } });
    expect(began.headers.getSetCookie()[0]).toMatch(/^sallyport-email-login=spe_.*HttpOnly; SameSite=Lax/);
    const mails = await mailbox.mails(viewer, 'email-login', before.length + 1);
    const token = mails.map((mail) => mail.token).find((found) => !before.includes(found));
    const withCookie = createClient(server.url, { origin, cookie: cookiesOf(began) });
    const finished = await withCookie.ask(finishEmailLoginDocument, { input: { token, delivery: 'COOKIE' } });
    expect(finished.body.data).toMatchObject({ finishEmailLogin: { accessToken: null, user: { email: viewer } } });
    expect(cookiesOf(finished)).toContain('sallyport-email-login=;');
    expect(cookiesOf(finished)).toContain('sallyport-access=');
  });

  test('gets no handle from an origin that is not allowed, and no mail is sent', async () => {
    const page = createClient(server.url, { origin: 'https://evil.example' });
    const { status } = await page.ask(beginEmailLoginDocument, { email: viewer, delivery: 'COOKIE' });
    expect(status).toBe(403);
  });
});

describe('The limits of e-mail codes', () => {
  test('let one client send five mails an hour to an e-mail, and answer the sixth alike', async () => {
    const account = await registerAccount(server);
    const handles: string[] = [];
    for (let count = 0; count < 6; count += 1)
      handles.push(await beginEmailLogin(server, account.email, '198.51.100.7'));
    await server.app.outbox.settled();
    const sent = mailbox.all().filter(({ to, kind }) => to === account.email && kind === 'email-login');
    expect(sent).toHaveLength(5);
    expect(new Set(handles).size).toBe(6);
  });

  test('count wrong codes for the e-mail over all mails, and leave the link its owner', async () => {
    const account = await registerAccount(server);
    for (let mails = 0; mails < 4; mails += 1) {
      const { handle, code } = await mailed(account.email);
      for (let tries = 0; tries < 5; tries += 1) await finish({ handle, code: wrong(code) });
    }
    const { handle, code, token } = await mailed(account.email);
    expect(await codeOf(finish({ handle, code }))).toBe('RATE_LIMITED');
    expect(await codeOf(finish({ handle, token }))).toBe('no error');
  });
});

test('Wrong and dead codes, and none at all, are recorded with the reason', async () => {
  const admin = await server.signIn('admin');
  const { auditEvents } = await admin.get<{ auditEvents: { nodes: Array<{ details: unknown }> } }>(
    '{ auditEvents(first: 100, filter: { type: "session.start_failed" }) { nodes { details } } }',
  );
  const reasons = auditEvents.nodes.map(({ details }) => JSON.stringify(details));
  for (const reason of ['wrong_code', 'dead_code', 'too_many_attempts', 'no_proof'])
    expect(reasons).toContain(JSON.stringify({ method: 'EMAIL', reason }));
});

test('Without EMAIL_LOGIN=on the fields are there, and refuse', async () => {
  const plain = await startServer();
  expect(await plain.refusal(beginEmailLoginDocument, { email: viewer })).toBe('FORBIDDEN');
  expect(await plain.refusal(finishEmailLoginDocument, { input: { handle: 'spe_', code: '1' } })).toBe('FORBIDDEN');
  await plain.stop();
});
