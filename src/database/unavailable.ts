import {
  ConnectionException,
  DeadlockException,
  DriverException,
  LockWaitTimeoutException,
  OptimisticLockError,
} from '@mikro-orm/core';
import { AppError } from '../errors.ts';

// PostgreSQL's classes 08 (connection, but for 08P01: what we sent was malformed), 53 (resources), 57 (operator
// intervention, statement timeout), a lock that was waited for too long (55P03), what it says to who may not connect at
// the moment (28, 3D, 55000), and the codes that sockets report.
const unavailable = /^(08(?!P01)|28|3D|53|55000|55P03|57P|57014|58)|^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND)/;
const unavailableMessage =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/;

/** Says what an error of the database means for the caller; `null` if it is a defect of ours. */
export function describeDatabaseError(error: unknown): AppError | null {
  if (error instanceof OptimisticLockError || error instanceof DeadlockException) {
    return new AppError(
      'CONFLICT',
      'This was changed by another request in the meantime: read it again, then repeat the change.',
    );
  }
  return isUnavailable(error) ? databaseUnavailable(error) : null;
}

/** The error that callers get while the database does not answer. */
export const databaseUnavailable = (cause?: unknown): AppError =>
  new AppError('SERVICE_UNAVAILABLE', 'The database does not answer. Try again shortly.', {
    retryAfterSeconds: 2,
    cause,
  });

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ConnectionException || error instanceof LockWaitTimeoutException) return true;
  if (unavailableMessage.test(error.message)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (unavailable.test(code)) return true;
  return error instanceof DriverException && isUnavailable(error.cause);
}
