import { createTurns, type InTurn } from './turns.ts';

/**
 * Creates the turns in which a node reads lists: what fills its connections, or its time, with lists waits for itself, and
 * a caller with nothing waiting reads next. Some connections stay free for all else, whatever is searched for meanwhile.
 * Those that are counted, whose number is read from all rows, have only some of the turns. So many may wait that a busy
 * IP address is not refused.
 */
export function createListTurns(): { readonly paged: InTurn; readonly counted: InTurn } {
  const waiting = { maxWaiting: 4_000, maxWaitingOfCaller: 1_000 };
  const paged = createTurns({
    concurrency: 6,
    ...waiting,
    message: 'Too many lists at once. Try again shortly.',
  });
  const counts = createTurns({
    concurrency: 4,
    ...waiting,
    message: 'Too many counts at once. Ask without `totalCount`, or try again shortly.',
  });
  return { paged, counted: (caller, statement) => counts(caller, () => paged(caller, statement)) };
}
