import { useState, type ReactElement } from 'react';
import { useIsLong } from '../app/use-is-long.ts';
import { cancelAll, Cancelled, track } from '../app/work.ts';
import { problemOf } from './problem-of.ts';

export interface Attempt {
  readonly isBusy: boolean;
  readonly problem: string | undefined;
  /** Runs work that stands over the page, until it is done, refused or stopped. */
  readonly attempt: (work: (signal: AbortSignal) => Promise<unknown>, onError?: (error: unknown) => void) => void;
}

/** Runs one piece of work at a time, which the user may stop; `stopped` says what a stop has left. */
export function useAttempt(stopped: string): Attempt {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (work: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await track((signal) => unlessAborted(work(signal), signal));
      return undefined;
    } catch (error) {
      setProblem(error instanceof Cancelled ? stopped : problemOf(error));
      return error;
    } finally {
      setBusy(false);
    }
  };
  const attempt: Attempt['attempt'] = (work, onError) =>
    void run(work).then((error) => error !== undefined && onError?.(error));
  return { isBusy, problem, attempt };
}

/** Waits no longer than the user does: work may stand in a queue, where no signal reaches it. */
const unlessAborted = <T,>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    }),
  ]);

/** Says that an answer takes longer than a second, and stops it. */
export function Waiting({ isBusy, what }: { readonly isBusy: boolean; readonly what: string }): ReactElement | null {
  const isLong = useIsLong(isBusy);
  if (!isLong) return null;
  return (
    <div className="waiting" role="status">
      <span className="spinner" aria-hidden="true" />
      <p>{what}</p>
      <button type="button" className="button small" onClick={cancelAll}>
        Cancel
      </button>
    </div>
  );
}
