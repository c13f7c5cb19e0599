import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Session } from '../../src/identity/sessions/session.entity.ts';
import { codeAt, registerAccount, type Account } from '../support/authenticator.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openMailbox } from '../support/mailbox.ts';
import { until } from '../support/until.ts';
import { openSite, type Site, type Visitor } from '../support/pages.ts';

describeInBrowser('The account in a real browser', () => {
  let site: Site;
  let visitor: Visitor;

  beforeAll(async () => void (site = await openSite({ TRUSTED_PROXIES: '127.0.0.0/8' })));
  afterEach(async () => {
    expect(visitor.breaches).toEqual([]);
    await visitor.context.close();
  });
  afterAll(() => site.stop());

  async function open(path: string, account: Account, options = {}): Promise<Visitor> {
    visitor = await site.visit(options);
    await visitor.page.goto(path);
    const { fill } = visitor;
    await fill({ 'E-mail address': account.email, Password: account.password });
    return visitor;
  }
  const path = (): string => new URL(visitor.page.url()).pathname;

  test('an authenticator app is set up by its QR code, shows recovery codes once, and is asked for from then on', async () => {
    const account = await registerAccount(site.server);
    const { page, fill, look, press, heading } = await open('/account/security', account);
    await look('security');
    await press('Set up an app');
    await look('authenticator-app');
    const secret = (await page.locator('code.secret').getAttribute('data-keep')) ?? '';
    await fill({ 'Code from your authenticator app': '000000' });
    expect(await page.locator('code.secret').getAttribute('data-keep')).toBe(secret);
    expect(await page.evaluate("document.querySelector('img.qr').naturalWidth")).toBeGreaterThan(0);
    await fill({ 'Code from your authenticator app': codeAt(secret, site.server.now()) });
    expect(await heading()).toBe('Your recovery codes');
    await look('recovery-codes');
    const codes = ((await page.locator('code.secret').getAttribute('data-keep')) ?? '').split('\n');
    await page.getByRole('link', { name: 'I have stored them' }).click();
    expect(await page.getByText(`${codes.length} left`).count()).toBe(1);

    await page.goto('/sign-out');
    await press('Sign out');
    await fill({ 'E-mail address': account.email, Password: account.password });
    await fill({ 'Recovery code': codes[0] ?? '' });
    await page.goto('/account/security');
    await page.getByText('Remove the app').first().click();
    await press('Remove the app');
    expect(await page.getByRole('status').textContent()).toMatch(/was removed/);
  });

  test('the account says what a stranger would still need, and which step takes how long, until two things are needed', async () => {
    const account = await registerAccount(site.server);
    const { page, fill, look, press, heading } = await open('/account/security', account);
    const ways = async (): Promise<string[]> =>
      (await page.locator('.way').allInnerTexts()).map((text) => text.split(/\n+/).join(' | '));
    expect(await page.getByText('one thing is enough').count()).toBe(1);
    expect(await ways()).toEqual(['Password | your password', 'New password by e-mail | your mailbox']);
    expect(await page.locator('.warning').allInnerTexts()).toEqual([expect.stringMatching(/is not confirmed/)]);
    await look('strength-weak');

    await press('Authenticator app About three minutes');
    expect(await heading()).toBe('Set up your authenticator app');
    const secret = (await page.locator('code.secret').getAttribute('data-keep')) ?? '';
    await fill({ 'Code from your authenticator app': codeAt(secret, site.server.now()) });
    const { token } = await openMailbox(site.server.config).latestMail(account.email, 'verification');
    await account.get('mutation ($token: String!) { verifyEmail(token: $token) }', { token });
    await page.goto('/account/security');
    expect(await page.getByText('takes two things').count()).toBe(1);
    expect(await ways()).toEqual([
      'Password | your password | a code of your app, or a recovery code',
      'New password by e-mail | your mailbox | a code of your app, or a recovery code',
    ]);
    expect([await page.locator('.warning').count(), await page.locator('.choice').count()]).toEqual([0, 0]);
    await look('strength-strong');
  });

  test('a session is drawn from its first to its last use of the last 30 days', async () => {
    const account = await registerAccount(site.server);
    const { page, look } = await open('/account/sessions', account);
    const em = site.server.database.fork();
    const ago = (days: number): Date => new Date(site.server.now().getTime() - days * 86_400_000);
    const { id } = (await account.get<{ session: { id: string } }>('{ session { id } }')).session;
    await em.nativeUpdate(Session, { id }, { createdAt: ago(15), lastUsedAt: ago(9) });
    await page.reload();
    const drawn = await page.evaluate<number[][]>(
      "[...document.querySelectorAll('.lane .used')].map((bar) => [bar.x, bar.width].map(({ baseVal }) => Math.round(baseVal.value)))",
    );
    expect(drawn).toEqual([
      [99, 1],
      [50, 20],
    ]);
    await look('sessions-lanes');
  });

  test('a page at an IP address leads to where its forms and passkeys work', async () => {
    visitor = await site.visit();
    const { page, breaches } = visitor;
    const { port } = new URL(site.server.url);
    await page.goto(`http://127.0.0.1:${port}/sign-in?next=/account/security`);
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0);
    await page.getByRole('alert').getByRole('link').click();
    await page.waitForURL(`${site.url}/sign-in?next=/account/security`);
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(1);
    expect(await page.getByRole('alert').count()).toBe(0);
    breaches.splice(0, breaches.length, ...breaches.filter((breach) => !breach.includes(`//127.0.0.1:${port}/`)));
  });

  test('a passkey is added, renamed, signs in, and is removed, and the browser learns of each change', async () => {
    const account = await registerAccount(site.server);
    const { page, addAuthenticator, fill, look, press, heading } = await open('/account/security', account);
    const authenticator = await addAuthenticator();
    const names: unknown[] = [];
    let isDropped = false;
    authenticator.on('WebAuthn.credentialUpdated', ({ credential }) => names.push(credential.userDisplayName));
    authenticator.on('WebAuthn.credentialDeleted', () => void (isDropped = true));
    await press('Add a passkey');
    await look('add-passkey');
    await page.getByLabel('Name of the passkey').fill('<i>Laptop</i>');
    await press('Create the passkey');
    await page.getByRole('status').waitFor();
    expect(await page.getByText('<i>Laptop</i>').count()).toBe(1);
    await page.getByLabel('Rename: <i>Laptop</i>').click();
    await fill({ 'Name of the passkey': 'Work laptop' });
    expect(await page.getByRole('status').textContent()).toMatch(/was renamed/);
    await page.goto('/account');
    await fill({ Name: 'Somebody else' });
    await until(() => names.includes('Somebody else'), 'the new name to come to the authenticator');

    await page.goto('/sign-out');
    await press('Sign out');
    await press('Sign in with a passkey');
    await page.waitForURL('**/account');
    site.server.wait(1_000);
    await page.goto('/account/security');
    await page.getByLabel('Rename: Work laptop').click();
    await press('Remove: Work laptop');
    expect(await heading()).toBe('Confirm that it is you');
    await look('confirm');
    await press('Use a passkey');
    await page.getByRole('status').waitFor();
    expect(await page.getByText('You have no passkey yet.').count()).toBe(1);
    await until(() => isDropped, 'the passkey to leave the authenticator');
  });

  test('without JavaScript, what was typed survives a session that was ended and a password that is asked for', async () => {
    const account = await registerAccount(site.server);
    const { page, fill, press, reason, heading } = await open('/account', account, { javaScriptEnabled: false });
    await page.getByLabel('Name', { exact: true }).fill('Ada <em>Lovelace</em>');
    await account.get('mutation { logoutEverywhere }');
    await press('Save');
    expect(await heading()).toBe('Sign in again');
    await fill({ 'E-mail address': account.email, Password: account.password });
    expect(await page.getByRole('status').textContent()).toMatch(/Your name was saved/);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Ada <em>Lovelace</em>');

    site.server.wait(1_000);
    await page.getByText('Change the e-mail address').click();
    await fill({ 'New e-mail address': `moved-${account.email}` });
    expect(await reason()).toMatch(/Give the password/);
    await fill({ 'Present password': account.password });
    expect(await page.getByRole('status').textContent()).toMatch(/on its way to the new e-mail address/);
    const { text } = await openMailbox(site.server.config).latestMail(`moved-${account.email}`, 'email-change');
    await page.goto(/http:\/\/\S+token=\S+/.exec(text)?.[0] ?? '');
    expect(path()).toBe('/confirm-email-change');
    await press('Confirm the new e-mail address');
    expect(await heading()).toBe('Your e-mail address was changed');
  });

  test('a password is changed, other sessions are ended, and a key for programs is made and revoked', async () => {
    const account = await registerAccount(site.server);
    const { page, fill, look, press, reason, heading } = await open('/account/sessions', account);
    await look('sessions');
    await press('End the session of');
    expect(await account.refusal('{ me { id } }')).toBe('UNAUTHENTICATED');

    await page.goto('/account/security');
    await page.getByText('Change the password').first().click();
    await fill({ 'Present password': 'not the password', 'New password': 'a lighthouse keeper' });
    expect(await reason()).toMatch(/password is wrong/);
    await fill({ 'Present password': account.password, 'New password': 'a lighthouse keeper' });
    expect(await page.getByRole('status').textContent()).toMatch(/password was changed/);

    await page.goto('/account/api-keys');
    await page.getByLabel('Name', { exact: true }).fill('nightly <build>');
    await press('Create the key');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('nightly <build>');
    await page.getByLabel('articles:read').check();
    await press('Create the key');
    expect(await heading()).toBe('Your new key');
    await look('new-api-key');
    const key = (await page.locator('code.secret').first().getAttribute('data-keep')) ?? '';
    const asked = { 'x-api-key': key };
    expect((await site.server.ask('{ __typename }', {}, asked)).status).toBe(200);
    await page.getByRole('link', { name: 'I have stored it' }).click();
    await look('api-keys');
    await page.getByLabel('Revoke: nightly <build>').first().click();
    await press('Revoke: nightly <build>');
    expect(await page.getByRole('status').textContent()).toMatch(/was revoked/);
    expect((await site.server.ask('{ __typename }', {}, asked)).status).toBe(401);
  });
});
