import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import type { GraphQLErrorAnswer } from 'sallyport/client';
import { client } from '../app/client.ts';
import { graphqlUrl } from '../app/facts.ts';
import { track } from '../app/work.ts';
import { Simulate, type SimulateQuery } from '../generated/documents.ts';
import { nameOf, pretenceOf, type Caller } from '../simulator/callers.ts';

const credentials = ['authorization', 'x-api-key'];

/**
 * Sends what the explorer asks: with the session's cookies, or with the credential that the user wrote into the
 * headers, which then counts alone.
 */
const send: typeof fetch = (input, init = {}) => {
  const headers = new Headers(init.headers);
  const hasOwn = credentials.some((name) => headers.has(name));
  return track((signal) => {
    const whole = { ...init, signal };
    return hasOwn
      ? fetch(input, { ...whole, credentials: 'omit' })
      : client.fetch(input instanceof Request ? input : String(input), whole);
  });
};

const run: Fetcher = createGraphiQLFetcher({
  url: graphqlUrl,
  fetch: send,
  // The server answers as a whole.
  enableIncrementalDelivery: false,
  wsClient: createClient({ url: graphqlUrl.replace(/^http/, 'ws'), lazy: true }),
});

/** The outcome of the last operation: it was run, or explained as another caller. */
export type Outcome =
  | { readonly kind: 'run'; readonly tookMs: number; readonly errors: readonly GraphQLErrorAnswer[] }
  | { readonly kind: 'explained'; readonly as: Caller; readonly report: SimulateQuery['simulateAccess'] }
  | { readonly kind: 'problem'; readonly message: string };

export interface Asked {
  readonly params: FetcherParams;
  readonly outcome: Outcome;
}

interface ExplorerFetcherDeps {
  /** As whom to explain instead of running; undefined to run. */
  readonly as: () => Caller | undefined;
  readonly tell: (asked: Asked) => void;
}

/** Creates what runs an operation as the user, or asks the server what it would refuse another caller in it. */
export const createExplorerFetcher =
  ({ as, tell }: ExplorerFetcherDeps): Fetcher =>
  async (params, options) => {
    const caller = as();
    if (caller !== undefined) return explain(params, caller, tell);
    const startedAt = performance.now();
    const answer = await run(params, options);
    // A subscription answers more than once, and is not timed.
    if (isOneAnswer(answer)) {
      const outcome = { kind: 'run', tookMs: performance.now() - startedAt, errors: answer.errors ?? [] } as const;
      tell({ params, outcome });
    }
    return answer;
  };

const isOneAnswer = (answer: unknown): answer is { readonly errors?: readonly GraphQLErrorAnswer[] } =>
  typeof answer === 'object' &&
  answer !== null &&
  !(Symbol.asyncIterator in answer) &&
  ('data' in answer || 'errors' in answer);

/** Nothing of the operation is run: the answer says so, and holds what was decided. */
async function explain(params: FetcherParams, as: Caller, tell: ExplorerFetcherDeps['tell']) {
  const { query, variables, operationName } = params;
  const input = { ...pretenceOf(as), operation: query, variables, operationName: operationName ?? null };
  try {
    const { simulateAccess: report } = await track((signal) => client.query(Simulate, { input }, { signal }));
    tell({ params, outcome: { kind: 'explained', as, report } });
    return { extensions: { notRun: `Explained as ${nameOf(as)}: nothing was run.`, ...report } };
  } catch (error) {
    const { message } = error as Error;
    tell({ params, outcome: { kind: 'problem', message } });
    return { extensions: { notRun: message } };
  }
}
