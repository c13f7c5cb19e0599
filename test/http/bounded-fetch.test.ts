import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBoundedFetch, OutboundError, type BoundedFetchOptions } from '../../src/outbound/bounded-fetch.ts';
import { isPublicIpAddress } from '../../src/outbound/public-ip-address.ts';

/** What the other server does, by the path that it is asked for. */
const behaviours: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  '/fine': (_, response) => void response.setHeader('content-type', 'application/json').end('{"keys":[]}'),
  '/down': (_, response) => void response.writeHead(503).end('busy'),
  '/empty': (_, response) => void response.writeHead(204).end(),
  '/echo': (request, response) => void request.pipe(response),
  '/redirect': (_, response) => void response.writeHead(302, { location: '/fine' }).end(),
  '/silent': () => undefined,
  '/dripping': (_, response) => void response.writeHead(200).write('{'),
  '/declared': (_, response) => void response.writeHead(200, { 'content-length': 10_000_000 }).write('x'),
  '/endless': (_, response) => writeOn(response),
  '/cut': (_, response) => void response.write('half', () => response.destroy()),
};

function writeOn(response: ServerResponse): void {
  while (!response.destroyed && response.write('x'.repeat(1024)));
  response.once('drain', () => writeOn(response));
}

let other: Server;
let url: string;
beforeAll(async () => {
  other = createServer((request, response) => behaviours[request.url ?? '']?.(request, response));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  url = `http://localhost:${(other.address() as AddressInfo).port}`;
});
afterAll(async () => {
  other.closeAllConnections();
  other.close();
  await once(other, 'close');
});

const bounds = { maxBytes: 4096, timeoutMs: 2_000, allowPrivate: true };

const problemOf = (target: string, options: Partial<BoundedFetchOptions> = {}): Promise<unknown> =>
  createBoundedFetch({ ...bounds, ...options })(target).then(
    (answer) => answer.status,
    (error: unknown) => (error instanceof OutboundError ? error.problem : error),
  );

describe('A request to another server', () => {
  const fetchBounded = createBoundedFetch(bounds);

  test('is answered like by fetch, whatever the status', async () => {
    const fine = await fetchBounded(`${url}/fine`);
    expect([fine.status, fine.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await fine.json()).toEqual({ keys: [] });
    expect((await fetchBounded(`${url}/down`)).status).toBe(503);
    expect((await fetchBounded(`${url}/empty`)).status).toBe(204);
  });

  test('carries what is sent with it', async () => {
    const body = new URLSearchParams({ grant_type: 'authorization_code', code: 'ä' });
    const answer = await fetchBounded(`${url}/echo`, { method: 'POST', body });
    expect(await answer.text()).toBe('grant_type=authorization_code&code=%C3%A4');
  });

  test.each([
    ['/redirect', 'redirect'],
    ['/silent', 'timeout'],
    ['/dripping', 'timeout'],
    ['/declared', 'too_large'],
    ['/endless', 'too_large'],
    ['/cut', 'unreachable'],
  ])('comes to nothing if the other server answers as at %s', async (path, problem) => {
    expect(await problemOf(url + path)).toBe(problem);
  });

  test.each([
    ['http://issuer.example/keys', 'plain_http'],
    ['file:///etc/passwd', 'plain_http'],
    ['no URL', 'malformed_url'],
    ['http://127.0.0.1:1/', 'unreachable'],
  ])('is not sent to %s', async (target, problem) => {
    expect(await problemOf(target)).toBe(problem);
  });

  test('can be given up by its caller', async () => {
    const giveUp = new AbortController();
    const pending = fetchBounded(`${url}/silent`, { signal: giveUp.signal });
    giveUp.abort();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('reaches in production neither this machine nor a private network, by name or by IP address', async () => {
    const hosts = ['localhost', '127.0.0.1', '2130706433', '[::1]', '[::ffff:10.0.0.1]', '169.254.169.254'];
    const problems = await Promise.all(hosts.map((host) => problemOf(`https://${host}/`, { allowPrivate: false })));
    expect(problems).toEqual(hosts.map(() => 'not_public'));
    expect(await problemOf(`${url}/fine`, { allowPrivate: false })).toBe('plain_http');
  });
});

test.each([
  ['93.184.215.14', true],
  ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['172.31.255.255', false],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['198.18.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['fec0::1', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
  ['::ffff:192.168.0.1', false],
  ['::a00:1', false],
  ['text', false],
])('The IP address %s is public: %s', (ipAddress, expected) => {
  expect(isPublicIpAddress(ipAddress)).toBe(expected);
});
