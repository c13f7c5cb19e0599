import type { GraphQLSchema } from 'graphql';
import type { Operation } from '../runtime/operation.ts';
import { reaches } from './reach.ts';
import { visibleElements } from './visible.ts';
import type { Visible } from './visible.ts';

/** Callers differ by few sets of rights; the oldest set makes room when there are more. */
const MAX_CACHED = 64;
const CACHE = new WeakMap<GraphQLSchema, Map<string, Visible>>();

/** What the principal of an operation sees of a schema: worked out once for each distinct set of rights. */
export function visibleTo(schema: GraphQLSchema, operation: Operation): Visible {
  const { model } = operation.guard;
  const reached = model.requirements.list.map((_, requirement) => reaches(operation, requirement));
  const rights = reached.map(Number).join('');
  const cached = CACHE.get(schema) ?? new Map<string, Visible>();
  const visible = cached.get(rights) ?? visibleElements(schema, model, (requirement) => reached[requirement] === true);
  cached.delete(rights);
  cached.set(rights, visible);
  const [oldest] = cached.keys();
  if (cached.size > MAX_CACHED && oldest !== undefined) cached.delete(oldest);
  CACHE.set(schema, cached);
  return visible;
}
