import { validateHeaderValue, type IncomingMessage, type ServerResponse } from 'node:http';
import { AppError } from '../../errors.ts';
import { problemOf } from '../../json-text.ts';
import type { GraphQLRequest, RequestContext } from '../../request/context.ts';
import type { CookieJar } from '../../request/cookie-jar.ts';
import { onlyCredential } from '../authenticate.ts';
import { createRequestContexts, type RequestContextDeps } from '../request-context.ts';
import { pagePermissions } from '../server/answer-headers.ts';
import type { Answer } from '../server/answer.ts';
import { readJsonBody } from '../server/body.ts';
import { hasCookies, requireAllowedOrigin } from '../server/cookies.ts';
import { applyCors } from '../server/origins.ts';
import { sandboxPage, sandboxPolicy } from './sandbox-page.ts';

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

export interface GraphQLEndpointDeps extends RequestContextDeps {
  readonly execute: (request: GraphQLRequest, context: RequestContext) => Promise<GraphQLAnswer>;
  /** True if a person who opens this URL in a browser gets Apollo Sandbox. */
  readonly hasSandbox: boolean;
  /** True if there is an explorer to which that page leads. */
  readonly hasExplorer: boolean;
}

/** Creates the handler of `GET` and `POST /graphql`: request to context, execution, answer to HTTP. */
export function createGraphQLEndpoint(deps: GraphQLEndpointDeps) {
  const contexts = createRequestContexts(deps);

  return async function handle(request: IncomingMessage, response: Answer, requestId: string): Promise<void> {
    response.setDefault('cache-control', 'no-store');
    if (applyCors(request, response, deps.origins)) return;
    requireMethod(request.method);
    if (isNavigation(request)) return sendPage(response, deps);

    const cookies = contexts.openCookies(request, response, requestId);
    requireSameSite(request, cookies);
    const body = request.method === 'POST' ? await readJsonBody(request) : null;
    const context = await contexts.create(request, {
      cookies,
      credential: onlyCredential(request, cookies),
      requestId,
    });
    const answer = await deps.execute(graphqlRequestOf(request, body), context);
    for (const [name, value] of answer.headers) {
      if (name === 'cache-control') continue;
      validateHeaderValue(name, value);
      response.setDefault(name, value);
    }
    // With its headers not written yet, Node knows the length of the body, and sends both as one piece.
    response.statusCode = answer.status;
    response.end(answer.body);
  };
}

function requireMethod(method = ''): void {
  if (method === 'GET' || method === 'POST') return;
  throw new AppError('BAD_REQUEST', 'Send GraphQL requests by GET or POST.', {
    httpStatus: 405,
    headers: { allow: 'GET, POST' },
  });
}

/** Tells whether a browser opens the URL: it gets a page or a refusal, and never executes an operation. */
const isNavigation = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && (headers['sec-fetch-mode'] === 'navigate' || /(^|,)\s*text\/html\b/.test(headers.accept ?? ''));

function sendPage(
  response: ServerResponse,
  { hasSandbox, hasExplorer }: Pick<GraphQLEndpointDeps, 'hasSandbox' | 'hasExplorer'>,
): void {
  if (!hasSandbox) {
    throw new AppError(
      'BAD_REQUEST',
      'This URL answers GraphQL requests, not navigations: POST with `content-type: application/json`.',
      {
        httpStatus: 406,
      },
    );
  }
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('content-security-policy', sandboxPolicy);
  // The frame of the sandbox asks this origin, and opens no window that needs ours.
  response.setHeader('permissions-policy', pagePermissions);
  response.writeHead(200).end(sandboxPage({ hasExplorer }));
}

/**
 * Refuses cross-site requests with cookies. A GET may lack an `Origin`: it then needs a header that no form can send.
 */
function requireSameSite({ method, headers }: IncomingMessage, jar: CookieJar): void {
  if (method === 'POST') return requireAllowedOrigin(jar);
  if (!hasCookies(jar)) return;
  const hasPreflightHeader =
    headers['apollo-require-preflight'] !== undefined || headers['x-apollo-operation-name'] !== undefined;
  const isSameOrigin = headers.origin === undefined && headers['sec-fetch-site'] === 'same-origin';
  if (hasPreflightHeader && (jar.originAllowed || isSameOrigin)) return;
  jar.noteForeignOrigin();
  throw new AppError(
    'FORBIDDEN',
    'A GET request with cookies needs the header `apollo-require-preflight` and must come from the same origin.',
  );
}

function graphqlRequestOf({ method = '', headers, url = '' }: IncomingMessage, body: unknown): GraphQLRequest {
  if (!url.includes('?')) return { method, headers, search: '', body };
  const { search, searchParams } = new URL(url, 'http://localhost');
  for (const name of ['variables', 'extensions']) requirePlain(name, searchParams.getAll(name));
  return { method, headers, search, body };
}

/** Requires of JSON in the query string what is required of a body. */
function requirePlain(name: string, texts: readonly string[]): void {
  const problem = texts.map(problemOf).find((found) => found !== null);
  if (problem !== undefined) throw new AppError('BAD_REQUEST', `The JSON of \`${name}\` is not accepted: ${problem}.`);
}
