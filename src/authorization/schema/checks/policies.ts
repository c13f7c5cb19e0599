import type { GraphQLSchema } from 'graphql';
import type { Offence } from '../../errors.ts';
import { partsOf } from '../../policy/check.ts';
import type { Condition } from '../../policy/condition.ts';
import type { Policy } from '../../policy/define.ts';
import { relatedTypeIn } from '../../policy/relations.ts';
import type { Roles } from '../../roles.ts';

interface Place {
  readonly coordinate: string;
  readonly type: string;
}

interface Surroundings {
  readonly schema: GraphQLSchema;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly roles: Roles;
}

/** Policies that name roles, scopes or related rows which do not exist, or that go round in a circle. */
export function offencesOfConditions(around: Surroundings): Offence[] {
  return [...around.policies.values()].flatMap(({ type, actions }) =>
    Object.entries(actions).flatMap(([action, condition]) => {
      const place = { coordinate: `policy ${type}.${action}`, type };
      const parts = partsOf(condition).flatMap((part) => offencesOfPart(around, place, part));
      return parts.length > 0 || !isCircular(around, type, action) ? parts : [circle(place)];
    }),
  );
}

function offencesOfPart(
  { schema, policies, roles }: Surroundings,
  { coordinate, type }: Place,
  part: Condition,
): Offence[] {
  if (part.kind === 'role') {
    const unknown = part.roles.filter((role) => !roles.names.includes(role));
    return unknown.map((role) => ({ coordinate, problem: `the role ${role} is unknown.`, remedy: 'Correct it.' }));
  }
  if (part.kind === 'scope' && !roles.knownScopes.has(part.scope)) {
    return [
      { coordinate, problem: `the scope ${part.scope} is unknown.`, remedy: 'Add it to the role table or `scopes`.' },
    ];
  }
  if (part.kind !== 'related' || schema.getType(type) === undefined) return [];
  const target = relatedTypeIn(schema, type, part.property);
  if (target === undefined) {
    const problem = `${type} has no field ${part.property} that holds one row.`;
    return [{ coordinate, problem, remedy: 'Name the field of the SDL under which the row is reached.' }];
  }
  if (Object.hasOwn(policies.get(target)?.actions ?? {}, part.action)) return [];
  return [
    { coordinate, problem: `there is no policy ${target}.${part.action}.`, remedy: 'Write it, or correct the action.' },
  ];
}

/** A circle of `related` could be followed in memory for ever, and cannot be written in SQL at all. */
function isCircular(around: Surroundings, type: string, action: string, seen: readonly string[] = []): boolean {
  const key = `${type}.${action}`;
  if (seen.includes(key)) return true;
  const condition = around.policies.get(type)?.actions[action];
  const parts = condition === undefined ? [] : partsOf(condition);
  return parts.some((part) => {
    const target = part.kind === 'related' ? relatedTypeIn(around.schema, type, part.property) : undefined;
    return target !== undefined && part.kind === 'related' && isCircular(around, target, part.action, [...seen, key]);
  });
}

function circle({ coordinate }: Place): Offence {
  return { coordinate, problem: 'its related policies lead back to it.', remedy: 'Break the circle.' };
}
