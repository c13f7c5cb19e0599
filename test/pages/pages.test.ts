import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingTable } from '../../src/config/setting-table.ts';
import { keepForm, takeKeptForm } from '../../src/http/pages/account/kept-form.ts';
import { readPicture } from '../../src/http/pages/brand.ts';
import { mailedPages } from '../../src/identity/accounts/mail-templates.ts';
import { Session } from '../../src/identity/sessions/session.entity.ts';
import { User } from '../../src/users/user.entity.ts';
import { codeAt, enrol, manyClients, registerAccount } from '../support/authenticator.ts';
import { codeIn } from '../support/email-login.ts';
import { openMailbox } from '../support/mailbox.ts';
import { startServer, type TestServer } from '../support/server.ts';

const own = { origin: 'http://localhost:4000' };
const editor = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };
const hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>';

let server: TestServer;

beforeAll(
  async () =>
    void (server = await startServer({ ...manyClients, CORS_ORIGINS: 'https://app.example.com', EMAIL_LOGIN: 'on' })),
);
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { headers, redirect: 'manual' });

const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = own): Promise<Response> =>
  fetch(server.url + path, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });

/** The cookies that an answer sets, as a browser sends them. */
const cookiesOf = ({ headers }: Response): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .filter((cookie) => !cookie?.endsWith('='))
    .join('; ');

/** The hidden fields of a page's last form with a step, or of its last form. */
function hiddenIn(text: string): Record<string, string> {
  const forms = text
    .split('<form')
    .map((form) =>
      Object.fromEntries(
        [...form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
          name,
          value,
        ]),
      ),
    );
  return forms.findLast((fields) => 'step' in fields) ?? forms.at(-1) ?? {};
}

async function signIn({ email, password }: { email: string; password: string } = editor): Promise<string> {
  return cookiesOf(await post('/sign-in', { email, password }));
}

test('What a form keeps in a cookie is neither a password nor a code, nor the secret of an authenticator app', () => {
  const jar = new Map<string, string>();
  const cookies = {
    get: (name: string) => jar.get(name),
    set: (name: string, value: string) => void jar.set(name, value),
    clear: (name: string) => void jar.delete(name),
  };
  const typed = { displayName: 'Ada', email: 'ada@example.com' };
  const hidden = {
    password: 'p',
    newPassword: 'n',
    code: '123456',
    secret: 'JBSW',
    uri: 'otpauth://x',
    qrCode: '<svg>',
  };
  keepForm(cookies, new Map(Object.entries({ ...typed, ...hidden })), { account: 'ada', back: '/account' });
  expect(Object.fromEntries(takeKeptForm(cookies, 'ada') ?? [])).toEqual(typed);
  expect(jar.size).toBe(0);
});

test('What was typed for one account is dropped as soon as another one opens the page that was left', async () => {
  const kept = 'sallyport-kept-form=what-was-typed';
  const cookie = `${await signIn()}; ${kept}`;
  const setBy = async (path: string): Promise<string> => (await get(path, { cookie })).headers.getSetCookie().join();
  expect(await setBy('/account?account=00000000-0000-7000-8000-000000000000')).toContain('sallyport-kept-form=;');
  expect(await setBy('/account')).not.toContain('sallyport-kept-form');
});

