import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { createAnswerHeaders } from '../../src/http/server/answer-headers.ts';
import { createBrokenRequests } from '../../src/http/server/broken-requests.ts';
import { converse, type Conversation } from '../support/raw.ts';
import { serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

let served: ServedRoutes;
/** Resolves when a slow route is asked; what it resolves with lets the route go on. */
let asked: PromiseWithResolvers<() => void>;
beforeEach(() => {
  asked = Promise.withResolvers();
  served.reported.length = 0;
});
beforeAll(async () => {
  const told = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    asked.resolve(resolve);
    return promise;
  };
  served = await serveRoutes({
    '/quick': (_, response) => void response.end('quick'),
    '/slow': async (_, response) => {
      await told();
      response.end('slow');
    },
    '/failing': async () => {
      await told();
      throw new Error('The body broke off.');
    },
    '/begun': async (_, response) => {
      response.writeHead(200).write('begun');
      await told();
    },
  });
});
afterAll(() => served.stop());

const begin = (said: string): Conversation => converse(served.port, said);
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
/** A request whose body has not come yet. */
const post = (path: string): string => `POST ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`;
const statusesIn = (heard: string): string[] => heard.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [];
const messageIn = (heard: string): unknown => /"message":"([^"]*)"/.exec(heard)?.[1];

test('Nonsense behind an answer is refused by itself, and ends the connection', async () => {
  const { socket, heard, isOver } = begin(get('/quick'));
  while (!heard().includes('quick')) await once(socket, 'data');
  socket.write('nonsense\r\n\r\n');
  await isOver;
  expect([statusesIn(heard()), messageIn(heard())]).toEqual([['200', '400'], 'Malformed HTTP/1.1 request.']);
  const ids = heard().match(/(?<=x-request-id: ).*/g) ?? [];
  expect([ids.length, new Set(ids).size]).toEqual([2, 2]);
});

test('Nonsense behind a request is no part of it: it is answered, and the connection ends', async () => {
  const { socket, heard, isOver } = begin(`${get('/slow')}nonsense\r\n\r\n`);
  const goOn = await asked.promise;
  socket.write('more nonsense\r\n\r\n');
  goOn();
  await isOver;
  expect([statusesIn(heard()), heard().includes('slow')]).toEqual([['200'], true]);
});

test.each([
  ['nonsense\r\n', '400', 'Malformed HTTP/1.1 request.'],
  [`1;${'x'.repeat(20_000)}\r\n`, '413', 'The extensions of a chunk are larger than 16 KiB.'],
])('A body that breaks off is refused once, whatever its route says later (%#)', async (body, status, message) => {
  const { socket, heard, isOver } = begin(post('/failing'));
  const goOn = await asked.promise;
  socket.write(body);
  await isOver;
  expect([statusesIn(heard()), messageIn(heard())]).toEqual([[status], message]);
  expect(heard()).toMatch(/connection: close/i);
  goOn();
  await new Promise((resolve) => void setImmediate(resolve));
  expect(served.reported).toEqual([]);
});

test('A body that breaks off when its answer has begun ends the connection, and writes nothing into the answer', async () => {
  const { socket, heard, isOver } = begin(post('/begun'));
  await asked.promise;
  socket.write('nonsense\r\n');
  await isOver;
  expect([statusesIn(heard()), messageIn(heard())]).toEqual([['200'], undefined]);
});

test('A body that breaks off when its answer is there ends the connection, without another answer', async () => {
  const { socket, heard, isOver } = begin(post('/quick'));
  while (!heard().includes('quick')) await once(socket, 'data');
  socket.write('nonsense\r\n');
  await isOver;
  expect(statusesIn(heard())).toEqual(['200']);
});

test('Headers that are too large, and those that do not come in time, are told so', async () => {
  const { heard, isOver } = begin(`GET /quick HTTP/1.1\r\nhost: x\r\nx-filler: ${'x'.repeat(20_000)}\r\n\r\n`);
  await isOver;
  expect([statusesIn(heard()), messageIn(heard())]).toEqual([['431'], 'The headers are larger than 16 KiB.']);
  const connection = new PassThrough();
  const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  createBrokenRequests(createAnswerHeaders({ isHttps: false })).refuse(late, connection);
  const written = String(connection.read());
  expect([statusesIn(written), messageIn(written)]).toEqual([['408'], 'The request did not arrive in time.']);
});

test('A connection is refused once, however much more comes on it', () => {
  const { refuse } = createBrokenRequests(createAnswerHeaders({ isHttps: false }));
  const connection = new PassThrough();
  for (let piece = 0; piece < 3; piece += 1) refuse(new Error('nonsense'), connection);
  expect([connection.destroyed, statusesIn(String(connection.read()))]).toEqual([false, ['400']]);
});
