import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { demoPassword } from '../../src/app/demo.ts';
import { describeInBrowser } from '../support/browser.ts';
import { barriersOn, openConsole, signInAt, startConsoleServer, type ConsoleSite } from '../support/console.ts';
import type { TestServer } from '../support/server.ts';

/** Runs what the explorer's editor holds; pressed before the editor has told its text, the button does nothing. */
async function execute(page: Page, outcome: Locator): Promise<void> {
  const isShown = (): Promise<boolean> =>
    outcome.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  for (let tries = 0; tries < 10; tries += 1) {
    await page.locator('.graphiql-execute-button').click();
    if (await isShown()) return;
  }
  throw new Error('The explorer shows no outcome.');
}

describeInBrowser('The console', () => {
  let site: ConsoleSite;
  let server: TestServer;
  let page: Page;
  beforeAll(async () => {
    server = await startConsoleServer({ TELL_REQUIRED: 'on' });
    site = await openConsole('/console/audit', server);
    ({ page } = site);
  });
  afterAll(async () => {
    await site.stop();
    await server.stop();
  });

  const urlOf = (path: string) => `${server.config.http.publicUrl}${path}`;
  const endSessions = async (): Promise<void> => {
    const admin = await server.signIn('admin');
    await admin.get('mutation ($id: ID!) { revokeUserSessions(userId: $id) }', { id: admin.id });
  };
  const signInAgain = async (of: Page, as = 'admin'): Promise<void> => {
    const dialog = of.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByLabel('E-mail address').fill(`${as}@demo.sallyport.test`);
    await dialog.getByLabel('Password').fill(demoPassword);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  const strip = (of: Page) => of.getByRole('region', { name: 'Viewing as somebody' });

  test('views as somebody in every tab, says what each page would refuse them, and shows no more than before', async () => {
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    await page.keyboard.press('.');
    const dialog = page.getByRole('dialog', { name: 'View as…' });
    await dialog.getByLabel('As: role').selectOption('MODERATOR');
    expect(await barriersOn(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'View', exact: true }).click();
    await strip(page).getByText('they would be refused Query.auditEvents (scope audit:read)').waitFor();
    expect(await strip(page).innerText()).toMatch(/^Viewing as role MODERATOR · MODERATOR/);
    expect(await page.getByRole('rowheader', { name: /^Ada Admin signed in/ }).count()).toBeGreaterThan(0);
    expect(await barriersOn(page)).toEqual([]);

    const tab = await page.context().newPage();
    await tab.goto(urlOf('/console/sessions'));
    await strip(tab).getByText('The server would refuse them nothing of this page for certain.').waitFor();
    await tab.goto(urlOf('/console/simulator'));
    await tab.getByText(/^role MODERATOR: /).waitFor();
    await strip(tab).getByRole('button', { name: 'Stop' }).click();
    await strip(tab).waitFor({ state: 'detached' });
    await strip(page).waitFor({ state: 'detached' });
    await tab.close();
  });

  test('views as a user with their roles and scopes, until its session ends', async () => {
    const { page: other } = await site.visit('/console/users?q=vera');
    await signInAt(other, 'admin');
    await other.getByRole('button', { name: 'Open Vera Viewer' }).click();
    await other.getByRole('button', { name: 'View as', exact: true }).click();
    await other.keyboard.press('Escape');
    await strip(other).getByText('they would be refused Query.users (scope users:read)').waitFor();
    expect(await strip(other).innerText()).toMatch(/^Viewing as Vera Viewer · VIEWER/);
    await strip(other)
      .getByText(/^\d+ scopes$/)
      .click();
    await strip(other).getByText('comments:write').waitFor();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await signInAt(other, 'admin');
    await other.getByRole('rowheader', { name: 'Vera Viewer' }).waitFor();
    expect(await strip(other).count()).toBe(0);
    await other.context().close();
  });

  test('does not view as anybody without the right to simulate', async () => {
    const { page: other } = await site.visit('/console/sessions');
    await signInAt(other, 'viewer');
    await other.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor();
    await other.keyboard.press('.');
    await other.getByRole('dialog').getByText('It takes the scope access:simulate.').waitFor();
    await other.context().close();
  });

  test.each(['light', 'dark'] as const)(
    'explains an operation in the explorer as another caller and runs nothing of it, without a barrier in %s',
    async (colorScheme) => {
      const { page: other, offences } = await site.visit('/console/token', { colorScheme });
      await signInAt(other, 'admin');
      const articles = async () => (await server.signIn('admin')).get('{ articles { totalCount } }');
      const before = await articles();
      await other.goto(urlOf('/explorer?as=role:VIEWER'));
      await other.locator('.graphiql-query-editor').getByText('displayName').waitFor();
      await other.getByRole('tab', { name: /^Mutations/ }).click();
      await other.locator('.graphiql-query-editor').getByText('createArticle', { exact: true }).waitFor();
      const outcome = other.getByRole('region', { name: 'What came of it' });
      await execute(other, outcome.getByText('1 of'));
      await outcome
        .getByRole('row')
        .filter({ has: other.getByRole('link', { name: 'createArticle' }) })
        .getByText('denied')
        .waitFor();
      // GraphiQL puts the buttons of a tab into it.
      const barriers = (await barriersOn(other)).filter((one) => !one.startsWith('nested-interactive: <li'));
      expect(barriers).toEqual([]);
      expect(await articles()).toEqual(before);

      await other.getByRole('button', { name: 'Run as myself' }).click();
      await other.getByRole('tab', { name: /^Hello/ }).click();
      await other.locator('.graphiql-query-editor').getByText('displayName').waitFor();
      await execute(other, outcome.getByText(/^Answered in \d+ ms, nothing refused\.$/));
      await outcome.getByRole('link', { name: 'Open in the simulator' }).click();
      await other.getByLabel('Operation').getByText('query Hello').waitFor();
      expect(offences).toEqual([]);
      await other.context().close();
    },
  );

  test('says in the explorer below a refusal what it would take', async () => {
    const { page: other } = await site.visit('/console/token');
    await signInAt(other, 'viewer');
    await other.goto(urlOf('/explorer'));
    await other.locator('.graphiql-query-editor').getByText('displayName').waitFor();
    await other.getByRole('tab', { name: /^Refusal/ }).click();
    await other.locator('.graphiql-query-editor').getByText('auditEvents').waitFor();
    const outcome = other.getByRole('region', { name: 'What came of it' });
    // What the first tab holds is refused a field as well.
    await execute(other, outcome.getByText('It would take the scope audit:read.'));
    await outcome.getByText('1 refused.').waitFor();
    await other.context().close();
  });

  test('runs a subscription of the explorer as the session, renewed before, and by the credential in Headers if nobody is signed in', async () => {
    const published = async (of: Page, title: string): Promise<void> => {
      const editor = await server.signIn('editor');
      const shown = of.locator('.result-window').getByText(`"${title}"`);
      const stop = of.getByRole('button', { name: /^Stop query/ });
      // Pressed before the editor has told its text, the button does nothing; and what is published before the socket is
      // open is not told to it.
      for (let tries = 0; tries < 40 && (await shown.count()) === 0; tries += 1) {
        if ((await stop.count()) === 0) await of.locator('.graphiql-execute-button').click();
        const { createArticle } = (await editor.get(
          'mutation ($input: CreateArticleInput!) { createArticle(input: $input) { id } }',
          { input: { title, body: 'b' } },
        )) as { createArticle: object };
        await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', { ...createArticle });
        await shown
          .first()
          .waitFor({ timeout: 500 })
          .catch(() => undefined);
      }
      expect(await shown.count()).toBeGreaterThan(0);
    };
    const openSubscription = async (of: Page): Promise<void> => {
      await of.locator('.graphiql-query-editor').getByText('displayName').waitFor();
      await of.getByRole('tab', { name: /^Subscription/ }).click();
      await of.locator('.graphiql-query-editor').getByText('articlePublished').waitFor();
    };
    const writeHeaders = async (of: Page, headers: object): Promise<void> => {
      await of.locator('.graphiql-editor-tool .CodeMirror').nth(1).waitFor({ state: 'attached' });
      const value = JSON.stringify(JSON.stringify(headers));
      await of.evaluate(
        `[...document.querySelectorAll('.graphiql-editor-tool .CodeMirror')].at(-1).CodeMirror.setValue(${value})`,
      );
    };
    const { page: other } = await site.visit('/console/token');
    await signInAt(other, 'viewer');
    await other.goto(urlOf('/explorer'));
    await other.locator('.graphiql-query-editor').getByText('displayName').waitFor();
    server.wait(16 * 60);
    await openSubscription(other);
    await published(other, 'by the session');

    const { accessToken } = await server.signIn('moderator');
    const authorization = { authorization: `Bearer ${accessToken}` };
    await other.locator('.graphiql-execute-button').click();
    await writeHeaders(other, authorization);
    const outcome = other.getByRole('region', { name: 'What came of it' });
    await execute(other, outcome.getByRole('alert').getByText(/^A subscription runs as the session of the console/));

    const { page: stranger, offences } = await site.visit('/explorer');
    await openSubscription(stranger);
    await writeHeaders(stranger, authorization);
    await published(stranger, 'by a token');
    expect(offences).toEqual([]);
    for (const one of [other, stranger]) await one.context().close();
  });

  test('shows where an operation does not parse or validate, by line and column', async () => {
    for (const [operation, place] of [
      ['{\n  me {\n', 'line 3, column 1'],
      ['{\n  me { nothing }\n}', 'line 2, column 8'],
    ] as const) {
      await site.goTo(`/console/simulator?operation=${encodeURIComponent(operation)}`);
      await page.getByRole('alert').getByText(place).waitFor();
    }
  });

  test('can stop what takes longer than a second, and ask for it anew', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('query Users') === true) await held;
      await route.continue().catch(() => undefined);
    });
    await site.goTo('/console/users');
    await page.getByText('Waiting for the server…').waitFor();
    const aborted = page.waitForEvent('requestfailed');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'You stopped loading users' }).waitFor();
    expect((await aborted).postData()).toContain('query Users');
    expect(await barriersOn(page)).toEqual([]);
    release();
    await page.getByRole('button', { name: 'Load', exact: true }).click();
    await page.getByRole('rowheader', { name: 'Vera Viewer' }).waitFor();
    await page.unroute('**/graphql');
  });

  test('can stop what the explorer loads first, and says why there is no schema', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('IntrospectionQuery') === true) await held;
      await route.continue().catch(() => undefined);
    });
    await site.goTo('/explorer');
    await page.getByText('Waiting for the server…').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'You stopped loading the schema' }).waitFor();
    release();
    await page.unroute('**/graphql');

    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('IntrospectionQuery') === true
        ? route.fulfill({
            json: { errors: [{ message: 'No introspection here.', extensions: { code: 'FORBIDDEN' } }] },
          })
        : route.continue(),
    );
    await page.getByRole('button', { name: 'Load', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/the editor works without it: No introspection here\.$/)
      .waitFor();
    const outcome = page.getByRole('region', { name: 'What came of it' });
    await execute(page, outcome.getByText(/^Answered in \d+ ms/));
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  test('filters the audit log by the hour of a bar, with the keyboard alone', async () => {
    // In this hour, whatever hour it was when the tests before began.
    await server.signIn('admin');
    await site.goTo('/console/audit');
    const bars = page.getByRole('group', { name: 'Events by hour' });
    await bars.getByRole('button').last().waitFor();
    expect(await bars.getByRole('button').count()).toBe(24);
    await bars.getByRole('button').last().focus();
    for (let hours = 0; hours < 3; hours += 1) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    for (let hours = 0; hours < 3; hours += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page
      .getByRole('rowheader', { name: /^Ada Admin signed in/ })
      .first()
      .waitFor();
    expect(await bars.getByRole('button', { pressed: true }).getAttribute('aria-label')).toMatch(/: \d+ events?$/);
    expect(await barriersOn(page)).toEqual([]);
  });

  test('saves everything of the audit log that the filters leave, and can be stopped at that', async () => {
    for (let count = 0; count < 60; count += 1) await server.signIn('viewer');
    await site.goTo('/console/audit?type=session.started');
    const rows = page.getByRole('rowheader', { name: /^Vera Viewer signed in/ });
    await rows.first().waitFor();
    expect(await rows.count()).toBe(50);
    const exported = async (item: string): Promise<void> => {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    const download = page.waitForEvent('download');
    await exported('All that match as CSV');
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    const signedIn = lines.filter((line) => line.includes(',session.started,SUCCESS,Vera Viewer,'));
    expect(signedIn.length).toBeGreaterThanOrEqual(60);
    expect(new Set(signedIn.map((line) => line.split(',')[0])).size).toBe(signedIn.length);
    await page.getByText(`Saved ${lines.length - 1}.`).waitFor();

    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('"first":100') !== true) await route.continue();
    });
    await exported('All that match as JSON');
    await page.getByText('Waiting for the server…').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled: nothing was saved.').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.unroute('**/graphql');
  });

  test('counts the sign-ins of an account by method', async () => {
    await site.goTo('/console/users?q=ada');
    await page.getByRole('button', { name: 'Open Ada Admin' }).click();
    await page.getByText(/^\d+ sign-ins within 30 days: password \d+\.$/).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('saves a signed matrix for an auditor', async () => {
    await site.goTo('/console/matrix');
    await page.getByRole('button', { name: 'Export…' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Signed page for an auditor (HTML)' }).click();
    expect((await download).suggestedFilename()).toBe('access-matrix.html');
  });

  test('shows markup in any value as the text that it is', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const editor = await server.signIn('editor');
    await editor.get('mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }', {
      input: { displayName: name },
    });
    await site.goTo('/console/users');
    await page.getByRole('rowheader', { name }).waitFor();
    await page.getByRole('button', { name: `Open ${name}` }).click();
    await page.getByRole('dialog', { name }).getByRole('button', { name: 'View as', exact: true }).click();
    await page.keyboard.press('Escape');
    await strip(page).getByText(name).waitFor();
    await site.goTo(`/console/audit?actor=${editor.id}`);
    await page
      .getByRole('rowheader', { name: `${name} changed the profile` })
      .first()
      .waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await strip(page).getByRole('button', { name: 'Stop' }).click();
  });

  test('tells on each page which scope is missing', async () => {
    const { page: other } = await site.visit('/console/matrix');
    await signInAt(other, 'viewer');
    const missing = {
      matrix: 'access:simulate',
      simulator: 'access:simulate',
      users: 'users:read',
      audit: 'audit:read',
      'signing-keys': 'signing-keys:read',
      mail: 'system:read',
    };
    for (const [path, scope] of Object.entries(missing)) {
      await other.goto(urlOf(`/console/${path}`));
      await other.getByText(`It takes the scope ${scope}.`).waitFor();
    }
    await other.context().close();
  });

  test('shows thousands of sessions page by page', async () => {
    const session = (index: number) => ({
      id: `session-${index}`,
      createdAt: '2026-01-01T00:00:00.000Z',
      lastUsedAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2027-01-01T00:00:00.000Z',
      device: `Device ${index}`,
      userAgent: null,
      ipAddress: '192.0.2.1',
      current: index === 0,
      methods: ['PASSWORD'],
    });
    const me = { id: 'me', sessions: Array.from({ length: 3_000 }, (_, index) => session(index)) };
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query OwnSessions') === true
        ? route.fulfill({ json: { data: { me } } })
        : route.continue(),
    );
    await site.goTo('/console/sessions');
    await page.getByText('1 to 50 of 3000').waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByRole('rowheader', { name: 'Device 50', exact: true }).waitFor();
    expect(await page.getByRole('rowheader').count()).toBe(50);
    await page.unroute('**/graphql');
  });

  test('asks to sign in again in place while an operation is being written, and keeps every letter of it', async () => {
    const { page: other } = await site.visit('/console/simulator');
    await signInAt(other, 'admin');
    await other.getByLabel('Operation').fill('{ me { id } }');
    await other.getByText(/nothing is refused for certain/).waitFor();
    await endSessions();
    await other.getByLabel('Operation').fill('{ me { id displayName } }');
    await signInAgain(other);
    expect(await other.getByLabel('Operation').inputValue()).toBe('{ me { id displayName } }');
    await other.context().close();
  });

  test('keeps what was typed into the dialog of a new key while its session ended, and goes on with it', async () => {
    const { page: other } = await site.visit('/console/api-keys');
    await signInAt(other, 'admin');
    await other.getByRole('button', { name: 'New key…' }).click();
    await other.getByLabel('Name').fill('typed before');
    await other.getByLabel('Scopes, separated by spaces').fill('articles:read comments:write');
    await other.getByLabel('Expires').selectOption('in a year');
    await endSessions();
    await other.getByRole('button', { name: 'Make the key' }).click();
    await signInAgain(other);
    expect(await other.getByLabel('Name').inputValue()).toBe('typed before');
    expect(await other.getByLabel('Expires').inputValue()).toBe('365');
    await other.getByRole('button', { name: 'Make the key' }).click();
    await other.getByRole('dialog', { name: 'Your new key' }).getByRole('button', { name: 'I stored it' }).click();
    const row = other.getByRole('row').filter({ has: other.getByRole('rowheader', { name: 'typed before' }) });
    await row.getByText('articles:read comments:write').waitFor();
    await other.context().close();
  });

  test('keeps what one person typed for no other who signs in over it', async () => {
    const { page: other } = await site.visit('/console/api-keys');
    await signInAt(other, 'admin');
    await other.getByRole('button', { name: 'New key…' }).click();
    await other.getByLabel('Name').fill('of the administrator');
    await endSessions();
    await other.getByRole('button', { name: 'Make the key' }).click();
    await signInAgain(other, 'editor');
    await other.getByRole('button', { name: 'New key…' }).click();
    expect(await other.getByLabel('Name').inputValue()).toBe('');
    await other.context().close();
  });

  test('keeps what was typed into an invitation, and as whom to view, while its session ended', async () => {
    const { page: other } = await site.visit('/console/users');
    await signInAt(other, 'admin');
    await other.getByRole('button', { name: 'Invite a person…' }).click();
    await other.getByLabel('E-mail address', { exact: true }).fill('grace@example.com');
    await other.getByLabel('Role').selectOption('EDITOR');
    await endSessions();
    await other.getByRole('button', { name: 'Send the invitation' }).click();
    await signInAgain(other);
    expect(await other.getByLabel('E-mail address', { exact: true }).inputValue()).toBe('grace@example.com');
    expect(await other.getByLabel('Role').inputValue()).toBe('EDITOR');
    await other.getByRole('button', { name: 'Send the invitation' }).click();
    await other.getByRole('dialog').waitFor({ state: 'detached' });

    await other.goto(urlOf('/console/audit'));
    await other.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    await other.keyboard.press('.');
    await other.getByLabel('As: kind').selectOption('user');
    await endSessions();
    await other.getByLabel('As: id, name or e-mail address of the user').fill('Vera');
    await signInAgain(other);
    expect(await other.getByLabel('As: id, name or e-mail address of the user').inputValue()).toBe('Vera');
    await other.context().close();
  });
});
