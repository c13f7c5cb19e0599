import type { ServerResponse } from 'node:http';
import type { AppError, ErrorCode, OAuthErrorCode } from '../errors.ts';
import { sendJson } from './problem.ts';

const errorOf: Readonly<Partial<Record<ErrorCode, OAuthErrorCode>>> = {
  // Nothing but scopes is looked into.
  BAD_USER_INPUT: 'invalid_scope',
  UNAUTHENTICATED: 'invalid_client',
  // Of the resource owner, who is no client (RFC 6749 §5.2).
  INVALID_CREDENTIALS: 'invalid_grant',
  INVALID_GRANT: 'invalid_grant',
  FORBIDDEN: 'access_denied',
  RATE_LIMITED: 'temporarily_unavailable',
  SERVICE_UNAVAILABLE: 'temporarily_unavailable',
  INTERNAL_SERVER_ERROR: 'server_error',
};

/** Everything that RFC 6749 §5.2 names is 400, but for a client that is not known. */
const statusOf: Readonly<Partial<Record<OAuthErrorCode, number>>> = {
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
};

/** Answers a refusal as RFC 6749 §5.2 has it; `authorization` is how the client tried to authenticate. */
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

/** By the scheme that the client used; Basic is what every client of OAuth can do. */
const challengeTo = (authorization: string | undefined): string =>
  /^Bearer\b/i.test(authorization ?? '') ? 'Bearer error="invalid_token"' : 'Basic realm="sallyport", charset="UTF-8"';

/** The characters that a description may have. */
const asciiOf = (message: string): string => message.replaceAll(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, "'");
