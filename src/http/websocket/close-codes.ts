import type { ErrorCode } from '../../errors.ts';

/**
 * The codes by which the server closes a WebSocket: below 4000 those of RFC 6455 §7.4.1 and, for “try again later”, of
 * IANA's registry; from 4000 on those of graphql-transport-ws, whose library adds codes for breaches of the protocol.
 */
export const closeCodes = {
  goingAway: 1001,
  internalError: 1011,
  unavailable: 1013,
  badRequest: 4400,
  /** The credential is invalid, has ended, or its rights have changed: stock clients try again with a fresh one. */
  refused: 4403,
  tooMany: 4429,
} as const;

const byError: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: closeCodes.refused,
  BAD_REQUEST: closeCodes.badRequest,
};

/** Answers the code that closes a connection whose credential led to an error. */
export const closeCodeOf = (code: ErrorCode): number => byError[code] ?? closeCodes.unavailable;
