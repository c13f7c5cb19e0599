import type { GraphQLRequestContext } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { GraphQLError } from 'graphql';
import type { AppError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';

/**
 * Sets the status and the headers of an answer by GraphQL over HTTP §6.4: under `application/json` a well-formed
 * request is 200 whatever its result, unless an error decides otherwise; under `application/graphql-response+json` a
 * request that was not executed is 400.
 */
export function applyHttp(
  { response, request }: GraphQLRequestContext<RequestContext>,
  errors: readonly GraphQLError[],
  appErrors: readonly AppError[],
): void {
  const data = response.body?.kind === 'single' ? response.body.singleResult.data : undefined;
  const deciding = appErrors.find((error) => decidesStatus(error, data));
  for (const { options } of appErrors) {
    for (const [name, value] of Object.entries(options.headers ?? {})) response.http.headers.set(name, value);
    if (options.retryAfterSeconds !== undefined)
      response.http.headers.set('retry-after', String(options.retryAfterSeconds));
  }
  if (deciding !== undefined) response.http.status = deciding.status;
  else if (data !== undefined) response.http.status = 200;
  else if (errors.every(isAboutTheDocument)) response.http.status = acceptsResponseJson(request) ? 400 : 200;
}

/** Tells whether an error of ours decides the status: it says so itself, nothing was executed, or there is no data. */
const decidesStatus = ({ code, options }: AppError, data: unknown): boolean =>
  options.httpStatus !== undefined ||
  (data === undefined && code !== 'BAD_USER_INPUT') ||
  (data === null && (code === 'SERVICE_UNAVAILABLE' || code === 'RATE_LIMITED'));

/** Tells whether the request was well-formed, but its document, operation name or variables were not. */
const isAboutTheDocument = ({ extensions: { code } }: GraphQLError): boolean => documentCodes.has(code);
const documentCodes = new Set<unknown>([
  'PERSISTED_QUERY_NOT_SUPPORTED',
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.BAD_USER_INPUT,
]);

const acceptsResponseJson = ({ http }: GraphQLRequestContext<RequestContext>['request']): boolean =>
  http?.headers.get('accept')?.includes('application/graphql-response+json') === true;
