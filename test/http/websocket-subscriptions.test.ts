import { describe, expect, test } from '@jest/globals';
import { createWebSocketSubscriptions } from '../../src/http/websocket/websocket-subscriptions.ts';

/** A source of results that come when they are sent, and what became of it. */
function createSource() {
  const waiting: Array<PromiseWithResolvers<IteratorResult<string, undefined>>> = [];
  let returned = 0;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next() {
        const next = Promise.withResolvers<IteratorResult<string, undefined>>();
        waiting.push(next);
        return next.promise;
      },
      return() {
        returned += 1;
        return Promise.resolve({ done: true as const, value: undefined });
      },
    }),
  };
  return {
    source,
    send: (value: string): void => waiting.shift()?.resolve({ done: false, value }),
    end: (): void => waiting.shift()?.resolve({ done: true, value: undefined }),
    fail: (error: Error): void => waiting.shift()?.reject(error),
    returned: () => returned,
  };
}

const over = { done: true, value: undefined };

function openOne(max = 2) {
  const failures: unknown[] = [];
  const subscriptions = createWebSocketSubscriptions(max, (error) => void failures.push(error));
  let given = 0;
  const takeSlot = () => () => void (given += 1);
  const stream = createSource();
  const results = subscriptions.open(stream.source, takeSlot)?.[Symbol.asyncIterator]();
  return { subscriptions, failures, takeSlot, stream, results, given: () => given };
}

describe('A subscription of a WebSocket', () => {
  test('passes results on until its source ends, and gives its slot back once', async () => {
    const { stream, results, given } = openOne();
    const first = results?.next();
    stream.send('one');
    expect([await first, given()]).toEqual([{ done: false, value: 'one' }, 0]);
    const second = results?.next();
    stream.end();
    expect([await second, given(), stream.returned()]).toEqual([over, 1, 1]);
    await results?.return?.();
    expect([given(), stream.returned()]).toEqual([1, 1]);
  });

  test('that its client completes ends its source at once, and withholds what was on its way', async () => {
    const { stream, results, given } = openOne();
    const next = results?.next();
    expect(await results?.return?.()).toEqual(over);
    expect([given(), stream.returned()]).toEqual([1, 1]);
    stream.send('late');
    expect([await next, given()]).toEqual([over, 1]);
  });

  test('whose source fails tells so, unless it has ended', async () => {
    const [one, other] = [openOne(), openOne()];
    const failed = one.results?.next();
    one.stream.fail(new Error('broken'));
    await expect(failed).rejects.toThrow('broken');
    expect([one.given(), one.stream.returned()]).toEqual([1, 1]);
    const ended = other.results?.next();
    await other.results?.return?.();
    other.stream.fail(new Error('broken'));
    expect(await ended).toEqual(over);
  });

  test('is one of so many on a connection, and the one too many is ended', async () => {
    const { subscriptions, takeSlot, results, given } = openOne(2);
    expect(subscriptions.isFull()).toBe(false);
    subscriptions.open(createSource().source, takeSlot);
    expect(subscriptions.isFull()).toBe(true);
    const third = createSource();
    expect([subscriptions.open(third.source, takeSlot), third.returned(), given()]).toEqual([null, 1, 0]);
    await results?.return?.();
    expect(subscriptions.isFull()).toBe(false);
    expect(subscriptions.open(createSource().source, takeSlot)).not.toBeNull();
  });

  test('that gets no slot is ended, and takes no place', () => {
    const { subscriptions } = openOne(2);
    const stream = createSource();
    expect([subscriptions.open(stream.source, () => null), stream.returned()]).toEqual([null, 1]);
    expect(subscriptions.isFull()).toBe(false);
  });

  test('ends with its connection, and a source that cannot be ended is reported', async () => {
    const { subscriptions, failures, takeSlot, stream, given } = openOne();
    const stubborn = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.withResolvers<IteratorResult<string, undefined>>().promise,
        return: () => Promise.reject(new Error('stubborn')),
      }),
    };
    subscriptions.open(stubborn, takeSlot);
    expect(subscriptions.open(stubborn, takeSlot)).toBeNull();
    subscriptions.endAll();
    expect([stream.returned(), given()]).toEqual([1, 2]);
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(failures).toEqual([new Error('stubborn'), new Error('stubborn')]);
    subscriptions.endAll();
    expect(stream.returned()).toBe(1);
  });
});
