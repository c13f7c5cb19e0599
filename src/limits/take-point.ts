import { AppError } from '../errors.ts';
import type { Consumed, Limiter } from './limiter.ts';

/** Takes a point of a budget. @throws RATE_LIMITED, with the seconds to wait, where there is none left. */
export async function takePoint(limiter: Limiter, key: string, message: string): Promise<void> {
  requirePoint(limiter, await limiter.consume(key), message);
}

/** Takes the point of an attempt that `endAttempt` ends. @throws RATE_LIMITED where there is none left. */
export async function takeAttempt(limiter: Limiter, key: string, message: string): Promise<void> {
  requirePoint(limiter, await limiter.beginAttempt(key), message);
}

function requirePoint({ points }: Limiter, { before, retryAfterSeconds }: Consumed, message: string): void {
  if (before >= points) throw new AppError('RATE_LIMITED', message, { retryAfterSeconds });
}
