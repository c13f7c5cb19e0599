import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Client, SallyportError, SessionState } from '../../client/index.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { bundle } from '../support/bundle.ts';
import { createTestDatabase } from '../support/database.ts';
import { isRefresh, openGateway, type Gateway } from '../support/gateway.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** What the page of the tests holds: a client, every state of its session, and every problem that no call could tell. */
interface Held {
  readonly client: Client;
  readonly states: SessionState[];
  readonly problems: string[];
}
declare const held: Held;

const page = `
  import { createClient } from 'sallyport/client';
  const tokens = location.hash === '#tokens' ? { storage: localStorage } : {};
  const [states, problems] = [[], []];
  const client = createClient({ url: '/graphql', ...tokens, onError: ({ code }) => problems.push(code) });
  client.session.subscribe((state) => states.push(state));
  globalThis.held = { client, states, problems };`;
const lifetimeMs = 900_000;
const editor = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };

let browser: Browser;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let gateway: Gateway;
let server: TestServer;
let context: BrowserContext;
/** How far the server's clock has been moved. */
let passedMs = 0;

const start = async (): Promise<TestServer> => {
  const started = await startServer({ PUBLIC_URL: gateway.url }, database.location);
  started.wait(passedMs / 1_000);
  gateway.lead(started.url);
  return started;
};

