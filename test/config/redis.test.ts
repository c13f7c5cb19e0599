import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf, production } from './mistakes.ts';

describe('The configuration', () => {
  test.each([
    'redis://cache/1?db=2',
    'redis://cache?commandTimeout=60000',
    'rediss://cache?rejectUnauthorized=false',
    'redis://cache?family=5',
    'redis://cache/first',
    'redis://cache/0/1',
    'redis://one,two:6379',
    'redis:///var/run/redis.sock',
    'redis://cache#0',
    'redis://:wo/rd@cache',
  ])('refuses in REDIS_URL what would be ignored, or change what Redis is asked by: %s', (url) => {
    expect(mistakesOf({ REDIS_URL: url })).toEqual([expect.stringMatching(/^REDIS_URL: .*expected/)]);
  });

  test('takes from REDIS_URL the number of a database and the family of IP addresses', () => {
    for (const url of ['redis://cache', 'redis://cache/', 'redis://u:p@cache:6380/1', 'rediss://:p@[::1]/0?family=6'])
      expect(parseConfig({ REDIS_URL: url }).redisUrl).toBe(url);
  });
});

test.each([
  ['no URL', 'cache', /^REDIS_URL: expected redis:/],
  ['no host', 'redis:///0', /^REDIS_URL: expected redis:/],
  ['another protocol', 'http://cache', /^REDIS_URL: expected redis:/],
  ['a fragment', 'redis://cache#a', /^REDIS_URL: expected redis:/],
  ['a password that is cut off by its slash', 'redis://u:1/a@cache', /^REDIS_URL: expected redis:/],
  ['a password that is cut off by its question mark', 'redis://u:1?a@cache', /^REDIS_URL: expected redis:/],
  ['a URL that cannot be read', 'redis://a b', /^REDIS_URL: expected redis:/],
  ['several hosts', 'redis://one,two', /^REDIS_URL: names several hosts; expected one$/],
  ['no number of a database', 'redis://cache/x', /^REDIS_URL: expected nothing behind the host/],
  ['another parameter', 'redis://cache/1?db=1', /^REDIS_URL: expected nothing behind the host/],
])('A URL of Redis with %s is refused', (_, REDIS_URL, mistake) => {
  expect(mistakesOf({ REDIS_URL })).toEqual([expect.stringMatching(mistake)]);
});

test('Redis needs a password in production alone, and on another machine alone', () => {
  expect(parseConfig({}).redisUrl).toBeNull();
  expect(mistakesOf({ REDIS_URL: 'redis://cache' })).toEqual([]);
  for (const REDIS_URL of ['redis://localhost', 'redis://127.0.0.1:6379', 'redis://[::1]'])
    expect(mistakesOf({ ...production, REDIS_URL })).toEqual([]);
});
