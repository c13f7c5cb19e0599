import { isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { SchemaProblem } from '../../model/access-errors.ts';
import type { Policy } from '../../policy/define-policy.ts';
import type { ElementReader } from '../element-reader.ts';

/**
 * Finds types that are reached by any path, by `node(id)` for one, and say nothing about access although their author
 * thought of it: they implement `Node`, or their policy has an action `read`.
 */
export function problemsOfUnguardedTypes(
  schema: GraphQLSchema,
  elements: ElementReader,
  policies: ReadonlyMap<string, Policy>,
): SchemaProblem[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => {
      const reason = reasonToGuard(type, policies);
      if (reason === undefined || isMarked(type, elements)) return [];
      const problem = `it ${reason}, and says neither who may read it nor that it is public.`;
      return [{ coordinate: type.name, problem, remedy: 'Add @can(action: "read"), a requirement, or @public.' }];
    });
}

function reasonToGuard(type: GraphQLObjectType, policies: ReadonlyMap<string, Policy>): string | undefined {
  if (Object.hasOwn(policies.get(type.name)?.actions ?? {}, 'read')) return 'has a policy with the action read';
  return type.getInterfaces().some(({ name }) => name === 'Node') ? 'implements Node' : undefined;
}

function isMarked(type: GraphQLObjectType, elements: ElementReader): boolean {
  return [type, ...type.getInterfaces()].some((line) => elements.of(line, line.name).isMarked);
}
