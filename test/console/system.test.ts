import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { gzipSync } from 'node:zlib';
import { challengeOf, complete, enrol, registerAccount } from '../support/authenticator.ts';
import { describeInBrowser } from '../support/browser.ts';
import { barriersOn, openConsole, signInAt, type ConsoleSite } from '../support/console.ts';
import { root } from '../support/process.ts';
import { demoPassword } from '../../src/app/demo.ts';
import type { TestServer } from '../support/server.ts';

describeInBrowser('The console of who runs the server', () => {
  let site: ConsoleSite;
  let server: TestServer;
  let page: Page;
  beforeAll(async () => {
    site = await openConsole('/console');
    ({ server, page } = site);
  });
  afterAll(() => site.stop());

  test('opens with its posture in a sentence, a checklist that ticks itself, and what was refused last', async () => {
    await server.ask('mutation { createArticle(input: { title: "t", body: "b" }) { id } }');
    await site.goTo('/console');
    const sentence = page.getByText('1 of 1 administrator has no second factor');
    await sentence.waitFor();
    expect(await sentence.innerText()).toMatch(
      /^\d+ fields are guarded, \d+ public and none unguarded; .*mails are files\.$/,
    );
    await page.getByRole('rowheader', { name: /was refused a mutation \(.*field createArticle/ }).waitFor();
    await page.getByText('There is an administrator: done').waitFor();
    await page.getByText('Every administrator has a second factor: to do').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole('link', { name: /\d+ public$/ }).click();
    await page.getByRole('treegrid').waitFor();
    expect(page.url()).toContain('/console/matrix?show=public');
  });

  test('says part by part which right is missing, and who has none still sees the rest of the frame', async () => {
    const { page: another } = await site.visit('/console');
    await another.getByText('No administrator yet?').click();
    await another.getByText('users create --email ada@example.com --role ADMIN').waitFor();
    await signInAt(another, 'viewer');
    await another.getByText('It takes the scope system:read.').waitFor();
    await another.getByText('It takes the scope audit:read.').waitFor();
    await another.context().close();
  });

  test('rotates the signing keys after a proof of who asks', async () => {
    await site.goTo('/console/signing-keys');
    await page.getByText('● active: signs').waitFor();
    const former = await page.getByRole('rowheader').innerText();
    server.wait(16 * 60);
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).getByLabel('Password').fill(demoPassword);
    await page.getByRole('button', { name: 'Confirm' }).click();
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: former }) });
    await row.getByText('◐ retiring: what it signed still counts').waitFor();
    expect(await page.getByRole('rowheader').count()).toBe(2);
    expect(await barriersOn(page)).toEqual([]);
  });

  test('shows the mails of a development server, whose links work', async () => {
    await site.goTo('/console/mail');
    await page.getByText('Mails appear here').waitFor();
    await server.get('mutation { requestPasswordReset(email: "viewer@demo.sallyport.test") }');
    await server.app.outbox.settled();
    await page.getByRole('button', { name: 'Look again' }).click();
    const mail = page.getByRole('article').filter({ hasText: 'to viewer@demo.sallyport.test' });
    await mail.waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await mail.getByRole('link').click();
    await page.waitForURL('**/reset-password?token=*');
    await page
      .getByLabel(/password/i)
      .first()
      .waitFor();
  });

  test('goes anywhere by the command bar, with the keyboard alone', async () => {
    await site.goTo('/console/token');
    await page.getByRole('heading', { name: 'Token inspector', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    const bar = page.getByRole('dialog', { name: 'Command bar' });
    await bar.waitFor();
    await page.keyboard.type('vera');
    await bar.getByRole('option', { name: 'Find users: vera' }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('rowheader', { name: 'Vera Viewer' }).waitFor();
    await page.keyboard.press('Control+k');
    await bar.waitFor();
    await page.keyboard.type('go audit');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
  });

  test('saves what a table shows as CSV, in which no cell is a formula', async () => {
    await (
      await server.signIn('editor')
    ).get('mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }', {
      input: { displayName: '=SUM(A1)' },
    });
    await site.goTo('/console/users');
    await page.getByRole('rowheader', { name: '=SUM(A1)' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.keyboard.press('Enter');
    const saved = readFileSync(await (await download).path(), 'utf8');
    expect(saved.split('\r\n')[0]).toBe('id,displayName,email,roles,status,disabledReason,secondFactor,createdAt');
    expect(saved).toContain(",'=SUM(A1),editor@demo.sallyport.test,");
  });

  test('saves the table of every page as CSV and as JSON', async () => {
    const admin = await server.signIn('admin');
    await admin.get('mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }', {
      input: { name: 'ci', scopes: ['articles:read'] },
    });
    await server.get('mutation { requestPasswordReset(email: "viewer@demo.sallyport.test") }');
    await server.app.outbox.settled();
    await server.ask('mutation { createArticle(input: { title: "t", body: "b" }) { id } }');
    const saved = async (button: string, format: string): Promise<string> => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('menuitem', { name: new RegExp(`^(?:Save|This page) as ${format}$`) }).click();
      return readFileSync(await (await download).path(), 'utf8');
    };
    const tables = [
      ['/console', 'Export the refusals', 'id,at,type,outcome,actor,'],
      ['/console/sessions', 'Export', 'id,device,current,methods,'],
      ['/console/api-keys', 'Export', 'id,name,prefix,scopes,'],
      ['/console/signing-keys', 'Export', 'id,state,algorithm,createdAt,signedUntil'],
      ['/console/mail', 'Export', 'id,at,kind,to,subject,text,links'],
      ['/console/audit', 'Export', 'id,at,type,outcome,actor,'],
    ] as const;
    for (const [path, button, columns] of tables) {
      await site.goTo(path);
      const [head = '', ...lines] = (await saved(button, 'CSV')).split('\r\n');
      expect([path, head.slice(0, columns.length), lines.length > 1]).toEqual([path, columns, true]);
      const rows = JSON.parse(await saved(button, 'JSON')) as object[];
      expect([path, Object.keys(rows[0] ?? {}).join()]).toEqual([path, head]);
    }
    await site.goTo('/console/users?q=ada');
    await page.getByRole('button', { name: 'Open Ada Admin' }).click();
    await page.getByText('As a table').click();
    expect(await saved('Export the sign-ins', 'CSV')).toMatch(/^at,methods,ipAddress\r\n.*,PASSWORD,127\.0\.0\.1/i);
    await page.keyboard.press('Escape');
  });

  test('scrolls no page sideways in a narrow window, and opens every menu in sight', async () => {
    await page.setViewportSize({ width: 360, height: 720 });
    const expectInSight = async (button: Locator): Promise<void> => {
      await button.click();
      const box = await page.getByRole('menu').boundingBox();
      const { x = -1, y = -1, width = 0, height = 0 } = box ?? {};
      expect([x >= 0, x + width <= 360, y >= 0, y + height <= 720]).toEqual([true, true, true, true]);
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
    };
    for (const path of ['users', 'audit', 'sessions', 'api-keys', 'signing-keys', 'mail']) {
      await site.goTo(`/console/${path}`);
      await expectInSight(page.getByRole('button', { name: 'Export', exact: true }));
      await expectInSight(page.getByRole('button', { name: 'Copy as…' }));
      const excess = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      expect([path, excess]).toEqual([path, 0]);
    }
    await site.goTo('/console/users?q=ada');
    await page.getByRole('button', { name: 'Open Ada Admin' }).click();
    await expectInSight(page.getByRole('dialog', { name: 'Ada Admin' }).getByRole('button', { name: 'Copy as…' }));
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  test('shows the devices that are spared the second factor, and ends the trust in one', async () => {
    const owner = await registerAccount(server);
    const { page: other } = await site.visit('/console/sessions');
    await other.getByLabel('E-mail address').fill(owner.email);
    await other.getByLabel('Password').fill(owner.password);
    await other.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.getByText('No device is spared the second factor.').waitFor();
    const enrolled = await enrol(server, owner);
    const challenge = await challengeOf(server, owner, { device: 'my laptop' });
    await complete(server, challenge, { code: enrolled.nextCode(), trustDevice: true });
    await other.reload();
    await other.getByRole('rowheader', { name: 'my laptop', exact: true }).first().waitFor();
    expect(await barriersOn(other)).toEqual([]);
    await other.getByRole('button', { name: 'End the trust in my laptop' }).click();
    await other.getByText('No device is spared the second factor.').waitFor();
    expect(await owner.get('{ me { trustedDevices { id } } }')).toEqual({ me: { trustedDevices: [] } });
    await other.context().close();
  });

  test('says since when the server cannot be reached, keeps what it has, and goes on by itself', async () => {
    await site.goTo('/console/users');
    const row = page.getByRole('rowheader', { name: 'Vera Viewer' });
    await row.waitFor();
    await page.context().setOffline(true);
    await page.getByText(/^The server cannot be reached since \d/).waitFor();
    expect(await row.isVisible()).toBe(true);
    await page.context().setOffline(false);
    await page.getByText(/^The server cannot be reached since/).waitFor({ state: 'detached' });
    expect(await row.isVisible()).toBe(true);
  });

  test('asks to sign in again in place once its session ended, and what was typed is still there', async () => {
    const { page: other } = await site.visit('/console/simulator');
    await signInAt(other, 'moderator');
    await other.getByText('It takes the scope access:simulate.').waitFor();
    await other.goto(`${server.config.http.publicUrl}/console/token`);
    await other.getByLabel('Access token').fill('what was typed');
    const moderator = await server.signIn('moderator');
    await (await server.signIn('admin')).get('mutation ($id: ID!) { revokeUserSessions(userId: $id) }', moderator);
    await other.getByLabel('Access token').fill(moderator.accessToken);
    const dialog = other.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByText('Your session has ended').waitFor();
    await dialog.getByLabel('E-mail address').fill('moderator@demo.sallyport.test');
    await dialog.getByLabel('Password').fill(demoPassword);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await other.getByLabel('Access token').inputValue()).toBe(moderator.accessToken);
    await other.context().close();
  });

  test('loads at most 150 KB for each of its pages, compressed by gzip, the explorer aside', async () => {
    await site.goTo('/console');
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    const titles = (await page.getByRole('navigation').getByRole('link').allInnerTexts()).filter(
      (one) => one !== 'Explorer',
    );
    expect(titles).toEqual(expect.arrayContaining(['Home', 'Access matrix', 'Mail']));
    const sizeOf = (name: string): number => gzipSync(readFileSync(join(root, 'dist/console/assets', name))).length;
    for (const title of titles) {
      const href = await page
        .getByRole('navigation')
        .getByRole('link', { name: title, exact: true })
        .getAttribute('href');
      await site.goTo(href ?? '');
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      const loaded = await page.evaluate<string[]>(
        "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/assets/'))",
      );
      const names = new Set(loaded.map((url) => url.slice(url.lastIndexOf('/') + 1)));
      const sum = [...names].reduce((all, name) => all + sizeOf(name), 0);
      expect([title, sum > 60 * 1024, sum <= 150 * 1024 || sum]).toEqual([title, true, true]);
    }
  });
});
