import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { enrolledAccount, manyClients, registerAccount, signInWithCode } from './support/authenticator.ts';
import { describeInBrowser } from './support/browser.ts';
import { beginExternalLogin, completeExternalLogin } from './support/external-login.ts';
import { startIdentityProvider, type TestIdentityProvider } from './support/identity-provider.ts';
import { openMailbox } from './support/mailbox.ts';
import { openSite, type Site, type Visitor } from './support/pages.ts';

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
      const people = { Anna: person('Anna'), Berta: person('Berta'), Clara: person('Clara'), Dora: person('Dora') };
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
      return { ...manyClients, EMAIL_LOGIN: 'on', OIDC_PROVIDERS: JSON.stringify([corporate]) };
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

  test('whoever refuses at the provider, or has an account here already, is told so', async () => {
    const { look, reason } = await open('/sign-in');
    await goThrough(withProvider, 'no');
    expect(await reason()).toMatch(/did not let you in/);
    await look('sign-in-provider-refused');
    await goThrough(withProvider, 'viewer');
    expect(await reason()).toMatch(/link the identity in your account/);
    await visitor.page.goto('/sign-in?error=%3Cb%3Econstructor');
    expect(await reason()).toMatch(/did not work/);
  });

  test('an account with a second factor is asked for it, and the challenge does not stay in the address', async () => {
    const account = await enrolledAccount(site.server);
    const owner = await signInWithCode(site.server, account);
    const begun = await beginExternalLogin(owner, 'corporate', { returnTo: app });
    await completeExternalLogin(owner, await provider.visit(begun.authorizationUrl, 'Clara'));
    const { page, fill, heading } = await open('/sign-in?next=/account/security');
    await goThrough(withProvider, 'Clara');
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    expect(page.url()).not.toContain('challenge');
    await fill({ 'Code from your authenticator app': account.nextCode() });
    expect([path(), await heading()]).toEqual(['/account/security', 'Security']);
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
    const { token } = await openMailbox(site.server.config).letter(account.email, 'email-login');
    await page.goto(`/email-login?token=${token}`);
    await look('email-login-link');
    await press('Sign in');
    expect(path()).toBe('/account');
  });

  test('the link of a mail takes a change of the address back', async () => {
    const account = await registerAccount(site.server);
    const box = openMailbox(site.server.config);
    const verify = 'mutation ($token: String!) { verifyEmail(token: $token) }';
    await account.get(verify, { token: (await box.letter(account.email, 'verification')).token });
    const newEmail = `moved-${account.email}`;
    await account.get(
      'mutation ($newEmail: EmailAddress!, $password: String!) { requestEmailChange(newEmail: $newEmail, password: $password) }',
      { newEmail, password: account.password },
    );
    await account.get(verify, { token: (await box.letter(newEmail, 'email-change')).token });
    const changed = await box.letter(account.email, 'email-changed');
    const { look, press, heading } = await open(/http:\/\/\S+token=\S+/.exec(changed.text)?.[0] ?? '');
    expect(path()).toBe('/revert-email-change');
    await look('revert-email-change');
    await press('Take the change back');
    expect(await heading()).toBe('The address is yours again');
    await look('revert-email-change-done');
  });

  test('everything of the account is reached by the Tab key, in its order, and shows where it is', async () => {
    const account = await registerAccount(site.server);
    const { page, fill, press } = await open('/account');
    await fill({ 'E-mail address': account.email, Password: account.password });
    for (const section of ['/account', '/account/security', '/account/sessions', '/account/api-keys']) {
      await page.goto(section);
      await page.evaluate('document.activeElement.blur()');
      const expected = await page.evaluate<number>(`(${markReachable.toString()})()`);
      expect(expected).toBeGreaterThan(5);
      const seen: unknown[] = [];
      for (let stop = 0; stop < expected; stop += 1) {
        await page.keyboard.press('Tab');
        seen.push(await page.evaluate(`(${describeFocus.toString()})()`));
      }
      expect(seen).toEqual(Array.from({ length: expected }, (_, order) => ({ order, isVisible: true })));
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
    const opener = page.getByText('Change the address').first();
    await opener.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.name')).toBe('newEmail');
    await page.goto('/account/sessions');
    await press('Sign out');
  });
});

/** Runs in the page: numbers what the Tab key should reach, in the order of the document; answers how many there are. */
function markReachable(): number {
  const all = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, summary')];
  const reachable = all.filter((one) => one.checkVisibility() && one.getAttribute('type') !== 'hidden');
  for (const [order, one] of reachable.entries()) one.dataset['order'] = String(order);
  return reachable.length;
}

/** Runs in the page: tells which of them has the focus, and whether its place can be seen. */
function describeFocus(): { order: number; isVisible: boolean } {
  const focused = document.activeElement as HTMLElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const { width, height } = focused.getBoundingClientRect();
  const isVisible = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0 && width > 0 && height > 0;
  return { order: Number(focused.dataset['order']), isVisible };
}

declare const document: {
  readonly activeElement: unknown;
  querySelectorAll<T>(selector: string): Iterable<T>;
};
interface HTMLElement {
  readonly dataset: Record<string, string>;
  checkVisibility(): boolean;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { readonly width: number; readonly height: number };
}
declare function getComputedStyle(element: HTMLElement): {
  readonly outlineStyle: string;
  readonly outlineWidth: string;
};
