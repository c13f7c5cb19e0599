import type { Row } from './value.ts';

/** Synchronous while everything it needs is loaded; a promise only where a row had to be fetched. */
export type Verdict = boolean | Promise<boolean>;

/** Decides on one row. `mayThrow` is set where a principal's filter failed already: reaching it denies the whole. */
export interface RowTest {
  (row: Row): Verdict;
  readonly mayThrow?: boolean;
}

/** What is left of a condition once the principal is known: settled for all rows, or a test of each. */
export type Residual = boolean | RowTest;

/** Runs `use` on a value now, or when it is there. */
export function whenKnown<Value, Result>(
  value: Value | Promise<Value>,
  use: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then((known) => use(known)) : use(value);
}

/** The first part that says `settles` settles the whole; otherwise it is the opposite. Left to right, no further. */
export function inOrder(parts: readonly Residual[], settles: boolean): RowTest {
  const from = (row: Row, start: number): Verdict => {
    for (let index = start; index < parts.length; index += 1) {
      const part = parts[index];
      const verdict = typeof part === 'function' ? part(row) : part === true;
      if (verdict === settles) return settles;
      if (typeof verdict !== 'boolean') {
        return verdict.then((known) => (known === settles ? settles : from(row, index + 1)));
      }
    }
    return !settles;
  };
  const test: RowTest = (row) => from(row, 0);
  return parts.some((part) => typeof part === 'function' && part.mayThrow === true) ? throwing(test) : test;
}

export function throwing(test: RowTest): RowTest {
  return Object.assign((row: Row) => test(row), { mayThrow: true });
}
