import { describe, expect, test } from '@jest/globals';
import { createEventStream, type EventStream } from '../../src/events/event-stream.ts';
import { openEvents, type Transport } from '../../src/events/open-events.ts';
import type { DomainEvent } from '../../src/events/event.ts';
import { createEventWork } from '../../src/request/event-work.ts';
import { pino } from 'pino';

const id = '01900000-0000-7000-8000-000000000000';
const other = '01900000-0000-7000-8000-000000000001';
const published: DomainEvent = { kind: 'article-published', id };
const silent = pino({ level: 'silent' });

/** Carries texts between nodes of this process, once each is let through. */
function createWire() {
  const nodes: Array<(text: string) => void> = [];
  const sent: string[] = [];
  let closed = 0;
  const transport = (gate: () => Promise<void> = () => Promise.resolve()): Transport => ({
    async send(text) {
      await gate();
      sent.push(text);
      for (const hear of nodes) hear(text);
    },
    listen: (onText) => Promise.resolve(void nodes.push(onText)),
    close: () => Promise.resolve(void (closed += 1)),
  });
  return { transport, sent, say: (text: string) => nodes.forEach((hear) => hear(text)), closed: () => closed };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('An event', () => {
  test('reaches its own node at once and once, and the others by what carries it', async () => {
    const wire = createWire();
    const [one, two] = [await openEvents(wire.transport(), silent), await openEvents(wire.transport(), silent)];
    const heard: unknown[] = [];
    one.onEvent((event) => void heard.push(['one', event.kind]));
    const stop = two.onEvent((event) => void heard.push(['two', event.kind]));
    one.publish(published);
    expect(heard).toEqual([['one', 'article-published']]);
    await turn();
    expect(heard).toEqual([
      ['one', 'article-published'],
      ['two', 'article-published'],
    ]);
    expect(JSON.parse(wire.sent[0] ?? '')).toEqual({ ...published, from: expect.any(String) });
    stop();
    wire.say(JSON.stringify(published));
    wire.say('{"kind":"article-published","id":"none"}');
    expect(heard.slice(2)).toEqual([['one', 'article-published']]);
  });

  test('is told to those who asked for its kind and, if it is of a user, for that user', async () => {
    const lines: string[] = [];
    const events = await openEvents(null, pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }));
    const articles = events.subscribe({ kind: 'article-published' });
    const own = events.subscribe({ kind: 'session-ended', userId: id });
    const strange = events.subscribe({ kind: 'session-ended', userId: other });
    const ended: DomainEvent = { kind: 'session-ended', id: other, userId: id };
    events.publish(published);
    events.publish(ended);
    const others: DomainEvent = { kind: 'session-ended', id, userId: other };
    events.publish(others);
    expect([await articles.next(), await own.next(), await strange.next()]).toEqual([
      { done: false, value: published },
      { done: false, value: ended },
      { done: false, value: others },
    ]);
    for (const subscription of [articles, own, strange]) {
      await subscription.return();
      expect(await subscription.next()).toEqual({ done: true, value: undefined });
    }
    await events.close();
    expect(lines).toEqual([]);
  });

  test('that cannot be sent reaches its own node alone, which is logged', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const wire = createWire();
    const events = await openEvents(
      wire.transport(() => Promise.reject(new Error('away'))),
      log,
    );
    events.publish(published);
    await events.close();
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'an event reached this node alone',
    ]);
    expect([wire.sent, wire.closed()]).toEqual([[], 1]);
  });

  test('is sent before its node ends', async () => {
    const wire = createWire();
    const gate = Promise.withResolvers<void>();
    const events = await openEvents(
      wire.transport(() => gate.promise),
      silent,
    );
    events.publish(published);
    let isOver = false;
    const closed = events.close().then(() => (isOver = true));
    await turn();
    expect([isOver, wire.closed()]).toEqual([false, 0]);
    gate.resolve();
    await closed;
    expect([wire.sent.length, wire.closed()]).toEqual([1, 1]);
  });
});

describe('A subscriber', () => {
  async function listen(context: Parameters<EventStream>[0], load: (event: { id: string }) => Promise<object | null>) {
    const events = await openEvents(null, silent);
    const stream = createEventStream(events)(context, { kind: 'article-published' }, load);
    return { events, results: stream[Symbol.asyncIterator]() };
  }

  test('gets the row of each event that has one, while its credential counts', async () => {
    const renewed: unknown[] = [];
    let counts = true;
    const eventWork = createEventWork();
    const { events, results } = await listen(
      { eventWork, subscriptionCredential: { renew: (event) => (renewed.push(event), Promise.resolve(counts)) } },
      (event) => Promise.resolve(event.id === id ? null : { of: event.id }),
    );
    eventWork.begin();
    const first = results.next();
    expect(eventWork.isUnderWay()).toBe(false);
    const found: DomainEvent = { kind: 'article-published', id: other };
    events.publish(published);
    events.publish(found);
    expect(await first).toEqual({ done: false, value: { of: other } });
    expect(renewed).toEqual([published, found]);
    counts = false;
    events.publish(found);
    expect(await results.next()).toEqual({ done: true, value: undefined });
    counts = true;
    events.publish(found);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('that leaves while it waits is told nothing more', async () => {
    const { events, results } = await listen(
      { subscriptionCredential: { renew: () => Promise.resolve(true) } },
      (event) => Promise.resolve(event),
    );
    const waiting = results.next();
    await results.return?.();
    events.publish(published);
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('is one of a WebSocket alone', async () => {
    await expect(listen({}, () => Promise.resolve(null))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'Send subscriptions by WebSocket, with the subprotocol graphql-transport-ws.',
    });
  });
});
