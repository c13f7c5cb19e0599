import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AppError } from '../../errors.ts';
import type { RequestPrincipal } from '../../request/credentials.ts';
import type { AnswerHeaders } from './answer-headers.ts';

/**
 * Records a request that was refused before or beside GraphQL.
 * @param principal The caller, if its credential was accepted.
 */
export type NoteProblem = (
  error: AppError,
  request: IncomingMessage,
  requestId: string,
  principal?: RequestPrincipal,
) => void;

/** Sends a refusal that was decided before GraphQL, in GraphQL's own shape. */
export function sendProblem(response: ServerResponse, error: AppError, requestId: string): void {
  if (response.headersSent) return void response.destroy();
  for (const [name, value] of Object.entries(headersOf(error))) response.setHeader(name, value);
  sendJson(response, error.status, bodyOf(error, requestId));
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', jsonType);
  response.end(JSON.stringify(body));
}

/** Sends the same on a bare socket, for which Node has no response object, and closes the connection. */
export function sendProblemOn(socket: Duplex, error: AppError, requestId: string, answerHeaders: AnswerHeaders): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(bodyOf(error, requestId));
  const headers = {
    ...answerHeaders(requestId),
    ...headersOf(error),
    connection: 'close',
    date: new Date().toUTCString(),
    'content-type': jsonType,
    'content-length': Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}\r\n${body}`);
}

const jsonType = 'application/json; charset=utf-8';

const headersOf = ({ options: { headers, retryAfterSeconds } }: AppError): Readonly<Record<string, string>> => ({
  ...headers,
  ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
});

function bodyOf({ code, message, extensions }: AppError, requestId: string): object {
  return {
    errors: [{ message, extensions: code === 'INTERNAL_SERVER_ERROR' ? { ...extensions, requestId } : extensions }],
  };
}
