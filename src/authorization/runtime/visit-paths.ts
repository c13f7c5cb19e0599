import { getNamedType, isAbstractType, isObjectType } from 'graphql';
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { collectFields, rootSelection } from './selection.ts';
import type { Request } from './selection.ts';

/** A field at some path: on one concrete type, where several may stand behind an abstract one. */
export interface PathEntry {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
}

export type Path = readonly string[];

/** Sees all entries of one path at once, and answers those below which to go on. */
export type VisitPath = (path: Path, entries: readonly PathEntry[]) => readonly PathEntry[];

/** Fragments can be nested so that a small document selects more paths than any machine can count. */
export class TooManyPathsError extends Error {
  override readonly name = 'TooManyPathsError';
}
const MAX_FIELDS = 50_000;

/** Visits every path that an operation selects, without list indices; meta-fields apart. */
export function visitPaths(request: Request, visit: VisitPath): void {
  const { type, fields } = rootSelection(request);
  let budget = MAX_FIELDS;
  const spend = (count: number): void => {
    budget -= count;
    if (budget < 0) throw new TooManyPathsError(`The operation selects more than ${MAX_FIELDS} fields.`);
  };
  const descend = (path: Path, entries: readonly PathEntry[]): void => {
    const parents = entries.flatMap((entry) => concreteTypes(request.schema, entry).map((child) => ({ entry, child })));
    const byKey = new Map<string, PathEntry[]>();
    for (const { entry, child } of parents) {
      const sets = entry.nodes.map(({ selectionSet }) => selectionSet);
      spend(addEntries(byKey, child, collectFields(request, child, sets)));
    }
    visitLevel(path, byKey);
  };
  const visitLevel = (path: Path, byKey: ReadonlyMap<string, readonly PathEntry[]>): void => {
    for (const [key, entries] of byKey) {
      const at = [...path, key];
      const kept = visit(at, entries);
      if (kept.length > 0) descend(at, kept);
    }
  };
  const roots = new Map<string, PathEntry[]>();
  addEntries(roots, type, fields);
  visitLevel([], roots);
}

/** @returns how many fields of the document were looked at */
function addEntries(
  byKey: Map<string, PathEntry[]>,
  type: GraphQLObjectType,
  selection: ReadonlyMap<string, readonly FieldNode[]>,
): number {
  let count = 0;
  for (const [key, nodes] of selection) {
    const field = type.getFields()[nodes[0]?.name.value ?? ''];
    count += nodes.length;
    if (field === undefined) continue;
    const entries = byKey.get(key) ?? [];
    entries.push({ type, field, nodes });
    byKey.set(key, entries);
  }
  return count;
}

function concreteTypes(schema: GraphQLSchema, { field }: PathEntry): readonly GraphQLObjectType[] {
  const returned = getNamedType(field.type);
  if (isObjectType(returned)) return [returned];
  return isAbstractType(returned) ? schema.getPossibleTypes(returned) : [];
}
