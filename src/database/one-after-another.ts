import DataLoader from 'dataloader';

/**
 * Collects calls into batches, one under way at a time: those of one turn of the event loop go together, and all that
 * come before the last batch is back wait for the next. Nothing is remembered.
 * @param most Calls in a batch; what comes beyond goes at the same time, as another one.
 * @param send Answers each of a batch, in its order.
 */
export function oneAfterAnother<Key, Value>(
  most: number,
  send: (keys: readonly Key[]) => Promise<Value[]>,
): (key: Key) => Promise<Value> {
  let underWay: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader<Key, Value>(
    (keys) => {
      const sent = send(keys);
      underWay = sent.catch(() => undefined);
      return sent;
    },
    { cache: false, maxBatchSize: most, batchScheduleFn: (next) => void underWay.then(() => setImmediate(next)) },
  );
  return (key) => loader.load(key);
}
