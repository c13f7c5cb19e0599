import type { GraphQLRequestContext } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { GraphQLError } from 'graphql';
import type { AppError } from '../errors.ts';
import type { RequestScope } from '../request.ts';

/**
 * GraphQL over HTTP §6.4: as `application/json` every well-formed request is answered 200, whatever became of it,
 * but for what says otherwise itself; as `application/graphql-response+json` a request that was not executed is 400.
 */
export function applyHttp(
  { response, request }: GraphQLRequestContext<RequestScope>,
  errors: readonly GraphQLError[],
  appErrors: readonly AppError[],
): void {
  const data = response.body?.kind === 'single' ? response.body.singleResult.data : undefined;
  const telling = appErrors.find((error) => decidesStatus(error, data));
  for (const { options } of appErrors) {
    for (const [name, value] of Object.entries(options.headers ?? {})) response.http.headers.set(name, value);
    if (options.retryAfterSeconds !== undefined)
      response.http.headers.set('retry-after', String(options.retryAfterSeconds));
  }
  if (telling !== undefined) response.http.status = telling.status;
  else if (data !== undefined) response.http.status = 200;
  else if (errors.every(isAboutTheDocument)) response.http.status = acceptsResponseJson(request) ? 400 : 200;
}

/** An error of ours is told by the status where it says so, where nothing was executed, or where nothing came of it. */
const decidesStatus = ({ code, options }: AppError, data: unknown): boolean =>
  options.httpStatus !== undefined ||
  (data === undefined && code !== 'BAD_USER_INPUT') ||
  (data === null && (code === 'SERVICE_UNAVAILABLE' || code === 'RATE_LIMITED'));

/** The request was well-formed; its document, operation name or variables were not. */
const isAboutTheDocument = ({ extensions: { code } }: GraphQLError): boolean => documentCodes.has(code);
const documentCodes = new Set<unknown>([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.BAD_USER_INPUT,
]);

const acceptsResponseJson = ({ http }: GraphQLRequestContext<RequestScope>['request']): boolean =>
  http?.headers.get('accept')?.includes('application/graphql-response+json') === true;
