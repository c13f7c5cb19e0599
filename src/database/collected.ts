import DataLoader from 'dataloader';
import { databaseUnavailable } from './unavailable.ts';

const mostIds = 500;
const timeoutMs = 5_000;

/**
 * Reads, for every request, what decides on its credential: a row of the primary that may change at any moment. The
 * reads of concurrent requests are collected: while a statement is on its way, later requests wait for the next one, so
 * that each is answered by a statement that started after it arrived, and nothing is ever remembered.
 * @param read Reads the rows of distinct ids, which are well-formed: one that is not would fail all the others.
 * @returns what answers the row of an id, or `null` where there is none.
 * @throws SERVICE_UNAVAILABLE where the database does not answer in time: never anonymous, never let in.
 */
export function collected<Row>(
  read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): (id: string) => Promise<Row | null> {
  let underWay: Promise<unknown> = Promise.resolve();

  const loader = new DataLoader<string, Row | null>(
    async (ids) => {
      const rows = withTimeout(read([...new Set(ids)]));
      underWay = rows.catch(() => undefined);
      const found = await rows;
      return ids.map((id) => found.get(id) ?? null);
    },
    // Requests that arrive in one turn of the event loop, and all that arrive before the last statement is back.
    { cache: false, maxBatchSize: mostIds, batchScheduleFn: (send) => void underWay.then(() => setImmediate(send)) },
  );
  return (id) => loader.load(id);
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(databaseUnavailable()), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
