import { expect, test } from '@jest/globals';
import { eventsInTime } from '../src/graphql/events-in-time.ts';
import { createEventWork } from '../src/request/event-work.ts';
import { until } from './support/until.ts';

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
