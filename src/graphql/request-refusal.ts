import type { RefusedRequest } from '../audit/record.ts';
import { AppError } from '../errors.ts';
import { QueueFullError } from '../limits/fair-queue.ts';

/**
 * Returns the refusal of a request that an error tells of: for its cost or size, because too many wait, or for what a
 * door says; null for any other.
 */
export function requestRefusalOf(error: unknown): RefusedRequest | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === 'OPERATION_TOO_COMPLEX') return { kind: 'request', reason: 'too_complex' };
  if (error.status === 413) return { kind: 'request', reason: 'too_large' };
  if (error.cause instanceof QueueFullError) return { kind: 'request', reason: 'too_busy' };
  const { refusal } = error.options;
  return refusal === undefined ? null : { kind: 'request', reason: refusal };
}
