import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import { AppError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import { requireShallow } from '../request/document-limits.ts';
import { parseOptions, validationOptions } from './document-options.ts';
import { coerceVariables, fragmentsOf } from './executed-fields.ts';
import { checkLimits } from './operation-limits.ts';
import { movePositions } from './positions.ts';

export interface SubscriptionRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Turns a subscription as it was sent into the arguments of graphql-js's `subscribe`, or into the reasons to refuse it.
 */
export function createPrepareSubscription(schema: GraphQLSchema, validationRules: readonly ValidationRule[]) {
  return function prepare(
    { query, operationName, variables }: SubscriptionRequest,
    context: RequestContext,
  ): ExecutionArgs | readonly GraphQLError[] {
    try {
      requireShallow(query);
      const document = parseDocument(query);
      if (document instanceof GraphQLError) return [document];
      movePositions(document);
      const invalid = validate(schema, document, [...specifiedRules, ...validationRules], validationOptions);
      if (invalid.length > 0) return invalid.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
      requireSubscription(schema, document, operationName, variables ?? {});
      return {
        schema,
        document,
        contextValue: context,
        operationName: operationName ?? null,
        variableValues: variables,
      };
    } catch (error) {
      if (error instanceof AppError) return [new GraphQLError(error.message, { originalError: error })];
      throw error;
    }
  };
}

function parseDocument(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, parseOptions);
  } catch (error) {
    return coded(
      error instanceof GraphQLError ? error : new GraphQLError('The document is not valid GraphQL.'),
      'GRAPHQL_PARSE_FAILED',
    );
  }
}

function requireSubscription(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>>,
): void {
  const operation = getOperationAST(document, operationName);
  if (operation == null) throw new AppError('BAD_REQUEST', 'Set `operationName` to one operation of the document.');
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
    throw new AppError('BAD_REQUEST', 'Only subscriptions are served here; send queries and mutations by HTTP.');
  }
  checkLimits(schema, operation, fragmentsOf(document), coerceVariables(schema, operation, variables));
}

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  });
