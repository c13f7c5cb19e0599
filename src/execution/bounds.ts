import { OperationTypeNode, type ExecutionResult, type GraphQLError } from 'graphql';
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
  /** Returns how much of the time has passed before the execution begins, as for an event that had to be admitted. */
  readonly elapsedMs?: ((contextValue: unknown) => number) | undefined;
  readonly timedOut: () => GraphQLError;
  /** Calls back if the client of a query or a subscription has left; returns the function that ends the watch. */
  readonly onDisconnect?: ((contextValue: unknown, left: () => void) => () => void) | undefined;
  /** Called when an execution of this context begins, with the function that tells whether its client still waits. */
  readonly onStart?: ((contextValue: unknown, isClientWaiting: () => boolean) => void) | undefined;
}

/** Counts a text of the answer. The execution ends with the first that is too much: no resolver is called any more. */
export function countText(execution: Execution, text: string): void {
  execution.charactersLeft -= text.length;
  if (execution.charactersLeft < 0) execution.ended ??= execution.bounds?.tooLarge();
}

/** Answers an execution that ended by its bounds: nothing of what was found until then. */
export const endedResult = (error: GraphQLError): ExecutionResult => ({ errors: [error], data: null });

/**
 * Waits for a result as long as the bounds allow, and as its client is there, and ends the execution then: what it
 * waits for is left alone, and nothing is begun any more. A mutation goes on: a client that left cannot know how far it
 * came.
 */
export function withinTime(execution: Execution, found: Promise<ExecutionResult>): Promise<ExecutionResult> {
  const { bounds, contextValue, operation } = execution;
  if (bounds === undefined) return found;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      execution.ended ??= bounds.timedOut();
      resolve(endedResult(execution.ended));
    };
    let isAnswered = false;
    bounds.onStart?.(contextValue, () => !isAnswered && execution.ended === undefined);
    const timer = setTimeout(end, Math.max(0, bounds.timeLimitMs - (bounds.elapsedMs?.(contextValue) ?? 0)));
    const isMutation = operation.operation === OperationTypeNode.MUTATION;
    const unwatch = isMutation ? undefined : bounds.onDisconnect?.(contextValue, end);
    const stop = (): void => {
      isAnswered = true;
      clearTimeout(timer);
      unwatch?.();
    };
    found.then(stop, stop);
    found.then(resolve, reject);
  });
}
