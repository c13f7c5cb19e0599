import { expect, test } from '@jest/globals';
import { createRangeCheck, isRange } from '../../src/config/ip-ranges.ts';
import { isLoopback } from '../../src/config/loopback.ts';

test.each(['localhost', 'LOCALHOST.', 'app.localhost', '127.0.0.1', '127.255.255.254', '::1', '[::1]'])(
  '%s is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each([
  'localhost.example.com',
  'notlocalhost',
  '.localhost',
  '127.0.0.1.example.com',
  '127.0.0',
  '1127.0.0.1',
  '::',
  '::11',
  '0.0.0.0',
  '192.0.2.1',
])('%s is not this machine', (host) => {
  expect(isLoopback(host)).toBe(false);
});

test.each(['192.0.2.1', '10.0.0.0/8', '192.0.2.0/32', '0.0.0.0/0', '2001:db8::1', '2001:db8::/32', '2001:db8::/128'])(
  '%s is a range of IP addresses',
  (range) => {
    expect(isRange(range)).toBe(true);
  },
);

test.each([
  '',
  'example',
  '192.0.2.0/33',
  '2001:db8::/129',
  '192.0.2.0/',
  '192.0.2.0/a',
  '192.0.2.0/+8',
  '192.0.2.0/0008',
  '192.0.2.0/8/8',
  'fe80::1%eth0',
  'fe80::%eth0/64',
])('%s is no range of IP addresses', (range) => {
  expect(isRange(range)).toBe(false);
});

test('An IP address lies in a range of its family, and IPv4 that is written as IPv6 in one of IPv4', () => {
  const isIn = createRangeCheck(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '2001:db9::1']);
  for (const inside of ['10.1.2.3', '192.0.2.1', '::ffff:10.1.2.3', '2001:db8:1::1', '2001:db9::1'])
    expect([inside, isIn(inside)]).toEqual([inside, true]);
  for (const outside of ['11.0.0.1', '192.0.2.2', '::ffff:11.0.0.1', '2001:db9::2', '::', 'example', ''])
    expect([outside, isIn(outside)]).toEqual([outside, false]);
});
