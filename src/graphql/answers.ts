import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { RefusedPath } from '../authorization/index.ts';
import { AppError, isErrorCode, type ErrorCode } from '../errors.ts';
import type { ReportError } from '../report-error.ts';

/** Codes of Apollo's own that are not part of the closed list, and what they are there. */
const renamedCodes: Readonly<Record<string, ErrorCode>> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
};

/** An error as the client sees it, and what it is to us where it was an error of ours. */
export interface DescribedError {
  readonly formatted: GraphQLFormattedError;
  readonly appError: AppError | null;
}

/** A code of the closed list, a message meant for people, and nothing else. */
export function describeError(error: GraphQLError, report: ReportError, requestId: string): DescribedError {
  const { locations, path } = error;
  const appError = isSpokenFor(error) ? null : report(error.originalError ?? error, requestId);
  return {
    formatted: {
      message: appError?.message ?? error.message,
      ...(locations ? { locations } : {}),
      ...(path ? { path } : {}),
      extensions: appError === null ? { code: codeOf(error) } : shownExtensions(appError, requestId),
    },
    appError,
  };
}

const shownExtensions = ({ code, extensions }: AppError, requestId: string): Record<string, unknown> =>
  code === 'INTERNAL_SERVER_ERROR' ? { ...extensions, requestId } : extensions;

const isSpokenFor = (error: GraphQLError): boolean =>
  !(error.originalError instanceof AppError) && codeOf(error) !== undefined;

/** The code of an error that graphql-js, Apollo or the engine made, and whose message is meant to be seen. */
function codeOf({ extensions, originalError }: GraphQLError): ErrorCode | undefined {
  const { code } = extensions;
  if (typeof code === 'string' && Object.hasOwn(renamedCodes, code)) return renamedCodes[code];
  if (code === 'INTERNAL_SERVER_ERROR' || (originalError != null && !('extensions' in originalError))) return undefined;
  return isErrorCode(code) ? code : undefined;
}

/**
 * Where the engine refused an operation as a whole, it lists every refused path on the first error: the answer then
 * has no data and one error for each path.
 */
export function refusedAsAWhole(errors: readonly GraphQLError[]): GraphQLFormattedError[] | null {
  const refused = errors.flatMap(({ extensions }) =>
    Array.isArray(extensions['refused']) ? (extensions['refused'] as RefusedPath[]) : [],
  );
  if (refused.length === 0) return null;
  return refused.map(({ path, code }) => {
    const own = errors.find((error) => error.extensions['code'] === code);
    return { message: own?.message ?? 'You may not do this.', path, extensions: { code } };
  });
}
