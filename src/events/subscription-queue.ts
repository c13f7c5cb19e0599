import type { EventEmitter } from 'node:events';
import { AppError } from '../errors.ts';

/** A subscriber's events, one after the other. */
export interface EventSubscription<Event> {
  readonly next: () => Promise<IteratorResult<Event, undefined>>;
  readonly return: () => Promise<IteratorReturnResult<undefined>>;
}

/** Maximum number of events that may wait for a subscriber that is slower than they come. */
const maxWaiting = 1_000;
const over = { done: true, value: undefined } as const;

/**
 * Receives the events of one name until `return` is called, which also ends a pending `next`.
 * @throws SERVICE_UNAVAILABLE from `next` if too many events wait: the subscriber is told that it missed some.
 */
export function subscribeTo<Event>(emitter: EventEmitter, name: string): EventSubscription<Event> {
  const waiting: Event[] = [];
  let state: 'open' | 'overrun' | 'over' = 'open';
  let wake = (): void => undefined;

  function receive(event: Event): void {
    if (waiting.length < maxWaiting) waiting.push(event);
    else stop('overrun');
    wake();
  }

  function stop(reason: 'overrun' | 'over'): void {
    if (state === 'open') state = reason;
    waiting.length = 0;
    emitter.off(name, receive);
    wake();
  }

  emitter.on(name, receive);
  return {
    async next() {
      if (state === 'open' && waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      if (state === 'overrun') {
        throw new AppError('SERVICE_UNAVAILABLE', 'More happened than could be told. Subscribe again.');
      }
      const [event] = waiting.splice(0, 1);
      return event === undefined ? over : { done: false, value: event };
    },
    async return() {
      stop('over');
      return over;
    },
  };
}
