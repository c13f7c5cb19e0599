import { AuthorizationResponseError, ResponseBodyError } from 'openid-client';
import { AppError, type ErrorCode } from '../../errors.ts';
import { OutboundError } from '../../outbound/bounded-fetch.ts';

/** A problem with a provider, named by us: none of the provider's own words is shown or logged. */
export type ProviderProblem = 'unavailable' | 'denied' | 'not_accepted';

const codes: Readonly<Record<ProviderProblem, ErrorCode>> = {
  unavailable: 'SERVICE_UNAVAILABLE',
  denied: 'FORBIDDEN',
  not_accepted: 'INVALID_GRANT',
};

const retryAfterSeconds = 30;

/** Describes to the client what a provider did, whatever was thrown. */
export function providerError(displayName: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const problem = problemOf(error);
  const messages: Readonly<Record<ProviderProblem, string>> = {
    unavailable: `${displayName} does not answer as it should: try again later, or sign in otherwise.`,
    denied: `${displayName} did not let you in: begin again there, or sign in otherwise.`,
    not_accepted: `The answer of ${displayName} was not accepted: begin again.`,
  };
  return new AppError(codes[problem], messages[problem], {
    cause: error,
    ...(problem === 'unavailable' ? { retryAfterSeconds, refusal: 'unavailable' } : {}),
  });
}

/**
 * The errors of RFC 6749 §4.1.2.1 by which a provider says that it cannot answer at the moment, or that its client is
 * set up wrong.
 */
const outages: ReadonlySet<string> = new Set([
  'server_error',
  'temporarily_unavailable',
  'invalid_client',
  'unauthorized_client',
]);

export function problemOf(error: unknown): ProviderProblem {
  if (causesOf(error).some((cause) => cause instanceof OutboundError)) return 'unavailable';
  if (error instanceof AuthorizationResponseError) return outages.has(error.error) ? 'unavailable' : 'denied';
  if (error instanceof ResponseBodyError) return outages.has(error.error) ? 'unavailable' : 'not_accepted';
  return isFailedStatus(error) ? 'unavailable' : 'not_accepted';
}

/** The library refuses a status before it looks at the body. */
const isFailedStatus = (error: unknown): boolean =>
  causesOf(error).some((cause) => cause instanceof Response && cause.status >= 500);

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let cause = error; cause != null && causes.length < 5; cause = (cause as { cause?: unknown }).cause)
    causes.push(cause);
  return causes;
}
