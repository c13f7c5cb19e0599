import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAnswerHeaders } from '../../src/http/server/answer-headers.ts';
import { serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

const fixedHeaders = {
  'x-request-id': 'a request',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

describe('The headers of every answer', () => {
  test('make it data and nothing else', () => {
    expect(createAnswerHeaders({ isHttps: false })('a request')).toEqual(fixedHeaders);
  });

  test('tell browsers to use https for two years, where there is https', () => {
    expect(createAnswerHeaders({ isHttps: true })('a request')).toEqual({
      ...fixedHeaders,
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
    });
  });
});

let served: ServedRoutes;
beforeAll(async () => {
  served = await serveRoutes({
    '/defaults': (_, response) => {
      response.setDefault('x-note', 'one');
      response.setDefault('x-other', 'other');
      response.setDefault('x-note', 'two');
      response.end('with defaults');
    },
    '/defaults-and-set': (_, response) => {
      response.setHeader('x-note', 'set');
      response.setDefault('x-note', 'default');
      response.setDefault('x-other', 'other');
      response.end();
    },
    '/defaults-and-written': (_, response) => {
      response.setDefault('x-note', 'default');
      response.setDefault('x-other', 'other');
      response.writeHead(201, { 'x-note': 'written', 'x-third': 'third' }).end();
    },
    '/reason': (_, response) => void response.writeHead(299, 'Fine').end(),
  });
});
afterAll(() => served.stop());

const get = (path: string): Promise<Response> => fetch(served.url + path);

describe('A header that holds unless it is set', () => {
  test('is written once, with its last value', async () => {
    const { headers } = await get('/defaults');
    expect([headers.get('x-note'), headers.get('x-other')]).toEqual(['two', 'other']);
    expect(headers.get('content-length')).toBe('13');
  });

  test.each(['/defaults-and-set', '/defaults-and-written'])('gives way to one that is set: %s', async (path) => {
    const { headers } = await get(path);
    expect([headers.get('x-note'), headers.get('x-other')]).toEqual([
      expect.stringMatching(/^(set|written)$/),
      'other',
    ]);
    expect([headers.get('x-third'), headers.get('x-content-type-options')]).toEqual([
      path === '/defaults-and-set' ? null : 'third',
      'nosniff',
    ]);
  });

  test('is there when a status comes with its words', async () => {
    const { status, statusText, headers } = await get('/reason');
    expect([status, statusText, headers.get('referrer-policy')]).toEqual([299, 'Fine', 'no-referrer']);
  });
});
