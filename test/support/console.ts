import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { demoPassword } from '../../src/app/demo.ts';
import { openBrowser } from './browser.ts';
import { root } from './process.ts';
import { startServer, type TestServer } from './server.ts';

/** Builds the console, unless what an install built is newer than its sources. */
export async function buildConsole(): Promise<void> {
  const page = join(root, 'dist/console/index.html');
  const sources = globSync(['web/**/*.*', 'client/**/*.ts'], { cwd: root }).map((name) => join(root, name));
  const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
  if (existsSync(page) && statSync(page).mtimeMs > newest) return;
  await promisify(execFile)('npm', ['run', '-s', 'build:console'], { cwd: root });
}

/**
 * Starts a server with a console, at the URL that its own PUBLIC_URL names, without which a browser's cookies do not
 * count.
 */
export async function startConsoleServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  await buildConsole();
  return startServer({ PORT: '0', PUBLIC_URL: '', ...env });
}

interface ConsolePage {
  readonly page: Page;
  /** What a strict page never has: errors of scripts, breaches of its policy, requests to other origins. */
  readonly offences: string[];
}

/** The console of a server, in a browser in which the administrator of the demo data is signed in. */
export interface ConsoleSite {
  readonly server: TestServer;
  readonly browser: Browser;
  /** The administrator's page. */
  readonly page: Page;
  /** Leads the administrator's page to a path. */
  readonly goTo: (path: string) => Promise<void>;
  /** Opens a path as nobody yet, with cookies and storage of its own. */
  readonly visit: (path: string, options?: BrowserContextOptions) => Promise<ConsolePage>;
  /** Closes the browser, and the server if it was started here; fails if the administrator's page had any offences. */
  readonly stop: () => Promise<void>;
}

/** Opens a path of the console as the administrator: on a server that runs, or on one of its own. */
export async function openConsole(path: string, running?: TestServer): Promise<ConsoleSite> {
  const server = running ?? (await startConsoleServer());
  const { publicUrl } = server.config.http;
  const browser = await openBrowser();
  const visit = (to: string, options: BrowserContextOptions = {}): Promise<ConsolePage> =>
    openPage(browser, `${publicUrl}${to}`, options);
  const { page, offences } = await visit(path);
  await signInAt(page, 'admin');
  return {
    server,
    browser,
    page,
    visit,
    goTo: async (to) => void (await page.goto(`${publicUrl}${to}`)),
    async stop() {
      await browser.close();
      if (running === undefined) await server.stop();
      if (offences.length > 0) throw new Error(offences.join('\n'));
    },
  };
}

async function openPage(browser: Browser, pageUrl: string, options: BrowserContextOptions): Promise<ConsolePage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const offences: string[] = [];
  const { origin } = new URL(pageUrl);
  page.on('pageerror', (error) => offences.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) offences.push(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol)) offences.push(request.url());
  });
  await page.goto(pageUrl);
  return { page, offences };
}

/** Signs a demo account in, by what a person sees. */
export async function signInAt(page: Page, name: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(`${name}@demo.sallyport.test`);
  await page.getByLabel('Password').fill(demoPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('#main').waitFor();
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: ReadonlyArray<{ readonly id: string; readonly nodes: ReadonlyArray<{ readonly html: string }> }>;
}

/** Lists what keeps people from using the page, as axe finds it. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
