import { execute as executeByGraphql, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { roles } from '../access/roles.ts';
import type { OnRefused } from '../audit/record.ts';
import { compileRoles, NoSuggestionsRule } from '../authorization/index.ts';
import type { Config } from '../config/config.ts';
import { createExecutor } from '../execution/index.ts';
import { excessOf } from '../graphql/answer-errors.ts';
import { createGraphQLExecutor, type GraphQLExecutor } from '../graphql/apollo.ts';
import { executionBounds } from '../graphql/execution-bounds.ts';
import { createExplainRefusals } from '../graphql/explain-refusals.ts';
import { FewRepeatsRule } from '../graphql/few-repeats.ts';
import { describeErrors } from '../graphql/format-error.ts';
import { withUnitsOfWork } from '../graphql/renew-unit-of-work.ts';
import { reportRequestRefused } from '../graphql/report-refusals.ts';
import { createSubscribe } from '../graphql/subscribe.ts';
import { createPrepareSubscription } from '../graphql/subscriptions.ts';
import { UnconditionalSubscriptionsRule } from '../graphql/unconditional-subscriptions.ts';
import { createGraphQLEndpoint } from '../http/graphql/graphql-endpoint.ts';
import type { RequestContextDeps } from '../http/request-context.ts';
import type { AnswerHeaders } from '../http/server/answer-headers.ts';
import { pathsBelow } from '../http/server/base-path.ts';
import type { RequireHost } from '../http/server/hosts.ts';
import type { NoteProblem } from '../http/server/problem.ts';
import type { Handler } from '../http/server/server.ts';
import type { Unsent } from '../http/server/unsent.ts';
import { createSubscriptionServer, type SubscriptionServer } from '../http/websocket/websocket-server.ts';
import { ipLevels } from '../limits/ip-key.ts';
import type { ReportError } from '../request/error-report.ts';
import type { AppEvents } from './app-events.ts';

export interface EndpointsDeps {
  readonly config: Pick<Config, 'access' | 'answers' | 'audit' | 'console' | 'executor' | 'http' | 'production'>;
  readonly schema: GraphQLSchema;
  readonly contextDeps: RequestContextDeps;
  readonly onAccountChange: AppEvents['onAccountChange'];
  readonly onRefused: OnRefused;
  readonly noteProblem: NoteProblem;
  readonly report: ReportError;
  readonly unsent: Unsent;
  readonly answerHeaders: AnswerHeaders;
  readonly requireHost: RequireHost;
  readonly log: Logger;
}

export interface Endpoints {
  readonly endpoint: Handler;
  /** Executes an operation for a handler of this process. */
  readonly execute: GraphQLExecutor['execute'];
  readonly subscriptionServer: SubscriptionServer;
  readonly stop: () => Promise<void>;
}

const validationRules = [NoSuggestionsRule, FewRepeatsRule, UnconditionalSubscriptionsRule];

/** The two ways to a schema: by HTTP, and, for subscriptions, by WebSocket. */
export async function createEndpoints(deps: EndpointsDeps): Promise<Endpoints> {
  const { contextDeps, config, log, onAccountChange, onRefused, report, schema, unsent } = deps;
  const { tellRequired } = config.access;
  const executed = withUnitsOfWork(schema);
  const bounds = executionBounds(config.answers);
  const execute = config.executor === 'plan' ? createExecutor(executed, { bounds }).execute : executeByGraphql;
  const graphql = await createGraphQLExecutor({
    schema: executed,
    execute,
    validationRules,
    report,
    maxAnswerBytes: config.answers.maxBytes,
    tellRequired,
    onRefused,
    tellsRefusalIds: config.audit.refusalIds,
    ...(config.access.explainRefusals
      ? {
          explain: createExplainRefusals({
            schema: executed,
            roles: compileRoles(roles),
            consoleUrl: config.console ? `${config.http.publicUrl}/console/` : null,
          }),
        }
      : {}),
    log,
  });
  const subscriptionServer = createSubscriptionServer({
    ...contextDeps,
    paths: pathsBelow(config.http.publicUrl, '/graphql'),
    prepare: createPrepareSubscription(executed, validationRules),
    subscribe: createSubscribe(execute, bounds),
    formatErrors: (errors, requestId) => describeErrors(errors, { report, tellRequired, requestId }).formatted,
    excessOf: (result) => excessOf(result, config.answers.maxBytes),
    onRefused: (context, errors) => void reportRequestRefused(onRefused, context, errors),
    report,
    noteProblem: deps.noteProblem,
    unsent,
    answerHeaders: deps.answerHeaders,
    requireHost: deps.requireHost,
    log,
    ipLevels,
    onAccountChange,
  });
  return {
    execute: graphql.execute,
    endpoint: createGraphQLEndpoint({
      ...contextDeps,
      execute: graphql.execute,
      hasSandbox: !config.production,
      hasExplorer: config.console,
    }),
    subscriptionServer,
    stop: () => graphql.stop(),
  };
}
