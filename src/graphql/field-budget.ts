import { AppError } from '../errors.ts';
import { finishAttempt } from '../limits/attempts.ts';
import { createIpLimiter } from '../limits/ip-limiter.ts';
import type { CreateLimiter } from '../limits/limiter.ts';
import { budgetOf, messageOf, type RateLimit } from './rate-limit-directive.ts';

/**
 * Does a job within the budget of one `@rateLimit`: it takes the caller's point before. If only failures count, a job
 * that succeeds gets the point back.
 * @throws RATE_LIMITED, with the seconds to wait, if nothing of the budget is left.
 */
export type FieldBudget = <T>(
  caller: string,
  args: Readonly<Record<string, unknown>>,
  job: () => Promise<T>,
) => Promise<T>;

/** Creates the budget of a directive on a field. @throws StartError if its window cannot be counted. */
export function createFieldBudget(limit: RateLimit, coordinate: string, createLimiter: CreateLimiter): FieldBudget {
  const limiter = createIpLimiter(createLimiter, budgetOf(limit, coordinate));
  const fieldName = coordinate.slice(coordinate.indexOf('.') + 1);
  const { onlyFailures, identityArgs = [] } = limit;
  const paths = identityArgs.map((path) => path.split('.'));

  return async (caller, args, job) => {
    // What is absent is written as null, as null is.
    const counted =
      paths.length === 0 ? fieldName : `${fieldName}:${JSON.stringify(paths.map((path) => valueAt(args, path)))}`;
    const { before, retryAfterSeconds } = await (onlyFailures
      ? limiter.beginAttempt(caller, counted)
      : limiter.consume(caller, counted));
    if (before >= limiter.points) throw new AppError('RATE_LIMITED', messageOf(limit), { retryAfterSeconds });
    if (!onlyFailures) return job();
    return finishAttempt((hasFailed) => limiter.endAttempt(caller, hasFailed, counted), job);
  };
}

/** Returns the value of an argument, or of a field inside an input object. */
const valueAt = (args: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((found, name) => (found as Readonly<Record<string, unknown>> | null | undefined)?.[name], args);
