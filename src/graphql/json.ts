import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';

/** Any JSON value, as it is. */
export const JSONValue = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
