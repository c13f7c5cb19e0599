/** Where too many jobs wait, or too many of one caller. */
export class QueueFullError extends Error {}

export interface QueueLimits {
  /** How many jobs run at once. */
  readonly concurrency: number;
  /** How many more may wait, of everybody together and of one caller. */
  readonly longest: number;
  readonly longestOfOne: number;
}

/** Runs a job for a caller. @throws QueueFullError, without having started it, where it cannot wait. */
export type FairQueue = <T>(caller: string, job: () => Promise<T>) => Promise<T>;

/**
 * Serves callers in turn, each with its oldest job: whoever sends a hundred at once waits for itself, and not everybody
 * for it.
 */
export function createFairQueue({ concurrency, longest, longestOfOne }: QueueLimits): FairQueue {
  /** In the order in which they are served. */
  const waiting = new Map<string, Array<() => void>>();
  let free = concurrency;
  let length = 0;

  function wait(caller: string): Promise<void> {
    const own = waiting.get(caller) ?? [];
    if (length >= longest || own.length >= longestOfOne) throw new QueueFullError('too many jobs are waiting');
    return new Promise((resolve) => {
      length += 1;
      waiting.set(caller, own);
      own.push(resolve);
    });
  }

  function startNext(): void {
    const [first] = waiting;
    if (first === undefined) {
      free += 1;
      return;
    }
    const [caller, own] = first;
    const start = own.shift();
    length -= 1;
    // Behind all others, until its next turn.
    waiting.delete(caller);
    if (own.length > 0) waiting.set(caller, own);
    start?.();
  }

  return async (caller, job) => {
    if (free > 0) free -= 1;
    else await wait(caller);
    try {
      return await job();
    } finally {
      startNext();
    }
  };
}
