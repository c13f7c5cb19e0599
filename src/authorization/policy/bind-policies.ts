import type { GraphQLSchema } from 'graphql';
import { AccessSchemaError, refusal } from '../model/access-errors.ts';
import { onceEach, type AccessLog } from '../model/access-log.ts';
import { compileRoles, problemsOfRoles, type RoleTable } from '../model/compile-roles.ts';
import { createEvaluationContext } from '../model/evaluation-context.ts';
import { mapMaybePromise, type MaybePromise } from '../model/maybe-promise.ts';
import { problemOfPrincipal, type Principal } from '../model/principal.ts';
import type { PolicyArguments } from './condition.ts';
import { problemsOfPolicies, type Policy } from './define-policy.ts';
import { explainOn, type Explanation } from './explain.ts';
import { createPolicyContext, type PolicyContext } from './policy-context.ts';
import { NOTHING, type Where } from './query-filter.ts';
import { createRelations, type RelationOf } from './relations.ts';
import { createRowEvaluator } from './row-evaluator.ts';
import { createRowSource } from './row-source.ts';
import { isRow } from './value.ts';
import { whereOf } from './where.ts';

/** Dependencies of `bindPolicies`. Only `roles` and `policies` are required. */
export interface BindOptions<Policies extends readonly Policy[] = readonly Policy[]> {
  readonly roles: RoleTable;
  readonly policies: Policies;
  /**
   * Tells which type stands behind a property, for `related`, `some` and nested filters. A function is called when a
   * decision needs it, so that services can be made before the schema. Without a schema, `article` holds an `Article`.
   */
  readonly schema?: GraphQLSchema | (() => GraphQLSchema) | undefined;
  /** Tells where properties lead that the SDL does not have, such as a table of members. It goes before the SDL. */
  readonly relations?: RelationOf | undefined;
  /** Loads a related row that is not loaded; null if it does not exist. Without a loader such a row denies. */
  readonly load?: ((type: string, id: string) => Promise<object | null>) | undefined;
  /** Loads the rows of a to-many property, or their ids. Without it a collection that is not loaded denies. */
  readonly loadMany?: ((type: string, id: string, property: string) => Promise<readonly unknown[]>) | undefined;
  /** Tells whether the properties of a row are there to be read; by default every object is loaded. */
  readonly isLoaded?: ((row: object) => boolean) | undefined;
  /** Receives defects, such as a policy that threw; each distinct one once for each decision. */
  readonly log?: AccessLog | undefined;
}

/**
 * The policy of one type as services use it; `Action` are the names that it knows. `args` are the arguments of the
 * field that asks, for actions that read them; without them such an action denies.
 */
export interface BoundPolicy<Action extends string = string> {
  /** Decides on a loaded row. A promise only if a related row had to be loaded. Failures are `false`, and logged. */
  readonly decide: (action: Action, principal: Principal, row: object, args?: PolicyArguments) => MaybePromise<boolean>;
  /** Returns a filter in MikroORM's syntax: `{}` for every row, `NOTHING` if no row can match. */
  readonly where: (action: Action, principal: Principal, args?: PolicyArguments) => Where;
  /** Explains which clause allowed or denied a row. */
  readonly explain: (
    action: Action,
    principal: Principal,
    row: object,
    args?: PolicyArguments,
  ) => MaybePromise<Explanation>;
  /**
   * Asks the action `create` about a row as it would be written. @throws GraphQLError with UNAUTHENTICATED or FORBIDDEN
   * if it is refused; a promise only if a related row had to be loaded
   */
  readonly requireCreate: 'create' extends Action ? (principal: Principal, row: object) => MaybePromise<void> : never;
}

/** The policies by the names of their types, as far as these are known literally. */
type ByType<Policies extends readonly Policy[]> = {
  readonly [Of in Policies[number] as string extends Of['type'] ? never : Of['type']]: BoundPolicy<
    keyof Of['actions'] & string
  >;
};

/**
 * The policies as services use them: the same condition decides, filters and explains. `bound.Article.where('read',
 * principal)` is checked by the compiler, `bound.where(type, action, principal)` serves names that are values.
 */
