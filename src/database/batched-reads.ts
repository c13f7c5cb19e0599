import { batchInSequence } from './batch-in-sequence.ts';

const maxIds = 500;
const timeoutMs = 5_000;

/**
 * Reads, for every request, rows that may change at any moment, such as what decides on its credential. The reads of
 * concurrent requests are collected: while a statement is on its way, later requests wait for the next one, so that
 * each is answered by a statement that started after it arrived, and nothing is ever remembered.
 * @param read Reads the rows of distinct ids, which are well-formed: one that is not would fail all the others.
 * @returns what answers the row of an id, or `null` if there is none.
 * @throws SERVICE_UNAVAILABLE if the database does not answer in time: never anonymous, never let in.
 */
export function batchedReads<Row>(
  read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): (id: string) => Promise<Row | null> {
  return batchInSequence<string, Row | null>({ max: maxIds, timeoutMs }, async (ids) => {
    const found = await read([...new Set(ids)]);
    return ids.map((id) => found.get(id) ?? null);
  });
}
