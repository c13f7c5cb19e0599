import { Cancelled } from '../app/work.ts';

/** Says what went wrong, for the person who asked for it. */
export function problemOf(error: unknown): string {
  if (error instanceof Cancelled) return 'Cancelled. It may have reached the server: look before you try again.';
  return error instanceof Error ? error.message : String(error);
}
