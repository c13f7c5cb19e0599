import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

export interface Origins {
  /** Tells whether pages of an origin may use cookies, and read answers. */
  isAllowed(origin: string | undefined): boolean;
  /** Tells whether pages of an origin may read answers, with or without cookies. */
  mayRead(origin: string): boolean;
}

export interface OriginsDeps {
  readonly corsOrigins: readonly string[];
  readonly publicUrl: string;
  /** Origins of developers' tools, which send a credential by hand and never cookies. */
  readonly toolOrigins: readonly string[];
}

/** Lists the web origins that may use cookies and read answers: the configured ones, and our own. */
export function createOrigins({ corsOrigins, publicUrl, toolOrigins }: OriginsDeps): Origins {
  const allowed = new Set([...corsOrigins, new URL(publicUrl).origin]);
  const readers = new Set([...allowed, ...toolOrigins]);
  return {
    isAllowed: (origin) => origin !== undefined && allowed.has(origin),
    mayRead: (origin) => readers.has(origin),
  };
}

const maxAgeSeconds = 600;

/**
 * Sets the headers of the Fetch standard's CORS protocol for an allowed origin. Other origins get none, so that the
 * browser keeps the answer from them.
 * @returns whether the request was a preflight, which is answered.
 */
export function applyCors(request: IncomingMessage, response: Answer, origins: Origins): boolean {
  response.setDefault('vary', 'Origin');
  const { origin } = request.headers;
  const mayRead = origin !== undefined && origins.mayRead(origin);
  if (mayRead) {
    response.setDefault('access-control-allow-origin', origin);
    if (origins.isAllowed(origin)) response.setDefault('access-control-allow-credentials', 'true');
    response.setDefault('access-control-expose-headers', 'x-request-id, retry-after, www-authenticate');
  }
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  response.setDefault('vary', 'Origin, Access-Control-Request-Headers');
  if (mayRead) answerPreflight(request, response);
  response.writeHead(204).end();
  return true;
}

/** Allows every header that the page asks for: which pages may ask is decided by their origin. */
function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  const asked = headers['access-control-request-headers'];
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-max-age', String(maxAgeSeconds));
  if (asked !== undefined) response.setHeader('access-control-allow-headers', asked);
  // A page of the web that asks a server on this machine (Private Network Access).
  if (headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true');
  }
}
