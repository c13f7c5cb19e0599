/** The server's closed list, as it stands in `errors[].extensions.code`. */
export type ServerErrorCode =
  | 'BAD_REQUEST'
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_GRANT'
  | 'MFA_REQUIRED'
  | 'REAUTHENTICATION_REQUIRED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'OPERATION_TOO_COMPLEX'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED';

/**
 * Codes of errors on this side. `NETWORK_FAILED`: no answer came. `BAD_ANSWER`: what came is not GraphQL, or half of
 * it. `STORAGE_FAILED`: the storage threw. `CLIENT_OUTDATED`: another version of this client keeps the session in a way
 * that this one cannot read; the page is to be loaded anew. `FOREIGN_URL`: the credential is for the server alone.
 */
export type ClientErrorCode = 'NETWORK_FAILED' | 'BAD_ANSWER' | 'STORAGE_FAILED' | 'CLIENT_OUTDATED' | 'FOREIGN_URL';

export interface GraphQLErrorAnswer {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number>;
  readonly extensions?: { readonly code?: string } & Readonly<Record<string, unknown>>;
}

export interface SallyportErrorFacts {
  /** HTTP status, if an answer came. */
  readonly status?: number;
  /** Seconds to wait before another try, after `RATE_LIMITED` or `SERVICE_UNAVAILABLE`. */
  readonly retryAfterSeconds?: number;
  /** Everything that the server refused in this operation; the first decides the code. */
  readonly errors?: readonly GraphQLErrorAnswer[];
  /** The data that the server answered beside its errors. */
  readonly data?: unknown;
  readonly cause?: unknown;
}

/** The one error of this client. What has a code of the server's list was said by the server. */
export class SallyportError extends Error {
  override readonly name = 'SallyportError';
  readonly code: ServerErrorCode | ClientErrorCode;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly errors: readonly GraphQLErrorAnswer[];
  readonly data: unknown;

  constructor(code: ServerErrorCode | ClientErrorCode, message: string, facts: SallyportErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = facts.status;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.errors = facts.errors ?? [];
    this.data = facts.data;
  }
}

/** Returns whether an error has this code; errors of another copy of this module count too. */
export const hasCode = (error: unknown, code: SallyportError['code']): error is SallyportError =>
  error instanceof Error && error.name === 'SallyportError' && (error as SallyportError).code === code;
