import { describe, expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { createFairQueue, QueueFullError, NotWaitingError, type Share } from '../../src/limits/fair-queue.ts';
import { sharesOf } from '../../src/limits/queue-shares.ts';
import { createSharedPlaces, type SharedPlaces } from '../../src/limits/shared-places.ts';

/** A queue in places that it shares, and jobs of it that run until they are told to end. */
function queueIn(places: SharedPlaces, concurrency: number) {
  const queue = createFairQueue({ concurrency, maxWaiting: 50, places });
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (name: string): Promise<void> =>
    queue(
      () => [{ key: name, maxWaiting: 50 }],
      () =>
        new Promise((resolve) => {
          running.push(name);
          ends.set(name, resolve);
        }),
    );
  return { ask, running, end: (name: string) => ends.get(name)?.() };
}

describe('Queues that share their places', () => {
  test('run as many jobs as there are places, each within its own number, and take turns', async () => {
    const places = createSharedPlaces(3);
    const [pages, counts] = [queueIn(places, 3), queueIn(places, 2)];
    for (const number of [1, 2, 3, 4]) void counts.ask(`count ${number}`);
    for (const number of [1, 2, 3, 4]) void pages.ask(`page ${number}`);
    await setImmediate();
    expect([counts.running, pages.running]).toEqual([['count 1', 'count 2'], ['page 1']]);
    /** Ends a job, and tells which began last in each queue. */
    const after = async (queue: typeof pages, name: string): Promise<unknown> => {
      queue.end(name);
      await setImmediate();
      return [counts.running.at(-1), pages.running.at(-1)];
    };
    expect(await after(counts, 'count 1')).toEqual(['count 2', 'page 2']);
    expect(await after(pages, 'page 1')).toEqual(['count 3', 'page 2']);
    expect(await after(pages, 'page 2')).toEqual(['count 3', 'page 3']);
    // It would be the turn of counts, of which as many run as may.
    expect(await after(pages, 'page 3')).toEqual(['count 3', 'page 4']);
    expect([counts.running.length, pages.running.length]).toEqual([3, 4]);
  });

  test('have all places again once their jobs have ended, whoever had them, and no more', async () => {
    const places = createSharedPlaces(2);
    const [one, other] = [queueIn(places, 2), queueIn(places, 3)];
    const ended = ['a', 'b', 'c'].map((name) => one.ask(name));
    for (const name of ['a', 'b', 'c']) {
      await setImmediate();
      one.end(name);
    }
    await Promise.all(ended);
    for (const name of ['d', 'e', 'f']) void other.ask(name);
    await setImmediate();
    expect(other.running).toEqual(['d', 'e']);
  });
});

describe('A queue', () => {
  const share = (key: string): Share[] => [{ key, maxWaiting: 50 }];
  /** A queue that runs one job at a time, and a job that holds it up until it is told to go on. */
  function heldQueue(maxWaiting: number) {
    const queue = createFairQueue({ concurrency: 1, maxWaiting });
    let release = (): void => undefined;
    let held: Promise<void>;
    const hold = (): void =>
      void (held = queue(
        () => share('holder'),
        () => new Promise<void>((resolve) => (release = resolve)),
      ));
    hold();
    const served: string[] = [];
    const ask = (shares: readonly Share[], name = shares[0]?.key ?? '', isWanted?: () => boolean): Promise<unknown> =>
      queue(
        () => shares,
        async () => served.push(name),
        isWanted,
      ).catch((error: unknown) => error);
    return { ask, served, hold, release: () => (release(), held) };
  }
  const refusedOf = async (asked: readonly Promise<unknown>[]): Promise<number[]> =>
    (await Promise.all(asked)).flatMap((answer, index) => (answer instanceof QueueFullError ? [index] : []));

  test('that is full has a place for a caller with nothing waiting, which the one with most gives up', async () => {
    const { ask, served, release } = heldQueue(10);
    const first = ask(share('first'));
    const greedy = Array.from({ length: 8 }, (_, index) => ask(share('greedy'), `greedy ${index}`));
    const modest = ask(share('modest'));
    const newcomer = ask(share('newcomer'));
    await release();
    expect(await refusedOf([...greedy, first, modest, newcomer])).toEqual([7]);
    expect(served.slice(0, 4)).toEqual(['first', 'greedy 0', 'modest', 'newcomer']);
  });

  test('that is full takes its place from no caller that has no other', async () => {
    const { ask, release } = heldQueue(3);
    const asked = ['a', 'b', 'c', 'newcomer'].map((key) => ask(share(key)));
    await release();
    expect(await refusedOf(asked)).toEqual([3]);
  });

  test('that is full has a place for a newcomer if any caller has two', async () => {
    const { ask, release } = heldQueue(3);
    const waiting = ['a', 'b', 'b', 'newcomer'].map((key) => ask(share(key)));
    await release();
    expect(await refusedOf(waiting)).toEqual([2]);
  });

  test('that was full has as many places as before, whoever gave one up', async () => {
    const { ask, hold, release } = heldQueue(2);
    const first = ['a', 'a', 'b'].map((key) => ask(share(key)));
    await release();
    expect(await refusedOf(first)).toEqual([1]);
    for (const key of ['a', 'b']) {
      hold();
      const again = Array.from({ length: 3 }, () => ask(share(key)));
      await release();
      expect(await refusedOf(again)).toEqual([2]);
    }
  });

  test('has so many places for a range of callers, however many it had before', async () => {
    const { ask, hold, release } = heldQueue(100);
    for (let round = 0; round < 3; round += 1) {
      const asked = Array.from({ length: 4 }, () => ask([{ key: 'few', maxWaiting: 3 }]));
      await release();
      expect(await refusedOf(asked)).toEqual([3]);
      hold();
    }
  });

  test('has so many places for each range that a caller is in, the narrow ones and the wide ones', async () => {
    const { ask, release } = heldQueue(100);
    const inside = (key: string): Share[] => [
      { key, maxWaiting: 1 },
      { key: 'all', maxWaiting: 2 },
    ];
    const asked = ['a', 'a', 'b', 'c'].map((key) => ask(inside(key)));
    await release();
    expect(await refusedOf(asked)).toEqual([1, 3]);
  });

  test('that is full has no second place for a caller with one', async () => {
    const { ask, release } = heldQueue(4);
    const asked = ['a', 'a', 'b', 'b', 'b'].map((key) => ask(share(key)));
    await release();
    expect(await refusedOf(asked)).toEqual([4]);
  });

  test('starts no job that nobody wants any more, which costs its caller no turn', async () => {
    const { ask, served, release } = heldQueue(10);
    const unwanted = ['gone', 'gone too'].map((name) => ask(share('a'), name, () => false));
    const wanted = [ask(share('a'), 'a'), ask(share('b'), 'gone as well', () => false), ask(share('c'), 'c')];
    await release();
    await Promise.all(wanted);
    expect(served).toEqual(['a', 'c']);
    for (const error of await Promise.all(unwanted)) expect(error).toBeInstanceOf(NotWaitingError);
  });

  test('takes the IP addresses of an IPv6 site for one caller', async () => {
    const { ask, release } = heldQueue(200);
    const site = Array.from({ length: 200 }, (_, index) =>
      ask(sharesOf({ ipAddress: `2001:db8:1:${(16 * index).toString(16)}::1` })),
    );
    const newcomer = ask(sharesOf({ ipAddress: '2001:db8:2::1' }));
    await release();
    expect(await newcomer).not.toBeInstanceOf(QueueFullError);
    expect((await Promise.all(site)).filter((answer) => answer instanceof QueueFullError)).toHaveLength(1);
  });
});
