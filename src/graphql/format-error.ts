import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { RefusedPath } from '../authorization/index.ts';
import { AppError, isErrorCode, type ErrorCode } from '../errors.ts';
import type { ReportError } from '../request/error-report.ts';
import { locationsOf } from './positions.ts';

/** Codes of Apollo's that the closed list does not have, and what they become. */
const renamedCodes: Readonly<Record<string, ErrorCode>> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
};

/** An error as the client sees it, with the `AppError` behind it if there is one. */
export interface DescribedError {
  readonly formatted: GraphQLFormattedError;
  readonly appError: AppError | null;
}

/** Dependencies for describing the errors of an answer. */
export interface DescribeDeps {
  readonly report: ReportError;
  /** True if refusals tell which roles or scopes would suffice. */
  readonly tellRequired: boolean;
  readonly requestId: string;
}

/** Maximum number of errors that one answer shows. */
const maxErrors = 100;

/** Describes the errors of an answer: the first hundred and, if there are more, one error that says how many. */
export function describeErrors(
  errors: readonly GraphQLError[],
  deps: DescribeDeps,
): { formatted: GraphQLFormattedError[]; appErrors: AppError[] } {
  const described = errors.slice(0, maxErrors).map((error) => describeError(error, deps));
  const hidden = errors.length - described.length;
  return {
    formatted: [...described.map(({ formatted }) => formatted), ...(hidden > 0 ? [moreErrors(hidden)] : [])],
    appErrors: described.flatMap(({ appError }) => appError ?? []),
  };
}

const moreErrors = (hidden: number): GraphQLFormattedError => ({
  message: `${hidden} more errors are not shown.`,
  extensions: { code: 'OPERATION_TOO_COMPLEX', hidden },
});

/** The length to which a message is cut that graphql-js or Apollo made: it may repeat any part of the document. */
const maxMessageLength = 200;

const shortened = (message: string): string =>
  message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength).toWellFormed()}…`;

/** Gives an error a code of the closed list and a message meant for people, and nothing else. */
function describeError(error: GraphQLError, { report, tellRequired, requestId }: DescribeDeps): DescribedError {
  const { path } = error;
  const locations = locationsOf(error);
  const appError = isMeantForClients(error) ? null : report(error.originalError ?? error, requestId);
  return {
    formatted: {
      message: appError?.message ?? shortened(error.message),
      ...(locations ? { locations } : {}),
      ...(path ? { path } : {}),
      extensions:
        appError === null
          ? { code: codeOf(error), ...detailsOf(error.extensions, tellRequired) }
          : shownExtensions(appError, requestId),
    },
    appError,
  };
}

const shownExtensions = ({ code, extensions }: AppError, requestId: string): Record<string, unknown> =>
  code === 'INTERNAL_SERVER_ERROR' ? { ...extensions, requestId } : extensions;

/** Returns what a refusal of the engine tells besides its code, as far as clients may know. */
const detailsOf = (
  { enrolled, required }: { readonly enrolled?: unknown; readonly required?: unknown },
  tellRequired: boolean,
): Record<string, unknown> => ({
  ...(enrolled === undefined ? {} : { enrolled }),
  ...(required === undefined || !tellRequired ? {} : { required }),
});

const isMeantForClients = (error: GraphQLError): boolean =>
  !(error.originalError instanceof AppError) && codeOf(error) !== undefined;

/** Finds the code of an error that graphql-js, Apollo or the engine made for clients; undefined for any other error. */
function codeOf({ extensions, originalError }: GraphQLError): ErrorCode | undefined {
  const { code } = extensions;
  if (typeof code === 'string' && Object.hasOwn(renamedCodes, code)) return renamedCodes[code];
  if (code === 'INTERNAL_SERVER_ERROR' || (originalError != null && !('extensions' in originalError))) return undefined;
  return isErrorCode(code) ? code : undefined;
}

/**
 * Reads the paths that the engine lists on the first error if it refused an operation as a whole: the answer then has
 * no data and one error for each path. Null if the operation was not refused as a whole.
 */
export function refusedAsAWhole(errors: readonly GraphQLError[], tellRequired = false): GraphQLFormattedError[] | null {
  const refused = errors.flatMap(({ extensions }) =>
    Array.isArray(extensions['refused']) ? (extensions['refused'] as RefusedPath[]) : [],
  );
  if (refused.length === 0) return null;
  const hidden = refused.length - maxErrors;
  const formatted = refused.slice(0, maxErrors).map(({ path, code, ...details }): GraphQLFormattedError => {
    const own = errors.find((error) => error.extensions['code'] === code);
    const extensions = { code, ...detailsOf(details, tellRequired) };
    return { message: own?.message ?? 'You may not do this.', path, extensions };
  });
  return hidden > 0 ? [...formatted, moreErrors(hidden)] : formatted;
}
