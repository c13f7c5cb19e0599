import { AppError } from '../errors.ts';
import type { Attempts } from './attempts.ts';

/** Makes an attempt that has taken its point. Only one that its maker is to blame for counts: not that we could not look. */
export async function finishAttempt<T>({ endAttempt }: Attempts, key: string, job: () => Promise<T>): Promise<T> {
  let hasFailed = false;
  try {
    return await job();
  } catch (error) {
    hasFailed = error instanceof AppError && error.code !== 'SERVICE_UNAVAILABLE';
    throw error;
  } finally {
    await endAttempt(key, hasFailed);
  }
}
