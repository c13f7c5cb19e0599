import {
  isAbstractType,
  Kind,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { badInput } from '../errors.ts';
import type { Fragments } from './executed-fields.ts';
import { rateLimitsOf, unlimited } from './rate-limit-directive.ts';

/**
 * Refuses an operation that would do more than read: a mutation, a subscription, and a field with `@rateLimit`, which
 * would be counted for a caller who never asked.
 * @throws BAD_USER_INPUT naming `input.operation`.
 */
export function requireReading(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments): void {
  if (operation.operation !== OperationTypeNode.QUERY)
    throw badInput('input.operation', 'not_a_query', 'Only the result of a query is shown: nothing else is run.');
  const types = new TypeInfo(schema);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments.values()] };
  const requireUncounted = {
    Field: ({ name }: { readonly name: { readonly value: string } }) => {
      const parent = types.getParentType();
      if (parent == null || !isCounted(schema, parent, name.value)) return;
      const message = `\`${parent.name}.${name.value}\` counts how often it is asked for, so that its result is not shown.`;
      throw badInput('input.operation', 'counted', message);
    },
  };
  visit(document, visitWithTypeInfo(types, requireUncounted));
}

function isCounted(schema: GraphQLSchema, parent: GraphQLCompositeType, name: string): boolean {
  const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
  return types.some((type) => rateLimitsOf(schema, fieldOf(type, name)).some(({ max }) => max !== unlimited));
}

const fieldOf = (type: GraphQLCompositeType, name: string) =>
  'getFields' in type ? type.getFields()[name] : undefined;
