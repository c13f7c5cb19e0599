/** The open subscriptions of one connection. */
export interface WebSocketSubscriptions {
  /**
   * Answers the results of a subscription that are to be sent; if it is one too many, of this connection or by
   * `takeSlot`, ends it and answers null.
   */
  readonly open: <Result>(results: AsyncIterable<Result>, takeSlot: TakeSlot) => AsyncIterable<Result> | null;
  readonly isFull: () => boolean;
  readonly endAll: () => void;
}

/** Takes a slot and answers the function that gives it back; null if there is none. */
export type TakeSlot = () => (() => void) | null;

type Results<Result> = AsyncIterator<Result, unknown, undefined>;

/** Counts what is really open: graphql-ws forgets a subscription whose id is used again before it ended. */
export function createWebSocketSubscriptions(max: number, onFailure: (error: unknown) => void): WebSocketSubscriptions {
  /** The open subscriptions, each with the function that gives back its slot, if it has one. */
  const open = new Map<Results<unknown>, (() => void) | null>();

  async function end(results: Results<unknown>): Promise<void> {
    open.get(results)?.();
    if (open.delete(results)) await results.return?.();
  }

  /**
   * Passes results on until `return` is called. That ends their source at once, whatever it waits for, and withholds
   * what was on its way.
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
    open(stream, takeSlot) {
      const results = stream[Symbol.asyncIterator]();
      const giveBack = open.size < max ? takeSlot() : null;
      open.set(results, giveBack);
      if (giveBack !== null) return untilEnded(results);
      void end(results).catch(onFailure);
      return null;
    },
    isFull: () => open.size >= max,
    endAll() {
      for (const results of open.keys()) void end(results).catch(onFailure);
    },
  };
}

const over = { done: true, value: undefined } as const;
