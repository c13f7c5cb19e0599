import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Client } from '../../client/index.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { bundle } from '../support/bundle.ts';
import { openGateway, type Gateway } from '../support/gateway.ts';
import { startServer, type TestServer } from '../support/server.ts';

declare const client: Client;

const page = `
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  import { createClient } from 'sallyport/client';
  import { SallyportProvider, useCan, useSession } from 'sallyport/client/react';

  const subject = { __typename: 'Article', id: location.hash.slice(1) };
  function Article() {
    const session = useSession();
    const mayUpdate = useCan({ subject, action: 'update' });
    const name = session.status === 'signed-in' ? session.user.displayName : session.status;
    return createElement('p', null, name + ', update: ' + String(mayUpdate));
  }
  globalThis.client = createClient({ url: '/graphql' });
  createRoot(document.body).render(createElement(SallyportProvider, { client }, createElement(Article)));`;
const editor = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };

describeInBrowser('The React hooks', () => {
  let browser: Browser;
  let gateway: Gateway;
  let server: TestServer;

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([openBrowser(), openGateway()]);
    server = await startServer({ PUBLIC_URL: gateway.url });
    gateway.lead(server.url);
    gateway.serve('/', 'text/html', '<!doctype html><body><script type="module" src="/page.js"></script>');
    gateway.serve('/page.js', 'text/javascript', await bundle(page));
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await server.stop();
  });

  test('show who is signed in and what the server would allow, in every tab, as it changes', async () => {
    const author = await server.signIn('editor');
    const create = 'mutation { createArticle(input: { title: "t", body: "b" }) { id } }';
    const { createArticle } = await author.get<{ createArticle: { id: string } }>(create);
    const context = await browser.newContext();
    const open = async () => {
      const tab = await context.newPage();
      await tab.goto(`${gateway.url}/#${createArticle.id}`);
      return tab;
    };
    const [tab, other] = [await open(), await open()];
    await tab.getByText('signed-out, update: false').waitFor();
    await tab.evaluate((input) => client.signIn(input), editor);
    await tab.getByText('Edgar Editor, update: true').waitFor();
    await other.getByText('Edgar Editor, update: true').waitFor();
    await other.evaluate(() => client.signOut());
    await tab.getByText('signed-out, update: false').waitFor();
    await other.getByText('signed-out, update: false').waitFor();
    expect(await tab.evaluate(() => client.session.get())).toEqual({ status: 'signed-out', ended: false });
    await context.close();
  });
});
