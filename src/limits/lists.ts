import { createTurns, type InTurn } from './turns.ts';

/**
 * Creates the turns of lists that are counted: the number of all rows is read from all of them, however small the page.
 * Most connections of a node stay free for those who only read. So many may wait that a busy IP address is not refused.
 */
export const createCounts = (): InTurn =>
  createTurns({
    concurrency: 4,
    maxWaiting: 4_000,
    maxWaitingOfCaller: 1_000,
    message: 'Too many counts at once. Ask without `totalCount`, or try again shortly.',
  });

/**
 * Creates the turns of pages that are read. What fills the connections, or the time, of a node with lists waits for
 * itself: a caller with nothing waiting reads next.
 */
export const createPages = (): InTurn =>
  createTurns({
    concurrency: 8,
    maxWaiting: 4_000,
    maxWaitingOfCaller: 1_000,
    message: 'Too many lists at once. Try again shortly.',
  });
