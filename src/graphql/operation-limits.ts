import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { AppError } from '../errors.ts';
import { executedFields, type Fragments, type Variables } from './executed-fields.ts';
import { createMeasure } from './operation-size.ts';

/** The limits of an operation; the client is told the first one that it exceeds. */
const limits = [
  { of: 'depth', label: 'depth', max: 15 },
  { of: 'aliases', label: 'aliases', max: 30 },
  { of: 'directives', label: 'directives', max: 50 },
  { of: 'cost', label: 'cost', max: 10_000 },
  { of: 'rootFields', label: 'root fields', max: 20 },
] as const;

/**
 * Refuses an operation that asks for too much before anything of it is executed (OWASP GraphQL, batching and depth).
 * @throws OPERATION_TOO_COMPLEX naming the limit and what the operation has.
 */
export function checkLimits(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): void {
  const root = schema.getRootType(operation.operation);
  if (root == null) return;
  const rootFields = executedFields(operation.selectionSet, fragments, variables).length;
  const size = { ...createMeasure(schema, fragments, variables)(operation.selectionSet, root), rootFields };
  const exceeded = limits.find(({ of, max }) => size[of] > max);
  if (exceeded === undefined) return;
  const { of, label, max } = exceeded;
  throw new AppError('OPERATION_TOO_COMPLEX', `The operation is too complex: ${label} ${size[of]}, at most ${max}.`);
}
