import { isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLNamedType, GraphQLSchema } from 'graphql';
import type { Offence } from '../../errors.ts';
import type { Rulebook } from '../rulebook.ts';

/** Fields that Federation's own library adds to a subgraph; what `_entities` returns is guarded by its type. */
const FEDERATION_ROOTS: ReadonlySet<string> = new Set(['_service', '_entities']);

/**
 * Forgetting means deny: a root field says `@public`, or it demands something, itself or by its type. What its return
 * type demands does not speak for it.
 */
export function offencesOfSilence(schema: GraphQLSchema, book: Rulebook, readsFederation: boolean): Offence[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) => {
    if (!root || speaks(book, root)) return [];
    return Object.values(root.getFields()).flatMap((field) => {
      if (readsFederation && FEDERATION_ROOTS.has(field.name)) return [];
      const lines = [root, ...root.getInterfaces()].map((type) => ({ type, own: type.getFields()[field.name] }));
      const isMarked = lines.some(({ type, own }) => own && book.of(own, `${type.name}.${field.name}`).isMarked);
      const remedy = 'Say @public, or what it requires: @auth, @hasRole, @hasScope, @can.';
      return isMarked
        ? []
        : [{ coordinate: `${root.name}.${field.name}`, problem: 'nobody said who may use it.', remedy }];
    });
  });
}

function speaks(book: Rulebook, type: GraphQLNamedType): boolean {
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
  return [type, ...interfaces].some((own) => book.of(own, own.name).isMarked);
}
