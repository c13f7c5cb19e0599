import { helper, type AnyEntity } from '@mikro-orm/core';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { fileURLToPath } from 'node:url';
import { furtherScopes, roles } from '../access/roles.ts';
import {
  type AccessLog,
  type AccessWarning,
  guardSchema,
  type NamedPolicy,
  type RelationOf,
} from '../authorization/index.ts';
import type { Config } from '../config/config.ts';
import { withRateLimits } from '../graphql/rate-limit.ts';
import { readSdl } from '../graphql/read-sdl.ts';
import { requireDirectiveArguments } from '../graphql/require-directive-arguments.ts';
import { requireRateLimits } from '../graphql/require-rate-limits.ts';
import { DateTime, JSONValue, withSpecifications } from '../graphql/scalars.ts';
import type { CreateLimiter } from '../limits/limiter.ts';
import type { Clock, RequestContext } from '../request/context.ts';
import { type FeaturePolicy, features } from './features.ts';

/** Every policy, of whatever feature. */
export const policies = features.flatMap((feature) => feature.policies ?? []) as readonly FeaturePolicy[];

/** Every rule that `@access` names, of whatever feature. */
const rules: Readonly<Record<string, NamedPolicy>> = Object.assign({}, ...features.map((feature) => feature.rules));

const scalars = { DateTime, JSON: JSONValue };

export interface GuardedSchemaDeps {
  readonly resolvers: Array<IResolvers>;
  readonly load: (type: string, id: string, context: RequestContext) => Promise<object | null>;
  /** Loads the rows of a to-many property, for `some` in policies. */
  readonly loadMany: (
    type: string,
    id: string,
    property: string,
    context: RequestContext,
  ) => Promise<readonly object[]>;
  /** Tells where properties of rows lead that the SDL does not have. */
  readonly relations: RelationOf;
  readonly access: Pick<Config['access'], 'mode' | 'introspection'>;
  readonly log: AccessLog;
  /** Receives rules with surprising consequences. */
  readonly onWarning?: ((warning: AccessWarning) => void) | undefined;
  /** The clock by which `@recentAuth` and `@mfa` take the present moment; the system's by default. */
  readonly clock?: Clock;
  /**
   * Makes the limiter in which `@rateLimit` counts; without it nothing is limited, as befits a schema that only prints.
   */
  readonly createLimiter?: CreateLimiter;
}

/**
 * The SDL of `schema/` with its resolvers, every path to a field guarded.
 * @throws AccessSchemaError listing every element whose access is missing or contradictory.
 */
export function createGuardedSchema({
  resolvers,
  load,
  loadMany,
  relations,
  access,
  log,
  onWarning,
  clock,
  createLimiter,
}: GuardedSchemaDeps): GraphQLSchema {
  const typeDefs = readSdl(fileURLToPath(new URL('../../schema', import.meta.url)));
  const schema = withSpecifications(makeExecutableSchema({ typeDefs, resolvers: [scalars, ...resolvers] }));
  requireRateLimits(schema);
  requireDirectiveArguments(schema);
  return guardSchema<RequestContext>(createLimiter === undefined ? schema : withRateLimits(schema, createLimiter), {
    principal: (context) => context.principal,
    roles,
    scopes: furtherScopes,
    policies,
    rules,
    load,
    loadMany,
    relations,
    isLoaded: isLoadedRow,
    mode: access.mode,
    introspection: access.introspection,
    // The edge shows it if the setting says so, and tells OAuth clients which scope they lack.
    tellRequired: true,
    now: clock === undefined ? undefined : () => clock().getTime(),
    log,
    onWarning,
  });
}

/** A relation of an entity that was not read yet has nothing but its id; a plain row is always read. */
export const isLoadedRow = (row: object): boolean => !isEntity(row) || helper(row).isInitialized();

const isEntity = (row: object): row is AnyEntity => '__helper' in row;
