import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { demoPassword } from '../../src/app/demo.ts';
import { describeInBrowser } from '../support/browser.ts';
import { barriersOn, openConsole, signInAt, startConsoleServer, type ConsoleSite } from '../support/console.ts';
import { lookAt } from '../support/look-at.ts';
import type { SignedIn, TestServer } from '../support/server.ts';

const operation = '{ me { displayName } articles(first: 5) { totalCount nodes { title author { email } } } }';

describeInBrowser('The simulator of a server with SIMULATION_RESULTS=on', () => {
  let site: ConsoleSite;
  let server: TestServer;
  let page: Page;
  let viewer: SignedIn;
  beforeAll(async () => {
    server = await startConsoleServer({ SIMULATION_RESULTS: 'on' });
    viewer = await server.signIn('viewer');
    site = await openConsole('/console', server);
    ({ page } = site);
  });
  afterAll(async () => {
    await site.stop();
    await server.stop();
  });

  const simulate = (as: string, of = operation): Promise<void> =>
    site.goTo(`/console/simulator?as=${encodeURIComponent(as)}&operation=${encodeURIComponent(of)}`);
  const resultOf = (name: string) => page.getByRole('region', { name: `What ${name} gets` });

  test('shows what a query answers a user after a proof of who asks, and the user sees that it was shown', async () => {
    const { body } = await viewer.ask(operation);
    await simulate(`user:${viewer.id}`);
    await page.getByText(`user ${viewer.id}: `).first().waitFor();
    server.wait(16 * 60);
    await page.getByRole('button', { name: `Show the result as user ${viewer.id}` }).click();
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).getByLabel('Password').fill(demoPassword);
    await page.getByRole('button', { name: 'Confirm' }).click();
    const result = resultOf(`user ${viewer.id}`);
    await result.waitFor();
    expect(JSON.parse(await result.innerText())).toEqual({ data: body.data, errors: body.errors });
    expect(await barriersOn(page)).toEqual([]);
    await lookAt(page, 'console-result');

    await page.getByLabel('Operation').fill('{ __typename }');
    await result.waitFor({ state: 'detached' });

    await site.goTo('/console/audit');
    await page.getByRole('rowheader', { name: /^Ada Admin was shown what a query answers Vera Viewer/ }).waitFor();
    const { page: own } = await site.visit('/console/sessions');
    await signInAt(own, 'viewer');
    await own.getByRole('row', { name: /^Ada Admin .*Query\.me/ }).waitFor();
    expect(await barriersOn(own)).toEqual([]);
    await lookAt(own, 'console-seen-by');
    await own.context().close();
  });

  test('shows it for each of two callers, and says why none is shown', async () => {
    await simulate('role:VIEWER');
    await page.getByRole('button', { name: 'Compare with another caller' }).click();
    await page.getByRole('button', { name: 'Show the result as role VIEWER' }).click();
    await page.getByRole('button', { name: 'Show the result as role ADMIN' }).click();
    await resultOf('role VIEWER').waitFor();
    await resultOf('role ADMIN').waitFor();
    expect(await resultOf('role VIEWER').innerText()).toContain('FORBIDDEN');
    expect(await resultOf('role ADMIN').innerText()).toContain('editor@demo.sallyport.test');

    await simulate('anonymous', '{ inspectToken(token: "x") { valid } }');
    await page.getByRole('button', { name: 'Show the result as anonymous' }).click();
    await page.getByRole('alert').getByText('counts how often it is asked for').waitFor();
  });

  test('offers none of a mutation', async () => {
    await simulate('role:ADMIN', 'mutation { closeAccount }');
    await page.getByText(/^role ADMIN: /).waitFor();
    expect(await page.getByRole('button', { name: /^Show the result/ }).count()).toBe(0);
  });
});

describeInBrowser('The simulator of a server without it', () => {
  test('offers no result', async () => {
    const site = await openConsole('/console/simulator?as=role:VIEWER');
    await site.page.getByText(/^role VIEWER: /).waitFor();
    expect(await site.page.getByRole('button', { name: /^Show the result/ }).count()).toBe(0);
    await site.page.getByText('Nothing of it is run.').waitFor();
    await site.stop();
  });
});
