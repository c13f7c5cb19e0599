import { wrap } from '@mikro-orm/core';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { fileURLToPath } from 'node:url';
import { furtherScopes, roles } from './access/roles.ts';
import { articlePolicy } from './articles/article.policy.ts';
import { guardSchema, type AccessLog } from './authorization/index.ts';
import { commentPolicy } from './comments/comment.policy.ts';
import type { Config } from './config.ts';
import { withRateLimits } from './graphql/rate-limit.ts';
import { readSdl } from './graphql/sdl.ts';
import { apiKeyPolicy } from './identity/api-keys/api-key.policy.ts';
import { sessionPolicy } from './identity/sessions/session.policy.ts';
import type { CreateLimiter } from './limits/limiter.ts';
import type { Clock, RequestScope } from './request.ts';
import { userPolicy } from './users/user.policy.ts';

/** Every policy; a team's own is added here. */
export const policies = [userPolicy, sessionPolicy, apiKeyPolicy, articlePolicy, commentPolicy];

export interface GuardedSchemaDeps {
  readonly resolvers: Array<IResolvers>;
  readonly load: (type: string, id: string, scope: RequestScope) => Promise<object | null>;
  readonly access: Pick<Config['access'], 'mode' | 'introspection'>;
  readonly log: AccessLog;
  /** What `@recentAuth` and `@mfa` take for the present moment; the system's by default. */
  readonly clock?: Clock;
  /** Where `@rateLimit` counts; without it nothing is limited, as befits a schema that only prints. */
  readonly createLimiter?: CreateLimiter;
}

/**
 * The SDL of `schema/` with its resolvers, every path to a field guarded.
 * @throws AccessSchemaError listing every element whose access is missing or contradictory.
 */
export function createGuardedSchema({
  resolvers,
  load,
  access,
  log,
  clock,
  createLimiter,
}: GuardedSchemaDeps): GraphQLSchema {
  const typeDefs = readSdl(fileURLToPath(new URL('../schema', import.meta.url)));
  const schema = makeExecutableSchema({ typeDefs, resolvers });
  return guardSchema<RequestScope>(createLimiter === undefined ? schema : withRateLimits(schema, createLimiter), {
    principal: (scope) => scope.principal,
    roles,
    scopes: furtherScopes,
    policies,
    load,
    isLoaded: isLoadedRow,
    mode: access.mode,
    introspection: access.introspection,
    now: clock === undefined ? undefined : () => clock().getTime(),
    log,
  });
}

/** A relation that was not read yet is an entity with nothing but its id. */
export const isLoadedRow = (row: object): boolean => wrap(row).isInitialized();
