import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { enrol, registerAccount } from '../support/authenticator.ts';
import { describeInBrowser } from '../support/browser.ts';
import { barriersOn, openConsole, signInAt, startConsoleServer, type ConsoleSite } from '../support/console.ts';
import { lookAt } from '../support/look-at.ts';
import { root } from '../support/process.ts';
import { signedIn, signInDocument, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startConsoleServer();
});
afterAll(() => server.stop());

describe('The files of the console:', () => {
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers });
  const script = () => globSync('index-*.js', { cwd: join(root, 'dist/console/assets') })[0] ?? '';

  test('its page answers at each of its URLs and at /explorer, allows scripts of its own origin alone, and is asked for anew', async () => {
    for (const path of ['/console', '/console/', '/console/users?q=ada', '/explorer']) {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(await answer.text()).toContain('<base href="/console/"');
    }
  });

  test('a built file is sent compressed, for good, and never from outside its folder', async () => {
    const answer = await get(`/console/assets/${script()}`, { 'accept-encoding': 'gzip, br' });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const plain = await get(`/console/assets/${script()}`, { 'accept-encoding': 'br;q=0, identity' });
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, await answer.text()]);
    for (const path of ['nope.js', '', '..%2findex.html', '%00.js', '.hidden']) {
      expect([path, (await get(`/console/assets/${path}`)).status]).toEqual([path, 404]);
    }
  });

  test('below a path of PUBLIC_URL it is served there, with CONSOLE=off nowhere, and with PAGES=off it knows of no other sign-in', async () => {
    const below = await startServer({ PUBLIC_URL: 'http://localhost:4000/api' });
    const page = await fetch(`${below.url}/api/console/matrix`);
    expect(await page.text()).toContain('<base href="/api/console/"');
    expect((await fetch(`${below.url}/api/console/assets/${script()}`)).status).toBe(200);
    await below.stop();
    const bare = await startServer({ PAGES: 'off' });
    const pages = async ({ url }: TestServer) =>
      /name="sallyport-pages" content="(\w+)"/.exec(await (await fetch(`${url}/console`)).text())?.[1];
    expect([await pages(server), await pages(bare)]).toEqual(['on', 'off']);
    await bare.stop();
    const off = await startServer({ CONSOLE: 'off' });
    expect([(await fetch(`${off.url}/console`)).status, (await fetch(`${off.url}/explorer`)).status]).toEqual([
      404, 404,
    ]);
    await off.stop();
  });
});

