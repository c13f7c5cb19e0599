import { createGraphiQLFetcher, type Fetcher, type FetcherOpts, type FetcherParams } from '@graphiql/toolkit';
import { getOperationAST, GraphQLError, OperationTypeNode } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import type { GraphQLErrorAnswer } from 'sallyport/client';
import { socketOptions } from 'sallyport/client/graphql-ws';
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

const fetcherOver = (wsClient: Client): Fetcher =>
  createGraphiQLFetcher({
    url: graphqlUrl,
    fetch: send,
    // The server answers as a whole.
    enableIncrementalDelivery: false,
    wsClient,
  });

const ofSession = fetcherOver(createClient(socketOptions(client)));

/** Sends an operation whose headers hold a credential; a subscription takes it along as it opens its own socket. */
const withCredential = (authorization: string): Fetcher =>
  fetcherOver(
    createClient({
      url: graphqlUrl.replace(/^http/, 'ws'),
      connectionParams: { authorization },
      retryAttempts: 0,
    }),
  );

/** Returns the credential that the user wrote into the headers, as `authorization` has it. */
function ownCredential(options: FetcherOpts | undefined): string | undefined {
  const headers = new Headers(options?.headers);
  const key = headers.get('x-api-key');
  return headers.get('authorization') ?? (key === null ? undefined : `Bearer ${key}`);
}

/** A browser sends its cookies along whenever it opens a socket, and the server takes one credential alone. */
const refusesOwn =
  'A subscription runs as the session of the console: a browser sends its cookies along when it opens the socket. ' +
  'Sign out to run it by the credential in Headers, or take that away.';

const isSubscription = ({ operationName }: FetcherParams, options: FetcherOpts | undefined): boolean =>
  options?.documentAST != null &&
  getOperationAST(options.documentAST, operationName ?? undefined)?.operation === OperationTypeNode.SUBSCRIPTION;

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
    const own = ownCredential(options);
    if (own !== undefined && client.session.get().status === 'signed-in' && isSubscription(params, options)) {
      tell({ params, outcome: { kind: 'problem', message: refusesOwn } });
      return { errors: [new GraphQLError(refusesOwn)] };
    }
    const startedAt = performance.now();
    const answer = await (own === undefined ? ofSession : withCredential(own))(params, options);
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
