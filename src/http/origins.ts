import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Origins {
  isAllowed(origin: string | undefined): boolean;
}

/** Which web origins may use cookies and read answers: those of the configuration, and our own. */
export function createOrigins(corsOrigins: readonly string[], publicUrl: string): Origins {
  const allowed = new Set([...corsOrigins, new URL(publicUrl).origin]);
  return { isAllowed: (origin) => origin !== undefined && allowed.has(origin) };
}

/**
 * Sets the headers of the Fetch standard's CORS protocol for an allowed origin; others get none, so that their
 * browser keeps the answer from them.
 * @returns whether the request was a preflight and is answered.
 */
export function applyCors(request: IncomingMessage, response: ServerResponse, origins: Origins): boolean {
  response.appendHeader('vary', 'Origin');
  const { origin } = request.headers;
  if (origin !== undefined && origins.isAllowed(origin)) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, www-authenticate');
  }
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader(
    'access-control-allow-headers',
    'content-type, authorization, x-api-key, apollo-require-preflight, x-apollo-operation-name',
  );
  response.setHeader('access-control-max-age', '600');
  response.writeHead(204).end();
  return true;
}
