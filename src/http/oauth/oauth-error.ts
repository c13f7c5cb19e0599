import type { ServerResponse } from 'node:http';
import type { AppError, ErrorCode, OAuthErrorCode } from '../../errors.ts';
import { sendJson } from '../server/problem.ts';

const errorOf: Readonly<Partial<Record<ErrorCode, OAuthErrorCode>>> = {
  // Scopes are the only values that are checked in detail.
  BAD_USER_INPUT: 'invalid_scope',
  UNAUTHENTICATED: 'invalid_client',
  // These are the resource owner's, who is no client (RFC 6749 §5.2).
  INVALID_CREDENTIALS: 'invalid_grant',
  INVALID_GRANT: 'invalid_grant',
  FORBIDDEN: 'access_denied',
  RATE_LIMITED: 'temporarily_unavailable',
  SERVICE_UNAVAILABLE: 'temporarily_unavailable',
  INTERNAL_SERVER_ERROR: 'server_error',
};

/** RFC 6749 §5.2: 400 for everything but an unknown client. */
const statusOf: Readonly<Partial<Record<OAuthErrorCode, number>>> = {
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
};

/** Sends a refusal in the shape of RFC 6749 §5.2; `authorization` is the header by which the client authenticated. */
export function sendOAuthError(response: ServerResponse, error: AppError, authorization: string | undefined): void {
  if (response.headersSent) return void response.destroy();
  const { headers, oauthError, retryAfterSeconds } = error.options;
  const code = oauthError ?? errorOf[error.code] ?? 'invalid_request';
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (code === 'invalid_client') response.setHeader('www-authenticate', challengeTo(authorization));
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  const status = statusOf[code] ?? error.status;
  sendJson(response, status, { error: code, error_description: asciiOf(error.message) });
}

/** Answers the challenge for the scheme that the client used; every client of OAuth supports Basic. */
const challengeTo = (authorization: string | undefined): string =>
  /^Bearer\b/i.test(authorization ?? '') ? 'Bearer error="invalid_token"' : 'Basic realm="sallyport", charset="UTF-8"';

/** Replaces the characters that RFC 6749 §5.2 does not allow in a description. */
const asciiOf = (message: string): string => message.replaceAll(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, "'");
