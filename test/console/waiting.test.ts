import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { demoPassword } from '../../src/app/demo.ts';
import { Session } from '../../src/identity/sessions/session.entity.ts';
import { describeInBrowser } from '../support/browser.ts';
import { barriersOn, openConsole, signInAt, type ConsoleSite } from '../support/console.ts';

describeInBrowser('A proof of who is there that takes longer than a second', () => {
  let site: ConsoleSite;

  beforeAll(async () => void (site = await openConsole('/console/sessions')));
  afterAll(() => site.stop());

  /** Holds what the page sends with this text; answers what lets it go. */
  async function hold(page: Page, text: string): Promise<() => Promise<void>> {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes(text) === true) await held;
      await route.continue().catch(() => undefined);
    });
    return async () => {
      release();
      await page.unroute('**/graphql');
    };
  }

  test('can be stopped at a sign-in: nobody is signed in, what was typed stays, and the next try counts', async () => {
    const { page, offences } = await site.visit('/console/sessions');
    const letGo = await hold(page, 'mutation SignIn');
    await page.getByLabel('E-mail address').fill('viewer@demo.sallyport.test');
    await page.getByLabel('Password').fill(demoPassword);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('status').getByText('Waiting for an answer…').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    const aborted = page.waitForEvent('requestfailed');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').getByText('Cancelled: you are not signed in.').waitFor();
    expect((await aborted).postData()).toContain('mutation SignIn');
    expect(await page.getByLabel('Password').inputValue()).toBe(demoPassword);
    await letGo();
    await page.reload();
    await signInAt(page, 'viewer');
    expect(offences).toEqual([]);
    await page.context().close();
  });

  test('can be stopped where an action asks for it: nothing is done, and the next try counts', async () => {
    const { page, server, goTo } = site;
    await server.database.fork().nativeUpdate(Session, {}, { authenticatedAt: new Date(0) });
    await goTo('/console/api-keys');
    await page.getByRole('button', { name: 'New key…' }).click();
    await page.getByLabel('Name').fill('stopped');
    await page.getByLabel('Scopes, separated by spaces').fill('articles:read');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    const letGo = await hold(page, 'mutation Reauthenticate');
    await dialog.getByLabel('Password').fill(demoPassword);
    await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.getByText('Cancelled: nothing was confirmed.').waitFor();
    await letGo();
    await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('dialog', { name: 'Your new key' }).getByRole('button', { name: 'I stored it' }).click();
    expect(await page.getByRole('rowheader', { name: 'stopped' }).count()).toBe(1);
  });

  test('a sign-out is there at once, says that the server is being told, and offers to tell it again', async () => {
    const { page, offences } = await site.visit('/console/sessions');
    await signInAt(page, 'viewer');
    const letGo = await hold(page, 'mutation SignOut');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail address').waitFor();
    await page.getByRole('status').getByText('the server is being told').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await letGo();
    await page.getByRole('status').waitFor({ state: 'detached' });

    await signInAt(page, 'viewer');
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('mutation SignOut') === true ? route.abort() : route.continue(),
    );
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('alert').getByText('the server could not be told').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Tell it again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByLabel('E-mail address').waitFor();
    expect(offences).toEqual([]);
    await page.context().close();
  });
});