describe('Forms of pages:', () => {
  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['an origin that may use cookies, but has no page of ours', { origin: 'https://app.example.com' }],
    ['nowhere', {}],
    ['an opaque origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ])('a form that comes from %s signs no one in', async (_, headers) => {
    const answer = await post('/sign-in', editor, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.text()).toContain('did not come from a page of this site');
  });

  test('a browser that hides the origin of its own form is believed by Sec-Fetch-Site', async () => {
    expect((await post('/sign-in', editor, { origin: 'null', 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });

  test.each([
    ['/account/sessions', '/account/sessions'],
    ['https://app.example.com/inbox?unread', 'https://app.example.com/inbox?unread'],
    ['https://evil.example/', '/account'],
    ['//evil.example/', '/account'],
    ['/\\evil.example/', '/account'],
    ['/.//evil.example/', '/account'],
    ['javascript:alert(1)', '/account'],
    ['https://app.example.com.evil.example/', '/account'],
    ['https://user@app.example.com/', '/account'],
  ])('a sign-in that is to go on to %s leads to %s', async (next, expected) => {
    expect((await post('/sign-in', { ...editor, next })).headers.get('location')).toBe(expected);
  });

  test('a user who is signed in is asked to sign in once more if that is wanted, and led on if not', async () => {
    const { email, password } = await registerAccount(server);
    const cookie = await signIn({ email, password });
    const path = '/sign-in?next=/account/sessions';
    expect((await get(path, { cookie })).headers.get('location')).toBe('/account/sessions');
    const asked = await (await get(`${path}&again=on`, { cookie })).text();
    expect(asked).toContain('Sign in once more');
    expect(asked).not.toContain('No account yet?');
    const sent = { ...hiddenIn(asked), step: 'password', email };
    const refused = await post('/sign-in', { ...sent, password: 'not the password' }, { ...own, cookie });
    expect([refused.status, hiddenIn(await refused.text())]).toEqual([401, expect.objectContaining({ again: 'on' })]);
    const done = await post('/sign-in', { ...sent, password }, { ...own, cookie });
    expect(done.headers.get('location')).toBe('/account/sessions');
  });

  test('a field twice, a body that is no form, and a method that no page has are refused', async () => {
    const twice = new URLSearchParams([
      ['email', 'a@example.com'],
      ['email', 'b@example.com'],
    ]);
    expect((await fetch(`${server.url}/sign-in`, { method: 'POST', body: twice, headers: own })).status).toBe(400);
    expect((await fetch(`${server.url}/sign-in`, { method: 'POST', body: '{}', headers: own })).status).toBe(415);
    const put = await fetch(`${server.url}/sign-in`, { method: 'PUT', headers: own });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  test('too many attempts say how long to wait, in the page and in its header', async () => {
    const { email } = await registerAccount(server);
    for (let tried = 1; tried <= 10; tried += 1) await post('/sign-in', { email, password: 'wrong-password' });
    const last = await post('/sign-in', { email, password: 'wrong-password' });
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await last.text()).toMatch(/Try again in \d+ (?:seconds|minutes)/);
  });
});

test('Pages show the same of an e-mail that has an account and of one that has none', async () => {
  const known = await registerAccount(server);
  const shown = async (path: string, email: string): Promise<unknown> => {
    const answer = await post(path, { email, password: 'not the password', displayName: 'Ada' });
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]+/, '='));
    return [answer.status, cookies, (await answer.text()).replaceAll(email, 'the e-mail')];
  };
  for (const path of ['/sign-in', '/reset-password', '/email-login'])
    expect(await shown(path, known.email)).toEqual(await shown(path, `nobody-${known.email}`));
});

describe('Answers of pages:', () => {
  test('they load nothing foreign, run no script of their own, stand in no frame and are kept by no cache', async () => {
    const { headers } = await get('/sign-in');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('camera=(), geolocation=(), microphone=()');
    const text = await (await get('/sign-up')).text();
    expect(text).not.toMatch(/<script>|<style|\sstyle=|\son\w+=/);
  });

  test('the style sheet and the script can be kept for ever, since their names change with them', async () => {
    const text = await (await get('/sign-in')).text();
    const paths = [...text.matchAll(/(?:href|src)="(\/pages\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(paths).toHaveLength(2);
    for (const path of paths) {
      const answer = await get(path);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
    }
  });

  test('names, titles, e-mails and user agents full of markup stay text', async () => {
    const cookie = await signIn();
    await post('/account', { action: 'save', displayName: `Edgar ${hostile}` }, { ...own, cookie });
    await post(
      '/account/api-keys',
      { action: 'create', name: hostile, 'scopes:articles:read': 'on', expires: '90' },
      { ...own, cookie },
    );
    await post('/sign-in', editor, { ...own, 'user-agent': hostile });
    const pages = [
      await get('/account', { cookie }),
      await get('/account/api-keys', { cookie }),
      await get('/account/sessions', { cookie }),
      await get(`/verify-email?token=${encodeURIComponent(hostile)}`),
      await get(`/sign-in?next=${encodeURIComponent(hostile)}&done=${encodeURIComponent(hostile)}`),
      await post('/sign-in', { email: hostile, password: hostile }),
      await post('/reset-password', { email: hostile }),
      await post('/account', { action: hostile, [hostile]: hostile }, own),
    ];
    for (const page of pages) expect(await page.text()).not.toMatch(/<img src=x|<script>/);
  });

  test('an access token that has expired is renewed, and a session that was ended leads to a sign-in', async () => {
    const cookie = await signIn();
    server.wait(1_000);
    const renewed = await get('/account', { cookie });
    expect(renewed.status).toBe(200);
    expect(renewed.headers.getSetCookie().join()).toMatch(/sallyport-access=.*sallyport-refresh=/);
    await post('/sign-out', {}, { ...own, cookie: cookiesOf(renewed) });
    const ended = await get('/account', { cookie: cookiesOf(renewed) });
    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/sign-in?next=%2Faccount']);
  });

  test('a cookie that was forged counts as none, and is taken back', async () => {
    const answer = await get('/account', { cookie: 'sallyport-access=forged' });
    expect(answer.status).toBe(303);
    expect(answer.headers.getSetCookie().join()).toMatch(/sallyport-access=;/);
  });
});

describe('Pages of mailed links:', () => {
  test.each(mailedPages)('/%s is a page of this server, and named where APP_URL is explained', async (name) => {
    const answer = await get(`/${name}?token=made-up`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/<button class="primary"/);
    expect((await get(`/${name}?token=`)).status).toBe(410);
    expect(settingTable.APP_URL.meaning).toContain(`\`/${name}\``);
    expect(readFileSync('docs/guides/pages.md', 'utf8')).toContain(`\`/${name}\``);
  });

  test('a change of the e-mail takes the password, and is taken back by its button, once', async () => {
    const box = openMailbox(server.config);
    const { email, password, ask } = await registerAccount(server);
    const { token: first } = await box.latestMail(email, 'verification');
    await ask('mutation ($token: String!) { verifyEmail(token: $token) }', { token: first });
    const cookie = await signIn({ email, password });
    const change = { action: 'change-email', newEmail: `new-${email}` };
    const refused = await post('/account', { ...change, password: 'not the password' }, { ...own, cookie });
    expect(refused.status).toBe(401);
    expect(await refused.text()).toMatch(/id="change-password-error"/);
    expect((await post('/account', change, { ...own, cookie })).status).toBe(422);
    const sent = await post('/account', { ...change, password }, { ...own, cookie });
    expect(sent.headers.get('location')).toBe('/account?done=email-change-sent');
    const { token } = await box.latestMail(change.newEmail, 'email-change');
    await post('/confirm-email-change', { token, password });

    const { text, token: back } = await box.latestMail(email, 'email-changed');
    expect(text).toContain('http://localhost:4000/revert-email-change?token=');
    await get(`/revert-email-change?token=${back}`);
    expect(await (await post('/revert-email-change', { token: back })).text()).toContain(
      'The e-mail address is yours again',
    );
    expect((await post('/revert-email-change', { token: back })).status).toBe(410);
    expect((await post('/sign-in', { email, password })).status).toBe(303);
  });

  test('a change of the e-mail of an account with a second factor goes on once that is proved', async () => {
    const { secret, email } = await enrol(server, await registerAccount(server));
    const challenged = await (await post('/sign-in', { email, password: editor.password })).text();
    server.wait(30);
    const signedIn = await post('/sign-in', { ...hiddenIn(challenged), code: codeAt(secret, server.now()) });
    const first = { action: 'change-email', newEmail: `first-${email}` };
    const sentAtOnce = await post('/account', first, { ...own, cookie: cookiesOf(signedIn) });
    expect(sentAtOnce.headers.get('location')).toBe('/account?done=email-change-sent');
    server.wait(16 * 60);
    const renewed = await get('/account', { cookie: cookiesOf(signedIn) });
    expect(await renewed.text()).not.toContain('name="password"');
    const cookie = cookiesOf(renewed);
    const asked = await post('/account', { action: 'change-email', newEmail: `new-${email}` }, { ...own, cookie });
    const confirm = hiddenIn(await asked.text());
    const done = await post('/account', { ...confirm, code: codeAt(secret, server.now()) }, { ...own, cookie });
    expect(done.headers.get('location')).toBe('/account?done=email-change-sent');
  });
});

describe('Forms of the account:', () => {
  /** Where the first form of a section goes. */
  const actionIn = (text: string): string => /action="(\/account[^"]*)"/.exec(text)?.[1] ?? '';

  test('a form whose session has ended goes on for its own account alone', async () => {
    const [one, other] = [await registerAccount(server), await registerAccount(server)];
    const begun = await signIn(one);
    const action = actionIn(await (await get('/account', { cookie: begun })).text());
    await post('/sign-out', {}, { ...own, cookie: begun });
    const asked = await post(action, { action: 'save', displayName: 'Renamed' });
    const carried = { ...hiddenIn(await asked.text()), step: 'password' };
    const nameOf = async (answer: Response): Promise<boolean> =>
      (await (await get('/account', { cookie: cookiesOf(answer) })).text()).includes('value="Renamed"');

    for (const path of [action, '/account']) {
      const foreign = await post(path, { ...carried, email: other.email, password: other.password });
      expect(foreign.headers.get('location')).toBe('/account?done=other-account');
      expect(await nameOf(foreign)).toBe(false);
    }
    const same = await post(action, { ...carried, email: one.email, password: one.password });
    expect(same.headers.get('location')).toBe('/account?done=profile-saved');
    expect(await nameOf(same)).toBe(true);
  });

  test('a form whose session ends while it asks for a proof asks for a sign-in, and goes on', async () => {
    const account = await registerAccount(server);
    const begun = await signIn(account);
    server.wait(16 * 60);
    const shown = await get('/account/security', { cookie: begun });
    const cookie = cookiesOf(shown);
    const action = actionIn(await shown.text());
    const asked = await post(action, { action: 'begin-totp' }, { ...own, cookie });
    const confirm = hiddenIn(await asked.text());
    expect(confirm).toMatchObject({ step: 'confirm', 'carried.action': 'begin-totp' });
    await post('/sign-out', {}, { ...own, cookie });
    const again = await post(action, { ...confirm, password: account.password }, own);
    const carried = hiddenIn(await again.text());
    expect(carried).toMatchObject({ 'carried.action': 'begin-totp' });
    const { email, password } = account;
    const signedIn = await post(action, { ...carried, step: 'password', email, password });
    expect(await signedIn.text()).toContain('Set up your authenticator app');
  });

  test('a form does nothing once its browser is signed in as another user', async () => {
    const [one, other] = [await registerAccount(server), await registerAccount(server)];
    const action = actionIn(await (await get('/account', { cookie: await signIn(one) })).text());
    const cookie = await signIn(other);
    const sent = await post(action, { action: 'save', displayName: 'Renamed' }, { ...own, cookie });
    expect(sent.headers.get('location')).toBe('/account?done=other-account');
    expect(await (await get('/account', { cookie })).text()).not.toContain('value="Renamed"');
  });

  /** An account that has no proof left but a new password by e-mail, and whose sign-in is long ago. */
  async function withoutProof() {
    const account = await registerAccount(server);
    const cookie = await signIn(account);
    const em = server.database.fork();
    const { id } = await em.findOneOrFail(User, { email: account.email });
    await em.nativeUpdate(User, { id }, { passwordHash: null });
    await em.nativeUpdate(Session, { user: id }, { authenticatedAt: new Date(0) });
    return { ...account, cookie, headers: { ...own, cookie }, action: `/account/api-keys?account=${id}` };
  }
  const newKey = { action: 'create', name: 'nightly build', 'scopes:articles:read': 'on', expires: '30' };
  /** More than a cookie has room for, even packed. */
  const tooLong = randomBytes(4_000).toString('hex');

  test('what was typed outlives a new password by e-mail, for an account that has no other proof', async () => {
    const { action, cookie, email, headers } = await withoutProof();
    const asked = await (await post(action, newKey, headers)).text();
    expect(asked).toContain('no password yet');
    const left = await post(action, hiddenIn(asked), headers);
    expect([left.status, left.headers.get('location')]).toEqual([303, '/reset-password']);
    const browser = { ...own, cookie: `${cookie}; ${cookiesOf(left)}` };
    await post('/reset-password', { email }, browser);
    const { token } = await openMailbox(server.config).latestMail(email, 'password-reset');
    const set = await (await post('/reset-password', { token, newPassword: editor.password }, browser)).text();
    const next = new URLSearchParams(/href="\/sign-in\?([^"]+)"/.exec(set)?.[1]).get('next') ?? '';
    const kept = { ...own, cookie: cookiesOf(left) };
    const signedIn = await post('/sign-in', { email, password: editor.password, next }, kept);
    const back = await get(signedIn.headers.get('location') ?? '', {
      cookie: `${cookiesOf(signedIn)}; ${cookiesOf(left)}`,
    });
    const text = await back.text();
    expect(text).toContain('You are signed in again');
    expect(text).toContain('value="nightly build"');
    expect(text).toMatch(/name="scopes:articles:read" value="on" checked/);
    expect(back.headers.getSetCookie().join()).toContain('sallyport-kept-form=;');
  });

  test('a form that cannot be kept does not leave the page for a proof, and says so beside its longest field', async () => {
    const { action, headers } = await withoutProof();
    const asked = await post(action, { ...newKey, networks: tooLong }, headers);
    const stayed = await post(action, hiddenIn(await asked.text()), headers);
    expect([stayed.status, stayed.headers.getSetCookie().join()]).toEqual([
      422,
      expect.not.stringContaining('kept-form'),
    ]);
    const text = await stayed.text();
    expect(text).toMatch(/id="key-networks-error">This is too long to be kept/);
    expect(text).toContain(`value="${tooLong}"`);
    expect(text).toContain('value="nightly build"');
  });

  test('a form that cannot be kept goes on after a sign-in in its place, or in another tab, once its session has ended', async () => {
    const account = await registerAccount(server);
    const action = actionIn(await (await get('/account', { cookie: await signIn(account) })).text());
    const sent = { action: 'save', displayName: tooLong };
    const asked = await (await post(action, sent)).text();
    expect(asked).toContain('too long to be kept while you sign in somewhere else');
    expect(asked).not.toContain('Send me a code by e-mail');
    const { email, password } = account;
    const inPlace = await post(action, { ...hiddenIn(asked), step: 'password', email, password });
    const inAnotherTab = await post(action, sent, { ...own, cookie: await signIn(account) });
    for (const answer of [inPlace, inAnotherTab]) {
      const text = await answer.text();
      expect(text).toMatch(/id="profile-displayName-error">[^<]*at most 100 characters/);
      expect(text).toContain(`value="${tooLong}"`);
    }
    for (const step of ['provider', 'email-sign-in', 'password-by-mail']) {
      const crafted = { 'carried.action': 'save', 'carried.displayName': tooLong, step };
      expect(await (await post(action, crafted)).text()).toContain('too long to be kept');
    }
  });

  test('a refusal of a form that stood on a page between is told at the head of its section', async () => {
    const { email, password } = await registerAccount(server);
    const headers = { ...own, cookie: await signIn({ email, password }) };
    const refused = await post('/account/security', { action: 'finish-passkey', passkey: '{}' }, headers);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await refused.text()).toMatch(/role="alert">/);
  });

  const secret = 'another lighthouse keeper';
  test.each([
    ['a new password', '/account/security', { action: 'change-password', newPassword: secret }],
    ['the end of every other session', '/account/sessions', { action: 'end-others' }],
    ['a reset of the password', '/reset-password', { newPassword: secret }],
  ])('%s ends API keys as well, if the box is ticked', async (_, path, fields) => {
    for (const isTicked of [false, true]) {
      const { email, password, get: read } = await registerAccount(server);
      const box = openMailbox(server.config);
      const { token: first } = await box.latestMail(email, 'verification');
      await post('/verify-email', { token: first, password });
      await read('mutation { createApiKey(input: { name: "k", scopes: ["articles:read"] }) { secret } }');
      const cookie = await signIn({ email, password });
      let sent: Record<string, string> = { ...fields, currentPassword: password };
      if (path === '/reset-password') {
        await post(path, { email });
        sent = { ...fields, token: (await box.latestMail(email, 'password-reset')).token };
      }
      const answer = await post(path, { ...sent, ...(isTicked ? { revokeApiKeys: 'on' } : {}) }, { ...own, cookie });
      expect([200, 303]).toContain(answer.status);
      const after = await signIn({ email, password: 'newPassword' in fields ? secret : password });
      const keys = await (await get('/account/api-keys', { cookie: after })).text();
      expect(keys.includes('You have no key yet.')).toBe(isTicked);
    }
  });
});

