import { ApolloServer, HeaderMap, type ApolloServerPlugin, type GraphQLRequestContext } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { GraphQLError, type GraphQLSchema, type ValidationRule } from 'graphql';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import type { AppError } from '../errors.ts';
import type { ReportError } from '../report-error.ts';
import type { OnRefused } from '../record.ts';
import type { GraphQLRequest, RequestScope } from '../request.ts';
import { isRefusedStale, staleCredential } from '../request/stale.ts';
import { mostTokens } from '../input.ts';
import { describeError, refusedAsAWhole } from './answers.ts';
import { coerceVariables, fragmentsOf } from './executed-fields.ts';
import { checkLimits } from './limits.ts';
import { tellRefusals } from './refusals.ts';
import { acceptsStale, requireAlone } from './sole-field.ts';

export interface ApolloDeps {
  readonly schema: GraphQLSchema;
  readonly validationRules: ValidationRule[];
  readonly report: ReportError;
  /** Told of each mutation of which something was refused, before the answer leaves. */
  readonly onRefused: OnRefused;
  readonly log: Logger;
  /** Whether a browser gets Apollo Sandbox. */
  readonly sandbox: boolean;
}

export interface GraphQLExecutor {
  readonly execute: (
    request: GraphQLRequest,
    scope: RequestScope,
  ) => Promise<{ status: number; headers: HeaderMap; body: string }>;
  /** The Sandbox page; null where there is none. */
  readonly page: string | null;
  readonly stop: () => Promise<void>;
}

/** Apollo Server over our schema, without the parts that a hostile client would use against it. */
export async function createGraphQLExecutor(deps: ApolloDeps): Promise<GraphQLExecutor> {
  const server = new ApolloServer<RequestScope>({
    schema: deps.schema,
    logger: deps.log,
    introspection: true,
    // Cross-site requests are refused by the endpoint, which knows our cookies.
    csrfPrevention: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: mostTokens },
    validationRules: deps.validationRules,
    formatError: (formatted) => formatted,
    plugins: [
      // Its default instruments every field and doubles the cost of lists.
      ApolloServerPluginCacheControlDisabled(),
      deps.sandbox
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false })
        : ApolloServerPluginLandingPageDisabled(),
      beforeExecution,
      tellRefusals(deps.onRefused),
      answering(deps.report),
    ],
  });
  await server.start();

  async function execute({ method, headers, search, body }: GraphQLRequest, scope: RequestScope | null) {
    const answer = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: headerMap(headers), search, body },
      context: async () => scope as RequestScope,
    });
    if (answer.body.kind !== 'complete') throw new Error('Incremental delivery is not served.');
    return { status: answer.status ?? 200, headers: answer.headers, body: answer.body.string };
  }

  return {
    execute,
    page: deps.sandbox
      ? (await execute({ method: 'GET', headers: { accept: 'text/html' }, search: '', body: null }, null)).body
      : null,
    stop: () => server.stop(),
  };
}

/** What is decided once the operation is known, and before anything of it runs. */
const beforeExecution: ApolloServerPlugin<RequestScope> = {
  requestDidStart: async () => ({
    async didResolveOperation({ schema, document, operation, request, contextValue: { credential } }) {
      if (operation === undefined) return;
      const fragments = fragmentsOf(document);
      const inputs = request.variables ?? {};
      if (isRefusedStale(credential) && !acceptsStale(schema, operation, fragments, inputs)) throw staleCredential();
      const variables = coerceVariables(schema, operation, inputs);
      checkLimits(schema, operation, fragments, variables);
      requireAlone(schema, operation, fragments, variables);
    },
  }),
};

/** A document that says nothing valid cannot say that it may ignore a credential which does not count any more. */
const isRefusedUnread = ({ operation, contextValue: { credential } }: GraphQLRequestContext<RequestScope>): boolean =>
  operation === undefined && isRefusedStale(credential);

const ensureGraphQLError = (error: AppError): GraphQLError => new GraphQLError(error.message, { originalError: error });

/** Errors leave in the shape of our closed list, and the answer with the status that goes with them. */
const answering = (report: ReportError): ApolloServerPlugin<RequestScope> => ({
  requestDidStart: async () => ({
    async willSendResponse(context) {
      const { response, errors, contextValue } = context;
      if (response.body.kind !== 'single' || errors === undefined || errors.length === 0) return;
      const told = isRefusedUnread(context) ? [ensureGraphQLError(staleCredential())] : errors;
      const described = told.map((error) => describeError(error, report, contextValue.requestId));
      const refused = refusedAsAWhole(errors);
      const result = response.body.singleResult;
      result.errors = refused ?? described.map(({ formatted }) => formatted);
      if (refused !== null) result.data = null;
      applyHttp(
        context,
        errors,
        described.flatMap(({ appError }) => appError ?? []),
      );
    },
  }),
});

/**
 * GraphQL over HTTP §6.4: as `application/json` every well-formed request is answered 200, whatever became of it,
 * but for what says otherwise itself; as `application/graphql-response+json` a request that was not executed is 400.
 */
function applyHttp(
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

function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
