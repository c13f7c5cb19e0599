/** Where the queue is full. */
export class QueueFullError extends Error {}

/**
 * Lets `concurrency` jobs run at once and `longestQueue` more wait their turn, first come, first served.
 * @throws QueueFullError, without having started the job, beyond that.
 */
export function createSemaphore(concurrency: number, longestQueue: number) {
  let free = concurrency;
  const waiting: Array<() => void> = [];

  return async function run<T>(job: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else if (waiting.length >= longestQueue) throw new QueueFullError('too many jobs are waiting');
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
