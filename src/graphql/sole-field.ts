import { getDirective } from '@graphql-tools/utils';
import type { GraphQLField, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { AppError } from '../errors.ts';
import { executedFields, type Fragments, type Variables } from './executed-fields.ts';

/**
 * Enforces `@sole`: what changes who is signed in stands alone in its operation, so that nothing beside it is judged
 * by rights that it has just changed.
 * @returns whether the operation may ignore a credential that is genuine but no longer counts.
 * @throws BAD_REQUEST where such a field has company; nothing has run then.
 */
export function checkSoleField(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): boolean {
  const rootFields = schema.getRootType(operation.operation)?.getFields() ?? {};
  const nodes = executedFields(operation.selectionSet, fragments, variables).filter(
    ({ name }) => name.value !== '__typename',
  );
  const soles = nodes.flatMap(({ name }) => soleDirective(schema, rootFields[name.value]) ?? []);
  if (soles.length > 0 && nodes.length > 1) {
    const name = nodes.find((node) => soleDirective(schema, rootFields[node.name.value]))?.name.value;
    throw new AppError('BAD_REQUEST', `\`${name}\` must be the only field of its operation; nothing was executed.`);
  }
  return soles[0]?.acceptsStale === true;
}

function soleDirective(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown> | undefined,
): { acceptsStale: boolean } | undefined {
  const found = field === undefined ? undefined : getDirective(schema, field, 'sole')?.[0];
  return found === undefined ? undefined : { acceptsStale: found['acceptsStale'] === true };
}
