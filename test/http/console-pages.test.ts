import { afterAll, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConsolePages, type ConsolePagesDeps } from '../../src/http/console/console-pages.ts';
import { serveRoutes } from '../support/serve-routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-console-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'assets/app-1.js'), 'a script');
writeFileSync(
  join(folder, 'index.html'),
  '__SALLYPORT_BASE__|__SALLYPORT_ORIGIN__|__SALLYPORT_MODE__|__SALLYPORT_PAGES__|__SALLYPORT_OTHER__',
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function getFrom(deps: Partial<ConsolePagesDeps>, paths: readonly string[], method = 'GET'): Promise<Response[]> {
  const given = { folder, publicUrl: 'https://api.example', production: true, hasPages: true, ...deps };
  const server = await serveRoutes(createConsolePages(given));
  const answers = await Promise.all(paths.map((path) => fetch(server.url + path, { method })));
  await server.stop();
  return answers;
}

test('One page answers at every URL of the console, with a policy of its own, and is asked for anew each time', async () => {
  for (const page of await getFrom({}, ['/console', '/console/', '/console/users/1', '/explorer'])) {
    expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(page.headers.get('permissions-policy')).toBe('camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(await page.text()).toBe('/console/|https://api.example|production|on|');
  }
});

test.each<[Partial<ConsolePagesDeps>, string]>([
  [{ publicUrl: 'https://api.example/base/', production: false }, '/base/console/|https://api.example|development|on|'],
  [{ hasPages: false }, '/console/|https://api.example|production|off|'],
  [{ publicUrl: 'https://api.example/a"&' }, '/a%22&amp;/console/|https://api.example|production|on|'],
])('It is told what only the server knows: %p', async (deps, text) => {
  const [page] = await getFrom(deps, ['/console']);
  expect(await page?.text()).toBe(text);
});

test('Files that were built are beside it', async () => {
  const [script, none] = await getFrom({}, ['/console/assets/app-1.js', '/console/assets/app-2.js']);
  expect([await script?.text(), none?.status]).toEqual(['a script', 404]);
});

test('It is for GET alone, and says how it is built if it is not', async () => {
  expect((await getFrom({}, ['/console'], 'POST')).map(({ status }) => status)).toEqual([405]);
  const [page] = await getFrom({ folder: join(folder, 'assets') }, ['/console']);
  expect(await page?.json()).toEqual({
    errors: [
      {
        message: 'The console is not built: run `npm run build:console` in the folder of the server.',
        extensions: { code: 'NOT_FOUND' },
      },
    ],
  });
});
