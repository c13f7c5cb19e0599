import {
  getDirectiveValues,
  GraphQLError,
  GraphQLScalarType,
  GraphQLSpecifiedByDirective,
  isScalarType,
  Kind,
  valueFromASTUntyped,
  type GraphQLSchema,
} from 'graphql';
import { parseMoment } from '../request/moment.ts';

/** A moment: read by RFC 3339 with any offset, written in UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    throw new GraphQLError('The value of DateTime is not a date.');
  },
  parseValue,
  parseLiteral: (node) => parseValue(node.kind === Kind.STRING ? node.value : undefined),
});

/** The years of RFC 3339 in UTC without the year 0, which PostgreSQL does not have; an offset may lead out of them. */
const first = Date.parse('0001-01-01T00:00:00Z');
const last = Date.parse('9999-12-31T23:59:59.999Z');

function parseValue(value: unknown): Date {
  const date = typeof value === 'string' ? parseMoment(value) : null;
  if (date !== null && date.getTime() >= first && date.getTime() <= last) return date;
  throw new GraphQLError('Expected a date and time such as 2026-01-31T12:00:00Z.');
}

/** Any JSON value, as it is. */
export const JSONValue = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

/** Gives scalars the URL of their specification, which the SDL has: a resolver takes it from them. */
export function withSpecifications(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type) || type.astNode == null) continue;
    const { url } = getDirectiveValues(GraphQLSpecifiedByDirective, type.astNode) ?? {};
    if (typeof url === 'string') type.specifiedByURL = url;
  }
  return schema;
}