export type BoundPolicies<Policies extends readonly Policy[] = readonly []> = ByType<Policies> & {
  readonly decide: (
    type: string,
    action: string,
    principal: Principal,
    row: object,
    args?: PolicyArguments,
  ) => MaybePromise<boolean>;
  readonly where: (type: string, action: string, principal: Principal, args?: PolicyArguments) => Where;
  readonly explain: (
    type: string,
    action: string,
    principal: Principal,
    row: object,
    args?: PolicyArguments,
  ) => MaybePromise<Explanation>;
  readonly requireCreate: (type: string, principal: Principal, row: object) => MaybePromise<void>;
};

/**
 * Binds policies to a role table, for services. An unknown type or action, a malformed principal and every failure
 * deny.
 *
 * @throws AccessSchemaError listing all mistakes of the role table and the policies
 * @example
 * const bound = bindPolicies({ roles, policies: [notePolicy] });
 * const notes = await em.find(Note, bound.Note.where('read', principal));
 * if (!(await bound.Note.decide('delete', principal, note))) throw forbidden();
 */
export function bindPolicies<const Policies extends readonly Policy[]>(
  options: BindOptions<Policies>,
): BoundPolicies<Policies> {
  const problems = [...problemsOfRoles(options.roles), ...problemsOfPolicies(options.policies)];
  if (problems.length > 0) throw new AccessSchemaError(problems);
  const answerFor = createAnswers(options);

  const decide: BoundPolicies['decide'] = (type, action, principal, row, args) =>
    answerFor(principal, args, (context) => {
      const admitted = createRowEvaluator(context, type, action).admit(row);
      return admitted instanceof Promise ? admitted.then((known) => known !== null) : admitted !== null;
    }) ?? false;
  const where: BoundPolicies['where'] = (type, action, principal, args) =>
    answerFor(principal, args, (context) => whereOrNothing(context, type, action)) ?? NOTHING;
  const explain: BoundPolicies['explain'] = (type, action, principal, row, args) =>
    answerFor(principal, args, (context) => (isRow(row) ? explainOn(context, type, action, row) : undefined)) ??
    unexplained(type, action);
  const requireCreate = (type: string, principal: Principal, row: object): MaybePromise<void> => {
    const isAllowed = answerFor(principal, undefined, (context) =>
      isRow(row) ? createRowEvaluator(context, type, 'create').allows(row) : false,
    );
    return mapMaybePromise(isAllowed ?? false, (allowed) => {
      if (!allowed) throw refusal(principal.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    });
  };

  const byType = options.policies.map(({ type }): [string, BoundPolicy] => [
    type,
    {
      decide: (action, principal, row, args) => decide(type, action, principal, row, args),
      where: (action, principal, args) => where(type, action, principal, args),
      explain: (action, principal, row, args) => explain(type, action, principal, row, args),
      requireCreate: (principal: Principal, row: object) => requireCreate(type, principal, row),
    },
  ]);
  // The names of the object are those of the policies, which the compiler cannot follow through `fromEntries`.
  return Object.freeze({
    ...Object.fromEntries(byType),
    decide,
    where,
    explain,
    requireCreate,
  }) as unknown as BoundPolicies<Policies>;
}

/** Answers one question in a context of its own; `undefined`, which denies, for a principal that is malformed. */
function createAnswers({ roles: table, policies: given, schema, relations, log, ...access }: BindOptions) {
  const roles = compileRoles(table);
  const policies = new Map(given.map((policy) => [policy.type, policy]));
  const relationOf = createRelations({ relations, schema, policies });
  return <Answer>(
    principal: Principal,
    args: PolicyArguments | undefined,
    answer: (context: PolicyContext) => Answer,
  ): Answer | undefined => {
    const logOnce = onceEach(log);
    const rows = createRowSource(access, relationOf, logOnce);
    const problem = problemOfPrincipal(principal);
    if (problem === undefined) {
      const evaluation = createEvaluationContext(principal, roles, Date.now() / 1000);
      return answer(createPolicyContext(evaluation, policies, rows, args));
    }
    logOnce({ kind: 'principal', message: problem });
    return undefined;
  };
}

function whereOrNothing(context: PolicyContext, type: string, action: string): Where {
  const report = (error: unknown): void => {
    const message = `The policy ${type}.${action} failed, which denies.`;
    context.rows.log({ kind: 'policy', type, action, message, error });
  };
  try {
    return whereOf(context, type, action, report);
  } catch (error) {
    report(error);
    return NOTHING;
  }
}

function unexplained(type: string, action: string): Explanation {
  const clause = `${type}.${action} for a known principal`;
  return { clause, outcome: 'failed', clauses: [], allowed: false, reason: 'failed: the principal is malformed' };
}