describe('Signing in by e-mail', () => {
  test('the sign-in page leads to it, if it is switched on', async () => {
    const text = await (await get('/sign-in?next=/account/sessions')).text();
    expect(text).toContain('href="/email-login?next=%2Faccount%2Fsessions"');
  });

  const box = () => openMailbox(server.config);

  /** Asks for a mail by the page; answers the browser's cookie with what the mail holds. */
  async function mailed(fields: Record<string, string>) {
    const asked = await post('/email-login', fields);
    const { text, token } = await box().latestMail(fields['email'] ?? '', 'email-login');
    return { asked, headers: { ...own, cookie: cookiesOf(asked) }, code: codeIn(text), token };
  }

  test('a mailed link signs in the browser that asked for it, by its button, once', async () => {
    const { email } = await registerAccount(server);
    const { headers, token } = await mailed({ email });
    const shown = await get(`/email-login?token=${token}`, headers);
    const sent = hiddenIn(await shown.text());
    const elsewhere = await post('/email-login', sent);
    expect([elsewhere.status, await elsewhere.text()]).toEqual([410, expect.stringContaining('only in the browser')]);
    const signedIn = await post('/email-login', sent, headers);
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/account']);
    expect((await get('/account', { cookie: cookiesOf(signedIn) })).status).toBe(200);
    expect((await post('/email-login', sent, headers)).status).toBe(410);
  });

  test('a mailed code leads to where the sign-in was to go; a wrong one says so beside its field', async () => {
    const { email } = await registerAccount(server);
    const { asked, headers, code } = await mailed({ email, next: '/account/sessions' });
    const form = hiddenIn(await asked.text());
    const refused = await post('/email-login', { ...form, code: code === '000000' ? '000001' : '000000' }, headers);
    expect(await refused.text()).toContain('id="code-code-error"');
    const signedIn = await post('/email-login', { ...form, code }, headers);
    expect(signedIn.headers.get('location')).toBe('/account/sessions');
    const over = await post('/email-login', { ...form, code }, headers);
    expect([over.status, await over.text()]).toEqual([401, expect.stringContaining('This code is over')]);
  });

  test('a second factor is asked for after the link', async () => {
    const { email, secret } = await enrol(server, await registerAccount(server));
    const { headers, token } = await mailed({ email });
    const challenged = await post('/email-login', { step: 'link', token }, headers);
    const form = hiddenIn(await challenged.text());
    server.wait(30);
    const signedIn = await post('/sign-in', { ...form, code: codeAt(secret, server.now()) }, headers);
    expect(signedIn.headers.get('location')).toBe('/account');
  });
});

