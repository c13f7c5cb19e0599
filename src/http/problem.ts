import type { ServerResponse } from 'node:http';
import type { AppError } from '../errors.ts';

/** Answers a refusal that was decided before GraphQL had a say, in GraphQL's own shape. */
export function sendProblem(response: ServerResponse, error: AppError, requestId: string): void {
  if (response.headersSent) return void response.destroy();
  const { retryAfterSeconds, headers } = error.options;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  const extensions = error.code === 'INTERNAL_SERVER_ERROR' ? { ...error.extensions, requestId } : error.extensions;
  sendJson(response, error.status, { errors: [{ message: error.message, extensions }] });
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
