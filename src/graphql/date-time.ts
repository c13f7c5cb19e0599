import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** RFC 3339 on the way in, with any offset; UTC and milliseconds on the way out. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    throw new GraphQLError('DateTime holds something that is no date.');
  },
  parseValue,
  parseLiteral: (node) => parseValue(node.kind === Kind.STRING ? node.value : undefined),
});

/** The years of RFC 3339 in UTC but the first, which PostgreSQL does not have: an offset may lead out of them. */
const first = Date.parse('0001-01-01T00:00:00Z');
const last = Date.parse('9999-12-31T23:59:59.999Z');

function parseValue(value: unknown): Date {
  const date = typeof value === 'string' && rfc3339.test(value) ? new Date(value) : null;
  if (date !== null && date.getTime() >= first && date.getTime() <= last) return date;
  throw new GraphQLError('Expected a moment such as 2026-01-31T12:00:00Z.');
}
