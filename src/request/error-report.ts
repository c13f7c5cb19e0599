import type { Logger } from 'pino';
import { AppError } from '../errors.ts';

/** Turns whatever was thrown into what the client may see. */
export type ReportError = (error: unknown, requestId: string) => AppError;

/**
 * Passes an `AppError` on, since it is meant for the client. Anything else goes to `describe`, which knows errors of
 * the database; what it cannot describe is a defect, which is logged with the request's id and masked.
 */
export const createErrorReport =
  (log: Logger, describe: (error: unknown) => AppError | null): ReportError =>
  (error, requestId) => {
    if (error instanceof AppError) return error;
    const described = describe(error);
    if (described === null) {
      log.error({ err: error, requestId }, 'unexpected error');
      return new AppError(
        'INTERNAL_SERVER_ERROR',
        'Something went wrong on our side. If it happens again, report it with the request id.',
      );
    }
    if (described.code === 'SERVICE_UNAVAILABLE') log.warn({ err: error, requestId }, described.message);
    return described;
  };
