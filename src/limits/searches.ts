import { createTurns, type InTurn } from './turns.ts';

/**
 * Creates the turns of the searches of a node: no index finds a text that stands anywhere in a row, and any caller may
 * ask for one, many times in one operation. Far fewer run than a node has connections, so that none is in the way of
 * anything else.
 */
export const createSearches = (): InTurn =>
  createTurns({
    concurrency: 2,
    maxWaiting: 200,
    maxWaitingOfCaller: 50,
    message: 'Too many searches at once. Try again shortly.',
  });
