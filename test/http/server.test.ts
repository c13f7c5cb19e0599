import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { AppError } from '../../src/errors.ts';
import { createAnswerHeaders } from '../../src/http/server/answer-headers.ts';
import { Answer } from '../../src/http/server/answer.ts';
import { pathsBelow, withBasePath } from '../../src/http/server/base-path.ts';
import { bodyTooLarge } from '../../src/http/server/body.ts';
import { createHealth } from '../../src/http/server/health.ts';
import { sendProblem, sendProblemOn } from '../../src/http/server/problem.ts';
import { PortTakenError, publicJson, type Handler } from '../../src/http/server/server.ts';
import { requestOf } from '../support/http-message.ts';
import { rawRequest, sendRaw } from '../support/raw.ts';
import { serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

const answering =
  (text: string): Handler =>
  (_, response) =>
    void response.end(text);

let served: ServedRoutes;
const noted: unknown[][] = [];
beforeAll(async () => {
  let isFull = false;
  served = await serveRoutes(
    {
      '/': answering('root'),
      '/page': answering('page'),
      '/folder/*': answering('folder'),
      '/folder/deeper/*': answering('deeper'),
      '/folder/deeper/own': answering('own'),
      '/public': publicJson(() => ({ a: [1] })),
      '/throws': () => {
        throw new AppError('RATE_LIMITED', 'Later.', { retryAfterSeconds: 7, headers: { 'x-note': 'why' } });
      },
      '/rejects': () => Promise.reject(new Error('a defect')),
      '/begun': (_, response) => {
        response.writeHead(200).write('half');
        throw new Error('broken');
      },
      '/large': (_, response) => {
        if (isFull) response.statusCode = 413;
        isFull = true;
        response.end();
      },
    },
    { onProblem: (problem, request, requestId) => void noted.push([problem, request.url, requestId]) },
  );
});
afterAll(() => served.stop());

const get = (path: string): Promise<Response> => fetch(served.url + path);
const textAt = async (path: string): Promise<string> => (await get(path)).text();

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

describe('A refusal', () => {
  test('has the shape of GraphQL, the headers of its error and the time to wait', async () => {
    noted.length = 0;
    const response = await get('/throws');
    const { headers } = response;
    expect([response.status, headers.get('retry-after'), headers.get('x-note')]).toEqual([429, '7', 'why']);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({
      errors: [{ message: 'Later.', extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 7 } }],
    });
    expect(noted).toEqual([
      [expect.objectContaining({ code: 'RATE_LIMITED' }), '/throws', headers.get('x-request-id')],
    ]);
  });

  test('of a defect tells the id of the request, by which it is found in the log', async () => {
    const response = await get('/rejects');
    const requestId = response.headers.get('x-request-id');
    expect([response.status, await response.json()]).toEqual([
      500,
      {
        errors: [{ message: 'Something went wrong.', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }],
      },
    ]);
    expect(response.headers.has('retry-after')).toBe(false);
  });

  test('of an answer that has begun ends its connection', async () => {
    await expect(get('/begun').then((response) => response.text())).rejects.toThrow(/^(terminated|fetch failed)$/);
  });

  test('for its size is noted, although a page says so in its own words, and nothing else is', async () => {
    noted.length = 0;
    expect([(await get('/large')).status, (await get('/large')).status]).toEqual([200, 413]);
    expect(noted).toEqual([[bodyTooLarge(), '/large', expect.any(String)]]);
  });

  test('on a connection without a request is whole, and the last that is written there', async () => {
    const error = new AppError('RATE_LIMITED', 'Zu viele: ß.', { retryAfterSeconds: 3 });
    let written = '';
    // Like that of a client, it stays open for what comes.
    const connection = new Duplex({
      read: () => undefined,
      write: (text, _, wrote) => ((written += String(text)), wrote()),
    });
    sendProblemOn(connection, error, 'a request', createAnswerHeaders({ isHttps: false }));
    const [head = '', body = ''] = written.split('\r\n\r\n');
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: 'Zu viele: ß.', extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 3 } }],
    });
    const [status, ...lines] = head.split('\r\n');
    expect(status).toBe('HTTP/1.1 429 Too Many Requests');
    const { date, ...headers } = Object.fromEntries(lines.map((line) => line.split(/: (.*)/).slice(0, 2)));
    expect(Date.parse(String(date))).not.toBeNaN();
    expect(headers).toEqual({
      ...createAnswerHeaders({ isHttps: false })('a request'),
      'retry-after': '3',
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
    });
    await once(connection, 'close');
  });

  test('on a connection that takes nothing more ends it', () => {
    const connection = new PassThrough();
    connection.end();
    sendProblemOn(connection, bodyTooLarge(), 'a request', createAnswerHeaders({ isHttps: false }));
    expect(connection.destroyed).toBe(true);
  });

  test('is not written into an answer that has begun', () => {
    const answer = new Answer(requestOf());
    answer.writeHead(200).write('half');
    sendProblem(answer, bodyTooLarge(), 'a request');
    expect([answer.destroyed, answer.statusCode]).toEqual([true, 200]);
  });
});

