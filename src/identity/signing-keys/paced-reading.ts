import { setTimeout } from 'node:timers/promises';

/**
 * Reads when a caller asks: the caller gets a reading that began after it asked, so that it shows whatever was written
 * until then. All callers that ask before it begins share it. One is under way at a time, so that none undoes a later
 * one, and each begins no sooner than `everyMs` after the last: a burst of questions is no burst of statements.
 */
export function createPacedReading(read: () => Promise<void>, everyMs: number): () => Promise<void> {
  let next: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let begunMs = Number.NEGATIVE_INFINITY;

  async function begin(): Promise<void> {
    await last;
    await setTimeout(Math.max(0, begunMs + everyMs - performance.now()));
    next = undefined;
    begunMs = performance.now();
    const reading = read();
    last = reading.catch(() => undefined);
    return reading;
  }

  return () => (next ??= begin());
}
