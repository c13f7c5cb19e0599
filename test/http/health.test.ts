import { describe, expect, test } from '@jest/globals';
import { createHealth } from '../../src/http/server/health.ts';
import { publicJson } from '../../src/http/server/server.ts';
import { serveRoutes } from '../support/serve-routes.ts';

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

describe('JSON for everybody', () => {
  async function askPublic(...methods: readonly string[]): Promise<Response[]> {
    const server = await serveRoutes({ '/public': publicJson(() => ({ a: [1] })) });
    const answers = await Promise.all(methods.map((method) => fetch(`${server.url}/public`, { method })));
    await server.stop();
    return answers;
  }

  test('may be kept for five minutes, and read by any page', async () => {
    const [response] = await askPublic('GET');
    expect([response?.headers.get('cache-control'), response?.headers.get('access-control-allow-origin')]).toEqual([
      'public, max-age=300',
      '*',
    ]);
    expect(await response?.json()).toEqual({ a: [1] });
  });

  test('is for GET and HEAD alone', async () => {
    const answers = await askPublic('HEAD', 'POST', 'DELETE');
    expect(answers.map(({ status, headers }) => [status, headers.get('allow')])).toEqual([
      [200, null],
      [405, 'GET, HEAD'],
      [405, 'GET, HEAD'],
    ]);
    expect(await answers[1]?.json()).toMatchObject({ errors: [{ message: 'Send this request by GET.' }] });
  });
});
