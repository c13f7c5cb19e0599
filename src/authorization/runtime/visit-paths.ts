import {
  getNamedType,
  isAbstractType,
  isObjectType,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { requestedFields, rootSelection, type Request } from './requested-fields.ts';

/** A field at some path, on one of the concrete types that may stand there. */
export interface PathEntry {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
}

export type Path = readonly string[];

/** Receives all entries of one path at once, and returns those below which to go on. */
export type VisitPath = (path: Path, entries: readonly PathEntry[]) => readonly PathEntry[];

/**
 * Thrown for an operation that selects too many paths: nested fragments let a small document select endlessly many.
 */
export class TooManyPathsError extends Error {
  override readonly name = 'TooManyPathsError';
}
const maxFields = 50_000;

/** Visits every path that an operation selects, without list indices and without meta-fields. */
export function visitPaths(request: Request, visit: VisitPath): void {
  const { type, fields } = rootSelection(request);
  let budget = maxFields;
  const spend = (count: number): void => {
    budget -= count;
    if (budget < 0) throw new TooManyPathsError(`The operation selects more than ${maxFields} fields.`);
  };
  const descend = (path: Path, entries: readonly PathEntry[]): void => {
    const parents = entries.flatMap((entry) => concreteTypes(request.schema, entry).map((child) => ({ entry, child })));
    const byKey = new Map<string, PathEntry[]>();
    for (const { entry, child } of parents) {
      const sets = entry.nodes.map(({ selectionSet }) => selectionSet);
      spend(addEntries(byKey, child, requestedFields(request, child, sets)));
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

/** Adds the fields of one type, and returns how many fields of the document were looked at. */
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
