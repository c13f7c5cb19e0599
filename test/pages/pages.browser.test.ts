import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { codeAt, enrol, registerAccount } from '../support/authenticator.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { openSite, type Site, type Visitor } from '../support/pages.ts';

const editor = { 'E-mail address': 'editor@demo.sallyport.test', Password: 'sallyport-demo' };
const password = 'a lighthouse keeper';

/** Everything but passkeys: the second is a browser whose user, or whose administrator, allows no scripts. */
const browsers = [
  ['with JavaScript', true],
  ['without JavaScript', false],
] as const;

describeInBrowser('In a real browser', () => {
  let site: Site;
  let box: Mailbox;
  let visitor: Visitor;

  beforeAll(async () => {
    site = await openSite({ REGISTRATION: 'open' });
    box = openMailbox(site.server.config);
  });
  afterEach(async () => {
    expect(visitor.breaches).toEqual([]);
    await visitor.context.close();
  });
  afterAll(() => site.stop());

  const open = async (path: string, options = {}): Promise<Visitor> => {
    visitor = await site.visit(options);
    await visitor.page.goto(path);
    return visitor;
  };
  const linkIn = async (email: string, kind: string): Promise<string> => {
    const { text } = await box.latestMail(email, kind);
    return /http:\/\/\S+token=\S+/.exec(text)?.[0] ?? '';
  };
  const path = (): string => new URL(visitor.page.url()).pathname;

  test('a user signs in by the keyboard alone, after a wrong password that leaves the e-mail where it is', async () => {
    const { page, look, reason } = await open('/account/sessions');
    await look('sign-in');
    await page.keyboard.type(editor['E-mail address']);
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByText('is wrong').waitFor();
    await look('sign-in-refused');
    expect(await reason()).toMatch(/password is wrong/);
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(editor['E-mail address']);
    expect(await page.evaluate('document.activeElement.name')).toBe('password');
    await page.keyboard.type(editor.Password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account/sessions');
    expect(await visitor.heading()).toBe('Sessions');
  });

  test('a password can be looked at, and is a password again when it is sent', async () => {
    const { page } = await open('/sign-in');
    const field = page.getByLabel('Password', { exact: true });
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await field.getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide' }).click();
    expect(await field.getAttribute('type')).toBe('password');
  });

  test.each(browsers)(
    'an account is made, confirmed, and gets a new password by mail (%s)',
    async (_, javaScriptEnabled) => {
      const email = `new-${javaScriptEnabled}@pages.example`;
      const { page, fill, look, press, reason, heading } = await open('/sign-up', { javaScriptEnabled });
      if (javaScriptEnabled) await look('sign-up');
      await fill({ Name: '<b>Nora</b>', 'E-mail address': email, Password: '12345678' });
      expect(await reason()).toMatch(/too common/);
      expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('<b>Nora</b>');
      await fill({ Password: password });
      expect(path()).toBe('/account');
      expect(await page.getByText('not confirmed yet').count()).toBe(1);

      const verify = await linkIn(email, 'verification');
      // As scanners of mail do: looking at the page uses nothing up.
      expect((await fetch(verify)).status).toBe(200);
      await page.goto(verify);
      await press('Confirm the e-mail address');
      expect(await heading()).toBe('Your e-mail address is confirmed');
      await page.goto(verify);
      await press('Confirm the e-mail address');
      expect(await heading()).toBe('This link does not work');
      if (javaScriptEnabled) await look('link-spent');

      await page.goto('/sign-out');
      await press('Sign out');
      expect(await page.getByRole('status').textContent()).toMatch(/You are signed out/);
      await page.getByRole('link', { name: 'Forgot your password?' }).click();
      if (javaScriptEnabled) await look('reset-request');
      await fill({ 'E-mail address': email });
      expect(await heading()).toBe('Look at your mail');
      await page.goto(await linkIn(email, 'password-reset'));
      if (javaScriptEnabled) await look('reset-password');
      await fill({ 'New password': 'another lighthouse keeper' });
      expect(await heading()).toBe('You have a new password');
      await page.getByRole('link', { name: 'Sign in' }).click();
      await fill({ 'E-mail address': email, Password: 'another lighthouse keeper' });
      expect(path()).toBe('/account');
    },
  );

  test('an e-mail is confirmed without a session, by the password of the account', async () => {
    const { email } = await registerAccount(site.server);
    const { fill, look, reason, heading } = await open(await linkIn(email, 'verification'));
    await look('verify-email');
    await fill({ Password: 'not the password' });
    expect(await reason()).toMatch(/password is wrong/);
    await fill({ Password: 'sallyport-demo' });
    expect(await heading()).toBe('Your e-mail address is confirmed');
  });

  test.each(browsers)('a second factor is asked for: a code, or a recovery code (%s)', async (_, javaScriptEnabled) => {
    const account = await enrol(site.server, await registerAccount(site.server));
    const { page, fill, look, press, reason, heading } = await open('/sign-in', { javaScriptEnabled });
    await fill({ 'E-mail address': account.email, Password: account.password });
    expect(await heading()).toBe('Second factor');
    if (javaScriptEnabled) await look('second-factor');
    await press('Go on');
    expect(await reason()).toMatch(/Enter the code/);
    await fill({ 'Code from your authenticator app': '000000' });
    expect(await reason()).not.toBe('');
    await fill({ 'Code from your authenticator app': codeAt(account.secret, site.server.now()) });
    await page.goto('/sign-out');
    await press('Sign out');
    await fill({ 'E-mail address': account.email, Password: account.password });
    await fill({ 'Recovery code': account.recoveryCodes[0] ?? '' });
    expect(path()).toBe('/account');
  });

  test('an invitation makes an account; a link without its token, or with a made-up one, says what to do', async () => {
    const admin = await site.server.signIn('admin');
    await admin.get('mutation { inviteUser(input: { email: "guest@pages.example", roles: [EDITOR] }) }');
    const { page, fill, look, heading } = await open(await linkIn('guest@pages.example', 'invitation'));
    await look('accept-invitation');
    await fill({ Name: 'Guest', Password: password });
    expect(path()).toBe('/account');
    for (const link of [
      '/accept-invitation',
      '/verify-email',
      '/confirm-email-change?token=',
      '/reset-password?token=',
    ]) {
      await page.goto(link);
      expect(await heading()).toBe('This link does not work');
    }
    await page.goto('/accept-invitation?token=made-up<script>alert(1)</script>');
    await fill({ Name: 'Guest', Password: password });
    expect(await heading()).toBe('This link does not work');
    await page.goto('/reset-password?token=made-up');
    await fill({ 'New password': password });
    await page.getByRole('link', { name: 'Send a new link' }).click();
    expect(await heading()).toBe('Forgot your password?');
  });
});
