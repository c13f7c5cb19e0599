import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Recorder } from '../audit/record.ts';
import { anyScopeCovers, compileRoles, userIdOf, type AccessReport, type Principal } from '../authorization/index.ts';
import { AppError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import { maxTokens } from '../request/document-limits.ts';
import type { RightsOf } from '../request/rights.ts';
import { roles } from './roles.ts';
import { pretend, requireVariables, simulate, type OperationBounds, type Simulation } from './simulate.ts';

/** A query that passed every check before its execution. */
export interface CheckedQuery {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null | undefined;
}

/** What a query answers, as JSON. */
export interface QueryResult {
  readonly data: unknown;
  /** Null if there are none. */
  readonly errors: unknown[] | null;
}

/**
 * Executes a query for a principal without a credential, within a read-only transaction.
 * @param context The request that wants to see the result.
 */
export type AnswerAs = (principal: Principal, query: CheckedQuery, context: RequestContext) => Promise<QueryResult>;

/** What shows results: there only if SIMULATION_RESULTS is on. */
export interface ResultsShown {
  readonly answerAs: AnswerAs;
  /** Those of a query whose result is shown: the bounds of any other, and that it reads alone. */
  readonly bounds: OperationBounds;
}

export interface SimulatedResultDeps {
  readonly results: ResultsShown | null;
  readonly recorder: Recorder;
  readonly rightsOf: RightsOf;
  /** The guarded schema, which is made of the features' resolvers: asked for when it is there. */
  readonly schema: () => GraphQLSchema;
}

/** The most fields that one event names. */
const maxFields = 20;

const { held } = compileRoles(roles);

/**
 * Shows an administrator the result of a query as another caller gets it. The audit log has it before anything is read,
 * or else nothing is.
 * @throws FORBIDDEN if the setting is off, or the caller would have rights that the administrator has not; otherwise as
 * `pretend` and `simulate`, and BAD_USER_INPUT for what is no query or would be counted.
 */
export async function showResult(
  { results, recorder, rightsOf, schema }: SimulatedResultDeps,
  simulation: Simulation,
  administrator: Principal,
  context: RequestContext,
): Promise<QueryResult> {
  if (results === null)
    throw new AppError('FORBIDDEN', 'Results of simulated operations are switched off: set SIMULATION_RESULTS=on.');
  const principal = await pretend(context.rows, { rightsOf, now: context.now }, simulation);
  requireNoMore(administrator, principal);
  const report = simulate(schema(), principal, simulation, results.bounds);
  await context.em.transactional(async (tx) =>
    recorder.record(tx, context, {
      type: 'access.result_shown',
      subjectId: simulation.userId == null ? null : (userIdOf(principal) ?? null),
      details: detailsOf(simulation, report),
    }),
  );
  const { operation, variables, operationName } = simulation;
  const document = parse(operation, { maxTokens });
  return results.answerAs(principal, { document, variables: requireVariables(variables), operationName }, context);
}

/** Lets nobody see by another caller's rights what the own ones could never reach. @throws FORBIDDEN */
function requireNoMore(own: Principal, pretended: Principal): void {
  if (pretended.kind === 'anonymous') return;
  const { roles: ownRoles, scopes: ownScopes } = own.kind === 'anonymous' ? { roles: [], scopes: [] } : own;
  const ownHeld = held(ownRoles);
  const more = [
    ...[...held(pretended.roles)].filter((role) => !ownHeld.has(role)),
    ...pretended.scopes.filter((scope) => !anyScopeCovers([...ownScopes], scope)),
  ];
  if (more.length === 0) return;
  throw new AppError('FORBIDDEN', 'This caller has rights that you do not have. Choose one with fewer rights.');
}

/** Tells which fields were asked for, and which made-up rights were chosen, beside or instead of a user. */
function detailsOf({ roles: chosen, scopes }: Simulation, { decisions }: AccessReport) {
  const coordinates = new Set(decisions.map(({ coordinate }) => coordinate));
  const fields = [...coordinates].toSorted().slice(0, maxFields);
  return {
    fields,
    ...(chosen == null ? undefined : { roles: chosen }),
    ...(scopes == null ? undefined : { scopes }),
  };
}
