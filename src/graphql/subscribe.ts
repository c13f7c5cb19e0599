import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Execute } from '../execution/index.ts';

/** A function with the arguments and the results of graphql-js's `subscribe`. */
export type Subscribe = (args: ExecutionArgs) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;

/**
 * Creates a `subscribe` that executes each event by an executor of ours, so that the bounds of an operation are those of
 * an event, too. The iterator is written out: a generator that waits for the next event cannot be told to stop.
 */
export const createSubscribe =
  (execute: Execute): Subscribe =>
  async (args) => {
    const stream = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in stream)) return stream;
    const events = stream[Symbol.asyncIterator]();
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          const { done, value } = await events.next();
          return done === true ? over : { done: false, value: await execute({ ...args, rootValue: value }) };
        },
        async return() {
          await events.return?.();
          return over;
        },
      }),
    };
  };

const over = { done: true, value: undefined } as const;
