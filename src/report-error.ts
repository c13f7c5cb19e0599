import type { Logger } from 'pino';
import { AppError } from './errors.ts';

/** Turns whatever was thrown into what the client may see. */
export type ReportError = (error: unknown, requestId: string) => AppError;

/**
 * An `AppError` is meant for the client. Anything else is asked of `describe` (is it the database that is away?);
 * what nobody can explain is a defect: logged with the request's id, and masked.
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
        'Something went wrong on our side. Tell us the request id if it stays so.',
      );
    }
    if (described.code === 'SERVICE_UNAVAILABLE') log.warn({ err: error, requestId }, described.message);
    return described;
  };
