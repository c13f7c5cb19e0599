import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { demoPassword } from '../src/app/demo.ts';
import { Session } from '../src/identity/sessions/session.entity.ts';
import { User } from '../src/users/user.entity.ts';
import { enrolledAccount, manyClients } from './support/authenticator.ts';
import { describeInBrowser } from './support/browser.ts';
import { buildConsole, signInAt } from './support/console.ts';
import { startIdentityProvider, type TestIdentityProvider } from './support/identity-provider.ts';
import { openMailbox } from './support/mailbox.ts';
import { codeIn } from './support/email-login.ts';
import { openSite, type Site, type Visitor } from './support/pages.ts';

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

  test('the word of a provider, for an account that has neither a password nor a second factor', async () => {
    const { look, page } = await open('/console/api-keys');
    const goThrough = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Go on with The <Corporation>' }).click();
      await page.getByRole('link', { name: 'Anna', exact: true }).click();
      await page.waitForURL('**/console/api-keys');
      await isSignedIn();
    };
    await look('console-sign-in');
    await page.getByRole('link', { name: 'Other ways to sign in' }).click();
    await goThrough();

    await forgetProofs('anna@people.example');
    await makeKey();
    await confirmation().getByText('neither a password nor a second factor').waitFor();
    await look('console-step-up-anew');
    await goThrough();
    await makeKey();
    await page.getByRole('dialog', { name: 'Your new key' }).waitFor();
  });

  test('the code of a mail, by signing out and in again', async () => {
    const email = 'editor@demo.sallyport.test';
    const em = site.server.database.fork();
    await em.nativeUpdate(User, { email }, { passwordHash: null });
    const { fill, page } = await open('/console/api-keys');
    const byMail = async (count: number): Promise<void> => {
      await page.getByRole('link', { name: 'Send me a code by e-mail' }).click();
      await fill({ 'E-mail address': email });
      const mails = await openMailbox(site.server.config).mails(email, 'email-login', count);
      await fill({ 'Code from the mail': codeIn(mails.at(-1)?.text ?? '') });
      await page.waitForURL('**/console/api-keys');
      await isSignedIn();
    };
    await page.getByRole('link', { name: 'Other ways to sign in' }).click();
    await byMail(1);

    await forgetProofs(email);
    await makeKey();
    await button('Sign out, and sign in again').click();
    await byMail(2);
    await makeKey();
    await page.getByRole('dialog', { name: 'Your new key' }).waitFor();
  });
});
