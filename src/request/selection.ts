import { Kind, type FieldNode, type GraphQLResolveInfo, type GraphQLSchema, type SelectionSetNode } from 'graphql';

/** The parts of an operation that a selection depends on besides its own nodes. */
type Surroundings = Pick<GraphQLResolveInfo, 'fragments' | 'schema'>;

/**
 * The fields selected below a field, by name, whatever their aliases. What `@skip` and `@include` leave out counts as
 * selected, and so does every fragment: a selection depends on the document alone, and is remembered with it.
 */
export class Selection {
  readonly #sets: readonly SelectionSetNode[];
  readonly #surroundings: Surroundings;
  #fields: ReadonlyMap<string, Selection> | undefined;
  #nodes: Selection | undefined;

  constructor(sets: readonly SelectionSetNode[], surroundings: Surroundings) {
    this.#sets = sets;
    this.#surroundings = surroundings;
  }

  get schema(): GraphQLSchema {
    return this.#surroundings.schema;
  }

  get fields(): ReadonlyMap<string, Selection> {
    this.#fields ??= this.#collect();
    return this.#fields;
  }

  has(name: string): boolean {
    return this.fields.has(name);
  }

  /** Returns the selection of a field; an empty one if the field is not selected. */
  below(name: string): Selection {
    return this.fields.get(name) ?? new Selection([], this.#surroundings);
  }

  /** Returns the selection of the rows of a connection, by `nodes` or by `edges`. */
  get nodes(): Selection {
    const paths = [this.below('nodes'), this.below('edges').below('node')];
    this.#nodes ??= new Selection(
      paths.flatMap((path) => path.#sets),
      this.#surroundings,
    );
    return this.#nodes;
  }

  #collect(): Map<string, Selection> {
    const found = new Map<string, SelectionSetNode[]>();
    const visited = new Set<string>();
    const visit = ({ selections }: SelectionSetNode): void => {
      for (const node of selections) {
        if (node.kind === Kind.FIELD) {
          const sets = found.get(node.name.value) ?? [];
          found.set(node.name.value, node.selectionSet === undefined ? sets : [...sets, node.selectionSet]);
        } else if (node.kind === Kind.INLINE_FRAGMENT) visit(node.selectionSet);
        else if (!visited.has(node.name.value)) {
          visited.add(node.name.value);
          const fragment = this.#surroundings.fragments[node.name.value];
          if (fragment !== undefined) visit(fragment.selectionSet);
        }
      }
    };
    for (const set of this.#sets) visit(set);
    return new Map([...found].map(([name, sets]) => [name, new Selection(sets, this.#surroundings)]));
  }
}

const known = new WeakMap<FieldNode, Selection>();

/** Returns the selection below the field that is being resolved. */
export function selectionOf({ fieldNodes, fragments, schema }: GraphQLResolveInfo): Selection {
  const [node, ...others] = fieldNodes;
  const found = node !== undefined && others.length === 0 ? known.get(node) : undefined;
  if (found !== undefined) return found;
  const sets = fieldNodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
  const selection = new Selection(sets, { fragments, schema });
  if (node !== undefined && others.length === 0) known.set(node, selection);
  return selection;
}
