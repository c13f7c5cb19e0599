import DataLoader from 'dataloader';

const mostRows = 500;

/**
 * Writes rows one statement at a time: what arrives while a statement is on its way waits for the next one and shares
 * it, so that a flood of events costs a few large statements instead of as many small ones.
 */
export function createBatches<Row extends object>(write: (rows: Row[]) => Promise<void>): (row: Row) => Promise<void> {
  let underWay: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader<Row, undefined>(
    async (rows) => {
      const written = write([...rows]);
      underWay = written.catch(() => undefined);
      await written;
      return rows.map(() => undefined);
    },
    { cache: false, maxBatchSize: mostRows, batchScheduleFn: (send) => void underWay.then(() => setImmediate(send)) },
  );
  return (row) => loader.load(row);
}
