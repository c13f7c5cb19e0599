import type { MaybePromise } from '../model/maybe-promise.ts';
import type { Row } from './value.ts';

/** Decides on one row: synchronously while all that it needs is loaded. `mayThrow`: to reach it denies the whole. */
export interface RowTest {
  (row: Row): MaybePromise<boolean>;
  readonly mayThrow?: boolean;
}

/** The rest of a condition once the principal is known: settled for all rows, or a test of each. */
export type Residual = boolean | RowTest;

/** Joins parts, left to right: the first that says `settles` settles the whole, else the whole is the opposite. */
export function inOrder(parts: readonly Residual[], settles: boolean): RowTest {
  const from = (row: Row, start: number): MaybePromise<boolean> => {
    for (let index = start; index < parts.length; index += 1) {
      const part = parts[index];
      const isMet = typeof part === 'function' ? part(row) : part === true;
      if (isMet === settles) return settles;
      if (typeof isMet !== 'boolean') {
        return isMet.then((known) => (known === settles ? settles : from(row, index + 1)));
      }
    }
    return !settles;
  };
  const test: RowTest = (row) => from(row, 0);
  return parts.some((part) => typeof part === 'function' && part.mayThrow === true) ? throwing(test) : test;
}

/** Marks a test that may throw, so that nothing after it is folded before it. */
export function throwing(test: RowTest): RowTest {
  return Object.assign((row: Row) => test(row), { mayThrow: true });
}
