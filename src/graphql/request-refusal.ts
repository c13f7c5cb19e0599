import type { RefusedRequest } from '../audit/record.ts';
import { AppError } from '../errors.ts';
import { QueueFullError } from '../limits/fair-queue.ts';

/**
 * Returns the refusal of a request that an error tells of: for its cost or size, or because too many wait; null for any
 * other.
 */
export function requestRefusalOf(error: unknown): RefusedRequest | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === 'OPERATION_TOO_COMPLEX') return { kind: 'request', reason: 'too_complex' };
  if (error.status === 413) return { kind: 'request', reason: 'too_large' };
  return error.cause instanceof QueueFullError ? { kind: 'request', reason: 'too_busy' } : null;
}
