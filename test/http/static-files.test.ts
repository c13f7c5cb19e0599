import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStaticFiles } from '../../src/http/server/static-files.ts';
import { converse, rawRequest, sendRaw } from '../support/raw.ts';
import { serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-files-'));
const notFound = { errors: [{ message: 'There is no such file here.', extensions: { code: 'NOT_FOUND' } }] };

let served: ServedRoutes;
beforeAll(async () => {
  for (const [name, text] of [
    ['app-1.js', 'plain'],
    ['app-1.js.br', 'packed'],
    ['app-1.css', 'a style'],
    ['logo.svg.br', 'packed alone'],
    ['notes.txt', 'a text'],
    ['notes.txt.br', 'a packed text'],
    ['.hidden', 'a secret'],
  ] as const)
    writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'deeper'));
  served = await serveRoutes({ '/files/*': createStaticFiles({ folder, below: '/files/' }) });
});
afterAll(async () => {
  await served.stop();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(served.url + path, { headers });

describe('A built file', () => {
  const brotli = { 'accept-encoding': 'gzip, br' };

  test.each([
    ['app-1.js', {}, 'text/javascript; charset=utf-8', null, 'plain'],
    ['app-1.js?x', brotli, 'text/javascript; charset=utf-8', 'br', 'packed'],
    ['app-1.css', brotli, 'text/css; charset=utf-8', null, 'a style'],
    ['notes.txt', brotli, 'application/octet-stream', null, 'a text'],
  ])('is sent once and for all, packed if there is one: %s', async (name, accepted, type, encoding, text) => {
    const lines = Object.entries({ 'accept-encoding': 'identity', ...accepted }).map((line) => line.join(': '));
    const answer = await sendRaw(
      served.url,
      rawRequest([`GET /files/${name} HTTP/1.1`, 'host: x', 'connection: close', ...lines]),
    );
    expect([answer.status, answer.body]).toEqual([200, text]);
    expect(
      ['content-type', 'content-encoding', 'vary', 'cache-control'].map((header) => answer.headers.get(header)),
    ).toEqual([type, encoding, 'accept-encoding', 'public, max-age=31536000, immutable']);
  });

  const acceptable = [
    ['br', true],
    ['gzip,br', true],
    [' br ; q=1', true],
    ['br;q=0.1', true],
    ['br; q=0.001', true],
    ['br;q=0', false],
    ['br;q=0.0', false],
    ['br;q=0.000', false],
    ['brotli', false],
    ['xbr', false],
    ['gzip', false],
    ['', false],
  ] as const;

  test('is packed for those who take it so', async () => {
    const asks = ['GET /files/app-1.js HTTP/1.1', 'host: x', 'connection: close'];
    for (const [accepted, isPacked] of acceptable) {
      const { body } = await sendRaw(served.url, rawRequest([...asks, `accept-encoding: ${accepted}`]));
      expect([accepted, body]).toEqual([accepted, isPacked ? 'packed' : 'plain']);
    }
    expect((await sendRaw(served.url, rawRequest(asks))).body).toBe('plain');
  });

  test.each(['nothing.js', 'nothing', '', 'deeper', 'deeper/', '.hidden', '..%2fsecret.js', '%00.js', 'logo.svg/..'])(
    'that is none is not found: %s',
    async (path) => {
      const response = await get(`/files/${path}`, brotli);
      expect([response.status, await response.json()]).toEqual([404, notFound]);
    },
  );

  test('is for GET and HEAD alone', async () => {
    expect((await fetch(`${served.url}/files/app-1.js`, { method: 'POST' })).status).toBe(405);
  });

  test('is cut for one who does not read it', async () => {
    const name = join(folder, 'large.bin');
    writeFileSync(name, '');
    truncateSync(name, 64 * 1024 ** 2);
    const files = createStaticFiles({ folder, below: '/files/' });
    const { promise: isOver, resolve } = Promise.withResolvers<boolean>();
    const slow = await serveRoutes(
      {
        '/files/*': (request, response, requestId) => {
          response.once('close', () => resolve(response.writableFinished));
          return files(request, response, requestId);
        },
      },
      { sendTimeoutMs: 100 },
    );
    const socket = connect(slow.port, '127.0.0.1').pause();
    socket.on('error', () => undefined).write(rawRequest(['GET /files/large.bin HTTP/1.1', 'host: x']));
    expect(await isOver).toBe(false);
    socket.destroy();
    await slow.stop();
  });

  test('that is there, and cannot be opened or read, ends the connection: its head may be on its way', async () => {
    const socket = createServer().listen(join(folder, 'closed.js'));
    await once(socket, 'listening');
    symlinkSync('/proc/self/mem', join(folder, 'unreadable.js'));
    for (const name of ['closed.js', 'unreadable.js']) {
      const { isOver, heard } = converse(served.port, rawRequest([`GET /files/${name} HTTP/1.1`, 'host: x']));
      await isOver;
      expect([name, heard()]).toEqual([name, '']);
    }
    socket.close();
  });
});
