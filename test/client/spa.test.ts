import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { enrolledAccount, manyClients } from '../support/authenticator.ts';
import { addVirtualAuthenticator, describeInBrowser, openBrowser } from '../support/browser.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.ts';
import { lookAt } from '../support/look-at.ts';
import { root } from '../support/process.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const editor = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };

describeInBrowser('The example app', () => {
  let browser: Browser;
  let provider: TestIdentityProvider;
  let server: TestServer;
  let vite: ChildProcess;
  let url: string;
  let edgar: SignedIn;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    provider = await startIdentityProvider(
      { Anna: { email: 'anna@people.example', email_verified: true, name: 'Anna' } },
      [`${url}/auth/external/corporate/callback`],
    );
    const { issuer, clientId, clientSecret } = provider;
    const returnTo = [`${url}/signed-in`];
    const corporate = { name: 'corporate', displayName: 'The Corporation', issuer, clientId, clientSecret, returnTo };
    server = await startServer({ ...manyClients, PUBLIC_URL: url, OIDC_PROVIDERS: JSON.stringify([corporate]) });
    vite = startVite(port, server.url);
    browser = await openBrowser();
    edgar = await server.signIn('editor');
    for (let number = 1; number <= 25; number += 1) await publish(edgar, `Number ${number}`);
    await until(
      () =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
      'the app',
    );
  });
  afterAll(async () => {
    await browser.close();
    vite.kill();
    await once(vite, 'exit');
    await server.stop();
    provider.stop();
  });

  async function openApp(): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
    const context = await browser.newContext();
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    return { page, context, problems };
  }

  async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }
  const listed = (page: Page) => page.getByRole('heading', { name: 'Articles' }).waitFor();
  const article = (page: Page, title: string) => page.getByRole('article', { name: title, exact: true });

  async function publish(as: SignedIn, title: string): Promise<string> {
    const input = { title, body: `The text of ${title}.` };
    const { createArticle } = await as.get<{ createArticle: { id: string } }>(
      'mutation ($input: CreateArticleInput!) { createArticle(input: $input) { id } }',
      { input },
    );
    await as.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', { id: createArticle.id });
    return createArticle.id;
  }

  test('lists page after page as its reader scrolls, and shows what others publish as it happens', async () => {
    const { page, problems } = await openApp();
    await lookAt(page, 'spa-sign-in');
    await signIn(page, { ...editor, password: 'wrong' });
    await page.getByRole('alert').waitFor();
    await lookAt(page, 'spa-sign-in-refused');
    await signIn(page, editor);
    await listed(page);
    await lookAt(page, 'spa-articles');
    await article(page, 'Number 25').waitFor();
    expect(await article(page, 'Number 1').count()).toBe(0);
    const last = article(page, 'What a sally port is');
    await until(async () => {
      await page.mouse.wheel(0, 10_000);
      return (await last.count()) === 1;
    }, 'the last article');
    expect(await page.getByRole('article').count()).toBe(28);

    await publish(await server.signIn('admin'), 'Just published');
    await article(page, 'Just published').waitFor();
    expect(problems).toEqual([]);
  });

  test('shows the buttons that the server would act on', async () => {
    const [own, foreign] = ['By Edgar', 'By Ada'];
    await publish(edgar, own);
    await publish(await server.signIn('admin'), foreign);
    const { page } = await openApp();
    await signIn(page, editor);
    await article(page, own).waitFor();
    expect(await article(page, own).getByRole('button').allTextContents()).toEqual(['Edit']);
    await article(page, foreign).waitFor();
    expect(await article(page, foreign).getByRole('button').allTextContents()).toEqual([]);

    await page.getByRole('button', { name: 'New article' }).click();
    await lookAt(page, 'spa-new-article');
    await page.getByLabel('Title').fill('Written here');
    await page.getByLabel('Text').fill('And soon gone.');
    await page.getByRole('button', { name: 'Save' }).click();
    const draft = article(page, 'Written here');
    await draft.waitFor();
    await lookAt(page, 'spa-draft');
    expect(await draft.getByRole('button').allTextContents()).toEqual(['Edit', 'Publish', 'Delete']);
    await draft.getByRole('button', { name: 'Publish' }).click();
    await draft.getByRole('button', { name: 'Delete' }).waitFor({ state: 'detached' });
  });

  test('shows a change before it is answered, and lets its author settle a conflict', async () => {
    const id = await publish(edgar, 'Before');
    const { page } = await openApp();
    await signIn(page, editor);
    await article(page, 'Before').getByRole('button', { name: 'Edit' }).click();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => void (release = resolve));
    await page.route('**/graphql', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByLabel('Title').fill('After');
    await page.getByRole('button', { name: 'Save' }).click();
    await article(page, 'After').waitFor();
    release();

    await article(page, 'After').getByRole('button', { name: 'Edit' }).click();
    await edgar.get('mutation ($id: ID!) { updateArticle(id: $id, input: { title: "Elsewhere" }) { id } }', { id });
    await page.getByLabel('Title').fill('Here');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Elsewhere').waitFor();
    await lookAt(page, 'spa-conflict');
    expect(await page.getByLabel('Title').inputValue()).toBe('Here');
    await page.getByRole('button', { name: 'Save' }).click();
    await article(page, 'Here').waitFor();
    await until(async () => {
      const found = await edgar.get<{ article: { title: string } }>('query ($id: ID!) { article(id: $id) { title } }', {
        id,
      });
      return found.article.title === 'Here';
    }, 'the change');
  });

  test('keeps its user signed in over an expiry, without a word', async () => {
    const { page } = await openApp();
    await signIn(page, editor);
    await listed(page);
    server.wait(1_000);
    await page.getByRole('button', { name: 'New article' }).click();
    await page.getByLabel('Title').fill('After the expiry');
    await page.getByLabel('Text').fill('Nobody noticed.');
    await page.getByRole('button', { name: 'Save' }).click();
    await article(page, 'After the expiry').waitFor();
    await page.reload();
    await article(page, 'After the expiry').waitFor();
  });

  test('asks for a second factor where the account has one', async () => {
    const account = await enrolledAccount(server);
    const { page } = await openApp();
    await signIn(page, account);
    await page.getByRole('heading', { name: 'One more proof' }).waitFor();
    await lookAt(page, 'spa-second-factor');
    await page.getByLabel('Code of your app').fill('000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Code of your app').fill(account.nextCode());
    await page.getByRole('button', { name: 'Continue' }).click();
    await listed(page);
  });

  test('signs in by a passkey that was added in it, and signs out in all tabs', async () => {
    const { page, context } = await openApp();
    await addVirtualAuthenticator(page);
    await signIn(page, { ...editor, email: 'viewer@demo.sallyport.test' });
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('The passkey was added.').waitFor();
    await lookAt(page, 'spa-passkey-added');
    const other = await context.newPage();
    await other.goto(url);
    await listed(other);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('Vera Viewer', { exact: true }).waitFor();
    await listed(other);
  });

  test('signs in with a provider, and says if its user refused there', async () => {
    const { page } = await openApp();
    await page.getByRole('button', { name: 'Continue with The Corporation' }).click();
    await page.getByRole('link', { name: 'no', exact: true }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Continue with The Corporation' }).click();
    await page.getByRole('link', { name: 'Anna' }).click();
    await listed(page);
    expect(new URL(page.url()).pathname).toBe('/');
    await page.getByText('Anna', { exact: true }).waitFor();
  });
});

/** Starts the app as `npm run example:spa` does. */
const startVite = (port: number, target: string): ChildProcess =>
  spawn(
    process.execPath,
    ['node_modules/vite/bin/vite.js', '--config', 'examples/spa/vite.config.ts', '--port', String(port)],
    { cwd: root, env: { ...process.env, SALLYPORT_URL: target }, stdio: 'ignore' },
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
