/** The subscriptions that are open on one connection. */
export interface LiveSubscriptions {
  /** What is to be sent of a subscription's results; null, and the results are closed, where it is one too many. */
  readonly open: <Result>(results: AsyncIterable<Result>) => AsyncIterable<Result> | null;
  readonly endAll: () => void;
}

type Results<Result> = AsyncIterator<Result, unknown, undefined>;

/** Counts what is really open: graphql-ws forgets a subscription whose id is used again before it has ended. */
export function createLiveSubscriptions(most: number, onFailure: (error: unknown) => void): LiveSubscriptions {
  const open = new Set<Results<unknown>>();

  async function end(results: Results<unknown>): Promise<void> {
    if (open.delete(results)) await results.return?.();
  }

  /**
   * Passes results on until it is told to return. That ends their source at once, whatever it waits for then, and what
   * was on its way is withheld: nobody is there for it any more.
   */
  const untilEnded = <Result>(results: Results<Result>): AsyncIterableIterator<Result> => ({
    async next() {
      try {
        const result = await results.next();
        if (result.done !== true && open.has(results)) return result;
        await end(results);
        return over;
      } catch (error) {
        if (!open.has(results)) return over;
        await end(results);
        throw error;
      }
    },
    async return() {
      await end(results);
      return over;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  });

  return {
    open(stream) {
      const results = stream[Symbol.asyncIterator]();
      if (open.size >= most) {
        open.add(results);
        void end(results).catch(onFailure);
        return null;
      }
      open.add(results);
      return untilEnded(results);
    },
    endAll() {
      for (const results of open) void end(results).catch(onFailure);
    },
  };
}

const over = { done: true, value: undefined } as const;
