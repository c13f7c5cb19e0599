import type { EventWork } from '../request/event-work.ts';

type Next<Event> = IteratorResult<Event, unknown>;

export interface EventsInTime<Event> {
  /** Returns the next event, `late` for one that was not admitted in time, or `left` if the client has left meanwhile. */
  readonly next: () => Promise<Next<Event> | 'late' | 'left'>;
  readonly return: () => Promise<unknown>;
}

/**
 * Takes events from a source that reads and decides before it hands one out, and gives up one for which that takes too
 * long. The source still works on it: what it answers then is passed over, and the next event is not.
 */
export function eventsInTime<Event>(
  source: AsyncIterator<Event>,
  work: EventWork,
  timeLimitMs: number,
): EventsInTime<Event> {
  let pending: Promise<Next<Event>> | undefined;
  /** The event, by its number, that was given up. */
  let givenUp = 0;
  /** The latest event, by its number, that was answered or given up: its time is over. */
  let settled = 0;
  let timer: NodeJS.Timeout | undefined;
  let tellLate = (): void => undefined;

  /** Tells that the event under way is late, once the rest of its time is over. */
  function watchTime(): void {
    clearTimeout(timer);
    if (!work.isUnderWay() || settled === work.count()) return;
    timer = setTimeout(() => tellLate(), Math.max(0, timeLimitMs - work.elapsedMs())).unref();
  }
  work.onChange(watchTime);

  const lateOrLeft = (): { readonly told: Promise<'late' | 'left'>; readonly unwatch: () => void } => {
    let unwatch = (): void => undefined;
    const told = new Promise<'late' | 'left'>((resolve) => {
      tellLate = () => resolve('late');
      unwatch = work.onLeave(() => resolve('left'));
    });
    return { told, unwatch };
  };

  /** Tells, once, whether what the source answers now is about an event that was given up. */
  function isGivenUp(): boolean {
    const isIt = givenUp > 0 && givenUp === work.count();
    givenUp = 0;
    return isIt;
  }

  async function next(): Promise<Next<Event> | 'late' | 'left'> {
    for (;;) {
      pending ??= source.next();
      const { told, unwatch } = lateOrLeft();
      // It may have begun while nobody asked for the next one.
      watchTime();
      try {
        const found = await Promise.race([pending, told]).finally(unwatch);
        if (found === 'left') return found;
        settled = work.count();
        if (found === 'late') {
          givenUp = settled;
          return found;
        }
        pending = undefined;
        clearTimeout(timer);
        if (!isGivenUp() || found.done === true) return found;
      } catch (error) {
        settled = work.count();
        pending = undefined;
        clearTimeout(timer);
        if (!isGivenUp()) throw error;
      }
    }
  }

  return {
    next,
    async return() {
      clearTimeout(timer);
      return source.return?.();
    },
  };
}
