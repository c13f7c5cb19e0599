import { AppError } from '../errors.ts';
import type { Consumed, Points } from './budget.ts';

/** Attempts that count only if they fail. */
export interface Attempts {
  /**
   * Takes a point before the attempt is made, so that a burst cannot try more often than the budget allows. If none is
   * left but other attempts with the same key are in flight on this node, waits for them: each one that succeeds gives
   * its point back.
   */
  readonly beginAttempt: (key: string) => Promise<Consumed>;
  /** Ends an attempt that took a point, and gives the point back unless the attempt failed. */
  readonly endAttempt: (key: string, hasFailed: boolean) => Promise<void>;
}

interface InFlight {
  attempts: number;
  readonly waiting: Array<() => void>;
}

const maxWaiting = 50;
const retryWhenCrowdedSeconds = 2;

export function createAttempts({ points, consume, refund }: Points): Attempts {
  const byKey = new Map<string, InFlight>();

  function note(key: string): void {
    const inFlight = byKey.get(key);
    if (inFlight === undefined) byKey.set(key, { attempts: 1, waiting: [] });
    else inFlight.attempts += 1;
  }

  async function beginAttempt(key: string): Promise<Consumed> {
    const wasInFlight = byKey.has(key);
    const consumed = await consume(key);
    if (consumed.before < points) {
      note(key);
      return consumed;
    }
    const inFlight = byKey.get(key);
    // The last of them may have ended while the store was asked.
    if (inFlight === undefined) return wasInFlight ? beginAttempt(key) : consumed;
    if (inFlight.waiting.length >= maxWaiting) return { ...consumed, retryAfterSeconds: retryWhenCrowdedSeconds };
    await new Promise<void>((resolve) => inFlight.waiting.push(resolve));
    return beginAttempt(key);
  }

  async function endAttempt(key: string, hasFailed: boolean): Promise<void> {
    if (!hasFailed) await refund(key);
    const inFlight = byKey.get(key);
    if (inFlight === undefined) return;
    inFlight.attempts -= 1;
    if (inFlight.attempts === 0) byKey.delete(key);
    inFlight.waiting.splice(0).forEach((resume) => resume());
  }

  return { beginAttempt, endAttempt };
}

/**
 * Does the job of an attempt that has taken its point, and ends the attempt. It counts if the caller made the job fail,
 * not if our own service was away.
 */
export async function finishAttempt<T>(end: (hasFailed: boolean) => Promise<void>, job: () => Promise<T>): Promise<T> {
  let hasFailed = false;
  try {
    return await job();
  } catch (error) {
    hasFailed = error instanceof AppError && error.code !== 'SERVICE_UNAVAILABLE';
    throw error;
  } finally {
    await end(hasFailed);
  }
}
