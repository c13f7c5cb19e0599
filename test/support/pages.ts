import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { addVirtualAuthenticator, openBrowser } from './browser.ts';
import { openGateway, type Gateway } from './gateway.ts';
import { lookAt, wide } from './look-at.ts';
import { startServer, type TestServer } from './server.ts';

export interface Site {
  readonly url: string;
  readonly server: TestServer;
  readonly gateway: Gateway;
  /** Opens a browser of its own, without cookies. */
  readonly visit: (options?: BrowserContextOptions) => Promise<Visitor>;
  readonly stop: () => Promise<void>;
}

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Looks at the page by axe, in light and dark and in a narrow window: nothing serious, and nothing that scrolls sideways. */
  readonly look: (name: string) => Promise<void>;
  /** Fills the fields with these labels, presses Enter in the last, and waits for the page that answers. */
  readonly fill: (fields: Readonly<Record<string, string>>) => Promise<void>;
  /** Presses a button, and waits for the page that answers. */
  readonly press: (button: string) => Promise<void>;
  /** The title of the page. */
  readonly heading: () => Promise<string>;
  /** What the server said about a field or the form. */
  readonly reason: () => Promise<string>;
  /** Violations of the content policy, requests to other origins, and errors of the script, so far. */
  readonly breaches: string[];
  /** Gives the browser a passkey of its own. */
  readonly addAuthenticator: () => Promise<CDPSession>;
}

type Settings = Readonly<Record<string, string>>;

/** A server with its pages, behind the URL that its links name, and a browser; settings may depend on the URL. */
export async function openSite(env: Settings | ((url: string) => Promise<Settings>) = {}): Promise<Site> {
  const [browser, gateway] = await Promise.all([openBrowser(), openGateway()]);
  const settings = typeof env === 'function' ? await env(gateway.url) : env;
  const server = await startServer({ PUBLIC_URL: gateway.url, ...settings });
  gateway.lead(server.url);
  return {
    url: gateway.url,
    server,
    gateway,
    visit: (options = {}) => openVisitor(browser, gateway.url, options),
    async stop() {
      await browser.close();
      await gateway.close();
      await server.stop();
    },
  };
}

async function openVisitor(browser: Browser, url: string, asked: BrowserContextOptions): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: wide,
    reducedMotion: 'reduce',
    ...asked,
  });
  const page = await context.newPage();
  const breaches: string[] = [];
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== url) breaches.push(`request: ${request.url()}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) breaches.push(message.text());
  });
  page.on('pageerror', (error) => breaches.push(String(error)));

  return {
    page,
    context,
    breaches,
    look: (name) => lookAt(page, name),
    async fill(fields) {
      for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
      const last = page.getByLabel(Object.keys(fields).at(-1) ?? '', { exact: true });
      await Promise.all([page.waitForEvent('load'), last.press('Enter')]);
    },
    async press(button) {
      await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: button }).click()]);
    },
    heading: async () => (await page.locator('h1').textContent())?.trim() ?? '',
    reason: async () =>
      (await page.locator('.error, [role=alert]').allTextContents()).map((text) => text.trim()).join(' '),
    addAuthenticator: () => addVirtualAuthenticator(page),
  };
}
