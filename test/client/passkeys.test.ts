import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type {
  addPasskey,
  answerPasskey,
  Client,
  provePasskey,
  reauthenticate,
  signalPasskeys,
  signInWithPasskey,
} from '../../client/index.ts';
import { manyClients } from '../support/authenticator.ts';
import { addVirtualAuthenticator, describeInBrowser, openBrowser } from '../support/browser.ts';
import { bundle } from '../support/bundle.ts';
import { openGateway, type Gateway } from '../support/gateway.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

declare const held: {
  readonly client: Client;
  readonly addPasskey: typeof addPasskey;
  readonly answerPasskey: typeof answerPasskey;
  readonly provePasskey: typeof provePasskey;
  readonly reauthenticate: typeof reauthenticate;
  readonly signalPasskeys: typeof signalPasskeys;
  readonly signInWithPasskey: typeof signInWithPasskey;
};

const script = `
  import { addPasskey, answerPasskey, createClient, provePasskey, reauthenticate, signalPasskeys, signInWithPasskey } from 'sallyport/client';
  const client = createClient({ url: '/graphql' });
  globalThis.held = { client, addPasskey, answerPasskey, provePasskey, reauthenticate, signalPasskeys, signInWithPasskey };`;
const account = { email: 'pat@example.com', password: 'a long enough password' };
describeInBrowser('Passkeys in a page', () => {
  let browser: Browser;
  let gateway: Gateway;
  let server: TestServer;
  let page: Page;
  let authenticator: CDPSession;

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([openBrowser(), openGateway()]);
    server = await startServer({ PUBLIC_URL: gateway.url, ...manyClients });
    gateway.lead(server.url);
    gateway.serve('/', 'text/html', '<!doctype html><script type="module" src="/page.js"></script>');
    gateway.serve('/page.js', 'text/javascript', await bundle(script));
    page = await browser.newPage();
    await page.goto(gateway.url);
    await page.waitForFunction(() => 'held' in globalThis);
    authenticator = await addVirtualAuthenticator(page);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await server.stop();
  });

  test('are added, sign in alone, answer a challenge and prove their user once more', async () => {
    const added = await page.evaluate(async (input) => {
      await held.client.register({ ...input, displayName: 'Pat' });
      const { name } = await held.addPasskey(held.client, 'my laptop');
      await held.client.signOut();
      return name;
    }, account);
    expect(added).toBe('my laptop');

    const alone = await page.evaluate(async () => {
      const { user } = await held.signInWithPasskey(held.client);
      await held.reauthenticate(held.client, { passkey: await held.provePasskey(held.client) });
      await held.client.signOut();
      return user.displayName;
    });
    expect(alone).toBe('Pat');

    const second = await page.evaluate(async (input) => {
      const asked = await held.client.signIn(input);
      if (asked.status !== 'mfa-required') return asked.status;
      const passkey = await held.answerPasskey(asked.passkeyOptions);
      return (await held.client.completeMfa({ challenge: asked.challenge, passkey })).user.displayName;
    }, account);
    expect(second).toBe('Pat');
  });

  test('leave the authenticator once the browser is told that they were removed', async () => {
    let isDropped = false;
    authenticator.on('WebAuthn.credentialDeleted', () => void (isDropped = true));
    await page.evaluate(async () => {
      const { client } = held;
      await held.signInWithPasskey(client);
      const { me } = await client.query<{ me: { passkeys: Array<{ id: string }> } }, object>(
        '{ me { passkeys { id } } }',
        {},
      );
      await client.query('mutation ($id: ID!) { removePasskey(id: $id) }', { id: me.passkeys[0]?.id });
      await held.signalPasskeys(client);
    });
    await until(() => isDropped, 'the passkey to leave the authenticator');
  });
});
