import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { manyClients, registerAccount, type Account } from '../support/authenticator.ts';
import { describeInBrowser } from '../support/browser.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.ts';
import { openMailbox } from '../support/mailbox.ts';
import { openSite, type Site, type Visitor } from '../support/pages.ts';
import { enterByKeyboard, expectTabOrder } from '../support/tab-order.ts';

/** A page that a visitor comes to by a way of its own. */
interface State {
  readonly name: string;
  /** The server's REGISTRATION. */
  readonly registration: keyof typeof sites;
  readonly reach: (visitor: Visitor, site: Site) => Promise<void>;
  readonly heading: string;
  /** What is there to press, by the keyboard, and the title of the page that it leads to; none if there is nothing. */
  readonly goOn: readonly [control: string, heading: string] | null;
}

const sites: { open?: Site; confirmed?: Site; closed?: Site } = {};

const states: readonly State[] = [
  {
    name: 'account-profile',
    registration: 'open',
    reach: async (visitor, site) => void (await signIn(visitor, site)),
    heading: 'Profile',
    goOn: ['Sessions', 'Sessions'],
  },
  {
    name: 'account-profile-refused',
    registration: 'open',
    async reach(visitor, site) {
      const { fill, page, reason } = visitor;
      await signIn(visitor, site);
      await page.getByText('Change the e-mail address').click();
      await fill({ 'New e-mail address': 'elsewhere@pages.example' });
      expect(await reason()).toMatch(/Give the password/);
    },
    heading: 'Profile',
    goOn: ['Sign out', 'Sign in to Sallyport'],
  },
  {
    name: 'sign-out',
    registration: 'open',
    async reach(visitor, site) {
      await signIn(visitor, site);
      await visitor.page.goto('/sign-out');
    },
    heading: 'Sign out',
    goOn: ['Sign out', 'Sign in to Sallyport'],
  },
  {
    name: 'confirm-email-change',
    registration: 'open',
    reach: (visitor, site) => openEmailChange(visitor, site),
    heading: 'Confirm your new e-mail address',
    goOn: ['Confirm the new e-mail address', 'Your e-mail address was changed'],
  },
  {
    name: 'confirm-email-change-by-password',
    registration: 'open',
    async reach(visitor, site) {
      await openEmailChange(visitor, site);
      await visitor.context.clearCookies();
      await visitor.page.reload();
    },
    heading: 'Confirm your new e-mail address',
    goOn: null,
  },
  {
    name: 'sign-up-sent',
    registration: 'confirmed',
    async reach({ page, fill }) {
      await page.goto('/sign-up');
      await fill({
        Name: 'Nora',
        'E-mail address': 'a-rather-long-address-of-nora@a-rather-long-name.pages.example',
        Password: 'a lighthouse keeper',
      });
    },
    heading: 'Look at your mail',
    goOn: ['Sign in', 'Sign in to Sallyport'],
  },
  {
    name: 'password-reset-sent',
    registration: 'open',
    async reach({ page, fill }) {
      await page.goto('/reset-password');
      await fill({ 'E-mail address': 'somebody@pages.example' });
    },
    heading: 'Look at your mail',
    goOn: ['Back to signing in', 'Sign in to Sallyport'],
  },
  {
    name: 'password-reset-done',
    registration: 'open',
    async reach({ page, fill }, site) {
      const { email } = await registerAccount(site.server);
      await page.goto('/reset-password');
      await fill({ 'E-mail address': email });
      const { token } = await openMailbox(site.server.config).latestMail(email, 'password-reset');
      await page.goto(`/reset-password?token=${token}`);
      await fill({ 'New password': 'a lighthouse keeper' });
    },
    heading: 'You have a new password',
    goOn: ['Sign in', 'Sign in to Sallyport'],
  },
  {
    name: 'email-confirmed',
    registration: 'open',
    async reach(visitor, site) {
      const { page, press } = visitor;
      const { email } = await signIn(visitor, site);
      const { token } = await openMailbox(site.server.config).latestMail(email, 'verification');
      await page.goto(`/verify-email?token=${token}`);
      await press('Confirm the e-mail address');
    },
    heading: 'Your e-mail address is confirmed',
    goOn: ['To your account', 'Profile'],
  },
  {
    name: 'link-incomplete',
    registration: 'open',
    reach: async ({ page }) => void (await page.goto('/accept-invitation')),
    heading: 'This link does not work',
    goOn: null,
  },
  {
    name: 'account-closed',
    registration: 'open',
    async reach(visitor, site) {
      const { page, press } = visitor;
      await signIn(visitor, site);
      await page.locator('summary', { hasText: 'Close the account' }).click();
      await press('Close the account for good');
      expect(await page.getByRole('status').textContent()).toMatch(/Your account was closed/);
    },
    heading: 'Sign in to Sallyport',
    goOn: ['Create one', 'Create your Sallyport account'],
  },
  {
    name: 'sign-up-closed',
    registration: 'closed',
    reach: async ({ page }) => void (await page.goto('/sign-up')),
    heading: 'By invitation only',
    goOn: ['Sign in', 'Sign in to Sallyport'],
  },
  {
    name: 'sign-in-again',
    registration: 'open',
    async reach(visitor, site) {
      const { fill } = visitor;
      const account = await signIn(visitor, site);
      await account.get('mutation { logoutEverywhere }');
      await fill({ Name: 'Typed before the session ended' });
    },
    heading: 'Sign in again',
    goOn: ['Forgot your password?', 'Forgot your password?'],
  },
  {
    name: 'before-a-provider',
    registration: 'open',
    async reach({ page, press }) {
      // An answer without content keeps the browser where it is, as a slow provider does.
      await page.route(`${provider.issuer}/**`, (route) => route.fulfill({ status: 204 }));
      await page.goto('/sign-in');
      await press('Go on with The Corporation');
      await page.waitForLoadState();
    },
    heading: 'On to The Corporation',
    goOn: null,
  },
  {
    name: 'problem',
    registration: 'open',
    async reach(visitor, site) {
      await signIn(visitor, site);
      await visitor.page.evaluate("document.querySelector('input[value=save]').value = 'unknown'");
      await visitor.press('Save');
      expect(await visitor.page.getByRole('main').textContent()).toMatch(/This form is not known/);
    },
    heading: 'That did not work',
    goOn: ['To your account', 'Profile'],
  },
];