describe('The settings of pages:', () => {
  test('REGISTRATION=confirmed has the page of a new account show the same of an e-mail that has one already', async () => {
    const other = await startServer({ ...manyClients, REGISTRATION: 'confirmed' });
    try {
      const shown = async (email: string): Promise<unknown> => {
        const body = new URLSearchParams({ email, password: 'another lighthouse keeper', displayName: 'Ada' });
        const answer = await fetch(`${other.url}/sign-up`, { method: 'POST', body, headers: own, redirect: 'manual' });
        return [answer.status, answer.headers.getSetCookie(), (await answer.text()).replaceAll(email, 'the e-mail')];
      };
      expect(await shown(editor.email)).toEqual(await shown('nobody@example.com'));
    } finally {
      await other.stop();
    }
  });

  test('APP_URL leads the links of mails to a web app, and PAGES=off takes the pages away', async () => {
    const other = await startServer({ APP_URL: 'https://app.example.com/start/', PAGES: 'off' });
    try {
      expect((await fetch(`${other.url}/sign-in`)).status).toBe(404);
      const { email } = await registerAccount(other);
      const { text } = await openMailbox(other.config).latestMail(email, 'verification');
      expect(text).toMatch(/\n\nhttps:\/\/app\.example\.com\/start\/verify-email\?token=[\w-]{43}\n\n/);
    } finally {
      await other.stop();
    }
  });

  test('a name, a logo and a colour stand on every page; the colour can be read in light and in dark', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-brand-'));
    const logo = join(folder, 'logo.svg');
    writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle r="5"/></svg>');
    const brand = { BRAND_NAME: 'Acme & <Sons>', BRAND_LOGO: logo, BRAND_COLOR: '#FFE600' };
    const other = await startServer({ ...brand, PUBLIC_URL: 'http://localhost:4000/auth', REGISTRATION: 'closed' });
    try {
      const text = await (await fetch(`${other.url}/auth/sign-in`)).text();
      expect(text).toContain('<title>Sign in to Acme &amp; &lt;Sons&gt;');
      expect(text).toContain('action="/auth/sign-in"');
      expect(text).not.toMatch(/\/sign-up|\/email-login/);
      for (const path of ['/auth/email-login', '/auth/email-login?token=one']) {
        expect((await fetch(other.url + path)).status).toBe(404);
      }
      const urlOf = (pattern: RegExp): string => other.url + (pattern.exec(text)?.[1] ?? '');
      const picture = await fetch(urlOf(/<img src="([^"]+)"/));
      expect(picture.headers.get('content-type')).toBe('image/svg+xml');
      const style = await (await fetch(urlOf(/stylesheet" href="([^"]+)"/))).text();
      expect(style).toMatch(/^:root\{--accent:#ffe600;--on-accent:#000000;--accent-text:#(?!ffe600)/);
      expect(style).toContain(
        '(prefers-color-scheme:dark){:root{--accent:#ffe600;--on-accent:#000000;--accent-text:#ffe600}',
      );
    } finally {
      await other.stop();
    }
  });

  test('a logo that is not there stops the start and says so', () => {
    expect(() => readPicture('/nowhere/logo.svg')).toThrow(/^BRAND_LOGO: expected a readable file/);
  });
});
