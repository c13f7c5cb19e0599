import { collected } from './collected.ts';

/**
 * Reads states that decide on credentials, each as it is now, for every request; those of concurrent requests by one
 * statement, which starts after they asked.
 */
export const collectedStates = <Row extends { readonly id: string }, State>(
  read: (ids: readonly string[]) => Promise<Row[]>,
  stateOf: (row: Row) => State,
): ((id: string) => Promise<State | null>) =>
  collected(async (ids) => new Map((await read(ids)).map((row) => [row.id, stateOf(row)])));
