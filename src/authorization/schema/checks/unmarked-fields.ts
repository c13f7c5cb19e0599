import { isInterfaceType, isObjectType, type GraphQLNamedType, type GraphQLSchema } from 'graphql';
import type { SchemaProblem } from '../../model/access-errors.ts';
import type { ElementReader } from '../element-reader.ts';

/** Fields that Federation's own library adds to a subgraph; what `_entities` returns is guarded by its type. */
const federationRoots: ReadonlySet<string> = new Set(['_service', '_entities']);

/**
 * Finds root fields that are neither `@public` nor require anything, themselves or by their type: forgetting must not
 * open. What the return type requires does not count.
 */
export function problemsOfUnmarkedFields(
  schema: GraphQLSchema,
  elements: ElementReader,
  readsFederation: boolean,
): SchemaProblem[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) => {
    if (!root || speaks(elements, root)) return [];
    return Object.values(root.getFields()).flatMap((field) => {
      if (readsFederation && federationRoots.has(field.name)) return [];
      const lines = [root, ...root.getInterfaces()].map((type) => ({ type, own: type.getFields()[field.name] }));
      const isMarked = lines.some(({ type, own }) => own && elements.of(own, `${type.name}.${field.name}`).isMarked);
      const remedy = 'Add @public, or what it requires: @auth, @hasRole, @hasScope, @can.';
      return isMarked
        ? []
        : [
            {
              coordinate: `${root.name}.${field.name}`,
              problem: 'it says neither who may use it nor that it is public.',
              remedy,
            },
          ];
    });
  });
}

function speaks(elements: ElementReader, type: GraphQLNamedType): boolean {
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
  return [type, ...interfaces].some((own) => elements.of(own, own.name).isMarked);
}
