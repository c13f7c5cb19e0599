import { AppError } from '../errors.ts';
import type { Limiter } from './limiter.ts';

/** Takes a point of a budget. @throws RATE_LIMITED, with the seconds to wait, where there is none left. */
export async function takePoint(limiter: Limiter, key: string, message: string): Promise<void> {
  const { before, retryAfterSeconds } = await limiter.consume(key);
  if (before >= limiter.points) throw new AppError('RATE_LIMITED', message, { retryAfterSeconds });
}
