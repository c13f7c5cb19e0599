import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { AppError } from '../../src/errors.ts';
import { createAnswerHeaders } from '../../src/http/server/answer-headers.ts';
import { Answer } from '../../src/http/server/answer.ts';
import { bodyTooLarge } from '../../src/http/server/body.ts';
import { sendProblem, sendProblemOn } from '../../src/http/server/problem.ts';
import { requestOf } from '../support/http-message.ts';
import { serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

let served: ServedRoutes;
const noted: unknown[][] = [];
beforeAll(async () => {
  let isFull = false;
  served = await serveRoutes(
    {
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
    expect([(await get('/large')).status, noted]).toEqual([200, []]);
    expect((await get('/large')).status).toBe(413);
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
