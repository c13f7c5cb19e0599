import { Kind, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql';
import type { Fragments } from './executed-fields.ts';

/** The number of fields alike, without anything below or beside their name, that cost as much as one comparison. */
const bareFieldsPerComparison = 50;

/**
 * Counts the pairs of fields and of fragments that graphql-js compares to see whether the fields of a document can be
 * merged, and stops once there are more than `max`.
 */
export function countComparisons(document: DocumentNode, fragments: Fragments, max: number): number {
  let comparisons = 0;
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition)) continue;
    const own = definition.kind === Kind.FRAGMENT_DEFINITION ? [definition.name.value] : [];
    compare([definition.selectionSet], new Set(own));
  }
  return comparisons;

  /** Compares the fields of selection sets that answer one object; `path` names the fragments around them. */
  function compare(sets: readonly SelectionSetNode[], path: ReadonlySet<string>): void {
    if (comparisons > max) return;
    const level = createLevel(path);
    for (const set of sets) collect(set, level);
    comparisons += pairsOf(level.spread.size) + level.spread.size * sets.length;
    const around = level.spread.size === 0 ? path : new Set([...path, ...level.spread]);
    for (const nodes of level.fields.values()) {
      comparisons += pairsOf(nodes.length);
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) compare(below, around);
    }
  }

  function collect(set: SelectionSetNode, level: Level, bare = new Map<string, number>()): void {
    for (const node of set.selections) {
      comparisons += 1 / bareFieldsPerComparison;
      if (comparisons > max) return;
      if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, level, bare);
      else if (node.kind === Kind.FIELD) collectField(node, level, bare);
      else spreadFragment(node.name.value, level);
    }
  }

  /** Collects a field; of bare and alike ones the first alone, as graphql-js compares those of one selection set. */
  function collectField(node: FieldNode, { fields }: Level, bare: Map<string, number>): void {
    const name = (node.alias ?? node.name).value;
    if (isBare(node)) {
      const alike = bare.get(name) ?? 0;
      bare.set(name, alike + 1);
      comparisons += alike / bareFieldsPerComparison;
      if (alike > 0) return;
    }
    const nodes = fields.get(name);
    if (nodes === undefined) fields.set(name, [node]);
    else nodes.push(node);
  }

  function spreadFragment(name: string, level: Level): void {
    const fragment = fragments.get(name);
    if (fragment === undefined || level.spread.has(name) || level.path.has(name)) return;
    level.spread.add(name);
    collect(fragment.selectionSet, level);
  }
}

/**
 * The level that answers one object: its fields by their names in the answer, and the fragments that they come from.
 */
interface Level {
  readonly fields: Map<string, FieldNode[]>;
  readonly spread: Set<string>;
  readonly path: ReadonlySet<string>;
}

const createLevel = (path: ReadonlySet<string>): Level => ({ fields: new Map(), spread: new Set(), path });

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

/** Tells whether a field is a name and nothing else. */
export const isBare = ({ alias, arguments: args, selectionSet }: FieldNode): boolean =>
  alias === undefined && selectionSet === undefined && (args ?? []).length === 0;