describeInBrowser('In a browser', () => {
  beforeAll(async () => {
    [browser, database, gateway] = await Promise.all([openBrowser(), createTestDatabase(), openGateway()]);
    gateway.serve('/', 'text/html', '<!doctype html><script type="module" src="/page.js"></script>');
    gateway.serve('/page.js', 'text/javascript', await bundle(page));
    server = await start();
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await server.stop();
    await database.drop();
  });
  beforeEach(async () => void (context = await browser.newContext()));
  afterEach(async () => {
    gateway.decide(() => 'pass');
    await context.close();
  });

  test('a sign-in that is stopped with the head of its answer leaves nobody signed in, though the browser has its cookies', async () => {
    const tab = await openTab();
    const outcome = await tab.evaluate(async (input) => {
      const stopped = new AbortController();
      const { fetch } = globalThis;
      globalThis.fetch = async (...asked) => {
        const response = await fetch(...asked);
        stopped.abort();
        return response;
      };
      const failed = await held.client.signIn(input, { signal: stopped.signal }).catch(({ name }: Error) => name);
      globalThis.fetch = fetch;
      const body = JSON.stringify({ query: '{ me { email } }' });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch('/graphql', { method: 'POST', headers, body, credentials: 'include' });
      return { failed, asked: (await answer.json()) as object };
    }, editor);
    expect(outcome.failed).toBe('AbortError');
    expect(outcome.asked).toMatchObject({ data: { me: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  /** A tab whose clock a test moves. */
  async function openTab(hash = ''): Promise<Page> {
    const tab = await context.newPage();
    await tab.clock.install();
    await tab.goto(`${gateway.url}/${hash}`);
    await tab.waitForFunction(() => 'held' in globalThis);
    return tab;
  }

  async function openTabs(count: number, hash = ''): Promise<Page[]> {
    const first = await openTab(hash);
    await first.evaluate((input) => held.client.signIn(input), editor);
    const others = await Promise.all(Array.from({ length: count - 1 }, () => openTab(hash)));
    gateway.seen.length = 0;
    return [first, ...others];
  }

  /** Time goes by, in the tabs and on the server; nearly all of a token's life by default. */
  async function passTime(tabs: readonly Page[], ms = lifetimeMs - 1_000): Promise<void> {
    passedMs += ms;
    server.wait(ms / 1_000);
    await Promise.all(tabs.map((tab) => tab.clock.fastForward(ms)));
  }

  /** The e-mail of who is signed in, or the code of what went wrong. */
  const ask = (tab: Page): Promise<string> =>
    tab.evaluate(() =>
      held.client.query<{ me: { email: string } | null }, object>('{ me { email } }').then(
        ({ me }) => me?.email ?? 'nobody',
        ({ code }: SallyportError) => code,
      ),
    );
  const askAll = (tabs: readonly Page[], times = 1): Promise<string[]> =>
    Promise.all(tabs.flatMap((tab) => Array.from({ length: times }, () => ask(tab))));
  const states = (tabs: readonly Page[]): Promise<SessionState[]> =>
    Promise.all(tabs.map((tab) => tab.evaluate(() => held.client.session.get())));
  const statuses = async (tabs: readonly Page[]): Promise<string[]> => (await states(tabs)).map(({ status }) => status);
  const untilAll = (tabs: readonly Page[], status: SessionState['status']): Promise<void> =>
    until(async () => (await statuses(tabs)).every((found) => found === status), `${status} in every tab`);
  /** How often somebody was signed out in these tabs, for however short a time. */
  const signedOut = async (tabs: readonly Page[]): Promise<number> =>
    (await Promise.all(tabs.map((tab) => tab.evaluate(() => held.states))))
      .flat()
      .filter(({ status }) => status === 'signed-out').length;
  const all = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

  test.each([
    ['with cookies', ''],
    ['with tokens in the storage', '#tokens'],
  ])('ten tabs at once over three expiries send three refreshes, and none is signed out (%s)', async (_, hash) => {
    const tabs = await openTabs(10, hash);
    expect(await statuses(tabs)).toEqual(all(10, 'signed-in'));
    for (let expiries = 1; expiries <= 3; expiries += 1) {
      await passTime(tabs);
      expect(await askAll(tabs, 3)).toEqual(all(30, editor.email));
      expect(gateway.refreshes()).toBe(expiries);
    }
    expect(await signedOut(tabs)).toBe(0);
  });

  test('an expiry that only the server knows of costs one refresh, and a mutation that met it runs once', async () => {
    const tabs = await openTabs(5);
    passedMs += lifetimeMs + 10_000;
    server.wait(lifetimeMs / 1_000 + 10);
    const create = 'mutation { createArticle(input: { title: "Over an expiry", body: "b" }) { id } }';
    const created = tabs[0]?.evaluate((document) => held.client.query(document), create);
    expect(await askAll(tabs, 3)).toEqual(all(15, editor.email));
    await created;
    const count = '{ articles(filter: { titleContains: "Over an expiry" }) { totalCount } }';
    expect(await tabs[1]?.evaluate((document) => held.client.query(document), count)).toEqual({
      articles: { totalCount: 1 },
    });
    expect(gateway.refreshes()).toBe(1);
    expect(await signedOut(tabs)).toBe(0);
  });

  test('a page that has forgotten the hint finds its session by the cookies, expired or not', async () => {
    const [tab] = (await openTabs(1)) as [Page];
    passedMs += lifetimeMs + 10_000;
    server.wait(lifetimeMs / 1_000 + 10);
    await tab.evaluate(() => localStorage.clear());
    const next = await openTab();
    expect(await statuses([next])).toEqual(['unknown']);
    expect(await ask(next)).toBe(editor.email);
    expect(await statuses([next])).toEqual(['signed-in']);
    expect(gateway.refreshes()).toBe(1);
  });

  test('tabs without the lock manager agree among themselves', async () => {
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }));
    const tabs = await openTabs(10);
    for (const tab of tabs) await tab.clock.resume();
    await passTime(tabs);
    expect(await askAll(tabs, 3)).toEqual(all(30, editor.email));
    // Ten without agreement. On a busy machine a message may come later than a tab waits for it.
    expect(gateway.refreshes()).toBeLessThanOrEqual(3);
    expect(await signedOut(tabs)).toBe(0);
  });

  test.each([
    ['with cookies', ''],
    ['with tokens in the storage', '#tokens'],
  ])('a tab that is closed in the middle of a refresh leaves the others signed in (%s)', async (_, hash) => {
    const [closing, other] = (await openTabs(2, hash)) as [Page, Page];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    gateway.decide((body) => (isRefresh(body) && gateway.refreshes() === 1 ? { until: released } : 'pass'));
    await passTime([closing, other]);
    const asked = ask(closing).catch(() => 'closed');
    await until(() => gateway.refreshes() === 1);
    const answer = ask(other);
    await closing.close();
    expect([await asked, await answer]).toEqual(['closed', editor.email]);
    release();
    await until(() => gateway.seen.every(({ status }) => status !== undefined));
    await passTime([other]);
    expect(await ask(other)).toBe(editor.email);
    expect(gateway.refreshes()).toBe(3);
    expect(await signedOut([other])).toBe(0);
  });

  test('the cookies of a refresh arrive although the only tab is closed meanwhile', async () => {
    const [only] = (await openTabs(1)) as [Page];
    let release = (): void => undefined;
    gateway.decide((body) =>
      isRefresh(body) ? { until: new Promise<void>((resolve) => (release = resolve)) } : 'pass',
    );
    await passTime([only]);
    ask(only).catch(() => undefined);
    await until(() => gateway.refreshes() === 1);
    const before = await refreshCookie();
    const next = await openTab();
    await only.close();
    release();
    await until(async () => (await refreshCookie()) !== before, 'the new cookie');
    expect(await ask(next)).toBe(editor.email);
  });

  const refreshCookie = async (): Promise<string | undefined> =>
    (await context.cookies()).find(({ name }) => name.endsWith('-refresh'))?.value;

  test('an answer that is lost is asked for again, and the user stays signed in', async () => {
    const tabs = await openTabs(3);
    for (const tab of tabs) await tab.clock.resume();
    gateway.decide((body) => (isRefresh(body) && gateway.refreshes() === 1 ? 'lose the answer' : 'pass'));
    await passTime(tabs);
    expect(await askAll(tabs)).toEqual(all(3, editor.email));
    expect(gateway.refreshes()).toBe(2);
    expect(await signedOut(tabs)).toBe(0);
  });

  test('a network that goes away over an expiry and comes back does not sign out', async () => {
    const tabs = await openTabs(3);
    await context.setOffline(true);
    await passTime(tabs, lifetimeMs + 1_000);
    expect(await askAll(tabs)).toEqual(all(3, 'NETWORK_FAILED'));
    expect(await statuses(tabs)).toEqual(all(3, 'signed-in'));
    await context.setOffline(false);
    expect(await askAll(tabs)).toEqual(all(3, editor.email));
    expect(gateway.refreshes()).toBe(1);
    expect(await signedOut(tabs)).toBe(0);
  });

  test.each([
    ['an hour behind', -1],
    ['an hour ahead', 1],
  ])('a clock that is %s, and is put right, costs one refresh at most and does not sign out', async (_, hours) => {
    const tab = await openTab();
    const right = await tab.evaluate(() => Date.now());
    await tab.clock.setSystemTime(right + hours * 3_600_000);
    await tab.evaluate((input) => held.client.signIn(input), editor);
    gateway.seen.length = 0;
    expect(await askAll([tab], 3)).toEqual(all(3, editor.email));
    expect(gateway.refreshes()).toBe(0);
    await tab.clock.setSystemTime(right);
    expect(await askAll([tab], 3)).toEqual(all(3, editor.email));
    expect(gateway.refreshes()).toBeLessThanOrEqual(1);
    await tab.clock.setSystemTime(right + hours * 3_600_000);
    expect(await askAll([tab], 3)).toEqual(all(3, editor.email));
    expect(gateway.refreshes()).toBeLessThanOrEqual(2);
    expect(await signedOut([tab])).toBe(0);
  });

  test.each([
    ['with cookies', ''],
    ['with tokens in the storage', '#tokens'],
  ])('signing out in one tab signs out all, and nothing of the session is left (%s)', async (_, hash) => {
    const tabs = await openTabs(5, hash);
    await tabs[2]?.evaluate(() => held.client.signOut());
    await untilAll(tabs, 'signed-out');
    expect((await context.cookies()).filter(({ name }) => /access|refresh/.test(name))).toEqual([]);
    expect(await (tabs[0] as Page).evaluate(() => JSON.stringify(localStorage))).not.toContain('accessToken');
    expect(await statuses([await openTab(hash)])).toEqual(['signed-out']);
    expect(gateway.refreshes()).toBe(0);
  });

  test('signing out without a network is finished by the next page, before anything else is asked', async () => {
    const tabs = await openTabs(2);
    await context.setOffline(true);
    const told = await tabs[0]?.evaluate(() => held.client.signOut().catch(({ code }: SallyportError) => code));
    expect(told).toBe('NETWORK_FAILED');
    await untilAll(tabs, 'signed-out');
    expect(await refreshCookie()).toBeDefined();
    await context.setOffline(false);
    const next = await openTab();
    expect(await statuses([next])).toEqual(['signed-out']);
    expect(await ask(next)).toBe('UNAUTHENTICATED');
    expect(await refreshCookie()).toBeUndefined();
  });

  test('a password that is changed elsewhere signs out all tabs at the next question', async () => {
    const account = { email: `b${Date.now()}@example.com`, password: 'a long first password', displayName: 'Bo' };
    const tabs = await openTabs(5);
    await tabs[0]?.evaluate((input) => held.client.register(input), account);
    await until(
      async () => (await states(tabs)).every((state) => JSON.stringify(state).includes('Bo')),
      'Bo in every tab',
    );
    const login = `mutation ($input: LoginInput!) { login(input: $input) { ... on AuthTokens { accessToken } } }`;
    const { body } = await server.ask(login, { input: { email: account.email, password: account.password } });
    const { accessToken } = (body.data as { login: { accessToken: string } }).login;
    const change = `mutation { changePassword(currentPassword: "${account.password}", newPassword: "a long second password") { expiresIn } }`;
    await server.ask(change, {}, { authorization: `Bearer ${accessToken}` });
    expect(['UNAUTHENTICATED', 'INVALID_GRANT']).toContain(await ask(tabs[3] as Page));
    const areAllEnded = async () => (await states(tabs)).every((state) => 'ended' in state && state.ended);
    await until(areAllEnded, 'the end of the session in every tab');
  });

  test('a restart of the server does not sign out', async () => {
    const tabs = await openTabs(3);
    await server.stop();
    expect(await askAll(tabs)).toEqual(all(3, 'NETWORK_FAILED'));
    server = await start();
    expect(await askAll(tabs)).toEqual(all(3, editor.email));
    expect(gateway.refreshes()).toBe(0);
    expect(await signedOut(tabs)).toBe(0);
  });

  test('another version of the client in another tab is told, and does not sign out', async () => {
    const [tab, newer] = (await openTabs(2)) as [Page, Page];
    await newer.evaluate(() => {
      const key = Object.keys(localStorage).find((name) => name.startsWith('sallyport')) ?? '';
      localStorage.setItem(key, '{"version":2,"how":"otherwise"}');
      new BroadcastChannel(key).postMessage({ version: 2 });
    });
    await until(() => tab.evaluate(() => held.problems.includes('CLIENT_OUTDATED')), 'the problem');
    expect(await ask(tab)).toBe(editor.email);
    expect(await tab.evaluate(() => held.client.credential.renew().catch(({ code }: SallyportError) => code))).toBe(
      'CLIENT_OUTDATED',
    );
    expect(await statuses([tab])).toEqual(['signed-in']);
  });

  test.each([
    [
      'throws',
      () =>
        Object.defineProperty(Storage.prototype, 'setItem', {
          value: () => {
            throw new Error('full');
          },
        }),
    ],
    [
      'is kept from the page',
      () =>
        Object.defineProperty(globalThis, 'localStorage', {
          get: () => {
            throw new Error('no');
          },
        }),
    ],
  ])('a storage that %s costs the hint alone: cookies go on', async (_, spoil) => {
    await context.addInitScript(spoil);
    const [tab] = (await openTabs(1)) as [Page];
    expect(await ask(tab)).toBe(editor.email);
    await passTime([tab]);
    expect(await askAll([tab], 3)).toEqual(all(3, editor.email));
    const next = await openTab();
    expect(await statuses([next])).toEqual(['unknown']);
    expect(await next.evaluate(async () => (await held.client.session.load()).status)).toBe('signed-in');
  });

  test('a page that nothing is known of finds out with one question', async () => {
    const tab = await openTab();
    expect(await tab.evaluate(async () => (await held.client.session.load()).status)).toBe('signed-out');
    expect(await statuses([await openTab()])).toEqual(['signed-out']);
  });
});
