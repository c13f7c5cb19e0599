import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Bounds, Execute } from '../execution/index.ts';
import type { RequestContext } from '../request/context.ts';
import { createEventWork } from '../request/event-work.ts';
import { eventsInTime } from './events-in-time.ts';

/** A function with the arguments and the results of graphql-js's `subscribe`. */
export type Subscribe = (args: ExecutionArgs) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;

/**
 * Creates a `subscribe` that executes each event by an executor of ours, so that the bounds of an operation are those of
 * an event, too: from its arrival, through the decision whether its subscriber may see it, to its answer. A client that
 * leaves ends what is under way. The iterator is written out: a generator that waits for the next event cannot be told
 * to stop.
 */
export const createSubscribe =
  (execute: Execute, bounds: Pick<Bounds, 'timeLimitMs' | 'timedOut'>): Subscribe =>
  async (args) => {
    const stream = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in stream)) return stream;
    const { eventWork = createEventWork(), setIsClientWaiting } = args.contextValue as Partial<RequestContext>;
    const events = eventsInTime(stream[Symbol.asyncIterator](), eventWork, bounds.timeLimitMs);
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          const event = await events.next();
          if (event === 'left') return over;
          if (event === 'late') {
            setIsClientWaiting?.(() => false);
            return { done: false, value: { data: null, errors: [bounds.timedOut()] } };
          }
          if (event.done === true) return over;
          return { done: false, value: await execute({ ...args, rootValue: event.value }) };
        },
        async return() {
          eventWork.leave();
          await events.return();
          return over;
        },
      }),
    };
  };

const over = { done: true, value: undefined } as const;
