import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { subscribeTo } from '../../src/events/subscription-queue.ts';

test('A subscriber that is slower than events come is told that it missed some, and keeps none of them', async () => {
  const emitter = new EventEmitter();
  const subscription = subscribeTo<number>(emitter, 'news');
  for (let count = 0; count < 1_000; count += 1) emitter.emit('news', count);
  expect(await subscription.next()).toEqual({ done: false, value: 0 });
  for (let count = 0; count < 2; count += 1) emitter.emit('news', count);
  await expect(subscription.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(emitter.listenerCount('news')).toBe(0);
  await subscription.return();
  await expect(subscription.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});

test('A subscriber whose subscription has ended is told nothing that came before', async () => {
  const emitter = new EventEmitter();
  const subscription = subscribeTo<number>(emitter, 'news');
  for (let count = 0; count < 3; count += 1) emitter.emit('news', count);
  await subscription.return();
  expect(await subscription.next()).toEqual({ done: true, value: undefined });
});

test('A subscriber that waits is told that its subscription has ended', async () => {
  const emitter = new EventEmitter();
  const subscription = subscribeTo<number>(emitter, 'news');
  const next = subscription.next();
  await subscription.return();
  expect(await next).toEqual({ done: true, value: undefined });
});
