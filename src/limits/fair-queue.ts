import { createSharedPlaces, type SharedPlaces } from './shared-places.ts';

/** Too many jobs wait, of all callers or of this one. */
export class QueueFullError extends Error {}

/** The caller of a queued job no longer waits for it. */
export class NotWaitingError extends Error {}

export interface QueueLimits {
  /** Maximum number of jobs that run at once. */
  readonly concurrency: number;
  /** Maximum number of further jobs that may wait, of all callers together. */
  readonly maxWaiting: number;
  /** The places in which its jobs run, if it shares them with other queues. */
  readonly places?: SharedPlaces;
}

/** A range of callers, such as a network, and how many of its jobs may wait. */
export interface Share {
  readonly key: string;
  readonly maxWaiting: number;
}

/**
 * Runs a job for a caller, who is given as the shares that it belongs to, the narrowest first; they are asked for only
 * if the job has to wait.
 * @param isClientWaiting Asked when the job leaves the queue; assumed if absent.
 * @throws QueueFullError, without having started the job, if it cannot wait, or had to make way for another caller;
 *   NotWaitingError, likewise, if the caller no longer waits for it.
 */
export type FairQueue = <T>(
  shares: () => readonly Share[],
  job: () => Promise<T>,
  isClientWaiting?: () => boolean,
) => Promise<T>;

interface Waiting {
  readonly shares: readonly Share[];
  readonly isClientWaiting: () => boolean;
  readonly start: () => void;
  readonly refuse: (error: QueueFullError | NotWaitingError) => void;
}

/**
 * Serves callers in turn, each with its oldest job: a caller that sends a hundred at once waits for itself. If the
 * queue is full, a caller with nothing waiting gets the place of the newest job of the caller that has most.
 */
export function createFairQueue({
  concurrency,
  maxWaiting,
  places = createSharedPlaces(concurrency),
}: QueueLimits): FairQueue {
  /** Waiting requests by their widest share, in the order in which they are served. */
  const byCaller = new Map<string, Waiting[]>();
  const countOf = new Map<string, number>();
  let free = concurrency;
  let length = 0;
  places.join(startNext);

  function wait(shares: readonly Share[], isClientWaiting: () => boolean): Promise<void> {
    if (shares.some((share) => (countOf.get(share.key) ?? 0) >= share.maxWaiting)) throw full();
    if (length >= maxWaiting) makeRoomFor(callerOf(shares));
    return new Promise((start, refuse) => {
      const own = byCaller.get(callerOf(shares)) ?? [];
      byCaller.set(callerOf(shares), own);
      own.push({ shares, isClientWaiting, start, refuse });
      count(shares, 1);
    });
  }

  function makeRoomFor(caller: string): void {
    const [busiest] = [...byCaller].toSorted(([, one], [, other]) => other.length - one.length);
    if (busiest === undefined || busiest[1].length < 2 || byCaller.has(caller)) throw full();
    const newest = busiest[1].pop();
    if (newest === undefined) return;
    count(newest.shares, -1);
    newest.refuse(full());
  }

  function count(shares: readonly Share[], step: 1 | -1): void {
    length += step;
    for (const { key } of shares) {
      const held = (countOf.get(key) ?? 0) + step;
      if (held > 0) countOf.set(key, held);
      else countOf.delete(key);
    }
  }

  const mayStart = (): boolean => free > 0 && places.isFree();

  function begin(): void {
    free -= 1;
    places.take();
  }

  function startNext(): boolean {
    const next = mayStart() ? takeNext() : undefined;
    if (next === undefined) return false;
    begin();
    next.start();
    return true;
  }

  function takeNext(): Waiting | undefined {
    for (const [caller, own] of byCaller) {
      const next = takeAwaited(own);
      // Behind all others, until its next turn.
      byCaller.delete(caller);
      if (own.length > 0) byCaller.set(caller, own);
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** Takes the oldest job for which its caller still waits, and refuses those before it. */
  function takeAwaited(own: Waiting[]): Waiting | undefined {
    for (let next = own.shift(); next !== undefined; next = own.shift()) {
      count(next.shares, -1);
      if (next.isClientWaiting()) return next;
      next.refuse(new NotWaitingError('the caller no longer waits for the job'));
    }
    return undefined;
  }

  return async (shares, job, isClientWaiting = () => true) => {
    if (mayStart()) begin();
    else await wait(shares(), isClientWaiting);
    try {
      return await job();
    } finally {
      free += 1;
      places.giveBack();
    }
  };
}

const callerOf = (shares: readonly Share[]): string => shares.at(-1)?.key ?? '';

const full = (): QueueFullError => new QueueFullError('too many jobs are waiting');
