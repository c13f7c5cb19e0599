import DataLoader from 'dataloader';
import { readOnlyRun, type ReadOnlyRun } from './read-only-run.ts';
import { databaseUnavailable } from './unavailable.ts';

export interface Batching {
  /** Calls in a batch; those beyond go at the same time, as another one. */
  readonly max: number;
  /** The time that a batch may take, from its first call on; without it, for ever. */
  readonly timeoutMs?: number;
}

/**
 * Collects calls into batches, one under way at a time: those of one turn of the event loop go together, and all that
 * come before the last batch is back wait for the next. Nothing is remembered. A read-only run shares no batch with what
 * is outside of it, since a batch is sent by whoever began it.
 * @param send Answers each of a batch, in its order.
 * @throws SERVICE_UNAVAILABLE if a batch takes too long. What is under way is waited for all the same: it holds one
 * connection, not more and more.
 */
export function batchInSequence<Key, Value>(
  batching: Batching,
  send: (keys: readonly Key[]) => Promise<Value[]>,
): (key: Key) => Promise<Value> {
  const outside = createBatches(batching, send);
  const within = new WeakMap<ReadOnlyRun, (key: Key) => Promise<Value>>();
  return (key) => {
    const run = readOnlyRun();
    if (run === undefined) return outside(key);
    const batches = within.get(run) ?? createBatches(batching, send);
    within.set(run, batches);
    return batches(key);
  };
}

function createBatches<Key, Value>(
  { max, timeoutMs }: Batching,
  send: (keys: readonly Key[]) => Promise<Value[]>,
): (key: Key) => Promise<Value> {
  let underWay: Promise<unknown> = Promise.resolve();
  let dispatched: Deadline = never;
  const loader = new DataLoader<Key, Value>(
    (keys) => {
      const deadline = dispatched;
      if (deadline.isOver()) return Promise.reject(databaseUnavailable());
      const sent = send(keys);
      underWay = sent.catch(() => undefined);
      return deadline.within(sent);
    },
    {
      cache: false,
      maxBatchSize: max,
      batchScheduleFn(dispatch) {
        let isWaiting = true;
        const go = (): void => {
          if (!isWaiting) return;
          isWaiting = false;
          dispatched = deadline;
          dispatch();
        };
        const deadline = timeoutMs === undefined ? never : startDeadline(timeoutMs, go);
        void underWay.then(() => setImmediate(go));
      },
    },
  );
  return (key) => loader.load(key);
}

/** One for each batch, not for each that waits. */
interface Deadline {
  readonly isOver: () => boolean;
  readonly within: <Value>(work: Promise<Value>) => Promise<Value>;
}

const never: Deadline = { isOver: () => false, within: (work) => work };

function startDeadline(ms: number, whenOver: () => void): Deadline {
  let isOver = false;
  let giveUp: (() => void) | undefined;
  const timer = setTimeout(() => {
    isOver = true;
    giveUp?.();
    whenOver();
  }, ms);
  return {
    isOver: () => isOver,
    within: (work) =>
      new Promise((resolve, reject) => {
        giveUp = () => reject(databaseUnavailable());
        work.then(resolve, reject).finally(() => clearTimeout(timer));
      }),
  };
}
