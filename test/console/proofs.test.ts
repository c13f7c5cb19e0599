import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { demoPassword } from '../../src/app/demo.ts';
import { Session } from '../../src/identity/sessions/session.entity.ts';
import { User } from '../../src/users/user.entity.ts';
import { enrolledAccount, manyClients } from '../support/authenticator.ts';
import { describeInBrowser } from '../support/browser.ts';
import { buildConsole, signInAt } from '../support/console.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.ts';
import { openMailbox } from '../support/mailbox.ts';
import { codeIn } from '../support/email-login.ts';
import { openSite, type Site, type Visitor } from '../support/pages.ts';

describeInBrowser('The console takes as proof of who is there', () => {
  let provider: TestIdentityProvider;
  let site: Site;
  let visitor: Visitor;

  beforeAll(async () => {
    await buildConsole();
    site = await openSite(async (url) => {
      const anna = { name: 'Anna', email: 'anna@people.example', email_verified: true };
      provider = await startIdentityProvider({ Anna: anna }, [`${url}/auth/external/corporate/callback`]);
      const { issuer, clientId, clientSecret } = provider;
      const corporate = { name: 'corporate', displayName: 'The <Corporation>', issuer, clientId, clientSecret };
      const providers = [{ ...corporate, returnTo: ['com.example.app:/signed-in'] }];
      return { ...manyClients, EMAIL_LOGIN: 'on', OIDC_PROVIDERS: JSON.stringify(providers) };
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

  const open = async (path: string): Promise<Visitor> => {
    visitor = await site.visit();
    await visitor.page.goto(path);
    return visitor;
  };
  const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
  const confirmation = () => visitor.page.getByRole('dialog', { name: 'Confirm that it is you' });
  const isSignedIn = () => visitor.page.getByRole('button', { name: 'Sign out' }).waitFor();

  async function typePassword(email: string): Promise<void> {
    await visitor.page.getByLabel('E-mail address').fill(email);
    await visitor.page.getByLabel('Password').fill(demoPassword);
    await button('Sign in').click();
  }

  /** Lets every proof of an account be of long ago. */
  async function forgetProofs(email: string): Promise<void> {
    const em = site.server.database.fork();
    const user = await em.findOneOrFail(User, { email });
    await em.nativeUpdate(Session, { user: user.id }, { authenticatedAt: new Date(0), mfaAt: null });
  }

  async function makeKey(): Promise<void> {
    const { page } = visitor;
    await button('New key…').click();
    await page.getByLabel('Name').fill('ci');
    await page.getByLabel('Scopes, separated by spaces').fill('articles:read');
    await button('Make the key').click();
  }

  test('the passkey of an administrator who has no other factor, to sign in and to give roles and rotate keys', async () => {
    const { addAuthenticator, look, page, press } = await open('/console/sessions');
    const email = 'admin@demo.sallyport.test';
    await addAuthenticator();
    await signInAt(page, 'admin');
    await page.goto('/account/security');
    await press('Add a passkey');
    await page.getByLabel('Name of the passkey').fill('Laptop');
    await press('Create the passkey');
    await page.goto('/console/users?q=vera');
    await button('Sign out').click();

    await typePassword(email);
    await button('Use a passkey').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
    await look('console-challenge-passkey');
    await button('Use a passkey').click();
    await isSignedIn();

    await forgetProofs(email);
    await page.getByRole('button', { name: 'Open Vera Viewer' }).click();
    await button('MODERATOR').click();
    await confirmation().getByRole('button', { name: 'Use a passkey' }).waitFor();
    expect(await confirmation().getByRole('textbox').count()).toBe(0);
    await button('Use a passkey').click();
    await button('✓ MODERATOR').waitFor();

    await forgetProofs(email);
    await page.goto('/console/signing-keys');
    await page.getByRole('rowheader').first().waitFor();
    const keys = await page.getByRole('rowheader').count();
    await button('Rotate').click();
    await confirmation().getByRole('button', { name: 'Use a passkey' }).waitFor();
    await look('console-step-up-passkey');
    await button('Use a passkey').click();
    await page.getByRole('rowheader').nth(keys).waitFor();
  });

  test('a recovery code in the place of an authenticator app, to sign in and to make a key', async () => {
    const { email, recoveryCodes } = await enrolledAccount(site.server);
    const { look, page } = await open('/console/api-keys');
    await typePassword(email);
    const code = page.getByLabel('Code of your authenticator app, or a recovery code');
    await code.fill(recoveryCodes[0] ?? '');
    await look('console-challenge-code');
    await button('Continue').click();
    await isSignedIn();

    await forgetProofs(email);
    await makeKey();
    await code.fill('000 000');
    await button('Confirm').click();
    await confirmation().getByRole('alert').waitFor();
    await look('console-step-up-code');
    await code.fill(recoveryCodes[1] ?? '');
    await button('Confirm').click();
    await page.getByRole('dialog', { name: 'Your new key' }).waitFor();
  });

  /** Signs in once more in a new tab, as the step-up asks for, and comes back to the tab in which something was typed. */
  async function signInOnceMore(ways: (tab: Page) => Promise<void>): Promise<void> {
    await button('I have signed in: go on').click();
    await confirmation().getByText('not signed in once more yet').waitFor();
    const opened = visitor.context.waitForEvent('page');
    await visitor.page.getByRole('link', { name: 'Sign in once more, in a new tab' }).click();
    const tab = await opened;
    await tab.getByText('Sign in once more, as you did before').waitFor();
    await ways(tab);
    await tab.waitForURL('**/console/api-keys');
    await tab.getByRole('button', { name: 'Sign out' }).waitFor();
    await tab.close();
    await button('I have signed in: go on').click();
  }

  /** Makes sure that a key was made by what was typed before. */
  async function expectKey(): Promise<void> {
    const { page } = visitor;
    await page.getByRole('dialog', { name: 'Your new key' }).getByRole('button', { name: 'I stored it' }).click();
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'ci' }) });
    await row.getByText('articles:read').waitFor();
  }

  test('the word of a provider, for an account that has neither a password nor a second factor, and of nobody else', async () => {
    const { look, page } = await open('/console/api-keys');
    const goThrough = async (tab: Page): Promise<void> => {
      await tab.getByRole('button', { name: 'Go on with The <Corporation>' }).click();
      await tab.getByRole('link', { name: 'Anna', exact: true }).click();
    };
    await look('console-sign-in');
    await page.getByRole('link', { name: 'Other ways to sign in' }).click();
    await goThrough(page);
    await page.waitForURL('**/console/api-keys');
    await isSignedIn();

    await forgetProofs('anna@people.example');
    await makeKey();
    await confirmation().getByText('neither a password nor a second factor').waitFor();
    await look('console-step-up-anew');
    await signInOnceMore(goThrough);
    await expectKey();

    await forgetProofs('anna@people.example');
    await makeKey();
    await confirmation().getByText('neither a password nor a second factor').waitFor();
    const { publicUrl } = site.server.config.http;
    const query = `mutation { login(input: { email: "editor@demo.sallyport.test", password: "${demoPassword}", delivery: COOKIE }) { __typename } }`;
    await visitor.context.request.post(`${publicUrl}/graphql`, { data: { query }, headers: { origin: publicUrl } });
    await button('I have signed in: go on').click();
    await confirmation().getByText('Another account is signed in now. Nothing was sent').waitFor();
  });

  test('the code of a mail, by one more sign-in', async () => {
    const email = 'editor@demo.sallyport.test';
    const em = site.server.database.fork();
    await em.nativeUpdate(User, { email }, { passwordHash: null });
    const { page } = await open('/console/api-keys');
    const byMail = (count: number) => async (tab: Page) => {
      await tab.getByRole('link', { name: 'Send me a code by e-mail' }).click();
      await tab.getByLabel('E-mail address').fill(email);
      await tab.getByRole('button', { name: 'Send the code' }).click();
      const mails = await openMailbox(site.server.config).mails(email, 'email-login', count);
      await tab.getByLabel('Code from the mail').fill(codeIn(mails.at(-1)?.text ?? ''));
      await tab.getByRole('button', { name: 'Sign in' }).click();
    };
    await page.getByRole('link', { name: 'Other ways to sign in' }).click();
    await byMail(1)(page);
    await page.waitForURL('**/console/api-keys');
    await isSignedIn();

    await forgetProofs(email);
    await makeKey();
    await signInOnceMore(byMail(2));
    await expectKey();
  });
});
