import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from './executed-fields.ts';

export type Path = ReadonlyArray<string | number>;

/** A selection set, and the type on which it is selected. */
interface Selected {
  readonly type: GraphQLCompositeType;
  readonly set: SelectionSetNode;
}

interface SelectedField {
  readonly type: GraphQLCompositeType;
  readonly node: FieldNode;
}

/**
 * Finds the coordinate of the field at a path of an answer, such as `User.email`; undefined if the operation has none
 * there. Behind an abstract type it is the first that has a field of this response key. Each level looks at a fragment
 * once, so that no document costs more than its size for each level.
 */
export function coordinateAt(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  path: Path,
): string | undefined {
  const root = schema.getRootType(operation.operation);
  let level: readonly Selected[] = root == null ? [] : [{ type: root, set: operation.selectionSet }];
  let found: readonly SelectedField[] = [];
  for (const key of path) {
    if (typeof key === 'number') continue;
    found = fieldsOf(key, level, schema, fragments);
    level = found.flatMap(selectedBy);
  }
  const [first] = found;
  return first && `${first.type.name}.${first.node.name.value}`;
}

function fieldsOf(
  key: string,
  level: readonly Selected[],
  schema: GraphQLSchema,
  fragments: Fragments,
): readonly SelectedField[] {
  const found: SelectedField[] = [];
  const visited = new Set<string>();
  for (const { type, set } of level) collect(type, set);
  return found;

  function collect(type: GraphQLCompositeType, { selections }: SelectionSetNode): void {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        if ((node.alias ?? node.name).value === key) found.push({ type, node });
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        collectOn(node.typeCondition?.name.value ?? type.name, node.selectionSet);
      } else if (!visited.has(node.name.value)) {
        visited.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment !== undefined) collectOn(fragment.typeCondition.name.value, fragment.selectionSet);
      }
    }
  }

  function collectOn(name: string, set: SelectionSetNode): void {
    const type = schema.getType(name);
    if (isCompositeType(type)) collect(type, set);
  }
}

function selectedBy({ type, node }: SelectedField): Selected[] {
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
  const named = field && getNamedType(field.type);
  return node.selectionSet !== undefined && isCompositeType(named) ? [{ type: named, set: node.selectionSet }] : [];
}
