import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { roles } from '../access/roles.ts';
import { bindPolicies, type AccessLog } from '../authorization/index.ts';
import type { Config } from '../config.ts';
import { createFeatures, type Features, type FeaturesDeps } from '../features.ts';
import { createGuardedSchema, isLoadedRow, policies } from '../guarded-schema.ts';
import type { Clock } from '../request.ts';

export interface ApiDeps extends Omit<FeaturesDeps, 'bound' | 'registration' | 'schema'> {
  readonly config: Pick<Config, 'access' | 'registration'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Api {
  readonly features: Features;
  /** With every path to a field guarded. */
  readonly schema: GraphQLSchema;
}

/**
 * The features and the schema that they answer.
 * @throws AccessSchemaError listing every element whose access is missing or contradictory.
 */
export function createApi({ clock, config, log, ...deps }: ApiDeps): Api {
  const accessLog: AccessLog = ({ error, ...event }) => log.error({ ...event, err: error }, 'access defect');
  const features = createFeatures({
    ...deps,
    bound: bindPolicies({ roles, policies, isLoaded: isLoadedRow, log: accessLog }),
    registration: config.registration,
    schema: () => schema,
  });
  const schema: GraphQLSchema = createGuardedSchema({
    resolvers: features.resolvers,
    load: (type, id, { em }) => features.nodes.load(em, type, id),
    access: config.access,
    log: accessLog,
    clock,
    createLimiter: deps.createLimiter,
  });
  return { features, schema };
}
