import { describe, expect, test } from '@jest/globals';
import { createRequireHost, type HostsDeps } from '../../src/http/server/hosts.ts';
import { requestOf } from '../support/http-message.ts';

describe('The host that a request names', () => {
  const all: ReadonlyArray<HostsDeps['hosts']> = ['loopback', 'ipAddresses', 'any'];
  /** The settings under which a request with such a host is answered. */
  const answeredBy = (...hosts: readonly string[]): readonly string[] =>
    all.filter((setting) => {
      const requireHost = createRequireHost({ publicUrl: 'https://API.example.com:8443/base', hosts: setting });
      try {
        requireHost(requestOf({ headers: hosts.map((host) => ['host', host] as const) }));
        return true;
      } catch {
        return false;
      }
    });

  const ours = [
    'localhost',
    'LOCALHOST:4000',
    'app.localhost',
    '127.0.0.1',
    '127.1.2.3:4000',
    '[::1]',
    '[::1]:4000',
    'api.example.com',
    'API.example.com:1',
    'localhost:',
  ];

  test('is answered everywhere if it is this machine or the public URL', () => {
    expect(ours.filter((host) => answeredBy(host).length < all.length)).toEqual([]);
  });

  test('is answered by its IP address where a development server is reached from elsewhere', () => {
    const addresses = ['192.0.2.1', '192.0.2.1:4000', '[2001:db8::1]', '[2001:db8::1]:4000'];
    expect(addresses.map((host) => answeredBy(host))).toEqual(addresses.map(() => ['ipAddresses', 'any']));
  });

  const others = [
    'example.com',
    'localhost.example.com',
    'notlocalhost',
    '127.0.0.1.example.com',
    '127.0.0',
    'localhost:4000:1',
    'www.api.example.com',
    '',
  ];

  test('is answered in production alone if it is another', () => {
    expect(others.map((host) => answeredBy(host))).toEqual(others.map(() => ['any']));
  });

  test('is one: none or two are refused, whatever the setting', () => {
    expect([answeredBy(), answeredBy('localhost', 'localhost')]).toEqual([[], []]);
    const requireHost = createRequireHost({ publicUrl: 'http://localhost:4000', hosts: 'any' });
    for (const headers of [[], [['host', 'a'] as const, ['host', 'a'] as const]]) {
      expect(() => requireHost(requestOf({ headers }))).toThrow(
        expect.objectContaining({
          code: 'BAD_REQUEST',
          message: 'The request must have exactly one `Host` header.',
          options: { headers: { connection: 'close' } },
        }),
      );
    }
  });

  test('is not needed by HTTP/1.0, and one is enough', () => {
    for (const hosts of all) {
      const requireHost = createRequireHost({ publicUrl: 'http://localhost:4000', hosts });
      expect(() => requireHost(requestOf({ httpVersion: '1.0' }))).not.toThrow();
      const headers = [['host', 'localhost'] as const, ['host', 'localhost'] as const];
      expect(() => requireHost(requestOf({ httpVersion: '1.0', headers }))).toThrow('exactly one');
    }
  });

  test('that is another is told what to name', () => {
    const requireHost = createRequireHost({ publicUrl: 'http://localhost:4000', hosts: 'loopback' });
    expect(() => requireHost(requestOf({ headers: [['host', 'evil.example']] }))).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        status: 421,
        message: 'In development, requests must name this machine: use localhost, or PUBLIC_URL.',
      }),
    );
  });
});