describeInBrowser('In a browser', () => {
  let site: ConsoleSite;
  let page: Page;
  beforeAll(async () => {
    site = await openConsole('/console/matrix', server);
    ({ page } = site);
  });
  afterAll(() => site.stop());

  const cell = (coordinate: string, column: string) =>
    page
      .getByRole('row')
      .filter({ has: page.locator(`[title="${coordinate}"]`) })
      .getByRole('gridcell', { name: new RegExp(`^${column}: `) });

  test('the matrix shows for each cell what the server does', async () => {
    const samples = [
      { coordinate: 'Query.users', query: '{ users { totalCount } }', word: { viewer: 'denied', admin: 'allowed' } },
      { coordinate: 'Query.me', query: '{ me { id } }', word: { anonymous: 'denied', viewer: 'allowed' } },
      {
        coordinate: 'Query.articles',
        query: '{ articles { totalCount } }',
        word: { anonymous: 'allowed', viewer: 'allowed' },
      },
      {
        coordinate: 'Query.auditEvents',
        query: '{ auditEvents { totalCount } }',
        word: { moderator: 'denied', admin: 'allowed' },
      },
    ];
    for (const { coordinate, query, word } of samples) {
      await site.goTo(`/console/matrix?q=${coordinate}`);
      for (const [who, expected] of Object.entries(word)) {
        const caller = who === 'anonymous' ? server : await server.signIn(who);
        const { body } = await caller.ask(query);
        const isRefused = (body.errors ?? []).length > 0;
        const column = who === 'anonymous' ? who : who.toUpperCase();
        expect([coordinate, who, isRefused ? 'denied' : 'allowed']).toEqual([coordinate, who, expected]);
        expect(await cell(coordinate, column).getAttribute('aria-label')).toBe(`${column}: ${expected}`);
      }
    }
  });

  test('a cell says why: the directive with file and line, the policy, the roles, the way there, and what a null takes along', async () => {
    await site.goTo('/console/matrix?cell=Article.body&as=VIEWER');
    const panel = page.getByRole('complementary');
    await panel.getByText('The shortest way').waitFor();
    const text = await panel.innerText();
    expect(text).toMatch(/@can\(action: "read"\)\s+on Article, schema\/articles\.graphql:\d+/);
    expect(text).toContain('owner author');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Query › article › body');
    expect(text).toContain('article becomes null');

    await site.goTo('/console/matrix?cell=Query.users&as=VIEWER');
    await panel.getByText('users:read is held by ADMIN.').waitFor();
    await panel.getByText('VIEWER alone cannot get here by any path.').waitFor();
  });

  test('the matrix is moved through, opened and closed by the keyboard alone', async () => {
    await site.goTo('/console/matrix?q=Article.');
    await page.getByRole('treegrid').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('body');
    await page.getByRole('gridcell', { name: 'VIEWER: depends' }).first().waitFor();
    const inGrid = () => page.evaluate<boolean>("document.activeElement.closest('[role=treegrid]') !== null");
    for (let tabs = 0; tabs < 20 && !(await inGrid()); tabs += 1) await page.keyboard.press('Tab');
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('complementary', { name: 'Why: Article.body as VIEWER' }).waitFor();
    expect(page.url()).toContain('cell=Article.body&as=VIEWER');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('VIEWER: depends');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('the simulator says what the server then does, what would suffice, and where an operation is wrong', async () => {
    const operation = '{ me { id } users(first: 1) { totalCount } articles(first: 1) { totalCount } }';
    await site.goTo(`/console/simulator?as=role:VIEWER&beside=role:ADMIN&operation=${encodeURIComponent(operation)}`);
    const outcomes = async (field: string) =>
      (
        await page
          .getByRole('row')
          .filter({ has: page.getByRole('link', { name: field, exact: true }) })
          .first()
          .innerText()
      )
        .split(/\s+/)
        .filter((word) => ['allowed', 'denied', 'depends'].includes(word));
    await page.getByText('The smallest role that allows it: ADMIN').waitFor();
    const refused = await Promise.all(
      ['viewer', 'admin'].map(async (name) => {
        const { body } = await (await server.signIn(name)).ask(operation);
        return (body.errors ?? []).map(({ path }) => path?.[0]);
      }),
    );
    for (const field of ['me', 'users', 'articles']) {
      expect([field, await outcomes(field)]).toEqual([
        field,
        refused.map((fields) => (fields.includes(field) ? 'denied' : 'allowed')),
      ]);
    }
    expect(refused).toEqual([['users'], []]);
    const { body } = await (await server.signIn('viewer')).ask(operation);
    expect(body.data).toBeNull();
    await page.getByRole('cell', { name: 'the whole answer' }).waitFor();
    await page.getByText('1 of 5 fields are refused, and 4 more become null with them.').waitFor();
    await lookAt(page, 'console-simulator');

    await page.getByLabel('Operation').fill('{\n  nothing\n}');
    await page.getByRole('alert').getByText('line 2, column 3').waitFor();
    await page.getByLabel('As: kind').selectOption('user');
    await page.getByLabel('Operation').fill(operation);
    await page.getByLabel('As: id, name or e-mail address of the user').fill('Edgar');
    await page.getByRole('button', { name: 'Edgar Editor' }).click();
    await page.getByText(/^user .*: 1 of \d+ fields are refused/).waitFor();

    await site.goTo(`/console/simulator?as=anonymous&operation=${encodeURIComponent('{ me { id } }')}`);
    await page.getByText('The smallest role that allows it: VIEWER (so do EDITOR, MODERATOR, ADMIN).').waitFor();
  });

  test('the explorer runs an operation with one allowed and one refused field, offline and without signing in', async () => {
    const { page: stranger, offences } = await site.visit('/explorer');
    const answered = stranger.waitForResponse((response) => response.request().postData()?.includes('Hello') === true);
    await stranger.locator('.graphiql-query-editor').getByText('Hello').waitFor();
    await stranger.locator('.graphiql-execute-button').click();
    const { data, errors } = (await (await answered).json()) as { data: object; errors: object[] };
    expect(data).toHaveProperty('articles.nodes.0.author', { displayName: 'Edgar Editor', email: null });
    expect(errors).toHaveProperty('0.extensions.code', 'UNAUTHENTICATED');
    await stranger.locator('.result-window').getByText('"UNAUTHENTICATED"').first().waitFor();
    expect(await stranger.getByRole('tab').allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('Hello'), expect.stringContaining('Subscription')]),
    );
    expect(offences).toEqual([]);
    await stranger.context().close();
  });

  test('where the scripts of Apollo Sandbox cannot be loaded, /graphql leads to the explorer', async () => {
    const context = await site.browser.newContext();
    const sandbox = await context.newPage();
    await sandbox.route('https://**', (route) => route.abort());
    await sandbox.goto(`${server.config.http.publicUrl}/graphql`);
    await sandbox.waitForURL('**/explorer');
    await context.close();
  });

  test('users are found, given roles after a proof of who asks, and what was done stands in the audit log', async () => {
    await site.goTo('/console/users?q=viewer');
    await page.getByRole('button', { name: 'Open Vera Viewer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Vera Viewer' });
    await dialog.getByRole('button', { name: 'EDITOR', exact: true }).click();
    await dialog.getByRole('button', { name: '✓ EDITOR' }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    expect(await (await server.signIn('viewer')).get('{ me { roles } }')).toEqual({
      me: { roles: expect.arrayContaining(['EDITOR']) },
    });
    await page.keyboard.press('Escape');
    await site.goTo('/console/audit?type=user.roles_changed');
    await page
      .getByRole('rowheader', {
        name: /^Ada Admin changed the roles of Vera Viewer \(from VIEWER, to VIEWER, EDITOR\)$/,
      })
      .waitFor();
    expect(await barriersOn(page)).toEqual([]);
  });

  test('a user is found by typing at once, one session of theirs is ended, and every second factor taken away', async () => {
    const owner = await registerAccount(server);
    const input = { email: owner.email, password: owner.password, device: 'Lost phone' };
    const lost = signedIn(server.url, await server.ask(signInDocument, { input }));
    await enrol(server, owner);
    await site.goTo('/console/users');
    await page.getByRole('rowheader', { name: 'Vera Viewer' }).waitFor();
    await page.keyboard.type('factors.example');
    await page.getByRole('rowheader', { name: 'Vera Viewer' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('row').nth(1).innerText()).toContain('✓ yes');
    await page.getByRole('button', { name: 'Open Owner' }).click();
    const dialog = page.getByRole('dialog', { name: 'Owner' });
    const sessions = dialog.getByRole('region', { name: 'Sessions', exact: true });
    const row = sessions.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Lost phone' }) });
    await sessions.getByRole('region', { name: 'Active sessions: 2' }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await row.getByRole('button', { name: 'End' }).click();
    await row.waitFor({ state: 'detached' });
    expect((await lost.ask('{ me { id } }')).body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(await owner.get('{ me { mfaEnabled } }')).toEqual({ me: { mfaEnabled: true } });

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Copy as…' }).click();
    await page.getByRole('menuitem', { name: 'the mutation that disables' }).click();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    const [, variables = ''] = /^# Variables: (.*)$/m.exec(copied) ?? [];
    const admin = await server.signIn('admin');
    expect(await admin.get(copied, JSON.parse(variables) as object)).toHaveProperty('disableUser.status', 'DISABLED');
    await admin.get('mutation ($id: ID!) { enableUser(userId: $id) { id } }', JSON.parse(variables) as object);

    await dialog.getByRole('button', { name: 'Disable…' }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill(' Lost their phone. ');
    expect(await barriersOn(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Disable', exact: true }).click();
    await dialog.getByText('○ disabled: Lost their phone.').waitFor();
    await dialog.getByRole('button', { name: 'Enable' }).click();
    await dialog.getByText('● active').waitFor();

    await dialog.getByRole('button', { name: 'Take the factors away…' }).click();
    expect(await barriersOn(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Take them away' }).click();
    await dialog.getByText('none', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await site.goTo('/console/audit?type=factors.reset');
    await page.getByRole('rowheader', { name: /^Ada Admin took every second factor from Owner/ }).waitFor();
  });

  test('who is alone with the server is told how to invite the first person', async () => {
    const ada = { id: 'ada', displayName: 'Ada', email: 'ada@example.com', roles: ['ADMIN'], status: 'ACTIVE' };
    const nodes = [{ ...ada, mfaEnabled: false, createdAt: '2026-01-01T00:00:00.000Z' }];
    const users = { totalCount: 1, pageInfo: { endCursor: null, hasNextPage: false }, nodes };
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query Users') === true
        ? route.fulfill({ json: { data: { users } } })
        : route.continue(),
    );
    await site.goTo('/console/users');
    await page.getByText('npm run -s sallyport -- users create --email ada@example.com --role VIEWER').waitFor();
    await page.unroute('**/graphql');
  });

  test('an API key is made, shown once, works, and is revoked; this device stands first among the sessions', async () => {
    await site.goTo('/console/api-keys');
    await page.getByRole('button', { name: 'New key…' }).click();
    await page.getByLabel('Name').fill('ci <b>bold</b>');
    await page.getByLabel('Scopes, separated by spaces').fill('articles:read');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your new key' });
    const secret = await dialog.locator('code').innerText();
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': secret },
      body: JSON.stringify({ query: '{ me { displayName } }' }),
    });
    expect(await answer.json()).toEqual({ data: { me: { displayName: 'Ada Admin' } } });
    await dialog.getByRole('button', { name: 'I stored it' }).click();
    await page.getByRole('rowheader', { name: 'ci <b>bold</b>' }).waitFor();
    await page.getByRole('button', { name: /^Revoke ci/ }).click();
    await page.getByText('No key yet').waitFor();
    expect(await barriersOn(page)).toEqual([]);

    await site.goTo('/console/sessions');
    expect(await page.getByRole('rowheader').first().innerText()).toContain('this device');
    expect(await barriersOn(page)).toEqual([]);
  });

  test('a matrix of a thousand fields and eight roles has every row, and only those in sight in the page', async () => {
    const roles = ['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8'];
    const line = (index: number) => ({
      coordinate: `Type${Math.floor(index / 20)}.field${index}`,
      requirement: 'role R1',
      anonymous: 'DENIED',
      roles: roles.map((role) => ({ role, outcome: index % 2 === 0 ? 'ALLOWED' : 'DENIED' })),
      rules: [],
      policies: [],
      warnings: [],
    });
    const data = { accessMatrix: Array.from({ length: 1000 }, (_, index) => line(index)), accessScopes: [] };
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('accessMatrix') === true
        ? route.fulfill({ json: { data } })
        : route.continue(),
    );
    await site.goTo('/console/matrix');
    await page.getByRole('rowheader', { name: 'Type0' }).first().click();
    await page.getByRole('rowheader', { name: 'Type0' }).first().click();
    await page.getByRole('treegrid').waitFor();
    expect(await page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe('1051');
    await page.keyboard.press('Control+End');
    // Types stand in the order of their names, and the last of these is the tenth.
    await page.getByRole('row', { name: 'field199' }).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(100);
    await page.unroute('**/graphql');
  });

  test('who has no right to the matrix is told which scope is missing', async () => {
    const { page: another, offences } = await site.visit('/console/matrix');
    await signInAt(another, 'viewer');
    await another.getByRole('heading', { name: 'You may not see this' }).waitFor();
    expect(await another.getByRole('alert').innerText()).toContain('access:simulate');
    expect(await barriersOn(another)).toEqual([]);
    expect(offences).toEqual([]);
    await another.context().close();
  });

  test.each(['light', 'dark'] as const)(
    'in %s, axe finds no barrier on the sign-in and the matrix',
    async (colorScheme) => {
      const { page: signIn } = await site.visit('/console', { colorScheme });
      await signIn.getByLabel('Password').waitFor();
      expect(await barriersOn(signIn)).toEqual([]);
      await signIn.context().close();
      await page.emulateMedia({ colorScheme });
      await site.goTo('/console/matrix?cell=Article.body&as=VIEWER');
      await page.getByRole('complementary').waitFor();
      expect(await barriersOn(page)).toEqual([]);
    },
  );
});
