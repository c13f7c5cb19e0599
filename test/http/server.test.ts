import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { AppError } from '../../src/errors.ts';
import { pathsBelow, withBasePath } from '../../src/http/server/base-path.ts';
import { PortTakenError, type Handler } from '../../src/http/server/server.ts';
import { converse, rawRequest, sendRaw } from '../support/raw.ts';
import { serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

const answering =
  (text: string): Handler =>
  (_, response) =>
    void response.end(text);

let served: ServedRoutes;
beforeAll(async () => {
  served = await serveRoutes({
    '/': answering('root'),
    '/page': answering('page'),
    '/folder/*': answering('folder'),
    '/folder/deeper/*': answering('deeper'),
    '/folder/deeper/own': answering('own'),
  });
});
afterAll(() => served.stop());

const get = (path: string): Promise<Response> => fetch(served.url + path);
const textAt = async (path: string): Promise<string> => (await get(path)).text();

test('A connection is kept for its next request as long as is told, and no longer', async () => {
  const brief = await serveRoutes({ '/': answering('here') }, { keepAliveSeconds: 1 });
  const request = rawRequest(['GET / HTTP/1.1', 'host: x']);
  // Answers once the server has closed the connection: nothing else does.
  const { headers, body } = await sendRaw(brief.url, request);
  expect([headers.get('keep-alive'), body]).toEqual(['timeout=1', 'here']);
  expect((await get('/')).headers.get('keep-alive')).toBe('timeout=75');
  await brief.stop();
});

describe('A path', () => {
  const paths = [
    ['/', 'root'],
    ['/page', 'page'],
    ['/page?a=b?c', 'page'],
    ['/folder/', 'folder'],
    ['/folder/x/y?z', 'folder'],
    ['/folder/deepe', 'folder'],
    ['/folder/deeper/', 'deeper'],
    ['/folder/deeper/x', 'deeper'],
    ['/folder/deeper/own', 'own'],
    ['/folder/deeper/own?x', 'own'],
    ['/folder/deeper/own/x', 'deeper'],
  ];

  test('is answered by the route that names most of it', async () => {
    expect(await Promise.all(paths.map(async ([path = '']) => [path, await textAt(path)]))).toEqual(paths);
  });

  test('that no route names is not found', async () => {
    const others = ['/pages', '/page/', '/folder', '/x/folder/', '/x/../page', '*', '/constructor', '/toString'];
    for (const path of others) {
      // What `fetch` would resolve is sent as it is.
      const { status, body } = await sendRaw(served.url, rawRequest([`GET ${path} HTTP/1.0`]));
      expect([path, status, JSON.parse(body)]).toEqual([
        path,
        404,
        {
          errors: [
            {
              message: 'There is nothing at this URL; GraphQL is at /graphql.',
              extensions: { code: 'NOT_FOUND' },
            },
          ],
        },
      ]);
    }
  });

  test('below that of the public URL is served there as well, and well-known ones before it', () => {
    const [graphql, keys] = [answering('graphql'), answering('keys')];
    const routes = { '/graphql': graphql, '/.well-known/jwks.json': keys };
    expect(withBasePath('https://example.com', routes)).toBe(routes);
    expect(withBasePath('https://example.com/', routes)).toBe(routes);
    for (const publicUrl of ['https://example.com/api', 'https://example.com/api/']) {
      expect(withBasePath(publicUrl, routes)).toEqual({
        ...routes,
        '/api/graphql': graphql,
        '/api/.well-known/jwks.json': keys,
        '/.well-known/jwks.json/api': keys,
      });
      expect(pathsBelow(publicUrl, '/graphql')).toEqual(['/graphql', '/api/graphql']);
    }
  });
});

describe('A server', () => {
  test('keeps a connection for the next request', async () => {
    expect((await get('/page')).headers.get('connection')).toBe('keep-alive');
  });

  test('looks at the host of every request by itself, whatever Node would say', async () => {
    const server = await serveRoutes({ '/page': answering('page') });
    expect((await sendRaw(server.url, rawRequest(['GET /page HTTP/1.1', 'connection: close']))).body).toBe('page');
    await server.stop();
  });

  test('does nothing that a client expects but to go on', async () => {
    const server = await serveRoutes({ '/page': answering('page') });
    const asks = ['GET /page HTTP/1.1', 'host: x', 'connection: close'];
    const { status, body } = await sendRaw(server.url, rawRequest([...asks, 'expect: a reply']));
    await server.stop();
    expect([status, JSON.parse(body)]).toEqual([
      417,
      {
        errors: [{ message: 'The only supported expectation is `100-continue`.', extensions: { code: 'BAD_REQUEST' } }],
      },
    ]);
  });

  test('hands over what asks for a WebSocket, and answers what asks for another protocol', async () => {
    const upgraded: string[] = [];
    const isAsked = Promise.withResolvers<void>();
    const server = await serveRoutes(
      { '/page': answering('page'), '/slow': () => isAsked.resolve() },
      { upgrade: ({ url = '' }, socket) => (upgraded.push(url), void socket.end()) },
    );
    const asks = (path: string, to: string): string =>
      rawRequest([`GET ${path} HTTP/1.1`, 'host: x', 'connection: Upgrade, close', `upgrade: ${to}`]);
    expect((await sendRaw(server.url, asks('/page', 'h2c'))).status).toBe(200);
    await sendRaw(server.url, asks('/page', 'WebSocket'));
    // Behind an answer that is there, too.
    const { heard, socket, isOver } = converse(server.port, rawRequest(['GET /page HTTP/1.1', 'host: x']));
    while (!heard().includes('page')) await once(socket, 'data');
    socket.write(asks('/behind', 'websocket'));
    await isOver;
    expect(upgraded).toEqual(['/page', '/behind']);
    const early = await sendRaw(server.url, rawRequest(['GET /slow HTTP/1.1', 'host: x'], asks('/page', 'websocket')))
      // A refusal would be taken for the answer to the request before.
      .catch(() => null);
    await isAsked.promise;
    expect([early?.body ?? '', upgraded.length]).toEqual(['', 2]);
    await server.stop();
  });

  test('that refuses a host asks no route', async () => {
    const strict = await serveRoutes(
      { '/': answering('root') },
      {
        requireHost() {
          throw new AppError('BAD_REQUEST', 'Another host.');
        },
      },
    );
    const response = await fetch(strict.url);
    expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ message: 'Another host.' }] }]);
    await strict.stop();
  });

  test('says which port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const other = await serveRoutes({});
    await other.stop();
    await expect(other.http.listen(port, '127.0.0.1')).rejects.toThrow(new PortTakenError(port).message);
    expect(new PortTakenError(port).message).toBe(
      `Port ${port} is in use: stop the process that listens there, or set PORT to another port.`,
    );
    taken.close();
    await expect(other.http.listen(0, '203.0.113.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  test('that stops answers what is in flight, ends that connection, and takes no other', async () => {
    let finish = (): void => undefined;
    const isAsked = Promise.withResolvers<void>();
    const stopping = await serveRoutes({
      '/slow': (_, response) => {
        finish = () => void response.end('done');
        isAsked.resolve();
      },
      '/quick': answering('quick'),
    });
    const answer = sendRaw(stopping.url, rawRequest(['GET /slow HTTP/1.1', 'host: x', 'connection: close']));
    await isAsked.promise;
    let isStopped = false;
    const stopped = stopping.http.drain(60_000).then(() => (isStopped = true));
    await expect(fetch(`${stopping.url}/quick`)).rejects.toThrow('fetch failed');
    expect(isStopped).toBe(false);
    finish();
    expect((await answer).body).toBe('done');
    await stopped;
  });

  test('that stops ends a connection behind the request that comes on it', async () => {
    const isAsked = Promise.withResolvers<void>();
    let finish = (): void => undefined;
    const stopping = await serveRoutes({
      '/slow': (_, response) => {
        finish = () => void response.end('first');
        isAsked.resolve();
      },
      '/next': answering('second'),
    });
    const socket = connect(stopping.port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    await isAsked.promise;
    const stopped = stopping.http.drain(60_000);
    socket.write('GET /next HTTP/1.1\r\nhost: x\r\n\r\n');
    let heard = '';
    socket.on('data', (data) => (heard += String(data)));
    finish();
    await Promise.all([once(socket, 'close'), stopped]);
    expect(heard.match(/HTTP\/1.1 200 OK/g)).toHaveLength(heard.includes('second') ? 2 : 1);
    expect(heard.split('HTTP/1.1 200 OK').at(-1)).toMatch(/connection: close/i);
  });

  test.each(['before', 'after'])(
    'that stops %s an answer has ended sends it whole, however slowly it is read',
    async (when) => {
      const sizeBytes = 12 * 1024 ** 2;
      const isAsked = Promise.withResolvers<void>();
      let finish = (): void => undefined;
      const stopping = await serveRoutes({
        '/large': (_, response) => {
          finish = () => void response.end('x'.repeat(sizeBytes));
          isAsked.resolve();
        },
      });
      const socket = connect(stopping.port, '127.0.0.1').pause();
      socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
      await isAsked.promise;
      if (when === 'after') finish();
      const stopped = stopping.http.drain(600_000);
      if (when === 'before') finish();
      await setTimeout(500);
      let readBytes = 0;
      socket.on('data', (data) => (readBytes += data.length)).resume();
      await Promise.all([once(socket, 'close'), stopped]);
      expect(readBytes).toBeGreaterThan(sizeBytes);
    },
  );

  const timersLeft = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

  test('that stops ends a connection that has nothing more to answer, although its client would keep it', async () => {
    const isAsked = Promise.withResolvers<void>();
    let finish = (): void => undefined;
    const stopping = await serveRoutes(
      {
        '/slow': (_, response) => {
          response.writeHead(200, { 'content-length': 4 });
          finish = () => void response.end('done');
          isAsked.resolve();
        },
      },
      { keepAliveSeconds: 3_600 },
    );
    const socket = connect(stopping.port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    await isAsked.promise;
    const timers = timersLeft();
    const stopped = stopping.http.drain(600_000);
    let heard = '';
    socket.on('data', (data) => (heard += String(data)));
    finish();
    await Promise.all([once(socket, 'close'), stopped]);
    expect(heard).toMatch(/connection: keep-alive[^]*\r\n\r\ndone$/i);
    expect(timersLeft()).toBeLessThanOrEqual(timers);
  });

  test('that stops waits for no connection on which nothing was asked', async () => {
    const stopping = await serveRoutes({});
    const socket = connect(stopping.port, '127.0.0.1');
    await once(socket, 'connect');
    // That it was taken the server has seen by then.
    await fetch(`${stopping.url}/`);
    await Promise.all([once(socket, 'close'), stopping.http.drain(600_000)]);
  });

  test('that stops cuts what is not answered when its time is over', async () => {
    const isAsked = Promise.withResolvers<void>();
    const stopping = await serveRoutes({ '/never': () => isAsked.resolve() });
    const answer = fetch(`${stopping.url}/never`);
    await isAsked.promise;
    await Promise.all([stopping.http.drain(1), expect(answer).rejects.toThrow('fetch failed')]);
  });
});

describe('An answer', () => {
  const large = 'x'.repeat(12 * 1024 ** 2);
  const asks = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

  test('is followed until its client has read it if the network does not take it at once', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'performance'] });
    const added: number[] = [];
    const [isAdded, isSent] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const server = await serveRoutes(
      { '/large': answering(large), '/page': answering('page') },
      { unsent: { add: (_, bytes) => (added.push(bytes), isAdded.resolve(), isSent.resolve) } },
    );
    const socket = connect(server.port, '127.0.0.1');
    socket.write(asks('/page'));
    await once(socket, 'data');
    expect(added).toEqual([]);
    socket.pause().write(asks('/large'));
    await isAdded.promise;
    jest.advanceTimersByTime(59_999);
    let end = '';
    socket.on('data', (piece) => (end = (end + String(piece)).slice(-large.length))).resume();
    await isSent.promise;
    expect([added.length, Number(added[0]) > 0]).toEqual([1, true]);
    // What was read in time is no reason to end the connection later.
    jest.advanceTimersByTime(60_000);
    socket.write(asks('/page'));
    while (!end.endsWith('page') && !socket.destroyed)
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    expect([end.endsWith('page'), added.length]).toEqual([true, 1]);
    jest.useRealTimers();
    socket.destroy();
    await server.stop();
  });

  test('that its client does not read ends its connection after a minute', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'performance'] });
    const isAdded = Promise.withResolvers<Duplex>();
    const server = await serveRoutes(
      { '/large': answering(large) },
      { unsent: { add: (connection) => (isAdded.resolve(connection), () => undefined) } },
    );
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    socket.pause().write(asks('/large'));
    const connection = await isAdded.promise;
    jest.advanceTimersByTime(59_999);
    expect(connection.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(connection.destroyed).toBe(true);
    jest.useRealTimers();
    socket.destroy();
    await server.stop();
  });
});
