import { locatedError, type DocumentNode, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createExecutor, type Execute } from './create-executor.ts';

/** The shape of Apollo Server's `gateway` option, as far as it is used here. */
export interface ApolloGateway {
  onSchemaLoadOrUpdate(callback: (loaded: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void): () => void;
  load(): Promise<{ executor: (request: GatewayRequest) => Promise<ExecutionResult> }>;
  stop(): Promise<void>;
}

interface GatewayRequest {
  readonly request: { variables?: ExecutionArgs['variableValues']; operationName?: ExecutionArgs['operationName'] };
  readonly document: DocumentNode;
  readonly context: unknown;
}

/**
 * Lets Apollo Server execute the operations of a schema by plans, or by another function: its `gateway` option is the
 * one place for that. `new ApolloServer({ gateway: apolloGateway(schema) })`, without `schema`.
 */
export function apolloGateway(schema: GraphQLSchema, execute: Execute = createExecutor(schema).execute): ApolloGateway {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ request: { variables: variableValues, operationName }, document, context: contextValue }) => {
        try {
          return await execute({ schema, document, contextValue, variableValues, operationName });
        } catch (error) {
          // Apollo Server hands on as it is what an executor throws, and its plugins expect errors of GraphQL.
          return { errors: [locatedError(error, undefined)] };
        }
      },
    }),
    stop: async () => undefined,
  };
}
