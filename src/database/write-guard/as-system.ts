import { AsyncLocalStorage } from 'node:async_hooks';

const system = new AsyncLocalStorage<string>();

/**
 * Does work that is the system's own: rows that are written meanwhile are not asked about, because what decides is no
 * policy of rows, such as the proof of a password. The reason says what that is.
 */
export const asSystem = <T>(reason: string, work: () => T): T => system.run(reason, work);

/** Returns the reason for which the system itself is at work; `undefined` if it is not. */
export const systemReason = (): string | undefined => system.getStore();
