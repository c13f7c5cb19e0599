import type { Database } from '../../src/database/open.ts';
import { postgresUrl } from './database.ts';
import { until } from './until.ts';

/** Holds an account's row while something is done. On PGlite it does not: there one transaction runs after the other. */
export async function holdingAccount<T>(database: Database, userId: string, work: () => Promise<T>): Promise<T> {
  if (postgresUrl === undefined) return work();
  const { result } = await database.fork().transactional(async (tx) => {
    await tx.execute('select 1 from users where id = ? for update', [userId]);
    return { result: await work() };
  });
  return result;
}

/**
 * Begins calls while an account's row is held, each once all before it wait for the row, and lets go of it once all do:
 * so they get it one after the other, in this order, having read what was before any of them.
 */
export async function inTurnForAccount<T>(
  database: Database,
  userId: string,
  calls: ReadonlyArray<() => Promise<T>>,
): Promise<T[]> {
  const { calling } = await holdingAccount(database, userId, async () => {
    const begun: Array<Promise<T>> = [];
    for (const call of calls) {
      begun.push(call());
      await untilWaiting(database, begun.length);
    }
    return { calling: begun };
  });
  return Promise.all(calling);
}

/** Until so many statements wait for a lock. On PGlite none ever does. */
export async function untilWaiting(database: Database, count: number): Promise<void> {
  if (postgresUrl === undefined) return;
  await until(async () => (await waitingStatements(database)) >= count, `a wait of ${count} statements for a lock`);
}

export async function waitingStatements({ orm }: Database): Promise<number> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return (await orm.em.getConnection().execute<unknown[]>(waiting)).length;
}
