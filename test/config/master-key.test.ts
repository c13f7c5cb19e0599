import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf, production } from './mistakes.ts';

describe('The master key', () => {
  test.each([
    ['zeros', Buffer.alloc(32)],
    ['one byte', Buffer.alloc(32, 7)],
    ['a repeated word', Buffer.from('changeme'.repeat(4))],
    ['a text', Buffer.from('the quick brown fox jumps over a')],
    ['a repeated half', Buffer.from('00112233445566778899aabbccddeeff'.repeat(2), 'hex')],
    ['a count', Buffer.from(Array.from({ length: 32 }, (_, index) => index))],
  ])('of production is refused as %s, unless that is known', (_, key) => {
    const guessable = { ...production, MASTER_KEY: key.toString('base64') };
    expect(mistakesOf(guessable)).toEqual([expect.stringContaining('MASTER_KEY: can be guessed')]);
    expect(mistakesOf({ ...guessable, ALLOW_INSECURE: 'master-key' })).toEqual([]);
    expect(mistakesOf({ MASTER_KEY: key.toString('base64') })).toEqual([]);
  });

  test('of production is a pattern on this machine alone, but neither zeros nor a text', () => {
    const local = { ...production, PUBLIC_URL: 'http://localhost:4000' };
    const refusedOf = (key: Buffer) => mistakesOf({ ...local, MASTER_KEY: key.toString('base64') }).length;
    expect(refusedOf(Buffer.alloc(32, 7))).toBe(0);
    expect([Buffer.alloc(32), Buffer.from('changeme'.repeat(4))].map(refusedOf)).toEqual([1, 1]);
  });

  test('of production is whatever key is drawn at random', () => {
    for (let drawn = 0; drawn < 2_000; drawn += 1)
      expect(mistakesOf({ ...production, MASTER_KEY: randomBytes(32).toString('base64') })).toEqual([]);
  });

  test('of production is refused as a pattern of few bytes that is neither a text nor a count', () => {
    const keyOf = (distinct: number) =>
      Buffer.from(Array.from({ length: 32 }, (_, at) => ((at % distinct) * 91) % 256));
    const refusedOf = (distinct: number) =>
      mistakesOf({ ...production, MASTER_KEY: keyOf(distinct).toString('base64') }).length;
    expect([17, 18, 32].map(refusedOf)).toEqual([1, 0, 1]);
  });

  test('is a text if all of it is printable ASCII', () => {
    const local = { ...production, PUBLIC_URL: 'http://localhost:4000' };
    const refusedOf = (byte: number) =>
      mistakesOf({ ...local, MASTER_KEY: Buffer.alloc(32, byte).toString('base64') }).length;
    expect([0x1f, 0x20, 0x7e, 0x7f].map(refusedOf)).toEqual([0, 1, 1, 0]);
    const mixed = Buffer.from(`${'a'.repeat(31)}\0`);
    expect(mistakesOf({ ...local, MASTER_KEY: mixed.toString('base64') })).toEqual([]);
  });

  test('has 32 bytes, whether it is given or drawn', () => {
    for (const bytes of [31, 33])
      expect(mistakesOf({ MASTER_KEY: randomBytes(bytes).toString('base64') })).toEqual([
        'MASTER_KEY: expected 32 bytes in base64; `openssl rand -base64 32` makes one',
      ]);
    expect(parseConfig({ DATABASE_URL: 'memory:' }).masterKey).toHaveLength(32);
    expect(parseConfig({ DATA_DIR: '/srv/data' }).masterKey).toEqual({ file: '/srv/data/master.key' });
  });
});
