import { createSharedPlaces } from './shared-places.ts';
import { createTurns, type InTurn } from './turns.ts';

/**
 * Creates the turns in which a node reads lists: whoever fills it with lists waits for itself, and a caller with nothing
 * waiting reads next. Some connections stay free for all else, whatever is searched for meanwhile. Lists that are counted
 * have only some of the places: their number is read from all rows, however small the page. So many may wait that a busy
 * IP address is not refused.
 */
export function createListTurns(): { readonly paged: InTurn; readonly counted: InTurn } {
  const shared = { places: createSharedPlaces(6), maxWaiting: 4_000, maxWaitingOfCaller: 1_000 };
  return {
    paged: createTurns({
      ...shared,
      concurrency: 6,
      message: 'Too many lists at once. Try again shortly.',
    }),
    counted: createTurns({
      ...shared,
      concurrency: 4,
      message: 'Too many counts at once. Ask without `totalCount`, or try again shortly.',
    }),
  };
}
