import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { challengeDocument, completeDocument, manyClients, registerAccount } from '../../support/authenticator.ts';
import { addVirtualAuthenticator, describeInBrowser, openBrowser } from '../../support/browser.ts';
import { createClient } from '../../support/client.ts';
import { startServer, type TestServer } from '../../support/server.ts';

type Json = Record<string, unknown>;

/** What the functions below find in a page. */
interface Ceremony {
  readonly publicKey: unknown;
}
declare const PublicKeyCredential: Readonly<
  Record<'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON', (json: Json) => unknown>
>;
declare const navigator: {
  readonly credentials: Readonly<Record<'create' | 'get', (ceremony: Ceremony) => Promise<{ toJSON: () => unknown }>>>;
};

const finish = 'mutation ($response: JSON!) { finishPasskeyRegistration(response: $response) { id } }';
const finishLogin =
  'mutation ($response: JSON!) { finishPasskeyLogin(response: $response) { accessToken user { email } session { methods } } }';

describeInBrowser('With the authenticator of a real browser', () => {
  let browser: Browser;
  let page: Page;
  let site: Server;
  let server: TestServer;

  beforeAll(async () => {
    site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
    site.listen(0, 'localhost');
    await once(site, 'listening');
    const url = `http://localhost:${(site.address() as AddressInfo).port}`;
    server = await startServer({ PUBLIC_URL: url, ...manyClients });
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(url);
    await addVirtualAuthenticator(page);
  });
  afterAll(async () => {
    await browser.close();
    site.close();
    await server.stop();
  });

  const create = (options: Json): Promise<unknown> =>
    page.evaluate(async (json) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json);
      return (await navigator.credentials.create({ publicKey })).toJSON();
    }, options);

  const get = (options: Json): Promise<unknown> =>
    page.evaluate(async (json) => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
      return (await navigator.credentials.get({ publicKey })).toJSON();
    }, options);

  test('a passkey is made, signs in without a user name, answers a challenge and proves its user once more', async () => {
    const account = await registerAccount(server);
    const { beginPasskeyRegistration } = await account.get<{ beginPasskeyRegistration: Json }>(
      'mutation { beginPasskeyRegistration }',
    );
    await account.get(finish, { response: await create(beginPasskeyRegistration) });

    const { beginPasskeyLogin } = await server.get<{ beginPasskeyLogin: Json }>('mutation { beginPasskeyLogin }');
    const { finishPasskeyLogin } = await server.get<{ finishPasskeyLogin: { accessToken: string } }>(finishLogin, {
      response: await get(beginPasskeyLogin),
    });
    expect(finishPasskeyLogin).toMatchObject({ user: { email: account.email }, session: { methods: ['PASSKEY'] } });

    const { email, password } = account;
    const { login } = await server.get<{ login: { challenge: string; passkeyOptions: Json } }>(challengeDocument, {
      input: { email, password },
    });
    const input = { challenge: login.challenge, passkey: await get(login.passkeyOptions) };
    expect(await server.get(completeDocument, { input })).toMatchObject({
      completeMfa: { session: { methods: ['PASSWORD', 'PASSKEY'] } },
    });

    const own = createClient(server.url, { authorization: `Bearer ${finishPasskeyLogin.accessToken}` });
    const stepUp = await own.get<{ beginPasskeyLogin: Json }>('mutation { beginPasskeyLogin }');
    const passkey = await get(stepUp.beginPasskeyLogin);
    const reauthenticate = 'mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { expiresIn } }';
    expect(await own.get(reauthenticate, { input: { passkey } })).toHaveProperty('reauthenticate.expiresIn');
  });

  test('a second passkey of the same account is not made in the same place', async () => {
    const account = await registerAccount(server);
    const begin = 'mutation { beginPasskeyRegistration }';
    const first = await account.get<{ beginPasskeyRegistration: Json }>(begin);
    await account.get(finish, { response: await create(first.beginPasskeyRegistration) });
    const login = await server.get<{ beginPasskeyLogin: Json }>('mutation { beginPasskeyLogin }');
    const { finishPasskeyLogin } = await server.get<{ finishPasskeyLogin: { accessToken: string } }>(finishLogin, {
      response: await get(login.beginPasskeyLogin),
    });
    const fresh = createClient(server.url, { authorization: `Bearer ${finishPasskeyLogin.accessToken}` });
    const second = await fresh.get<{ beginPasskeyRegistration: Json }>(begin);
    await expect(create(second.beginPasskeyRegistration)).rejects.toThrow(/InvalidStateError|excluded|already/i);
  });
});
