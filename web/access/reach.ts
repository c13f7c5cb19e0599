import type { FieldShape, Shape, TypeShape } from './shape.ts';

/** One field on the way from a root. */
export interface Step {
  readonly type: string;
  readonly field: FieldShape;
}

/**
 * Finds the shortest path of fields from a root to a field of a type, by which a caller gets there whom `isOpen` lets
 * through; undefined if there is none. Breadth first, so that the first path found is a shortest one.
 */
export function pathTo(
  shape: Shape,
  coordinate: string,
  isOpen: (coordinate: string) => boolean,
): readonly Step[] | undefined {
  const [typeName = '', rest = ''] = coordinate.split('.');
  const fieldName = rest.replace(/\(.*$/, '');
  const last = shape.types.get(typeName)?.fields.find(({ name }) => name === fieldName);
  if (last === undefined || !isOpen(`${typeName}.${fieldName}`)) return undefined;
  const above = pathToType(shape, typeName, isOpen);
  return above && [...above, { type: typeName, field: last }];
}

function pathToType(
  shape: Shape,
  target: string,
  isOpen: (coordinate: string) => boolean,
): readonly Step[] | undefined {
  const paths = new Map<string, readonly Step[]>(shape.roots.map((root) => [root, []]));
  const open = [...shape.roots];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    if (name === target) return paths.get(name);
    const type = shape.types.get(name);
    if (type === undefined) continue;
    for (const [next, step] of stepsFrom(shape, type)) {
      if (paths.has(next) || (step !== undefined && !isOpen(`${step.type}.${step.field.name}`))) continue;
      paths.set(next, [...(paths.get(name) ?? []), ...(step === undefined ? [] : [step])]);
      open.push(next);
    }
  }
  return undefined;
}

/** Lists where a type leads: by its fields, and, from an abstract type, to the types that it stands for. */
function stepsFrom({ types }: Shape, type: TypeShape): ReadonlyArray<readonly [string, Step | undefined]> {
  const byFields = type.possible.length > 0 ? [] : type.fields;
  return [
    ...byFields
      .filter(({ returns }) => types.has(returns))
      .map((field) => [field.returns, { type: type.name, field }] as const),
    ...type.possible.map((name) => [name, undefined] as const),
  ];
}

/** Writes a path as a query that asks for its last field. */
export function queryOf(path: readonly Step[]): string {
  const [first] = path;
  if (first === undefined) return '';
  const keyword = first.type === 'Query' ? '' : `${first.type.toLowerCase()} `;
  const inner = path.reduceRight((text, { type, field }, index) => {
    const above = path[index - 1]?.field.returns;
    const call = text === '' ? field.name : `${field.name} ${text}`;
    return above !== undefined && above !== type ? `{ ... on ${type} { ${call} } }` : `{ ${call} }`;
  }, '');
  return `${keyword}${inner}`;
}
