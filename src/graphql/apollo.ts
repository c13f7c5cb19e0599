import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { print, type GraphQLSchema, type ValidationRule } from 'graphql';
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { apolloGateway, type Execute } from '../execution/index.ts';
import type { GraphQLRequest, RequestContext } from '../request/context.ts';
import { requireShallow } from '../request/document-limits.ts';
import { answerErrors, type AnswerDeps } from './answer-errors.ts';
import { beforeExecution } from './before-execution.ts';
import { parseOptions, validationOptions } from './document-options.ts';
import { dryRun } from './dry-run.ts';
import { createKnownExecution, type ExecutedAnswer } from './execute-known.ts';
import { createPassedChecks } from './passed-checks.ts';

export interface ApolloDeps extends AnswerDeps {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly validationRules: ValidationRule[];
  readonly log: Logger;
}

export interface GraphQLExecutor {
  readonly execute: (request: GraphQLRequest, context: RequestContext) => Promise<ExecutedAnswer>;
  readonly stop: () => Promise<void>;
}

/** Writes a result as Apollo Server does by default. */
const stringifyResult = (result: object): string => `${JSON.stringify(result)}\n`;

/** Creates Apollo Server over the schema, without the parts that a hostile client could use against it. */
export async function createGraphQLExecutor(deps: ApolloDeps): Promise<GraphQLExecutor> {
  const passed = createPassedChecks();
  const execute = withHashOfDefects(deps.execute, deps.log);
  const known = createKnownExecution({ ...deps, execute, passed, stringifyResult });
  const server = new ApolloServer<RequestContext>({
    gateway: apolloGateway(deps.schema, known.execute),
    logger: deps.log,
    introspection: true,
    // The endpoint refuses cross-site requests: it knows our cookies.
    csrfPrevention: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions,
    validationRules: deps.validationRules,
    validationOptions,
    formatError: (formatted) => formatted,
    stringifyResult,
    plugins: [
      // Apollo's default instruments every field and doubles the cost of lists.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      beforeExecution(passed),
      dryRun,
      answerErrors(deps),
      known.plugin,
    ],
  });
  await server.start();

  async function answerByApollo(request: GraphQLRequest, context: RequestContext): Promise<ExecutedAnswer> {
    requireShallow(documentOf(request));
    const { method, search, body } = request;
    const given = { method, headers: headerMap(request.headers), search, body };
    const result = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest: given, context: async () => context });
    if (result.body.kind !== 'complete') throw new Error('Incremental delivery is not supported.');
    const answered = { status: result.status ?? 200, headers: result.headers, body: result.body.string };
    // An error past our report shows no id. It is thrown, so that it is reported and answered like any other defect.
    if (answered.status === 500 && !answered.body.includes(context.requestId)) {
      throw new Error(`Apollo Server failed: ${answered.body}`);
    }
    known.learn(request, given, answered);
    return answered;
  }

  return {
    execute: async (request, context) => (await known.answer(request, context)) ?? answerByApollo(request, context),
    stop: () => server.stop(),
  };
}

/**
 * Logs by which document, as graphql-js prints it, an executor failed: operators can find it, and no value is logged.
 */
const withHashOfDefects =
  (execute: Execute, log: Logger): Execute =>
  async (args) => {
    try {
      return await execute(args);
    } catch (error) {
      const documentHash = createHash('sha256').update(print(args.document)).digest('hex');
      log.error({ err: error, documentHash }, 'an operation could not be executed');
      throw error;
    }
  };

/** Finds the document of a request; empty if there is none, which Apollo refuses. */
function documentOf({ method, search, body }: GraphQLRequest): string {
  if (method === 'GET') return new URLSearchParams(search).get('query') ?? '';
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
  return typeof query === 'string' ? query : '';
}

function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, String(value));
  }
  return map;
}
