import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { newId } from '../../src/database/base.entity.ts';
import { ExternalIdentity } from '../../src/identity/external-login/external-identity.entity.ts';
import { Session } from '../../src/identity/sessions/session.entity.ts';
import { User } from '../../src/users/user.entity.ts';
import {
  enrolledAccount,
  type EnrolledAccount,
  manyClients,
  registerAccount,
  signInWithCode,
} from '../support/authenticator.ts';
import { describeInBrowser } from '../support/browser.ts';
import { codeIn } from '../support/email-login.ts';
import { beginExternalLogin, completeExternalLogin } from '../support/external-login.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.ts';
import { openMailbox } from '../support/mailbox.ts';
import { openSite, type Site, type Visitor } from '../support/pages.ts';
import { expectTabOrder } from '../support/tab-order.ts';

const app = 'com.example.app:/signed-in';
const person = (name: string, email = `${name.toLowerCase()}@people.example`) => ({
  name,
  email,
  email_verified: true,
});

describeInBrowser('Signing in without a password, in a real browser', () => {
  let provider: TestIdentityProvider;
  let site: Site;
  let visitor: Visitor;

  beforeAll(async () => {
    site = await openSite(async (url) => {
      const names = ['Anna', 'Berta', 'Carl', 'Clara', 'Cleo', 'Cora', 'Dora', 'Emma', 'Erik', 'Fanny', 'Gerda'].concat(
        ['Hanna', 'Hugo', 'Ida', 'Jana', 'Klara', 'Lena'],
      );
      const people = Object.fromEntries(names.map((name) => [name, person(name)]));
      const viewer = person('Vera', 'viewer@demo.sallyport.test');
      provider = await startIdentityProvider({ ...people, viewer }, [`${url}/auth/external/corporate/callback`]);
      const { issuer, clientId, clientSecret } = provider;
      const corporate = {
        name: 'corporate',
        displayName: 'The <Corporation>',
        issuer,
        clientId,
        clientSecret,
        returnTo: [app],
      };
      const gitHub = { preset: 'github', clientId, clientSecret, returnTo: [app] };
      return { ...manyClients, EMAIL_LOGIN: 'on', OIDC_PROVIDERS: JSON.stringify([corporate, gitHub]) };
    });
  });
  afterEach(async () => {
    const { breaches, context } = visitor;
    expect(breaches.filter((breach) => !breach.startsWith(`request: ${provider.issuer}/`))).toEqual([]);
    await context.close();
  });
  afterAll(async () => {
    await site.stop();
    provider.stop();
  });

  const open = async (path: string, options = {}): Promise<Visitor> => {
    visitor = await site.visit(options);
    await visitor.page.goto(path);
    return visitor;
  };
  const path = (): string => new URL(visitor.page.url()).pathname;

  /** Presses a button that leads to the provider, and goes on there as a person, or refuses. */
  async function goThrough(button: string, as: string): Promise<void> {
    const { page } = visitor;
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('link', { name: as, exact: true }).click();
    await page.waitForURL((url) => url.origin === site.url && !url.pathname.startsWith('/auth/'));
  }
  const withProvider = 'Go on with The <Corporation>';

  test.each([true, false])(
    'a provider leads to where its person wanted to go (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const { look, page } = await open('/account/sessions', { javaScriptEnabled });
      if (javaScriptEnabled) await look('sign-in-providers');
      await goThrough(withProvider, javaScriptEnabled ? 'Anna' : 'Berta');
      await page.waitForURL('**/account/sessions');
      await page.goto('/account');
      expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe(javaScriptEnabled ? 'Anna' : 'Berta');
    },
  );

  test('a person who refuses at the provider, or has an account here already, is told so', async () => {
    const { look, reason } = await open('/sign-in');
    await goThrough(withProvider, 'no');
    expect(await reason()).toMatch(/did not let you in/);
    await look('sign-in-provider-refused');
    await goThrough(withProvider, 'viewer');
    expect(await reason()).toMatch(/link the identity in your account/);
    await visitor.page.goto('/sign-in?error=%3Cb%3Econstructor');
    expect(await reason()).toMatch(/did not work/);
  });

  test('a person who is signed in and comes back with an answer of no sign-in is told so', async () => {
    const account = await registerAccount(site.server);
    const { page, fill, look, reason } = await open('/sign-in');
    await fill({ 'E-mail address': account.email, Password: account.password });
    await page.goto('/auth/external/corporate/callback?code=a&state=b');
    expect([path(), await reason()]).toEqual(['/sign-in', expect.stringMatching(/took too long/)]);
    expect(await page.getByRole('main').textContent()).toContain(account.email);
    await look('sign-in-provider-still-signed-in');
    await page.goto('/sign-in?error=%3Cb%3Econstructor&next=/account/sessions');
    expect(await reason()).toMatch(/did not work/);
    await page.getByRole('link', { name: 'Go on' }).click();
    await page.waitForURL('**/account/sessions');
  });

  /** Links somebody at the provider to an account with an authenticator app. */
  async function linkedAccount(as: string): Promise<EnrolledAccount> {
    const account = await enrolledAccount(site.server);
    const owner = await signInWithCode(site.server, account);
    const begun = await beginExternalLogin(owner, 'corporate', { returnTo: app });
    await completeExternalLogin(owner, await provider.visit(begun.authorizationUrl, as));
    return account;
  }

  test.each([true, false])(
    'an account with a second factor is asked for it, and the challenge is in no URL (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const as = javaScriptEnabled ? 'Clara' : 'Carl';
      const account = await linkedAccount(as);
      const { context, page, fill, heading, look, reason } = await open('/sign-in?next=/account/security', {
        javaScriptEnabled,
      });
      const urls: string[] = [];
      page.on('framenavigated', (frame) => urls.push(frame.url()));
      await goThrough(withProvider, as);
      expect(await heading()).toBe('Second factor');
      if (javaScriptEnabled) await look('sign-in-provider-factor');
      const handed = (await context.cookies()).find(({ name }) => name.endsWith('-challenge'));
      const { challenge } = JSON.parse(Buffer.from(handed?.value ?? '', 'base64url').toString()) as {
        challenge: string;
      };
      expect(handed?.httpOnly).toBe(true);
      expect(urls.filter((url) => /challenge|spm_/.test(url) || url.includes(challenge))).toEqual([]);
      await fill({ 'Code from your authenticator app': '000000' });
      expect(await reason()).not.toBe('');
      await fill({ 'Code from your authenticator app': account.nextCode() });
      expect([path(), await heading()]).toEqual(['/account/security', 'Security']);
      expect((await context.cookies()).map(({ name }) => name)).not.toContain(handed?.name);
    },
  );

  test('somebody who is signed in goes on as the account of the provider, once its factor is proved', async () => {
    const account = await linkedAccount('Cora');
    const { page, fill, heading } = await open('/sign-in?next=/account');
    await page.goto(`/sign-in?next=${encodeURIComponent('/account?from=other')}`);
    const tab = await visitor.context.newPage();
    await tab.goto('/sign-in');
    const other = await registerAccount(site.server);
    await tab.getByLabel('E-mail address').fill(other.email);
    await tab.getByLabel('Password', { exact: true }).fill(other.password);
    await Promise.all([tab.waitForURL('**/account'), tab.getByLabel('Password', { exact: true }).press('Enter')]);
    await goThrough(withProvider, 'Cora');
    expect(await heading()).toBe('Second factor');
    await fill({ 'Code from your authenticator app': account.nextCode() });
    expect(await page.locator('.who').textContent()).toContain(account.email);
  });

  test('a challenge that took too long is answered by the way to begin anew', async () => {
    await linkedAccount('Cleo');
    const { context, page, heading, reason } = await open('/sign-in');
    await goThrough(withProvider, 'Cleo');
    expect(await heading()).toBe('Second factor');
    await context.clearCookies({ name: /-challenge$/ });
    await page.reload();
    expect(await reason()).toMatch(/took too long/);
    await context.addCookies([{ name: 'sallyport-challenge', value: 'bm9uZQ', url: site.url }]);
    await page.reload();
    expect(await reason()).toMatch(/took too long/);
  });

  test.each([true, false])(
    'an account without password and factor confirms that it is its own by the provider (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const as = javaScriptEnabled ? 'Emma' : 'Erik';
      // The provider's clock is not moved, so that its proofs would be old as well if the server's were.
      const forgetProofs = () =>
        site.server.database
          .fork()
          .getConnection()
          .execute(`update sessions set authenticated_at = authenticated_at - interval '1 hour'`);
      const { context, page, heading, look, press } = await open('/account/security', { javaScriptEnabled });
      await goThrough(withProvider, as);
      expect(path()).toBe('/account/security');
      expect(await page.getByLabel('Current password').count()).toBe(0);
      await forgetProofs();
      await page.goto('/account/security');
      await press('Set up an app');
      expect(await heading()).toBe('Confirm that it is you');
      if (javaScriptEnabled) await look('confirm-by-provider');
      await goThrough(withProvider, 'no');
      expect(await page.getByRole('alert').textContent()).toMatch(/did not let you in/);
      await press('Set up an app');
      await goThrough(withProvider, as);
      expect(path()).toBe('/account/security');
      expect(await page.getByRole('status').textContent()).toMatch(/You have confirmed/);
      await press('Set up an app');
      expect(await heading()).toBe('Set up your authenticator app');

      await forgetProofs();
      await page.goto('/account/security');
      await press('Set up an app');
      // The provider forgets who sits there: for a change of persons its own page needs a script.
      await context.clearCookies({ name: /^_session/ });
      await goThrough(withProvider, 'Berta');
      expect(await page.getByRole('status').textContent()).toMatch(/another account than before/);
    },
  );

  test.each([true, false])(
    'what was typed is there again after a provider: its refusal, its proof, or its sign-in (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const as = javaScriptEnabled ? 'Hanna' : 'Hugo';
      const { context, page, heading, look, press } = await open('/account/api-keys', { javaScriptEnabled });
      await goThrough(withProvider, as);
      const em = site.server.database.fork();
      const { id: user } = await em.findOneOrFail(User, { displayName: as });
      const name = page.getByLabel('Name', { exact: true });
      const networks = page.getByLabel('IP addresses from which it works');
      const scope = page.getByLabel('articles:read');
      const expectTyped = async (): Promise<void> => {
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('API keys');
        expect(await name.inputValue()).toBe('nightly <build>');
        expect(await networks.inputValue()).toBe('192.0.2.0/24');
        expect([await scope.isChecked(), await page.getByLabel('Expires').inputValue()]).toEqual([true, '30']);
      };

      await em.nativeUpdate(Session, { user }, { authenticatedAt: new Date(0) });
      await name.fill('nightly <build>');
      await networks.fill('192.0.2.0/24');
      await scope.check();
      await page.getByLabel('Expires').selectOption('30');
      await press('Create the key');
      expect(await heading()).toBe('Confirm that it is you');
      await goThrough(withProvider, 'no');
      expect(await page.getByRole('alert').textContent()).toMatch(/did not let you in/);
      await expectTyped();

      await press('Create the key');
      await goThrough(withProvider, as);
      expect(await page.getByRole('status').textContent()).toMatch(/You have confirmed/);
      await expectTyped();
      if (javaScriptEnabled) await look('kept-after-a-proof');

      await em.nativeDelete(Session, { user });
      await press('Create the key');
      expect(await heading()).toBe('Sign in again');
      if (javaScriptEnabled) await look('sign-in-again-by-provider');
      await context.clearCookies({ name: /^_session/ });
      await goThrough(withProvider, as);
      expect(await page.getByRole('status').textContent()).toMatch(/signed in again/);
      await expectTyped();
      // The provider let in whom it knew, so that this is no fresh proof.
      await press('Create the key');
      await goThrough(withProvider, as);
      await expectTyped();
      await press('Create the key');
      expect(await heading()).toBe('Your new key');

      for (const value of ['bm9uZQ', '']) {
        await context.addCookies([{ name: 'sallyport-kept-form', value, url: site.url }]);
        await page.goto(`/account/api-keys?account=${user}&done=confirmed`);
        expect(await name.inputValue()).toBe('');
      }
    },
  );

  test('what is too long to be kept is told beside its field before a provider is asked, and stays there', async () => {
    const { context, look, page, press } = await open('/account/api-keys');
    await goThrough(withProvider, 'Lena');
    const em = site.server.database.fork();
    const { id: user } = await em.findOneOrFail(User, { displayName: 'Lena' });
    await em.nativeUpdate(Session, { user }, { authenticatedAt: new Date(0) });
    const networks = page.getByLabel('IP addresses from which it works');
    const typed = randomBytes(4_000).toString('hex');
    await page.getByLabel('Name', { exact: true }).fill('nightly');
    await networks.fill(typed);
    await press('Create the key');
    await press(withProvider);
    expect(await page.locator('.error').allTextContents()).toEqual([expect.stringMatching(/too long to be kept/)]);
    expect(await networks.inputValue()).toBe(typed);
    await look('too-long-to-be-kept');

    await networks.fill('192.0.2.0/24');
    await press('Create the key');
    await goThrough(withProvider, 'Lena');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('nightly');

    await em.nativeDelete(Session, { user });
    await networks.fill(typed);
    await press('Create the key');
    await page.getByText('too long to be kept while you sign in somewhere else').waitFor();
    await look('too-long-to-sign-in-elsewhere');
    const tab = await context.newPage();
    await tab.goto('/sign-in');
    await tab.getByRole('button', { name: withProvider }).click();
    // The provider lets in whom it knew.
    await tab.waitForURL('**/account');
    await press('I have signed in: go on');
    await press(withProvider);
    expect(await networks.inputValue()).toBe(typed);
  });

  test('what was typed for one account is not shown to another, whoever the provider lets in', async () => {
    const { context, page, press } = await open('/account');
    await goThrough(withProvider, 'Ida');
    await page.getByLabel('Name', { exact: true }).fill('Typed by Ida');
    const em = site.server.database.fork();
    const { id: user } = await em.findOneOrFail(User, { displayName: 'Ida' });
    await em.nativeDelete(Session, { user });
    await press('Save');
    await context.clearCookies({ name: /^_session/ });
    await goThrough(withProvider, 'Jana');
    expect(await page.getByRole('status').textContent()).toMatch(/another account than before/);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Jana');
    expect((await context.cookies()).filter(({ name }) => name.includes('kept-form'))).toEqual([]);
  });

  test('what was typed outlives the second factor that the sign-in of a provider takes', async () => {
    const account = await linkedAccount('Klara');
    const { context, page, fill, heading, press } = await open('/account');
    await goThrough(withProvider, 'Klara');
    await fill({ 'Code from your authenticator app': account.nextCode() });
    await page.getByLabel('Name', { exact: true }).fill('Typed before');
    await account.get('mutation { logoutEverywhere }');
    await press('Save');
    await context.clearCookies({ name: /^_session/ });
    await goThrough(withProvider, 'Klara');
    expect(await heading()).toBe('Second factor');
    await fill({ 'Code from your authenticator app': account.nextCode() });
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Typed before');
    await fill({ Name: 'Typed after' });
    expect(await page.getByRole('status').textContent()).toMatch(/Your name was saved/);
  });

  test.each([true, false])(
    'what was typed outlives a sign-in by a mailed code (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const account = await registerAccount(site.server);
      const { page, fill, press } = await open('/account', { javaScriptEnabled });
      await fill({ 'E-mail address': account.email, Password: account.password });
      await page.getByLabel('Name', { exact: true }).fill('Typed before');
      await account.get('mutation { logoutEverywhere }');
      await press('Save');
      await press('Send me a code by e-mail');
      await fill({ 'E-mail address': account.email });
      const mail = await openMailbox(site.server.config).latestMail(account.email, 'email-login');
      await fill({ 'Code from the mail': codeIn(mail.text) });
      expect(path()).toBe('/account');
      expect(await page.getByRole('status').textContent()).toMatch(/signed in again/);
      expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Typed before');
    },
  );

  /** Goes on with an account that can prove itself by providers alone, and whose proof is old. */
  async function withOldProof(as: string): Promise<{ id: string }> {
    await open('/account/security');
    await goThrough(withProvider, as);
    const em = site.server.database.fork();
    const user = await em.findOneOrFail(User, { displayName: as });
    await em.nativeUpdate(Session, { user: user.id }, { authenticatedAt: new Date(0) });
    await visitor.page.goto('/account/security');
    return user;
  }

  test('a provider that does not tell of the proof for which it was asked confirms nothing', async () => {
    await withOldProof('Fanny');
    const { page, heading, look, press } = visitor;
    await page.route(`${provider.issuer}/auth?**`, (route) => {
      const silent = new URL(route.request().url());
      silent.searchParams.delete('max_age');
      return route.continue({ url: silent.href });
    });
    await press('Set up an app');
    await page.getByRole('button', { name: withProvider }).click();
    await page.waitForURL((url) => url.origin === site.url && url.searchParams.has('error'));
    expect(await page.getByRole('alert').textContent()).toMatch(/does not say that it has just asked who you are/);
    await look('confirm-not-told');
    await press('Set up an app');
    expect(await heading()).toBe('Confirm that it is you');
  });

  test('a provider that cannot be asked for a proof is said to be one, and a password is offered', async () => {
    const user = await withOldProof('Gerda');
    const { page, look, press } = visitor;
    const gitHub = { provider: 'github', issuer: 'https://github.com', subject: '44', sealedTokens: null };
    await site.server.database
      .fork()
      .insert(ExternalIdentity, { ...gitHub, id: newId(new Date()), createdAt: new Date(), user: user.id });
    await press('Set up an app');
    expect(await page.getByText(/cannot be asked/).allTextContents()).toEqual([
      expect.stringMatching(/^GitHub cannot be asked/),
    ]);
    await look('confirm-by-plain-oauth');
    await press('Set one by e-mail');
    expect(path()).toBe('/reset-password');
  });

  test('an identity is linked and unlinked in the account, by a fresh proof', async () => {
    const account = await registerAccount(site.server);
    const { page, fill, look, press } = await open('/account/security');
    await fill({ 'E-mail address': account.email, Password: account.password });
    site.server.wait(1_000);
    await page.goto('/account/security');
    expect(await page.getByText('None is linked yet.').count()).toBe(1);
    await press('Link The <Corporation>');
    await page.getByLabel('Password').fill(account.password);
    await goThrough('Confirm', 'Dora');
    expect(path()).toBe('/account/security');
    expect(await page.getByRole('status').textContent()).toMatch(/was linked/);
    await look('security-identities');

    site.server.wait(1_000);
    await press('Unlink: The <Corporation>');
    await fill({ Password: account.password });
    expect(await page.getByRole('status').textContent()).toMatch(/was unlinked/);
    expect(await page.getByText('None is linked yet.').count()).toBe(1);
  });

  test('the page to sign in leads to a mail, whose link signs in here by its button', async () => {
    const account = await registerAccount(site.server);
    const { look, page, fill, press } = await open('/sign-in?next=/account/sessions');
    await page.getByRole('link', { name: 'Send me a code by e-mail' }).click();
    await page.getByRole('heading', { name: 'by e-mail' }).waitFor();
    await look('email-login');
    await fill({ 'E-mail address': account.email });
    await look('email-login-code');
    const { token } = await openMailbox(site.server.config).latestMail(account.email, 'email-login');
    await page.goto(`/email-login?token=${token}`);
    await look('email-login-link');
    await press('Sign in');
    expect(path()).toBe('/account');
  });

  test('the link of a mail takes a change of the e-mail back', async () => {
    const account = await registerAccount(site.server);
    const box = openMailbox(site.server.config);
    const verify = 'mutation ($token: String!) { verifyEmail(token: $token) }';
    await account.get(verify, { token: (await box.latestMail(account.email, 'verification')).token });
    const newEmail = `moved-${account.email}`;
    await account.get(
      'mutation ($newEmail: EmailAddress!, $password: String!) { requestEmailChange(newEmail: $newEmail, password: $password) }',
      { newEmail, password: account.password },
    );
    await account.get(verify, { token: (await box.latestMail(newEmail, 'email-change')).token });
    const changed = await box.latestMail(account.email, 'email-changed');
    const { look, press, heading } = await open(/http:\/\/\S+token=\S+/.exec(changed.text)?.[0] ?? '');
    expect(path()).toBe('/revert-email-change');
    await look('revert-email-change');
    await press('Take the change back');
    expect(await heading()).toBe('The e-mail address is yours again');
    await look('revert-email-change-done');
  });

  test('everything of the account is reached by the Tab key, in its order, and shows where it is', async () => {
    const account = await registerAccount(site.server);
    const { page, fill, press } = await open('/account');
    await fill({ 'E-mail address': account.email, Password: account.password });
    for (const section of ['/account', '/account/security', '/account/sessions', '/account/api-keys']) {
      await page.goto(section);
      await expectTabOrder(page);
    }

    await page.goto('/account');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.getByLabel('Name', { exact: true }).focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('By keyboard');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    expect(await page.getByRole('status').textContent()).toMatch(/Your name was saved/);
    const opener = page.getByText('Change the e-mail address').first();
    await opener.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.name')).toBe('newEmail');
    await page.goto('/account/sessions');
    await press('Sign out');
  });
});
