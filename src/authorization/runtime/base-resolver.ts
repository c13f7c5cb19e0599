import { defaultFieldResolver } from 'graphql';
import type { GraphQLFieldResolver } from 'graphql';
import type { Guard, Resolver } from './guard.ts';

/** The resolver that stands behind a guarded field: its own, the host's for all fields, or graphql-js's. */
export function baseResolver(
  guard: Guard,
  resolve: GraphQLFieldResolver<unknown, unknown> | null | undefined,
): Resolver {
  return resolve ?? guard.options.fieldResolver ?? defaultFieldResolver;
}
