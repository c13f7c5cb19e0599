import { describe, expect, test } from '@jest/globals';
import { createClientIp, createNetworksOf, userAgentOf } from '../../src/http/server/client.ts';
import { onDisconnect } from '../../src/http/server/disconnect.ts';
import { headerValues } from '../../src/http/server/header-values.ts';
import { requestOf } from '../support/http-message.ts';

describe('The IP address of a client', () => {
  const forwardedFor = (value: string) => [['x-forwarded-for', value] as const];
  const clientIp = createClientIp(['10.0.0.0/8', '2001:db8::/32']);

  const peers = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db9::1', '2001:db9::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ] as const;

  test('is that of its peer, who is no proxy of ours', () => {
    for (const [peer, ipAddress] of peers) {
      const request = requestOf({ peer, headers: forwardedFor('198.51.100.1') });
      for (const find of [clientIp, createClientIp([])]) {
        expect([peer, find(request), find(request)]).toEqual([peer, ipAddress, ipAddress]);
      }
    }
  });

  const lists = [
    ['198.51.100.1', '198.51.100.1'],
    ['203.0.113.1, 198.51.100.1', '198.51.100.1'],
    ['203.0.113.1, 198.51.100.1, 10.2.3.4', '198.51.100.1'],
    ['198.51.100.1,10.2.3.4,10.2.3.5', '198.51.100.1'],
    ['198.51.100.1, [2001:db8::5]:443', '198.51.100.1'],
    ['198.51.100.1:4711', '198.51.100.1'],
    ['"198.51.100.1:4711"', '198.51.100.1'],
    ['2001:db9::1', '2001:db9::1'],
    ['[2001:db9::1]', '2001:db9::1'],
    ['"[2001:db9::1]:4711"', '2001:db9::1'],
    ['[fe80::1%eth0]:4711', 'fe80::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::FFFF:198.51.100.1', '198.51.100.1'],
    ['10.2.3.4', '10.2.3.4'],
    ['', '10.0.0.1'],
    [' ', '10.0.0.1'],
    ['198.51.100.1, ', 'unknown'],
    ['198.51.100.1, , 10.2.3.4', 'unknown'],
    ['198.51.100.1, unknown', 'unknown'],
    ['198.51.100.1, 10.2.3.456', 'unknown'],
    ['198.51.100.1, 10.2.3.4:471100', 'unknown'],
    ['198.51.100.1, _hidden, 10.2.3.4', 'unknown'],
  ] as const;

  test('is the last in the list of our proxies that is none of them', () => {
    expect(
      lists.map(([list]) => [list, clientIp(requestOf({ peer: '10.0.0.1', headers: forwardedFor(list) }))]),
    ).toEqual(lists);
  });

  test('is told by one proxy of ours as by several', () => {
    const request = requestOf({ peer: '10.0.0.1', headers: forwardedFor('198.51.100.1') });
    expect(createClientIp(['10.0.0.0/8'])(request)).toBe('198.51.100.1');
  });

  test('is that of our proxy if it names no client', () =>
    expect(clientIp(requestOf({ peer: '::ffff:10.0.0.1' }))).toBe('10.0.0.1'));

  test('lies in networks by its ranges', () => {
    const networksOf = createNetworksOf({ office: ['192.0.2.0/24', '2001:db8::1'], home: ['192.0.2.7'] });
    expect(['192.0.2.7', '192.0.2.8', '2001:db8::1', '203.0.113.1', 'unknown'].map(networksOf)).toEqual([
      ['office', 'home'],
      ['office'],
      ['office'],
      [],
      [],
    ]);
    expect(createNetworksOf({ office: ['192.0.2.0/24'] })('192.0.2.7')).toEqual(['office']);
    expect(createNetworksOf({})('192.0.2.7')).toEqual([]);
  });
});

describe('What a client calls itself', () => {
  const told = (userAgent: string) => userAgentOf(requestOf({ headers: [['user-agent', userAgent]] }));

  test('is kept as it is, or is null', () => {
    expect([told('curl/8'), userAgentOf(requestOf())]).toEqual(['curl/8', null]);
  });

  test('is cut to 400 characters, those by which misleading ones are escaped counted', () => {
    expect(told('x'.repeat(400))).toBe('x'.repeat(400));
    expect(told('x'.repeat(401))).toBe('x'.repeat(400));
    expect(told(`a\u{202e}b`)).toBe('a\\u{202e}b');
    expect(told('\u{202e}'.repeat(400))).toHaveLength(400);
  });
});

describe('The lines of a header', () => {
  test('are listed each by itself, whatever the case of its name', () => {
    const headers = [
      ['X-One', 'a'],
      ['x-on', 'b'],
      ['x-one-more', 'c'],
      ['value', 'x-one'],
      ['x-oNE', 'd'],
    ] as const;
    expect(headerValues(requestOf({ headers }), 'x-one')).toEqual(['a', 'd']);
    expect(headerValues(requestOf({ headers }), 'x-two')).toEqual([]);
  });
});

describe('The end of a connection', () => {
  test('is told once to all who wait for it, and not to those who have stopped waiting', async () => {
    const { socket } = requestOf();
    const told: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const stop = onDisconnect(socket)(() => void told.push(name));
      if (name === 'two') stop();
    }
    expect([socket.listenerCount('close'), told]).toEqual([1, []]);
    await new Promise((resolve) => socket.once('close', resolve).destroy());
    expect(told).toEqual(['one', 'three']);
  });

  test('is told at once to those who come after it', () => {
    const { socket } = requestOf();
    socket.destroy();
    let times = 0;
    onDisconnect(socket)(() => void (times += 1));
    expect(times).toBe(1);
  });
});
