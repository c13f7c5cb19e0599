import { systemReason } from './as-system.ts';

export type WriteAction = 'create' | 'update' | 'delete';

/** Asks the policies about rows that are written for one caller. */
export interface WriteGuard {
  /** Tells whether rows of a type are asked about: those that have a policy. */
  readonly guards: (type: string) => boolean;
  /** Tells whether rows of a type are guarded only as the relation of others, and have no policy of their own. */
  readonly isRelation?: (type: string) => boolean;
  /** @throws AppError if the caller may not write this row. */
  readonly require: (action: WriteAction, type: string, row: object) => Promise<void>;
  /** Returns the settings that tell the database of the caller, if it has policies of its own. */
  readonly session?: () => Readonly<Record<string, string>> | undefined;
}

/** A write of rows that have a policy, by a way on which no policy can be asked about each of them. */
export class UnseenWriteError extends Error {
  constructor(type: string, way: string) {
    super(
      `Rows of ${type} have a policy, which cannot be asked about what \`${way}\` writes: ` +
        'use the unit of work or `updateRow`, or `asSystem(reason, work)` for what is the work of the system.',
    );
  }
}

/** Returns the guard that rows of a type have to pass now; `undefined` if they are not asked about. */
export const guardOn = (guard: WriteGuard | undefined, type: string): WriteGuard | undefined =>
  guard === undefined || !guard.guards(type) || systemReason() !== undefined ? undefined : guard;

/** Tells whether rows of a type have a policy of their own that is asked about now. */
export const isAskedAbout = (guard: WriteGuard | undefined, type: string): boolean =>
  guardOn(guard, type)?.isRelation?.(type) === false;

/** Asks about a row as it would be written. @throws AppError */
export async function requireCreate(guard: WriteGuard | undefined, type: string, row: object): Promise<void> {
  await guardOn(guard, type)?.require('create', type, row);
}

/** Asks about a row as it is and as it would be, so that no caller takes over or gives away a row. @throws AppError */
export async function requireUpdate(
  guard: WriteGuard | undefined,
  type: string,
  before: object,
  after: object,
): Promise<void> {
  const asked = guardOn(guard, type);
  if (asked === undefined) return;
  await asked.require('update', type, before);
  await asked.require('update', type, after);
}

/** Asks about a row that would be deleted. @throws AppError */
export async function requireDelete(guard: WriteGuard | undefined, type: string, row: object): Promise<void> {
  await guardOn(guard, type)?.require('delete', type, row);
}
