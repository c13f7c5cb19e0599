import type { GraphQLSchema } from 'graphql';
import type { SchemaProblem } from '../../model/access-errors.ts';
import type { Roles } from '../../model/compile-roles.ts';
import { isUnwantedPromise } from '../../model/maybe-promise.ts';
import { anonymous, type Principal } from '../../model/principal.ts';
import { conditionsWithin, type ConditionPart, type IsCondition } from '../../policy/condition.ts';
import type { Policy } from '../../policy/define-policy.ts';
import { manyWithin, readFilter } from '../../policy/filter.ts';
import type { RelationOf } from '../../policy/relations.ts';

interface ConditionContext {
  readonly schema: GraphQLSchema;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly roles: Roles;
  readonly relationOf: RelationOf;
}

/** Finds policies that name unknown roles, scopes or relations, or that lead back to themselves. */
export function problemsOfConditions(around: ConditionContext): SchemaProblem[] {
  return [...around.policies.values()].flatMap(({ type, actions }) =>
    Object.entries(actions).flatMap(([action, condition]) => {
      const coordinate = `policy ${type}.${action}`;
      const report = ([problem, remedy]: Mistake): SchemaProblem => ({ coordinate, problem, remedy });
      const parts = conditionsWithin(type, condition, around.relationOf);
      const mistakes = parts.flatMap((part) => mistakesOf(around, part));
      return mistakes.length > 0 || !isCircular(around, type, action) ? mistakes.map(report) : [report(circular)];
    }),
  );
}

/** The problem with a condition, and the remedy. */
type Mistake = readonly [problem: string, remedy: string];

const circular: Mistake = ['its related policies lead back to it.', 'Break the circle.'];

function mistakesOf(around: ConditionContext, { type, part }: ConditionPart): readonly Mistake[] {
  const { roles } = around;
  switch (part.kind) {
    case 'role': {
      const unknown = part.roles.filter((role) => !roles.names.includes(role));
      return unknown.map((role) => [`the role ${role} is unknown.`, 'Correct it.']);
    }
    case 'scope':
      if (roles.knownScopes.has(part.scope)) return [];
      return [[`the scope ${part.scope} is unknown.`, 'Add it to the role table or `scopes`.']];
    case 'related':
      return type === undefined ? [] : mistakesOfRelated(around, type, part.property, part.action);
    case 'some':
      return type === undefined ? [] : mistakesOfSome(around, type, part.property);
    case 'is':
      return type === undefined ? [] : mistakesOfFilter(around, type, part);
    case 'everyone':
    case 'nobody':
    case 'authenticated':
    case 'owner':
    case 'anyOf':
    case 'allOf':
      return [];
    default:
      // Something that is no condition denies when it is evaluated.
      return [];
  }
}

function mistakesOfRelated(
  { schema, policies, relationOf }: ConditionContext,
  type: string,
  property: string,
  action: string,
): readonly Mistake[] {
  if (schema.getType(type) === undefined) return [];
  const relation = relationOf(type, property);
  const target = relation?.isMany === false ? relation.type : undefined;
  if (target === undefined) {
    const problem = `${type} has no field ${property} that holds one row.`;
    return [[problem, 'Name the field of the SDL under which the row is reached.']];
  }
  if (Object.hasOwn(policies.get(target)?.actions ?? {}, action)) return [];
  return [[`there is no policy ${target}.${action}.`, 'Write it, or correct the action.']];
}

function mistakesOfSome({ schema, relationOf }: ConditionContext, type: string, property: string): readonly Mistake[] {
  if (schema.getType(type) === undefined || relationOf(type, property)?.isMany === true) return [];
  const problem = `${type} has no field ${property} that holds several rows.`;
  return [[problem, 'Name a field of the SDL that returns a list, or give the relation in `relations`.']];
}

/** Principals that a filter function is tried with, to see into which relations it looks. */
const samples: readonly Principal[] = [
  anonymous,
  { kind: 'user', id: 'sample', userId: 'sample', roles: [], scopes: [] },
];

function mistakesOfFilter({ relationOf }: ConditionContext, type: string, condition: IsCondition): readonly Mistake[] {
  const filters = 'filter' in condition ? [condition.filter] : samples.map((sample) => tryFilter(condition, sample));
  const many = filters.map((filter) => manyWithin(relationOf, type, readFilter(filter) ?? []));
  const found = many.find((coordinate) => coordinate !== undefined);
  if (found === undefined) return [];
  return [[`${found} holds several rows, into which a filter cannot look.`, 'Write `some`.']];
}

function tryFilter({ filterFor }: Extract<IsCondition, { filterFor: unknown }>, principal: Principal): unknown {
  try {
    const filter = filterFor(principal, {});
    return isUnwantedPromise(filter) ? undefined : filter;
  } catch {
    return undefined;
  }
}

/** Detects a circle of `related`: memory would follow it for ever, and SQL cannot express it. */
function isCircular(around: ConditionContext, type: string, action: string, seen: readonly string[] = []): boolean {
  const key = `${type}.${action}`;
  if (seen.includes(key)) return true;
  const condition = around.policies.get(type)?.actions[action];
  const parts = condition === undefined ? [] : conditionsWithin(type, condition, around.relationOf);
  return parts.some(({ type: at, part }) => {
    if (part.kind !== 'related' || at === undefined) return false;
    const target = around.relationOf(at, part.property)?.type;
    return target !== undefined && isCircular(around, target, part.action, [...seen, key]);
  });
}