describe('A server', () => {
  test('keeps a connection for the next request', async () => {
    expect((await get('/page')).headers.get('connection')).toBe('keep-alive');
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

  test('that stops cuts what is not answered when its time is over', async () => {
    const isAsked = Promise.withResolvers<void>();
    const stopping = await serveRoutes({ '/never': () => isAsked.resolve() });
    const answer = fetch(`${stopping.url}/never`);
    await isAsked.promise;
    await Promise.all([stopping.http.drain(1), expect(answer).rejects.toThrow('fetch failed')]);
  });
});

describe('JSON for everybody', () => {
  test('may be kept for five minutes, and read by any page', async () => {
    const response = await get('/public');
    const { headers } = response;
    expect([headers.get('cache-control'), headers.get('access-control-allow-origin')]).toEqual([
      'public, max-age=300',
      '*',
    ]);
    expect(await response.json()).toEqual({ a: [1] });
  });

  test('is for GET and HEAD alone', async () => {
    const answers = await Promise.all(
      ['HEAD', 'POST', 'DELETE'].map((method) => fetch(`${served.url}/public`, { method })),
    );
    expect(answers.map(({ status, headers }) => [status, headers.get('allow')])).toEqual([
      [200, null],
      [405, 'GET, HEAD'],
      [405, 'GET, HEAD'],
    ]);
    expect(await answers[1]?.json()).toMatchObject({ errors: [{ message: 'Send this request by GET.' }] });
  });
});

describe('The health of a server', () => {
  async function healthOf(isReady: boolean, degraded: readonly string[], method = 'GET') {
    const { live, ready } = createHealth(
      () => Promise.resolve(isReady),
      () => degraded,
    );
    const server = await serveRoutes({ '/live': live, '/ready': ready });
    const answers = await Promise.all(
      ['/live', '/ready'].map(async (path) => {
        const response = await fetch(server.url + path, { method });
        return [response.status, response.headers.get('cache-control'), await response.json()];
      }),
    );
    await server.stop();
    return answers;
  }

  test.each([
    [true, [], 200, { status: 'ready' }],
    [true, ['no Redis'], 200, { status: 'degraded', degraded: ['no Redis'] }],
    [false, ['no Redis'], 503, { status: 'unavailable' }],
  ])('is told apart from its life (ready: %s, degraded by %p)', async (isReady, degraded, status, body) => {
    expect(await healthOf(isReady, degraded)).toEqual([
      [200, 'no-store', { status: 'live' }],
      [status, 'no-store', body],
    ]);
  });

  test('is told by GET alone', async () => {
    expect((await healthOf(true, [], 'POST')).map(([status]) => status)).toEqual([405, 405]);
  });
});
