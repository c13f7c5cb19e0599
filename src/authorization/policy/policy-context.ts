import type { EvaluationContext } from '../model/evaluation-context.ts';
import { isUnwantedPromise } from '../model/maybe-promise.ts';
import type { Principal } from '../model/principal.ts';
import { anyScopeCovers } from '../model/scopes.ts';
import type { Condition, IsCondition, PolicyArguments, PrincipalCondition } from './condition.ts';
import type { Policy } from './define-policy.ts';
import { manyWithin, readFilter, type Test } from './filter.ts';
import { plainArguments } from './policy-arguments.ts';
import type { RowSource } from './row-source.ts';
import { isPlainObject } from './value.ts';

/** The evaluation context together with what policies need: the other policies, and the way to rows. */
export interface PolicyContext extends EvaluationContext {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly rows: RowSource;
  /** The arguments of the field that asks; `undefined` if no field does, or if its policy reads none. */
  readonly args: PolicyArguments | undefined;
  /** The tests of a filter; `undefined` denies. A filter that is a function is called with this principal. */
  readonly testsOf: (type: string, condition: IsCondition) => readonly Test[] | undefined;
}

export function createPolicyContext(
  evaluation: EvaluationContext,
  policies: ReadonlyMap<string, Policy>,
  rows: RowSource,
  args?: PolicyArguments,
): PolicyContext {
  return {
    ...evaluation,
    policies,
    rows,
    args,
    testsOf: (type, condition) => {
      const tests = testsFor(condition, evaluation.principal, args, (name) => {
        const message = `A filter on ${type} asks for the attribute ${name}, which the principal does not have; it matches nothing.`;
        rows.log({ kind: 'policy', type, coordinate: `attributes.${name}`, message });
      });
      const many = tests && manyWithin(rows.relationOf, type, tests);
      if (many !== undefined)
        throw new TypeError(`${many} holds several rows: a filter cannot look into it, \`some\` can.`);
      return tests;
    },
  };
}

/** @throws TypeError if a function answers something that is no filter: that is a defect, and is logged as one. */
function testsFor(
  condition: IsCondition,
  principal: Principal,
  args: PolicyArguments | undefined,
  onMissing: (attribute: string) => void,
): readonly Test[] | undefined {
  if ('filter' in condition) return readFilter(condition.filter);
  if (args === undefined && condition.filterFor.length > 1)
    throw new TypeError('A filter reads arguments, and there are none.');
  const answer = condition.filterFor(reportingMissing(principal, onMissing), plainArguments(args ?? {}));
  if (typeof answer !== 'object' || answer === null || isUnwantedPromise(answer)) {
    throw new TypeError('A policy returned no filter: return an object of properties and values.');
  }
  return readFilter(answer);
}

/** Returns the same principal with attributes that report the names which they do not have. */
function reportingMissing(principal: Principal, onMissing: (attribute: string) => void): Principal {
  if (principal.kind === 'anonymous') return principal;
  const attributes = new Proxy(principal.attributes ?? {}, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (value === undefined && typeof name === 'string') onMissing(name);
      return value;
    },
  });
  if (isPlainObject(principal)) return { ...principal, attributes };
  // Another kind of object may compute its properties: it stays what it is, behind the attributes.
  return Object.create(principal, { attributes: { value: attributes, enumerable: true } }) as Principal;
}

/** Finds the condition of a type's action; `undefined`, which denies, for an action that no policy knows. */
export function conditionOf(context: PolicyContext, type: string, action: string): Condition | undefined {
  const actions = context.policies.get(type)?.actions;
  return actions !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
}

type PrincipalConditions = {
  readonly [Kind in PrincipalCondition['kind']]: (
    condition: Extract<PrincipalCondition, { kind: Kind }>,
    context: EvaluationContext,
  ) => boolean;
};

/** The conditions that the principal alone settles. */
const principalConditions: PrincipalConditions = {
  everyone: () => true,
  nobody: () => false,
  authenticated: (_, { isSignedIn }) => isSignedIn,
  role: ({ roles }, context) => roles.some((role) => context.roles.has(role)),
  scope: ({ scope }, { scopes }) => anyScopeCovers(scopes, scope),
};

export function isOfPrincipal(condition: Condition): condition is PrincipalCondition {
  return Object.hasOwn(principalConditions, condition.kind);
}

export function isHeld<Kind extends PrincipalCondition['kind']>(
  condition: Extract<PrincipalCondition, { kind: Kind }>,
  context: EvaluationContext,
): boolean {
  const kind: Kind = condition.kind;
  return principalConditions[kind](condition, context);
}

/**
 * Finds the type of the rows behind a to-many property; `undefined` if it is not known, or if the property holds bare
 * ids.
 *
 * @throws TypeError for a property that holds one row
 */
export function targetOfSome({ rows }: PolicyContext, type: string, property: string): string | undefined {
  const relation = rows.relationOf(type, property);
  if (relation?.isMany === false)
    throw new TypeError(`${type}.${property} holds one row: \`some\` looks into several.`);
  return relation?.type;
}
