import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { roles } from '../access/roles.ts';
import { bindPolicies, type AccessLog, type AccessWarning, type RelationOf } from '../authorization/index.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/open.ts';
import { readOnlyRun } from '../database/read-only-run.ts';
import { collectionOf, relationOfTable } from '../database/rows/collections.ts';
import { describeDatabaseError } from '../database/unavailable.ts';
import { asSystem } from '../database/write-guard/as-system.ts';
import type { FeatureDeps } from '../feature/feature.ts';
import { createSearches } from '../limits/searches.ts';
import type { InTurn } from '../limits/turns.ts';
import { createNodes } from '../nodes/nodes.service.ts';
import type { Clock } from '../request/context.ts';
import { createErrorReport } from '../request/error-report.ts';
import { createAnswerAs } from './answer-as.ts';
import { createWriteGuards, type GuardFor, type WriteGuardsDeps } from './create-write-guards.ts';
import { features } from './features.ts';
import { createGuardedSchema, isLoadedRow, policies } from './guarded-schema.ts';
import { operationBounds, resultBounds } from './operation-bounds.ts';
import { requireEntities } from './require-entities.ts';
import type { Services, SharedServices } from './services.ts';
import { withSystemWork } from './system-work.ts';

export interface ApiDeps extends Omit<FeatureDeps, 'policies' | 'searches'> {
  readonly config: Pick<Config, 'access' | 'answers' | 'production'>;
  readonly database: Pick<Database, 'fork' | 'orm' | 'rows' | 'withinReadOnly'>;
  readonly services: SharedServices;
  readonly sessionOf: NonNullable<WriteGuardsDeps['sessionOf']>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Api {
  readonly schema: GraphQLSchema;
  readonly guardFor: GuardFor;
}

/**
 * Builds the schema from the features' SDL and resolvers, every path to a field guarded, and the guards of what they
 * write.
 * @throws AccessSchemaError listing every element whose access is missing or contradictory; StartError if a type with a
 * policy has no entity.
 */
export function createApi({ clock, config, database, log, services, sessionOf, ...deps }: ApiDeps): Api {
  const accessLog: AccessLog = ({ error, ...event }) => log.error({ ...event, err: error }, 'access defect');
  requireEntities(policies, database.orm.getMetadata());
  const relations: RelationOf = (type, property) => relationOfTable(database.orm, type, property);
  const bound = bindPolicies({
    roles,
    policies,
    schema: () => schema,
    relations,
    isLoaded: isLoadedRow,
    load: (type, id) => nodes.load(database.rows(), type, id),
    loadMany: (type, id, property) => collectionOf(database.rows(), type, id, property),
    log: accessLog,
  });
  const searches = outsideOfRuns(createSearches());
  const nodes = createNodes({
    types: Object.assign({}, ...features.map(({ nodeTypes }) => nodeTypes)),
    sources: features.flatMap(({ searchSource }) => searchSource?.({ policies: bound }) ?? []),
    searches,
  });
  const answerAs = createAnswerAs({
    config,
    database,
    guardFor: (principal) => guardFor(principal),
    report: createErrorReport(log, describeDatabaseError),
    schema: () => schema,
  });
  const handed: Services = {
    ...services,
    ...deps,
    policies: bound,
    searches,
    nodes,
    schema: () => schema,
    operationBounds,
    results: config.access.simulationResults ? { answerAs, bounds: resultBounds } : null,
  };
  const schema: GraphQLSchema = createGuardedSchema({
    resolvers: features.flatMap(({ create, systemWork }) => withSystemWork(systemWork, create?.(handed) ?? [])),
    load: (type, id, { rows }) => nodes.load(rows, type, id),
    loadMany: (type, id, property, { rows }) =>
      asSystem('a policy looks into a collection', () => collectionOf(rows, type, id, property)),
    relations,
    access: config.access,
    log: accessLog,
    onWarning: config.production ? undefined : tellOfWarning(log),
    clock,
    createLimiter: deps.createLimiter,
  });
  const guardFor = createWriteGuards({ policies: bound, log, sessionOf });
  return { schema, guardFor };
}

/**
 * Lets a read-only run wait for no turn: on the embedded database, whoever has it would wait for the end of the run.
 */
const outsideOfRuns =
  (inTurn: InTurn): InTurn =>
  (caller, job) =>
    readOnlyRun() === undefined ? inTurn(caller, job) : job();

/**
 * Tells a developer what lets callers learn more than they may read, or mistake one row for another. Where a null would
 * land shows in the access matrix alone: a field that may not be null says so in the SDL.
 */
const tellOfWarning =
  (log: Logger) =>
  ({ kind, coordinate, message }: AccessWarning): void => {
    if (kind !== 'null') log.warn({ kind, coordinate }, `access: ${coordinate}: ${message}`);
  };
