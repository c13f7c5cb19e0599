import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Execution } from './execution.ts';

/** The timers that every host has: the package is built without the types of any. */
interface Timers {
  readonly setTimeout: (work: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
}
const { setTimeout, clearTimeout } = globalThis as unknown as Timers;

/** The bounds of each execution, and the errors that are answered in place of what goes beyond them. */
export interface Bounds {
  /** Maximum number of characters of all the texts in an answer. */
  readonly maxCharacters: number;
  readonly tooLarge: () => GraphQLError;
  readonly timeLimitMs: number;
  readonly timedOut: () => GraphQLError;
}

/** Counts a text of the answer. The execution ends with the first that is too much: no resolver is called any more. */
export function countText(execution: Execution, text: string): void {
  execution.charactersLeft -= text.length;
  if (execution.charactersLeft < 0) execution.ended ??= execution.bounds?.tooLarge();
}

/** Answers an execution that ended by its bounds: nothing of what was found until then. */
export const endedResult = (error: GraphQLError): ExecutionResult => ({ errors: [error], data: null });

/**
 * Waits for a result as long as the bounds allow, and ends the execution then: what it waits for is left alone, and nothing
 * is begun any more.
 */
export function withinTime(execution: Execution, found: Promise<ExecutionResult>): Promise<ExecutionResult> {
  const { bounds } = execution;
  if (bounds === undefined) return found;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      execution.ended ??= bounds.timedOut();
      resolve(endedResult(execution.ended));
    }, bounds.timeLimitMs);
    const stop = (): void => clearTimeout(timer);
    found.then(stop, stop);
    found.then(resolve, reject);
  });
}
