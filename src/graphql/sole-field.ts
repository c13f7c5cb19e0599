import { getDirective } from '@graphql-tools/utils';
import type { FieldNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { AppError } from '../errors.ts';
import { coerceVariables, executedFields, type Fragments, type Variables } from './executed-fields.ts';

/**
 * Enforces `@sole`: what changes who is signed in stands alone in its operation, so that nothing beside it is judged
 * by rights that it has just changed.
 * @throws BAD_REQUEST where such a field has company; nothing has run then.
 */
export function requireAlone(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): void {
  const nodes = rootFields(operation, fragments, variables);
  const sole = nodes.find((node) => soleDirective(schema, operation, node) !== undefined);
  if (sole === undefined || nodes.length === 1) return;
  throw new AppError(
    'BAD_REQUEST',
    `\`${sole.name.value}\` must be the only field of its operation; nothing was executed.`,
  );
}

/**
 * Whether an operation may ignore a credential that is genuine but no longer counts: it does nothing but what says so
 * by `@sole(acceptsStale: true)`. One whose variables cannot be read says nothing.
 */
export function acceptsStale(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  inputs: Variables,
): boolean {
  try {
    const nodes = rootFields(operation, fragments, coerceVariables(schema, operation, inputs));
    return nodes.length > 0 && nodes.every((node) => soleDirective(schema, operation, node)?.['acceptsStale'] === true);
  } catch {
    return false;
  }
}

const rootFields = (operation: OperationDefinitionNode, fragments: Fragments, variables: Variables): FieldNode[] =>
  executedFields(operation.selectionSet, fragments, variables).filter(({ name }) => name.value !== '__typename');

function soleDirective(
  schema: GraphQLSchema,
  { operation }: OperationDefinitionNode,
  { name }: FieldNode,
): Record<string, unknown> | undefined {
  const field = schema.getRootType(operation)?.getFields()[name.value];
  return field === undefined ? undefined : getDirective(schema, field, 'sole')?.[0];
}
