/** An error of the API, as it is found in an answer. */
export interface ApiError {
  readonly message: string;
  /** Given if it was refused before the API was asked. */
  readonly status?: number;
  readonly extensions: {
    readonly code: string;
    readonly field?: string;
    readonly problem?: string;
    readonly reason?: string;
    readonly retryAfterSeconds?: number;
    readonly requestId?: string;
  };
}

const statuses: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 422,
  INVALID_CREDENTIALS: 401,
  INVALID_GRANT: 401,
  UNAUTHENTICATED: 401,
  MFA_REQUIRED: 403,
  REAUTHENTICATION_REQUIRED: 403,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** A refusal by the API, for a page to show. */
export class Refusal extends Error {
  readonly code: string;
  /** The last part of the field's path: `password` of `input.password`. */
  readonly field: string | undefined;
  readonly problem: string | undefined;
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly requestId: string | undefined;

  /** The status of a page that shows it. */
  readonly status: number;

  constructor({ message, extensions, status }: ApiError) {
    super(message);
    this.name = 'Refusal';
    this.status = status ?? statuses[extensions.code] ?? 400;
    this.code = extensions.code;
    this.field = extensions.field?.split('.').at(-1);
    this.problem = extensions.problem;
    this.reason = extensions.reason;
    this.retryAfterSeconds = extensions.retryAfterSeconds;
    this.requestId = extensions.requestId;
  }
}

/** Waits for what the API may refuse. */
export async function attempt<T>(asked: Promise<T>): Promise<T | Refusal> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
