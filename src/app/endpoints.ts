import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { createRefusals } from '../audit/refusals.ts';
import { NoSuggestionsRule } from '../authorization/index.ts';
import type { Config } from '../config.ts';
import { describeError } from '../graphql/answers.ts';
import { createGraphQLExecutor } from '../graphql/apollo.ts';
import { FewRepeatsRule } from '../graphql/few-repeats.ts';
import { createPrepareSubscription } from '../graphql/subscriptions.ts';
import { UnconditionalSubscriptionsRule } from '../graphql/unconditional-subscriptions.ts';
import { withUnitsOfWork } from '../graphql/unit-of-work.ts';
import { createGraphQLEndpoint } from '../http/graphql-endpoint.ts';
import { createLiveServer, type LiveServer } from '../http/live-server.ts';
import type { ScopeDeps } from '../http/scope.ts';
import type { Handler } from '../http/server.ts';
import { addressKey } from '../limits/address-key.ts';
import type { Recorder } from '../record.ts';
import type { ReportError } from '../report-error.ts';
import type { Announcing } from './announcing.ts';

export interface EndpointsDeps {
  readonly config: Pick<Config, 'production'>;
  readonly schema: GraphQLSchema;
  readonly callers: ScopeDeps;
  readonly onAccountChange: Announcing['onAccountChange'];
  readonly recorder: Recorder;
  readonly report: ReportError;
  readonly log: Logger;
}

export interface Endpoints {
  readonly endpoint: Handler;
  readonly live: LiveServer;
  readonly stop: () => Promise<void>;
}

const validationRules = [NoSuggestionsRule, FewRepeatsRule, UnconditionalSubscriptionsRule];

/** The two ways to a schema: by HTTP, and, for subscriptions, by WebSocket. */
export async function createEndpoints(deps: EndpointsDeps): Promise<Endpoints> {
  const { callers, config, log, onAccountChange, recorder, report, schema } = deps;
  const graphql = await createGraphQLExecutor({
    schema: withUnitsOfWork(schema),
    validationRules,
    report,
    onRefused: createRefusals(recorder),
    log,
    sandbox: !config.production,
  });
  const live = createLiveServer({
    ...callers,
    prepare: createPrepareSubscription(schema, validationRules),
    formatError: (error, requestId) => describeError(error, report, requestId).formatted,
    report,
    log,
    addressKey,
    onAccountChange,
  });
  return {
    endpoint: createGraphQLEndpoint({ ...callers, execute: graphql.execute, page: graphql.page }),
    live,
    stop: () => graphql.stop(),
  };
}
