import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import type { client as cookieClient, follow, signIn } from '../../examples/browser/cookies.ts';
import type { connect } from '../../examples/browser/tokens.ts';
import { askFor } from '../../examples/server-rendered/ask-for.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { bundle } from '../support/bundle.ts';
import { openGateway, type Gateway } from '../support/gateway.ts';
import { startServer, type TestServer } from '../support/server.ts';

let gateway: Gateway;
let server: TestServer;
beforeAll(async () => {
  gateway = await openGateway();
  server = await startServer({ PUBLIC_URL: gateway.url });
  gateway.lead(server.url);
});
afterAll(async () => {
  await gateway.close();
  await server.stop();
});

const examples = join(import.meta.dirname, '../../examples');
const editor = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };

/** Runs an example as its reader does; answers its lines. */
async function run(name: string, ...args: readonly string[]): Promise<string[]> {
  const flags = ['--conditions=sallyport-source', '--disable-warning=ExperimentalWarning'];
  const program = [...flags, join(examples, name), `${server.url}/graphql`, ...args];
  return (await promisify(execFile)(process.execPath, program)).stdout.trimEnd().split('\n');
}

test('The client on the command line signs in, creates and lists', async () => {
  const [created, first] = await run('client/main.ts');
  expect(created).toBe('created DRAFT “Written by a client”');
  expect(first).toBe('DRAFT      Written by a client (Edgar Editor)');
});

describe('The client of a phone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-phone-'));
  const file = join(folder, 'store.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const start = (...args: readonly string[]) => run('react-native-like/main.ts', file, ...args);

  test('finds its session in the store at the next start, over an expiry, until it signs out', async () => {
    expect((await start())[0]).toBe('Signed in as Vera Viewer.');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    server.wait(1_000);
    expect(await start()).toEqual(['Welcome back, Vera Viewer.', expect.any(String), expect.any(String)]);
    expect((await start('--sign-out')).at(-1)).toBe('Signed out.');
    expect(readFileSync(file, 'utf8')).not.toContain('accessToken');
    expect((await start())[0]).toBe('Signed in as Vera Viewer.');
  });
});

describe('A page rendered by a server', () => {
  const me = '{ me { email } }';
  const ask = (cookie: string) => {
    const site = { apiUrl: `${server.url}/graphql`, publicOrigin: gateway.url };
    return askFor(site, { headers: new Headers({ cookie }) }, '192.0.2.1', me);
  };

  test('shows what its visitor may see, by the visitor’s cookies', async () => {
    const login = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
    const answer = await server.ask(login, { input: { ...editor, delivery: 'COOKIE' } }, { origin: gateway.url });
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
    expect(await ask(cookies.join('; '))).toEqual({
      status: 'answered',
      data: { me: { email: editor.email } },
      errors: [],
    });
    expect(await ask('')).toMatchObject({ status: 'answered', data: { me: null } });
    server.wait(1_000);
    expect(await ask(cookies.join('; '))).toEqual({ status: 'expired' });
  });
});

describeInBrowser('A page', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await openBrowser()));
  afterAll(() => browser.close());

  async function open(name: string): Promise<Page> {
    gateway.serve('/', 'text/html', '<!doctype html><script type="module" src="/page.js"></script>');
    const text = `import * as example from '${join(examples, 'browser', name)}'; globalThis.example = example;`;
    gateway.serve('/page.js', 'text/javascript', await bundle(text));
    const page = await (await browser.newContext()).newPage();
    await page.goto(gateway.url);
    await page.waitForFunction(() => 'example' in globalThis);
    return page;
  }

  test('with cookies shows who is signed in, and what went wrong', async () => {
    const page = await open('cookies.ts');
    const names = await page.evaluate(async ({ email, password }) => {
      const held = example as { client: typeof cookieClient; follow: typeof follow; signIn: typeof signIn };
      const shown: unknown[] = [];
      held.follow((name) => shown.push(name ?? 'nobody'));
      shown.push(await held.signIn(email, 'wrong'), await held.signIn(email, password));
      await held.client.signOut();
      return shown;
    }, editor);
    expect(names).toEqual([
      'nobody',
      'nobody',
      'Edgar Editor',
      { message: 'This e-mail address and password do not belong together.' },
      { done: true },
      'nobody',
    ]);
  });

  test('of another site keeps tokens, and no cookies', async () => {
    const page = await open('tokens.ts');
    const answer = await page.evaluate(
      async ({ url, ...input }) => {
        const client = (example as { connect: typeof connect }).connect(url);
        await client.signIn(input);
        return client.query('{ me { email } }');
      },
      { ...editor, url: `${server.url}/graphql` },
    );
    expect(answer).toEqual({ me: { email: editor.email } });
    expect(await page.context().cookies()).toEqual([]);
  });
});

declare const example: unknown;
