import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { join } from 'node:path';
import {
  beginEmailLogin,
  beginExternalLogin,
  completeExternalLogin,
  createClient,
  finishEmailLogin,
  identityProviders,
  type Client,
  type SallyportError,
} from '../../client/index.ts';
import type { beginAt, comeBack, mailCode } from '../../examples/browser/other-doors.ts';
import { enrolledAccount, manyClients, signInWithCode } from '../support/authenticator.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { bundle } from '../support/bundle.ts';
import { createTestStorage } from '../support/client-storage.ts';
import { codeIn } from '../support/email-login.ts';
import * as raw from '../support/external-login.ts';
import { openGateway, type Gateway } from '../support/gateway.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { startServer, type TestServer } from '../support/server.ts';

const viewer = 'viewer@demo.sallyport.test';
const mobile = 'com.example.app:/signed-in';

let gateway: Gateway;
let provider: TestIdentityProvider;
let server: TestServer;
let mailbox: Mailbox;
beforeAll(async () => {
  gateway = await openGateway();
  const person = (name: string) => ({ email: `${name}@people.example`, email_verified: true, name });
  provider = await startIdentityProvider(
    Object.fromEntries(['Anna', 'Berta', 'Clara', 'Dora', 'Emma'].map((name) => [name, person(name)])),
    [`${gateway.url}/auth/external/corporate/callback`],
  );
  const { issuer, clientId, clientSecret } = provider;
  const returnTo = [`${gateway.url}/signed-in`, mobile];
  const corporate = { name: 'corporate', displayName: 'The Corporation', issuer, clientId, clientSecret, returnTo };
  server = await startServer({
    ...manyClients,
    PUBLIC_URL: gateway.url,
    EMAIL_LOGIN: 'on',
    OIDC_PROVIDERS: JSON.stringify([corporate]),
  });
  gateway.lead(server.url);
  mailbox = openMailbox(server.config);
});
afterAll(async () => {
  await gateway.close();
  await server.stop();
  provider.stop();
});

const open = (storage = createTestStorage()): Client => createClient({ url: `${gateway.url}/graphql`, storage });
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: SallyportError) => error.code,
  );
const begin = (client: Client, link = false) =>
  beginExternalLogin(client, { provider: 'corporate', returnTo: mobile, link });
const latestCode = async (email: string, mails: number): Promise<string> =>
  codeIn((await mailbox.mails(email, 'email-login', mails)).at(-1)?.text ?? '');

describe('A client that signs in by e-mail', () => {
  test('is signed in by the code of the mail, on the device that asked for it alone', async () => {
    const client = open();
    const begun = await beginEmailLogin(client, viewer);
    expect(begun).toEqual({ handle: expect.any(String), expiresInSeconds: 600 });
    const code = await latestCode(viewer, 1);
    expect(await codeOf(finishEmailLogin(open(), { handle: null }, { code }))).toBe('BAD_USER_INPUT');
    const result = await finishEmailLogin(client, begun, { code, device: 'A phone' });
    expect(result).toMatchObject({ status: 'signed-in', user: { displayName: 'Vera Viewer' } });
    expect(await client.query('{ me { email sessions { device } } }')).toMatchObject({
      me: { email: viewer, sessions: expect.arrayContaining([{ device: 'A phone' }]) },
    });
    expect(await codeOf(finishEmailLogin(open(), begun, { code }))).toBe('INVALID_GRANT');
  });

  test('is asked for the second factor of the account, and not again on a device that is trusted', async () => {
    const { email, nextCode } = await enrolledAccount(server);
    const client = open();
    const enter = async (mails: number) => {
      const begun = await beginEmailLogin(client, email);
      return finishEmailLogin(client, begun, { code: await latestCode(email, mails) });
    };
    const result = await enter(1);
    if (result.status !== 'mfa-required') throw new Error(result.status);
    expect(result.methods).toContain('TOTP');
    await client.completeMfa({ challenge: result.challenge, code: nextCode(), trustDevice: true });
    await client.signOut();
    expect(await enter(2)).toMatchObject({ status: 'signed-in' });
  });
});

