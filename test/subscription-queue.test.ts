import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { subscribeTo } from '../src/events/subscription-queue.ts';

test('A subscriber that is slower than events come is told that it missed some, and keeps none of them', async () => {
  const emitter = new EventEmitter();
  const subscription = subscribeTo<number>(emitter, 'news');
  for (let count = 0; count < 1_000; count += 1) emitter.emit('news', count);
  expect(await subscription.next()).toEqual({ done: false, value: 0 });
  for (let count = 0; count < 2; count += 1) emitter.emit('news', count);
  await expect(subscription.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(emitter.listenerCount('news')).toBe(0);
});

test('A subscriber that waits is told that its subscription has ended', async () => {
  const emitter = new EventEmitter();
  const subscription = subscribeTo<number>(emitter, 'news');
  const next = subscription.next();
  await subscription.return();
  expect(await next).toEqual({ done: true, value: undefined });
});
