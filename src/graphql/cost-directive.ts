import { getDirective } from '@graphql-tools/utils';
import type { GraphQLField, GraphQLSchema } from 'graphql';

const weights = new WeakMap<GraphQLField<unknown, unknown>, number>();

/** Returns the weight that `@cost` gives a field; 1 without it. */
export function weightOf(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): number {
  const known = weights.get(field);
  if (known !== undefined) return known;
  const weight = Number(getDirective(schema, field, 'cost')?.[0]?.['weight'] ?? 1);
  weights.set(field, weight);
  return weight;
}
