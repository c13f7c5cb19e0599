import type { EntityManager } from '@mikro-orm/postgresql';
import { asSystem, systemReason } from './write-guard/as-system.ts';
import type { WriteGuard } from './write-guard/write-guard.ts';

/**
 * Settings that tell the database, for one transaction, on whose behalf it is. Its policies read them
 * (`src/row-security`); without any it counts as anonymous.
 */
export type RowSession = Readonly<Record<string, string>>;

/** The setting that says whether the system itself is at work. */
export const systemSetting = 'sallyport.system';

/** The session of the system itself: jobs, the command line, and what no principal asked for. */
export const systemSession: RowSession = { [systemSetting]: 'on' };

/** Returns the session of a statement: on whose behalf it is sent from this place in the code. */
export function sessionFor(guard: WriteGuard | undefined): RowSession | undefined {
  if (guard === undefined) return systemSession;
  const session = guard.session?.();
  return session && { ...session, [systemSetting]: systemNow(session) };
}

/** Returns the value of the setting at this place, within a transaction that began with a session. */
export const systemNow = (begun: RowSession): string =>
  isForCaller(begun) && systemReason() === undefined ? 'off' : 'on';

/** The system's own session tells nothing of a caller. */
const isForCaller = (session: RowSession): boolean => Object.keys(session).some((name) => name !== systemSetting);

/**
 * Locks rows within the transaction of a caller, before they are judged: PostgreSQL locks no row for a caller who may
 * not update it.
 */
export async function lockAsSystem<T>(em: EntityManager, lock: () => Promise<T>): Promise<T> {
  if (!em.isInTransaction()) throw new Error('A lock needs a transaction.');
  return asSystem('a row is locked before it is judged', lock);
}
