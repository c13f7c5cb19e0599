/**
 * The work of one subscription on the events that reach it, one after the other: each begins with its arrival, before
 * anything is read for it, and all of it ends when the client leaves.
 */
export interface EventWork {
  /** How many events have begun. */
  readonly count: () => number;
  /** Tells whether an event has begun for which there is no answer yet. */
  readonly isUnderWay: () => boolean;
  /** Milliseconds since the latest event began; 0 if none has. */
  readonly elapsedMs: () => number;
  readonly begin: () => void;
  /** Says that nothing is under way: the source waits for the next event, whatever became of the latest. */
  readonly rest: () => void;
  /** Calls back when an event begins, and when nothing is under way. There is one listener. */
  readonly onChange: (changed: () => void) => void;
  readonly leave: () => void;
  readonly hasLeft: () => boolean;
  /** Calls back once if the client leaves; returns the function that ends the watch. */
  readonly onLeave: (left: () => void) => () => void;
}

export function createEventWork(): EventWork {
  const watchers = new Set<() => void>();
  let [count, isUnderWay, hasLeft] = [0, false, false];
  let beganAt: number | undefined;
  let changed = (): void => undefined;
  return {
    count: () => count,
    isUnderWay: () => isUnderWay,
    elapsedMs: () => (beganAt === undefined ? 0 : performance.now() - beganAt),
    begin() {
      count += 1;
      beganAt = performance.now();
      isUnderWay = true;
      changed();
    },
    rest() {
      isUnderWay = false;
      changed();
    },
    onChange: (listener) => void (changed = listener),
    leave() {
      hasLeft = true;
      for (const left of watchers) left();
      watchers.clear();
    },
    hasLeft: () => hasLeft,
    onLeave(left) {
      watchers.add(left);
      if (hasLeft) left();
      return () => watchers.delete(left);
    },
  };
}
