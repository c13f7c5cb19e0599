import type { GraphQLSchema } from 'graphql';
import { StartError } from '../errors.ts';
import { rateLimitsOf } from './rate-limit-directive.ts';

/**
 * Requires a `@rateLimit` of every mutation: a write costs more than a read, and often leaves a row of the audit log.
 * @throws StartError that lists the mutations without one, with the remedy.
 */
export function requireRateLimits(schema: GraphQLSchema): void {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  const silent = fields
    .filter((field) => rateLimitsOf(schema, field).length === 0)
    .map(({ name }) => `Mutation.${name}`);
  if (silent.length === 0) return;
  throw new StartError(
    `${silent.join(', ')}: every mutation needs a limit. Add \`@rateLimit(max: 300, window: "1m")\`, or ` +
      '`@rateLimit(max: 0, window: "1m")` if it is meant to have none.',
  );
}
