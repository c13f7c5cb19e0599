import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.ts';
import type { CookieJar, GraphQLRequest, RequestScope } from '../request.ts';
import { readJsonBody } from './body.ts';
import { hasCookies, requireAllowedOrigin } from './cookies.ts';
import { onlyCredential } from './credentials.ts';
import { applyCors } from './origins.ts';
import { createScopes, type ScopeDeps } from './scope.ts';

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

export interface GraphQLEndpointDeps extends ScopeDeps {
  readonly execute: (request: GraphQLRequest, scope: RequestScope) => Promise<GraphQLAnswer>;
  /** The page for a person who opens the address in a browser; null in production. */
  readonly page: string | null;
}

/** `GET` and `POST /graphql`: from a request to its scope, and from the answer back to HTTP. */
export function createGraphQLEndpoint(deps: GraphQLEndpointDeps) {
  const scopes = createScopes(deps);

  return async function handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    if (applyCors(request, response, deps.origins)) return;
    requireMethod(request.method);
    if (isNavigation(request)) return sendPage(response, deps.page);

    const cookies = scopes.openCookies(request, response);
    requireSameSite(request, cookies);
    const graphqlRequest = await readRequest(request);
    const scope = await scopes.create(request, { cookies, credential: onlyCredential(request, cookies), requestId });
    const answer = await deps.execute(graphqlRequest, scope);
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    response.writeHead(answer.status).end(answer.body);
  };
}

function requireMethod(method = ''): void {
  if (method === 'GET' || method === 'POST') return;
  throw new AppError('BAD_REQUEST', 'GraphQL is served by GET and POST.', {
    httpStatus: 405,
    headers: { allow: 'GET, POST' },
  });
}

/** A browser that opens the address gets a page or a refusal; it never executes an operation. */
const isNavigation = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && (headers['sec-fetch-mode'] === 'navigate' || /(^|,)\s*text\/html\b/.test(headers.accept ?? ''));

function sendPage(response: ServerResponse, page: string | null): void {
  if (page === null) {
    throw new AppError(
      'BAD_REQUEST',
      'This address answers GraphQL requests, not navigations: POST with `content-type: application/json`.',
      {
        httpStatus: 406,
      },
    );
  }
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('content-security-policy', "frame-ancestors 'none'");
  response.writeHead(200).end(page);
}

/** A GET may come without an `Origin`: then it needs a header that no form and no image of another site can send. */
function requireSameSite({ method, headers }: IncomingMessage, jar: CookieJar): void {
  if (method === 'POST') return requireAllowedOrigin(jar);
  if (!hasCookies(jar)) return;
  const hasPreflightHeader =
    headers['apollo-require-preflight'] !== undefined || headers['x-apollo-operation-name'] !== undefined;
  const isSameOrigin = headers.origin === undefined && headers['sec-fetch-site'] === 'same-origin';
  if (hasPreflightHeader && (jar.originAllowed || isSameOrigin)) return;
  throw new AppError(
    'FORBIDDEN',
    'A GET request with cookies needs the header `apollo-require-preflight` and must come from the same origin.',
  );
}

async function readRequest(request: IncomingMessage): Promise<GraphQLRequest> {
  const { method = '', headers } = request;
  const search = new URL(request.url ?? '', 'http://localhost').search;
  const body = method === 'POST' ? await readJsonBody(request) : null;
  return { method, headers, search, body };
}
