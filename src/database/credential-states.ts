import { batchedReads } from './batched-reads.ts';

/**
 * Reads the states that decide on credentials, each as it is now, for every request. Concurrent requests share one
 * statement, which starts after they asked.
 */
export const credentialStates = <Row extends { readonly id: string }, State>(
  read: (ids: readonly string[]) => Promise<Row[]>,
  stateOf: (row: Row) => State,
): ((id: string) => Promise<State | null>) =>
  batchedReads(async (ids) => new Map((await read(ids)).map((row) => [row.id, stateOf(row)])));
