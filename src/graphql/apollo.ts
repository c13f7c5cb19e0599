import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { mostTokens } from '../input.ts';
import type { OnRefused } from '../record.ts';
import type { ReportError } from '../report-error.ts';
import type { GraphQLRequest, RequestScope } from '../request.ts';
import { answerErrors } from './answer-errors.ts';
import { beforeExecution } from './before-execution.ts';
import { tellRefusals } from './refusals.ts';

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
      answerErrors(deps.report),
    ],
  });
  await server.start();

  async function answer({ method, headers, search, body }: GraphQLRequest, context: () => Promise<RequestScope>) {
    const { body: answered, ...rest } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: headerMap(headers), search, body },
      context,
    });
    if (answered.kind !== 'complete') throw new Error('Incremental delivery is not served.');
    return { status: rest.status ?? 200, headers: rest.headers, body: answered.string };
  }

  return {
    execute: (request, scope) => answer(request, async () => scope),
    page: deps.sandbox ? (await answer(navigation, noContext)).body : null,
    stop: () => server.stop(),
  };
}

const navigation: GraphQLRequest = { method: 'GET', headers: { accept: 'text/html' }, search: '', body: null };

async function noContext(): Promise<never> {
  throw new Error('A page is answered before anybody is recognised.');
}

function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
