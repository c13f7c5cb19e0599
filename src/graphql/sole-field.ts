import { getDirective } from '@graphql-tools/utils';
import type { FieldNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { AppError } from '../errors.ts';
import { coerceVariables, executedFields, type Fragments, type Variables } from './executed-fields.ts';

/**
 * Enforces `@sole`: a field that changes who is signed in stands alone in its operation, so that no other field is
 * judged by rights that have just changed.
 * @throws BAD_REQUEST if such a field stands beside another; nothing has run then.
 */
export function requireAlone(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): void {
  const nodes = rootFields(operation, fragments, variables);
  const sole = nodes.find((node) => hasDirective(schema, operation, node, 'sole'));
  if (sole === undefined || nodes.length === 1) return;
  throw new AppError(
    'BAD_REQUEST',
    `\`${sole.name.value}\` must be the only field of its operation; nothing was executed.`,
  );
}

/**
 * Tells whether an operation may ignore an ended credential: each of its root fields says so by `@acceptsEnded`. An
 * operation whose variables cannot be read says nothing.
 */
export function acceptsEnded(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  inputs: Variables,
): boolean {
  try {
    const nodes = rootFields(operation, fragments, coerceVariables(schema, operation, inputs));
    return nodes.length > 0 && nodes.every((node) => hasDirective(schema, operation, node, 'acceptsEnded'));
  } catch {
    return false;
  }
}

const rootFields = (operation: OperationDefinitionNode, fragments: Fragments, variables: Variables): FieldNode[] =>
  executedFields(operation.selectionSet, fragments, variables).filter(({ name }) => name.value !== '__typename');

function hasDirective(
  schema: GraphQLSchema,
  { operation }: OperationDefinitionNode,
  { name }: FieldNode,
  directive: string,
): boolean {
  const field = schema.getRootType(operation)?.getFields()[name.value];
  return field !== undefined && getDirective(schema, field, directive) !== undefined;
}
