import type { Consumed } from './limiter.ts';

/** Attempts of which those that fail are counted. */
export interface Attempts {
  /**
   * Takes a point before the attempt is made, so that a burst cannot try more than there are. Where none is left but
   * others of the same key are under way here, it waits for them: those that succeed will have taken nothing.
   */
  readonly beginAttempt: (key: string) => Promise<Consumed>;
  /** Ends an attempt that took a point, and gives it back where it did not fail. */
  readonly endAttempt: (key: string, hasFailed: boolean) => Promise<void>;
}

export interface Points {
  readonly points: number;
  readonly consume: (key: string) => Promise<Consumed>;
  readonly refund: (key: string) => Promise<void>;
}

interface UnderWay {
  attempts: number;
  readonly waiting: Array<() => void>;
}

const mostWaiting = 50;
const retryWhenCrowdedSeconds = 2;

export function createAttempts({ points, consume, refund }: Points): Attempts {
  const byKey = new Map<string, UnderWay>();

  function note(key: string): void {
    const underWay = byKey.get(key);
    if (underWay === undefined) byKey.set(key, { attempts: 1, waiting: [] });
    else underWay.attempts += 1;
  }

  async function beginAttempt(key: string): Promise<Consumed> {
    const wasUnderWay = byKey.has(key);
    const consumed = await consume(key);
    if (consumed.before < points) {
      note(key);
      return consumed;
    }
    const underWay = byKey.get(key);
    // The last of them may have ended while the store was asked.
    if (underWay === undefined) return wasUnderWay ? beginAttempt(key) : consumed;
    if (underWay.waiting.length >= mostWaiting) return { ...consumed, retryAfterSeconds: retryWhenCrowdedSeconds };
    await new Promise<void>((resolve) => underWay.waiting.push(resolve));
    return beginAttempt(key);
  }

  async function endAttempt(key: string, hasFailed: boolean): Promise<void> {
    if (!hasFailed) await refund(key);
    const underWay = byKey.get(key);
    if (underWay === undefined) return;
    underWay.attempts -= 1;
    if (underWay.attempts === 0) byKey.delete(key);
    underWay.waiting.splice(0).forEach((resume) => resume());
  }

  return { beginAttempt, endAttempt };
}
