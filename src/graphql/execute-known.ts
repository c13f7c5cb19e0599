import type { ApolloServerPlugin } from '@apollo/server';
import { locatedError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Execute } from '../execution/index.ts';
import type { GraphQLRequest, RequestContext } from '../request/context.ts';
import type { CookieJar } from '../request/cookie-jar.ts';
import { exceeds } from './answer-size.ts';
import { createKnownOperations, plainRequestOf, type KnownOperation } from './known-operations.ts';
import type { PassedChecks } from './passed-checks.ts';

/** An answer as Apollo Server gives it. */
export interface ExecutedAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

export interface KnownExecutionDeps {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly passed: PassedChecks;
  readonly stringifyResult: (result: object) => string;
  /** A larger answer is left to Apollo Server, which refuses it. */
  readonly maxAnswerBytes: number;
}

/** Executes operations that Apollo Server has answered before without an error, by themselves. */
export interface KnownExecution {
  /** Notes what Apollo Server answers without an error. */
  readonly plugin: ApolloServerPlugin<RequestContext>;
  /** Takes the place of the executor: answers what has run already, and runs anything else. */
  readonly execute: Execute;
  /** Answers a request; `undefined` if Apollo Server has to. */
  readonly answer: (request: GraphQLRequest, context: RequestContext) => Promise<ExecutedAnswer | undefined>;
  /** Learns from an answer of Apollo Server. `given` is the request as Apollo Server got it. */
  readonly learn: (request: GraphQLRequest, given: object, answered: ExecutedAnswer) => void;
}

/**
 * Creates the shorter way of a request. An operation that was parsed, validated and answered without an error is
 * executed at once from then on, if the request asks for nothing else, the credential has not ended, and the checks
 * before execution passed with the same variables. Whatever has an error to report, or is too large, is answered by
 * Apollo Server: what did not begin is left to it, and what has run is handed to it as a result. A plugin that acts on
 * every request, and not on new documents or errors alone, would have to be called here as well.
 */
export function createKnownExecution(deps: KnownExecutionDeps): KnownExecution {
  const { schema, execute, passed, stringifyResult, maxAnswerBytes } = deps;
  const known = createKnownOperations();
  /** The operations that were answered without an error, by their requests as Apollo Server got them. */
  const accepted = new WeakMap<object, Omit<KnownOperation, 'headers'>>();
  /** The results of what has run, by the cookies of the request: Apollo Server's copy of a context has the same. */
  const results = new WeakMap<CookieJar, ExecutionResult>();

  return {
    plugin: {
      requestDidStart: async () => ({
        async willSendResponse({ document, operation, request: { http }, response: { body } }) {
          if (http === undefined || document === undefined || operation === undefined) return;
          const isSuccess = body.kind === 'single' && body.singleResult.errors === undefined;
          if (isSuccess) accepted.set(http, { document, operation });
        },
      }),
    },
    execute: (args) => results.get((args.contextValue as RequestContext).cookies) ?? execute(args),
    async answer(request, context) {
      const plain = context.credential.ended === undefined ? plainRequestOf(request) : undefined;
      const operation = plain && known.find(plain);
      if (plain === undefined || operation === undefined) return undefined;
      const { operationName, variables } = plain;
      if (!passed.has(operation.operation, variables ?? {})) return undefined;
      const { document, headers } = operation;
      const args = { schema, document, contextValue: context, variableValues: variables, operationName };
      let result: ExecutionResult;
      try {
        result = await execute(args);
        // It did not begin: its variables are not of their types.
        if (!('data' in result)) return undefined;
      } catch (error) {
        result = { errors: [locatedError(error, undefined)] };
      }
      if (result.errors === undefined && !exceeds(result, maxAnswerBytes)) {
        return { status: 200, headers, body: stringifyResult({ data: result.data, extensions: result.extensions }) };
      }
      results.set(context.cookies, result);
      return undefined;
    },
    learn(request, given, { status, headers }) {
      const operation = accepted.get(given);
      const plain = status === 200 ? plainRequestOf(request) : undefined;
      if (operation !== undefined && plain !== undefined) known.keep(plain, { ...operation, headers: [...headers] });
    },
  };
}