let provider: TestIdentityProvider;

async function signIn({ page, fill }: Visitor, site: Site): Promise<Account> {
  const account = await registerAccount(site.server);
  await page.goto('/account');
  await fill({ 'E-mail address': account.email, Password: account.password });
  return account;
}

/** Opens the link of the mail that confirms a new e-mail address, in the session of the account. */
async function openEmailChange(visitor: Visitor, site: Site): Promise<void> {
  const account = await signIn(visitor, site);
  const newEmail = `moved-${account.email}`;
  await account.get(
    'mutation ($newEmail: EmailAddress!, $password: String!) { requestEmailChange(newEmail: $newEmail, password: $password) }',
    { newEmail, password: account.password },
  );
  const { token } = await openMailbox(site.server.config).latestMail(newEmail, 'email-change');
  await visitor.page.goto(`/confirm-email-change?token=${token}`);
}

describeInBrowser('A page that is come to by a way of its own', () => {
  beforeAll(async () => {
    sites.open = await openSite(async (url) => {
      provider = await startIdentityProvider({}, [`${url}/auth/external/corporate/callback`]);
      const { issuer, clientId, clientSecret } = provider;
      const corporate = { name: 'corporate', displayName: 'The Corporation', issuer, clientId, clientSecret };
      const returnTo = ['com.example.app:/signed-in'];
      return { ...manyClients, OIDC_PROVIDERS: JSON.stringify([{ ...corporate, returnTo }]) };
    });
    sites.confirmed = await openSite({ REGISTRATION: 'confirmed' });
    sites.closed = await openSite({ REGISTRATION: 'closed' });
  });
  afterAll(async () => {
    for (const site of Object.values(sites)) await site?.stop();
    provider.stop();
  });

  test.each(states)('is found faultless, and is used by the keyboard alone: $name', async (state) => {
    const site = sites[state.registration];
    if (site === undefined) throw new Error('The site did not start.');
    const visitor = await site.visit();
    const { page, heading, look, breaches, context } = visitor;
    await state.reach(visitor, site);
    expect(await heading()).toBe(state.heading);
    await look(state.name);
    await expectTabOrder(page);
    if (state.goOn !== null) {
      const [control, next] = state.goOn;
      await Promise.all([page.waitForEvent('load'), enterByKeyboard(page, control)]);
      expect(await heading()).toBe(next);
    }
    expect(breaches.filter((breach) => !breach.startsWith(`request: ${provider.issuer}/`))).toEqual([]);
    await context.close();
  });

  // What the form is made of is changed by a script of the test, which such a browser does not run.
  const withoutScripts = states.filter(({ name }) => name !== 'problem');

  test.each(withoutScripts)('is the same without JavaScript: $name', async ({ registration, reach, heading, goOn }) => {
    const site = sites[registration];
    if (site === undefined) throw new Error('The site did not start.');
    const visitor = await site.visit({ javaScriptEnabled: false });
    const { page, breaches, context } = visitor;
    await reach(visitor, site);
    expect(await visitor.heading()).toBe(heading);
    if (goOn !== null) {
      const [control, next] = goOn;
      const named = { name: control, exact: true };
      const found = page.getByRole('link', named).or(page.getByRole('button', named)).last();
      await Promise.all([page.waitForEvent('load'), found.click()]);
      expect(await visitor.heading()).toBe(next);
    }
    expect(breaches.filter((breach) => !breach.startsWith(`request: ${provider.issuer}/`))).toEqual([]);
    await context.close();
  });
});
