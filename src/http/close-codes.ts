import type { ErrorCode } from '../errors.ts';

/**
 * Every code by which we close a WebSocket: below 4000 those of RFC 6455 §7.4.1 and, for “try again later”, of IANA's
 * registry; from 4000 on those of graphql-transport-ws, whose library adds its own for what breaks the protocol.
 */
export const closeCodes = {
  goingAway: 1001,
  internalError: 1011,
  unavailable: 1013,
  badRequest: 4400,
  unauthorized: 4401,
  tooMany: 4429,
} as const;

const byError: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: closeCodes.unauthorized,
  BAD_REQUEST: closeCodes.badRequest,
};

/** How a connection is closed whose credential led to an error. */
export const closeCodeOf = (code: ErrorCode): number => byError[code] ?? closeCodes.unavailable;
