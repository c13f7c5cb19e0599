import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Recorder } from '../audit/record.ts';
import { anyScopeCovers, compileRoles, userIdOf, type AccessReport, type Principal } from '../authorization/index.ts';
import { AppError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import { maxTokens } from '../request/document-limits.ts';
import type { RightsOf } from '../request/rights.ts';
import { isNarrowed } from '../users/require-user.ts';
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

const { held } = compileRoles(roles);

/**
 * Shows an administrator the result of a query as another caller gets it. The audit log has it before anything is read,
 * or else nothing is.
 * @throws FORBIDDEN if the setting is off, the administrator's session was narrowed, or the caller would have rights that
 * the administrator has not; otherwise as `pretend` and `simulate`, and BAD_USER_INPUT for what is no query or would be counted.
 */
export async function showResult(
  { results, recorder, rightsOf, schema }: SimulatedResultDeps,
  simulation: Simulation,
  administrator: Principal,
  context: RequestContext,
): Promise<QueryResult> {
  if (results === null)
    throw new AppError('FORBIDDEN', 'Results of simulated operations are switched off: set SIMULATION_RESULTS=on.');
  if (isNarrowed(administrator))
    throw new AppError(
      'FORBIDDEN',
      'This session was narrowed to some scopes: sign in without `scopes` to see results.',
    );
  const stage = { rightsOf, now: context.now };
  const principal = withoutProof(await pretend(context.rows, stage, simulation), administrator);
  const { userId } = simulation;
  // Of a user all rights count, whatever the result is narrowed to.
  requireNoMore(administrator, userId == null ? principal : await pretend(context.rows, stage, { userId }));
  const report = simulate(schema(), principal, simulation, results.bounds);
  await context.em.transactional(async (tx) =>
    recorder.record(tx, context, {
      type: 'access.result_shown',
      subjectId: userId == null ? null : (userIdOf(principal) ?? null),
      details: detailsOf(simulation, report),
    }),
  );
  const { operation, variables, operationName } = simulation;
  const document = parse(operation, { maxTokens });
  return results.answerAs(principal, { document, variables: requireVariables(variables), operationName }, context);
}

/** Takes the pretended second factor away, unless the administrator has proved one. */
const withoutProof = (pretended: Principal, own: Principal): Principal =>
  pretended.kind === 'anonymous' || (own.kind !== 'anonymous' && own.mfaAt != null)
    ? pretended
    : { ...pretended, mfaAt: null };

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
  const distinct = (names: readonly string[]): string[] => [...new Set(names)].toSorted();
  return {
    // All of them: an event that names some would let whoever asks choose which.
    fields: distinct(decisions.map(({ coordinate }) => coordinate)),
    ...(chosen == null ? undefined : { roles: distinct(chosen) }),
    ...(scopes == null ? undefined : { scopes: distinct(scopes) }),
  };
}
