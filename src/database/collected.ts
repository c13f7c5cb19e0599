import { oneAfterAnother } from './one-after-another.ts';
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
  const load = oneAfterAnother<string, Row | null>(mostIds, async (ids) => {
    const found = await read([...new Set(ids)]);
    return ids.map((id) => found.get(id) ?? null);
  });
  // Whoever waits gives up; what is under way is waited for all the same, and holds one connection, not more and more.
  return (id) => withTimeout(load(id));
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
