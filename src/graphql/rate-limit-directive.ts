import { getDirective } from '@graphql-tools/utils';
import type { GraphQLFieldConfig, GraphQLSchema } from 'graphql';
import ms, { type StringValue } from 'ms';
import { StartError } from '../errors.ts';
import type { Budget } from '../limits/budget.ts';

/** One `@rateLimit` of a field; the SDL declares its arguments. */
export interface RateLimit {
  readonly max: number;
  readonly window: string;
  readonly identityArgs?: readonly string[];
  readonly message?: string;
  readonly onlyFailures: boolean;
}

/** The `max` by which a mutation says that it has no limit of its own, on purpose. */
export const unlimited = 0;

/** Reads every `@rateLimit` of a field. */
export const rateLimitsOf = (schema: GraphQLSchema, field: DirectedField | undefined): RateLimit[] =>
  field === undefined ? [] : ((getDirective(schema, field, 'rateLimit') ?? []) as RateLimit[]);

type DirectedField = Pick<GraphQLFieldConfig<unknown, unknown>, 'astNode' | 'extensions'>;

/** Reads the budget of a `@rateLimit`. @throws StartError, so that nothing starts, if its window cannot be counted. */
export function budgetOf(limit: RateLimit, coordinate: string): Budget {
  const windowMs = millisecondsOf(limit.window);
  if (!(windowMs >= 1000) || limit.max < 1) {
    throw new StartError(
      `@rateLimit on ${coordinate}: expected \`max\` from 1 and a window such as "15m", of at least a second.`,
    );
  }
  const name = `${coordinate}:${limit.max}:${limit.window}`;
  return { name, points: limit.max, windowSeconds: Math.round(windowMs / 1000) };
}

/** Reads a length of time; what is none is not above any number. */
function millisecondsOf(text: string): number {
  try {
    return ms(text as StringValue);
  } catch {
    // `ms` throws for an empty text and for a long one.
    return NaN;
  }
}

export const messageOf = ({ message }: RateLimit): string => message ?? 'Too many attempts. Try again later.';