describe('A client that signs in with a provider', () => {
  test('is told which there are, and is signed in at the URL to which it comes back', async () => {
    const client = open();
    expect(await identityProviders(client)).toEqual([{ name: 'corporate', displayName: 'The Corporation' }]);
    const begun = await begin(client);
    const { href } = await provider.visit(begun.authorizationUrl, 'Anna');
    const kept = JSON.parse(JSON.stringify(begun)) as typeof begun;
    expect(await completeExternalLogin(client, kept, href)).toMatchObject({
      status: 'signed-in',
      user: { displayName: 'Anna' },
    });
    expect(await client.query('{ me { email } }')).toEqual({ me: { email: 'anna@people.example' } });
  });

  test('refuses a URL that belongs to another sign-in, before the server is asked', async () => {
    const client = open();
    const [begun, other] = [await begin(client), await begin(client)];
    const { href } = await provider.visit(other.authorizationUrl, 'Anna');
    gateway.seen.length = 0;
    expect(await codeOf(completeExternalLogin(client, begun, href))).toBe('INVALID_GRANT');
    expect(await codeOf(completeExternalLogin(client, begun, `${mobile}?state=%E0%A4%A`))).toBe('INVALID_GRANT');
    expect(gateway.seen).toEqual([]);
    expect(client.session.get().status).toBe('signed-out');
  });

  test('proves anew that an account is its user’s which has neither a password nor a second factor', async () => {
    const client = open();
    const enter = async (fresh: boolean) => {
      const begun = await beginExternalLogin(client, { provider: 'corporate', returnTo: mobile, fresh });
      return completeExternalLogin(client, begun, (await provider.visit(begun.authorizationUrl, 'Emma')).href);
    };
    expect(await enter(false)).toMatchObject({ status: 'signed-in' });
    const me = '{ me { id hasPassword secondFactors } }';
    const account = await client.query<{ me: { id: string } }, object>(me);
    expect(account).toMatchObject({ me: { hasPassword: false, secondFactors: [] } });
    // The provider's clock is not moved: its proof would be old as well if the server's were.
    await server.database
      .fork()
      .getConnection()
      .execute(`update sessions set authenticated_at = authenticated_at - interval '1 hour' where user_id = ?`, [
        account.me.id,
      ]);
    const createKey = 'mutation { createApiKey(input: { name: "mine", scopes: ["articles:read"] }) { secret } }';
    expect(await codeOf(client.query(createKey))).toBe('REAUTHENTICATION_REQUIRED');
    expect(await enter(true)).toMatchObject({ status: 'signed-in' });
    expect(await client.query(createKey)).toMatchObject({ createApiKey: { secret: expect.any(String) } });
    expect(await client.query(me)).toEqual(account);
  });

  test('says that the person refused, and nothing else that a URL holds', async () => {
    const client = open();
    const begun = await begin(client);
    const callback = await provider.visit(begun.authorizationUrl, null);
    const { headers } = await fetch(callback, { redirect: 'manual' });
    const url = headers.get('location') ?? '';
    expect(await codeOf(completeExternalLogin(client, begun, url))).toBe('FORBIDDEN');
    const forged = `${mobile}?state=${begun.state}&error=%3Cscript%3E`;
    expect(await codeOf(completeExternalLogin(client, begun, forged))).toBe('BAD_ANSWER');
  });

  test('links an identity to the account of the user who is signed in', async () => {
    const client = open();
    await client.register({ email: 'dora@example.com', password: 'a long enough password', displayName: 'Dora' });
    const begun = await begin(client, true);
    const { href } = await provider.visit(begun.authorizationUrl, 'Dora');
    expect(await completeExternalLogin(client, begun, href)).toMatchObject({ user: { displayName: 'Dora' } });
    expect(await client.query('{ me { email externalIdentities { provider } } }')).toEqual({
      me: { email: 'dora@example.com', externalIdentities: [{ provider: 'corporate' }] },
    });
  });
});

describeInBrowser('A page with cookies', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
    const html = '<!doctype html><script type="module" src="/page.js"></script>';
    gateway.serve('/', 'text/html', html);
    gateway.serve('/signed-in', 'text/html', html);
    const source = join(import.meta.dirname, '../../examples/browser/other-doors.ts');
    gateway.serve(
      '/page.js',
      'text/javascript',
      await bundle(`import * as example from '${source}'; globalThis.example = example;`),
    );
  });
  afterAll(() => browser.close());

  async function openPage(): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(gateway.url);
    await page.waitForFunction(() => 'example' in globalThis);
    return page;
  }

  async function leave(page: Page): Promise<void> {
    await page.goto(await page.evaluate(() => example.beginAt('corporate', `${location.origin}/signed-in`)));
  }

  async function goThrough(page: Page, person: string): Promise<unknown> {
    await leave(page);
    await page.getByRole('link', { name: person }).click();
    await page.waitForFunction(() => 'example' in globalThis);
    return page.evaluate(() => example.comeBack(location.href));
  }

  test('goes to the provider and comes back signed in, without a token in its reach', async () => {
    const page = await openPage();
    expect(await goThrough(page, 'Berta')).toEqual({ name: 'Berta' });
    expect(
      await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])),
    ).not.toContain('eyJ');
    expect((await page.context().cookies()).map(({ name }) => name)).toContain('sallyport-access');
  });

  test('is told why it is not signed in, and the challenge of an account with a second factor', async () => {
    const refused = await openPage();
    await leave(refused);
    await refused.getByRole('link', { name: 'no' }).click();
    await refused.waitForFunction(() => 'example' in globalThis);
    expect(
      await refused.evaluate(() => example.comeBack(location.href).catch(({ code }: SallyportError) => code)),
    ).toBe('FORBIDDEN');

    const clara = await signInWithCode(server, await enrolledAccount(server));
    const begun = await raw.beginExternalLogin(clara, 'corporate', { returnTo: mobile });
    await raw.completeExternalLogin(clara, await provider.visit(begun.authorizationUrl, 'Clara'));
    const page = await openPage();
    expect(await goThrough(page, 'Clara')).toEqual({ challenge: expect.any(String) });
    expect(page.url()).toContain('methods=TOTP%2CRECOVERY_CODE&expiresIn=300');
  });

  test('signs in by the code of a mail, whose handle no script sees', async () => {
    const page = await openPage();
    await page.evaluate((email) => {
      void example.mailCode(email).then((finish) => Object.assign(globalThis, { finish }));
    }, viewer);
    await page.waitForFunction(() => 'finish' in globalThis);
    const code = await latestCode(viewer, 2);
    const result = await page.evaluate((text) => finish(text), code);
    expect(result).toMatchObject({ status: 'signed-in', user: { displayName: 'Vera Viewer' } });
  });
});

declare const example: {
  readonly comeBack: typeof comeBack;
  readonly beginAt: typeof beginAt;
  readonly mailCode: typeof mailCode;
};
declare const location: { readonly href: string; readonly origin: string };
declare const finish: Awaited<ReturnType<typeof mailCode>>;
