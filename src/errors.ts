/** Every code that a client may see in `errors[].extensions.code`, with the HTTP status it has before execution. */
const statusByCode = {
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  INVALID_CREDENTIALS: 401,
  INVALID_GRANT: 400,
  MFA_REQUIRED: 403,
  REAUTHENTICATION_REQUIRED: 403,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  OPERATION_TOO_COMPLEX: 400,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
} as const;

export type ErrorCode = keyof typeof statusByCode;

/** The codes that `/oauth/*` answers as `error` (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 8707 §2). */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'insufficient_scope'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'access_denied'
  | 'temporarily_unavailable'
  | 'server_error';

/** `EXPIRED`: a refresh yields a new credential. `ENDED`: the session is over, and only a sign-in helps. */
export type EndReason = 'EXPIRED' | 'ENDED';

/**
 * The words of the audit log for why a door refuses a request as a whole, if that has no event of its own and the code
 * does not tell.
 */
export type DoorRefusal = 'bad_credential' | 'bad_client' | 'needs_factor' | 'unavailable';

export interface AppErrorOptions {
  /** The argument or input field of a `BAD_USER_INPUT`, dotted, as the client wrote it. */
  readonly field?: string;
  /** A stable word for what is wrong in a `BAD_USER_INPUT`, such as `too_long`. */
  readonly problem?: string;
  /** The reason of an `UNAUTHENTICATED` for a genuine credential, by which the client knows whether to refresh. */
  readonly reason?: EndReason;
  /** Whole seconds to wait after `RATE_LIMITED` or `SERVICE_UNAVAILABLE`; sent as `Retry-After` too. */
  readonly retryAfterSeconds?: number;
  /** The HTTP status, if the answer must not be 200 although the operation was executed. */
  readonly httpStatus?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The code that `/oauth/*` answers, if the code alone does not tell. */
  readonly oauthError?: OAuthErrorCode;
  /** The reason that the audit log tells. */
  readonly refusal?: DoorRefusal;
  readonly cause?: unknown;
}

/** An error meant for the client: its message and code are shown as they are; every other error is masked. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly options: AppErrorOptions;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.options = options;
  }

  /** The status of an answer that was decided before execution. */
  get status(): number {
    return this.options.httpStatus ?? statusByCode[this.code];
  }

  /** The fields that the client finds under `extensions`. */
  get extensions(): Record<string, unknown> {
    const { field, problem, reason, retryAfterSeconds } = this.options;
    return {
      code: this.code,
      ...(field === undefined ? {} : { field }),
      ...(problem === undefined ? {} : { problem }),
      ...(reason === undefined ? {} : { reason }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  }
}

/** Stops a start for a reason that a person can mend by what the message says; a stack would only hide it. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(statusByCode, code);

/** Refuses one value that a client sent, naming the field and a stable word for the problem. */
export const badInput = (field: string, problem: string, message: string): AppError =>
  new AppError('BAD_USER_INPUT', message, { field, problem });

export const notFound = (what: string): AppError =>
  new AppError('NOT_FOUND', `${what} does not exist, or you are not allowed to see it.`);

/** Tells whether an error is the system's, of this code; it may come of another realm, whose `Error` is another. */
export const isErrno = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
