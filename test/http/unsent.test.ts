import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { PassThrough, type Duplex } from 'node:stream';
import { createUnsent } from '../../src/http/server/unsent.ts';

describe('What clients do not read', () => {
  const connection = (): Duplex => new PassThrough();

  test('is bounded for a connection, and counted until it is sent', () => {
    const { add } = createUnsent({ maxConnectionBytes: 10, maxBytes: 1_000 });
    const one = connection();
    const sent = add(one, 6);
    add(one, 4);
    expect(one.destroyed).toBe(false);
    sent();
    add(one, 6);
    expect(one.destroyed).toBe(false);
    add(one, 1);
    expect(one.destroyed).toBe(true);
  });

  test('is bounded for all, and ends the connections that have waited longest', () => {
    const { add } = createUnsent({ maxConnectionBytes: 100, maxBytes: 10 });
    const [first, second, third] = [connection(), connection(), connection()];
    const sent = add(first, 4);
    add(second, 4);
    // What is sent makes place, and the one that waits again comes behind the others.
    sent();
    add(first, 6);
    expect([first.destroyed, second.destroyed]).toEqual([false, false]);
    add(third, 4);
    expect([first.destroyed, second.destroyed, third.destroyed]).toEqual([false, true, false]);
    add(third, 1);
    expect([first.destroyed, third.destroyed]).toEqual([true, false]);
    add(third, 5);
    expect(third.destroyed).toBe(false);
  });

  test('keeps the place in which a connection began to wait', () => {
    const { add } = createUnsent({ maxConnectionBytes: 100, maxBytes: 10 });
    const [first, second] = [connection(), connection()];
    const sent = add(first, 5);
    add(second, 2);
    add(first, 2);
    sent();
    add(second, 7);
    expect([first.destroyed, second.destroyed]).toEqual([true, false]);
  });

  test('is forgotten with its connection, and never counted twice', async () => {
    const { add } = createUnsent({ maxConnectionBytes: 100, maxBytes: 10 });
    const [gone, late, other] = [connection(), connection(), connection()];
    const sentLate = [add(gone, 9)];
    expect(gone.listenerCount('close')).toBe(1);
    sentLate.push(add(gone, 1));
    expect(gone.listenerCount('close')).toBe(1);
    await once(gone.destroy(), 'close');
    for (const sent of sentLate) sent();
    add(gone, 9);
    const read = connection();
    add(read, 9)();
    await once(read.destroy(), 'close');
    add(late, 10);
    expect(late.destroyed).toBe(false);
    add(other, 1);
    expect([late.destroyed, other.destroyed]).toEqual([true, false]);
    add(other, 9);
    expect(other.destroyed).toBe(false);
  });

  test('is not counted for a connection that is over', () => {
    const { add } = createUnsent({ maxConnectionBytes: 100, maxBytes: 10 });
    const [first, over, last] = [connection(), connection().destroy(), connection()];
    add(first, 5);
    add(over, 5)();
    add(over, 5);
    add(last, 5);
    expect([first.destroyed, last.destroyed]).toEqual([false, false]);
  });

  test('is 16 MiB for a connection and 128 MiB for all, if nothing else is said', () => {
    const { add } = createUnsent();
    const megabyte = 1024 ** 2;
    const all = Array.from({ length: 9 }, connection);
    for (const one of all.slice(0, 8)) add(one, 16 * megabyte);
    expect(all.map(({ destroyed }) => destroyed)).not.toContain(true);
    add(all[8] ?? connection(), 1);
    expect(all.filter(({ destroyed }) => destroyed)).toEqual([all[0]]);
    const large = connection();
    createUnsent().add(large, 16 * megabyte + 1);
    expect(large.destroyed).toBe(true);
  });
});
