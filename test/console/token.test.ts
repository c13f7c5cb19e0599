import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import type { Locator, Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser.ts';
import { barriersOn, openConsole, signInAt, type ConsoleSite } from '../support/console.ts';
import { lookAt } from '../support/look-at.ts';

describeInBrowser('The token inspector', () => {
  let site: ConsoleSite;
  let page: Page;
  /** Operations that were sent with the token in them, or as their credential. */
  const sent: string[] = [];
  let token = '';

  beforeAll(async () => {
    site = await openConsole('/console/token');
    page = site.page;
    page.on('request', (request) => {
      const body = request.postData() ?? '';
      const isTold = body.includes(token) || request.headers()['authorization']?.includes(token) === true;
      if (token !== '' && isTold) sent.push(/(?:query|mutation) (\w+)/.exec(body)?.[1] ?? request.url());
    });
  });
  afterEach(async () => {
    expect(await barriersOn(page)).toEqual([]);
    sent.length = 0;
    token = '';
    await page.unroute('**/.well-known/**');
  });
  afterAll(() => site.stop());

  async function inspect(text: string, at: Page = page): Promise<void> {
    token = text;
    await at.goto(`${site.server.config.http.publicUrl}/console/token`);
    await at.getByLabel('Access token').fill(text);
  }
  const says = (text: string | RegExp, at: Page = page): Promise<void> => at.getByText(text).first().waitFor();
  const check = (name: string): Locator => page.locator('.token-checks > div').filter({ hasText: name });
  const claimsOf = (jwt: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

  test('verifies a token in the browser, draws its lifetime, and knows what the server alone knows', async () => {
    const { accessToken } = await site.server.signIn('editor');
    await inspect(accessToken);
    await says('Verified: this server signed it, and it has not expired.');
    for (const name of ['Issuer', 'Key', 'Signature', 'Time'])
      expect(await check(name).first().locator('dt').innerText()).toMatch(/^● \w+ fits$/);
    await says('The server says: signed by it, for it, and not expired. Its session lives.');
    expect(await page.locator('.lifetime dl').innerText()).toMatch(
      /Issued[^]*(?:just now|ago)[^]*Now[^]*0 % of its[^]*Expires[^]*in \d+ minutes/,
    );
    expect(await page.locator('.lifetime svg rect').count()).toBe(5);
    expect(await page.locator('pre').last().innerText()).toContain('"iss"');
    expect(sent).toEqual(['InspectTokenWithState']);
    await lookAt(page, 'console-token');
  });

  test('says what it may do now only once it is asked to use the token, and that it may do nothing once it was revoked', async () => {
    const editor = await site.server.signIn('editor');
    await inspect(editor.accessToken);
    await page.getByRole('button', { name: 'Ask as this token' }).click();
    await says('It acts for');
    expect(await page.locator('.token-scopes').innerText()).toContain('articles:write');
    expect(sent).toEqual(['InspectTokenWithState', 'HolderOfToken']);
    await lookAt(page, 'console-token-rights');
    await editor.get('mutation { logout }');
    await page.getByRole('button', { name: 'Ask as this token' }).click();
    await page.getByRole('alert').getByText('It may do nothing:').waitFor();
    await inspect(editor.accessToken);
    await says('Its session has ended, or its user may not sign in: it counts for nothing.');
  });

  test('finds a signature and claims that were changed, and sends neither to the server', async () => {
    const { accessToken } = await site.server.signIn('editor');
    const [header, , signature = ''] = accessToken.split('.');
    const raised = Buffer.from(JSON.stringify({ ...claimsOf(accessToken), sub: 'somebody else' })).toString(
      'base64url',
    );
    const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    for (const changed of [accessToken.replace(signature, flipped), `${header}.${raised}.${signature}`]) {
      await inspect(changed);
      await says('Not verified: this server does not take it.');
      await check('Signature').getByText('the token was changed, or signed by another key').waitFor();
      expect(sent).toEqual([]);
    }
    await lookAt(page, 'console-token-changed');
  });

  test('finds one that has expired by the clock of the server, and tells how far this clock is off', async () => {
    const { accessToken } = await site.server.signIn('editor');
    await page.route('**/.well-known/jwks.json', async (route) => {
      const response = await route.fetch();
      const date = new Date(Date.now() + 3_600_000).toUTCString();
      await route.fulfill({ response, headers: { ...response.headers(), date } });
    });
    await inspect(accessToken);
    await says('Not verified: this server does not take it.');
    expect(await check('Time').locator('dd').innerText()).toMatch(
      /^It has expired\. By the server’s clock: this device’s is (?:3599|3600|3601) seconds behind\.$/,
    );
    expect(await page.locator('.lifetime dl').innerText()).toMatch(/100 % of its[^]*Expires[^]*ago/);
    await lookAt(page, 'console-token-expired');
  });

  test('tells a token of another issuer, and one whose key this server does not publish, and sends neither', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const foreign = (iss: string, kid: string): Promise<string> =>
      new SignJWT({ sub: 'x' })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(iss)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey);
    await inspect(await foreign('https://elsewhere.example', 'theirs'));
    await says('Not verified: this server does not take it.');
    await check('Issuer').getByText('https://elsewhere.example issued it; this server is').waitFor();
    await check('Key').getByText('It names the key theirs, which is none of the').waitFor();
    expect(await check('Signature').first().locator('dt').innerText()).toMatch(/cannot tell/);
    await inspect(await foreign(site.server.config.http.publicUrl, 'made-up'));
    await check('Key').getByText('made-up').waitFor();
    expect(sent).toEqual([]);
  });

  test('cannot tell where the server publishes no keys, and lets the server say', async () => {
    const { accessToken } = await site.server.signIn('editor');
    await page.route('**/.well-known/jwks.json', (route) => route.fulfill({ json: { keys: [] } }));
    await inspect(accessToken);
    await says('Cannot tell from here whether this server takes it.');
    await says('The server says: signed by it');
  });

  test('sends a token nowhere while it is not known whose server this is', async () => {
    const { accessToken } = await site.server.signIn('editor');
    await page.route('**/.well-known/**', (route) => route.fulfill({ status: 404 }));
    await inspect(accessToken);
    await says('Cannot tell from here whether this server takes it.');
    await check('Issuer').getByText('This server does not publish its name.').waitFor();
    expect(sent).toEqual([]);
  });

  test('says that garbage is no token, and sends it nowhere', async () => {
    for (const text of ['garbage', 'a.b.c', '<b>x</b>.e30.x', `${'e30.'.repeat(9)}x`]) {
      await inspect(text);
      await page.getByRole('alert').getByText('no JSON Web Token').waitFor();
    }
    expect(sent).toEqual([]);
  });

  test('says which scope is missing to know whether a session has ended', async () => {
    const { accessToken } = await site.server.signIn('editor');
    const { page: another, offences } = await site.visit('/console/token');
    await signInAt(another, 'viewer');
    await inspect(accessToken, another);
    await says('takes the scope tokens:introspect', another);
    expect(offences).toEqual([]);
    await another.context().close();
  });
});
