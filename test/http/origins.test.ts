import { describe, expect, test } from '@jest/globals';
import { applyCors, createOrigins } from '../../src/http/server/origins.ts';
import type { RequestFacts } from '../support/http-message.ts';
import { rawRequest, sendRaw } from '../support/raw.ts';
import { serveRoutes } from '../support/serve-routes.ts';

describe('A page of another origin', () => {
  const origins = createOrigins({
    corsOrigins: ['https://app.example'],
    publicUrl: 'https://api.example/base',
    toolOrigins: ['https://tool.example'],
  });

  test('may use cookies if it is configured or ours, and read answers if it is a tool', () => {
    const all = ['https://app.example', 'https://api.example', 'https://tool.example', 'https://evil.example', 'null'];
    expect(all.map((origin) => [origins.isAllowed(origin), origins.mayRead(origin)])).toEqual([
      [true, true],
      [true, true],
      [false, true],
      [false, false],
      [false, false],
    ]);
    expect(origins.isAllowed(undefined)).toBe(false);
  });

  /** Whether a request is answered as a preflight, and the headers for its page. */
  async function corsOf(facts: RequestFacts): Promise<readonly [boolean, number, Record<string, string>]> {
    let isPreflight = false;
    const cors = await serveRoutes({
      '/x': (request, response) => {
        isPreflight = applyCors(request, response, origins);
        if (!isPreflight) response.writeHead(200).end();
      },
    });
    const lines = (facts.headers ?? []).map((line) => line.join(': '));
    const request = rawRequest([`${facts.method ?? 'GET'} /x HTTP/1.1`, 'host: x', 'connection: close', ...lines]);
    const { status, headers } = await sendRaw(cors.url, request);
    await cors.stop();
    const ours = [...headers].filter(([name]) => name === 'vary' || name.startsWith('access-control-'));
    return [isPreflight, status, Object.fromEntries(ours)];
  }

  const readable = {
    vary: 'Origin',
    'access-control-expose-headers': 'x-request-id, retry-after, www-authenticate',
  };
  const asks = ['Access-Control-Request-Method', 'POST'] as const;

  test.each([
    ['https://app.example', { 'access-control-allow-credentials': 'true' }],
    ['https://tool.example', {}],
  ])('that may read is told so by its answer: %s', async (origin, credentials) => {
    const allowed = { ...readable, 'access-control-allow-origin': origin, ...credentials };
    for (const facts of [{}, { method: 'OPTIONS' }])
      expect(await corsOf({ ...facts, headers: [['origin', origin]] })).toEqual([false, 200, allowed]);
    expect(await corsOf({ headers: [['origin', origin], asks] })).toEqual([false, 200, allowed]);
    const preflight = {
      ...allowed,
      vary: 'Origin, Access-Control-Request-Headers',
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '600',
    };
    expect(await corsOf({ method: 'OPTIONS', headers: [['origin', origin], asks] })).toEqual([true, 204, preflight]);
    const asked = [
      ['access-control-request-headers', 'x-one,x-two'],
      ['access-control-request-private-network', 'true'],
    ] as const;
    expect(await corsOf({ method: 'OPTIONS', headers: [['origin', origin], asks, ...asked] })).toEqual([
      true,
      204,
      {
        ...preflight,
        'access-control-allow-headers': 'x-one,x-two',
        'access-control-allow-private-network': 'true',
      },
    ]);
    const notAsked = ['access-control-request-private-network', 'false'] as const;
    expect(await corsOf({ method: 'OPTIONS', headers: [['origin', origin], asks, notAsked] })).toEqual([
      true,
      204,
      preflight,
    ]);
  });

  test.each([undefined, 'https://evil.example'])('that may not is told nothing: %s', async (origin) => {
    const headers = origin === undefined ? [] : [['origin', origin] as const];
    expect(await corsOf({ headers })).toEqual([false, 200, { vary: 'Origin' }]);
    expect(await corsOf({ method: 'OPTIONS', headers: [...headers, asks] })).toEqual([
      true,
      204,
      { vary: 'Origin, Access-Control-Request-Headers' },
    ]);
  });
});
