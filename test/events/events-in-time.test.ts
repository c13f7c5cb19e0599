import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventsInTime } from '../../src/graphql/events-in-time.ts';
import { createEventWork } from '../../src/request/event-work.ts';
import { until } from '../support/until.ts';

const limitMs = 300;

/** The source of a subscription: each event is answered when the test says so, or passed over by null. */
function createSource(work: ReturnType<typeof createEventWork>) {
  const answers: Array<(row: string | null) => void> = [];
  const source: AsyncIterator<string> = {
    async next() {
      for (;;) {
        work.rest();
        await Promise.resolve();
        work.begin();
        const row = await new Promise<string | null>((resolve) => answers.push(resolve));
        if (row !== null) return { done: false, value: row };
      }
    },
  };
  return { source, answers };
}

test('An event that is late is told as late once, and what comes of it afterwards is no event', async () => {
  const work = createEventWork();
  const { source, answers } = createSource(work);
  const events = eventsInTime(source, work, limitMs);
  expect(await events.next()).toBe('late');
  const next = events.next();
  answers[0]?.('too late');
  await until(() => answers.length === 2);
  answers[1]?.('in time');
  expect(await next).toEqual({ done: false, value: 'in time' });
});

test('An event that begins and is late before anybody asks for it is told as late as well', async () => {
  const work = createEventWork();
  const { source, answers } = createSource(work);
  const events = eventsInTime(source, work, limitMs);
  expect(await events.next()).toBe('late');
  answers[0]?.(null);
  await until(() => work.count() === 2 && work.elapsedMs() > limitMs);
  expect(await events.next()).toBe('late');
});

test('A source that does not say when its events begin has none that are late', async () => {
  const work = createEventWork();
  const source: AsyncIterator<string> = { next: async () => ({ done: false, value: 'an event' }) };
  expect(await eventsInTime(source, work, 1).next()).toEqual({ done: false, value: 'an event' });
  expect([work.isUnderWay(), work.elapsedMs()]).toEqual([false, 0]);
});

describe('The time of an event', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());

  /** Listens to a source that begins events when the test says so, and notes what is told of them. */
  function listen() {
    const work = createEventWork();
    const settle: Array<{ resolve: (next: IteratorResult<string>) => void; reject: (error: Error) => void }> = [];
    const ended = jest.fn(async () => ({ done: true as const, value: undefined }));
    const source: AsyncIterator<string> = {
      next: () => new Promise((resolve, reject) => void settle.push({ resolve, reject })),
      return: ended,
    };
    const events = eventsInTime(source, work, limitMs);
    const told: unknown[] = [];
    const ask = (): void =>
      void events.next().then(
        (next) => told.push(typeof next === 'string' ? next : next.done === true ? 'done' : next.value),
        (error: unknown) => told.push(error),
      );
    const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
    const answer = (value: string): void => settle.at(-1)?.resolve({ done: false, value });
    return { work, events, told, ask, pass, answer, settle, ended };
  }

  test('begins when it arrives, whenever it is asked for', async () => {
    const { work, told, ask, pass } = listen();
    ask();
    await pass(10 * limitMs);
    work.begin();
    await pass(limitMs - 1);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual(['late']);

    work.rest();
    work.begin();
    await pass(100);
    ask();
    await pass(limitMs - 101);
    expect(told).toEqual(['late']);
    await pass(1);
    expect(told).toEqual(['late', 'late']);
  });

  test('ends with it, and is not that of the next one', async () => {
    const { work, told, ask, pass, answer } = listen();
    ask();
    work.begin();
    await pass(100);
    // It was withheld.
    work.rest();
    await pass(100);
    work.begin();
    await pass(limitMs - 1);
    answer('in time');
    await pass(0);
    expect(told).toEqual(['in time']);
    // The source has not said that it rests: the event is over all the same.
    ask();
    await pass(10 * limitMs);
    expect(told).toEqual(['in time']);
    work.begin();
    await pass(limitMs);
    expect(told).toEqual(['in time', 'late']);
  });

  test('is over once, and what the source then says of the event is passed over, be it an error', async () => {
    const { work, told, ask, pass, answer, settle } = listen();
    ask();
    work.begin();
    await pass(limitMs);
    ask();
    await pass(10 * limitMs);
    expect(told).toEqual(['late']);
    settle.at(-1)?.reject(new Error('Too late.'));
    await pass(0);
    expect([told, settle.length]).toEqual([['late'], 2]);
    const error = new Error('In time.');
    work.begin();
    settle.at(-1)?.reject(error);
    await pass(0);
    expect(told).toEqual(['late', error]);
    ask();
    work.begin();
    answer('an event');
    await pass(0);
    expect(told).toEqual(['late', error, 'an event']);
  });

  test('does not hide that the source has ended', async () => {
    const { work, told, ask, pass, settle } = listen();
    ask();
    work.begin();
    await pass(limitMs);
    ask();
    settle.at(-1)?.resolve({ done: true, value: undefined });
    await pass(0);
    expect(told).toEqual(['late', 'done']);
  });

  test('is of no account once the client has left', async () => {
    const { work, told, ask, pass, events, settle, ended } = listen();
    ask();
    work.begin();
    work.leave();
    await pass(0);
    expect(told).toEqual(['left']);
    await events.return();
    settle.at(-1)?.reject(new Error('Nobody waits for it.'));
    await pass(limitMs);
    expect([told, ended.mock.calls.length]).toEqual([['left'], 1]);
    const endless: AsyncIterator<string> = { next: () => new Promise(() => undefined) };
    expect(await eventsInTime(endless, createEventWork(), limitMs).return()).toBeUndefined();
  });

  test('is over with it if it is in time, be it the first, or an error, and however long nothing follows', async () => {
    const { work, told, ask, pass, answer, settle } = listen();
    ask();
    work.begin();
    answer('the first');
    await pass(0);
    ask();
    await pass(10 * limitMs);
    work.begin();
    settle.at(-1)?.reject(new Error('The second.'));
    await pass(0);
    ask();
    await pass(10 * limitMs);
    expect(told).toEqual(['the first', new Error('The second.')]);
  });

  test('does not begin for one that is withheld and rests', async () => {
    const { work, told, ask, pass } = listen();
    ask();
    work.begin();
    work.rest();
    await pass(10 * limitMs);
    expect(told).toEqual([]);
  });

  test('is that of the one under way: what follows one that was given up and withheld is told', async () => {
    const { work, told, ask, pass, answer } = listen();
    ask();
    work.begin();
    await pass(limitMs);
    ask();
    work.rest();
    work.begin();
    answer('the second');
    await pass(0);
    expect(told).toEqual(['late', 'the second']);
  });

  test('does not hide that the client leaves while one that was given up is still worked on', async () => {
    const { work, told, ask, pass, settle } = listen();
    ask();
    work.begin();
    await pass(limitMs);
    ask();
    work.leave();
    await pass(0);
    expect([told, settle.length]).toEqual([['late', 'left'], 1]);
  });
});
