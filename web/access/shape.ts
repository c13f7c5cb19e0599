import type { SchemaShapeQuery } from '../generated/documents.ts';

/** The shape of a field's result, as far as reach and nulls are concerned. */
export interface FieldShape {
  readonly name: string;
  /** The type behind lists and `!`. */
  readonly returns: string;
  /** The type as the SDL writes it. */
  readonly type: string;
  readonly isNonNull: boolean;
}

export interface TypeShape {
  readonly name: string;
  readonly fields: readonly FieldShape[];
  /** The object types that an interface or a union stands for. */
  readonly possible: readonly string[];
}

export interface Shape {
  readonly roots: readonly string[];
  readonly types: ReadonlyMap<string, TypeShape>;
}

type TypeRef = SchemaShapeQuery['__schema']['types'][number]['fields'] extends infer Fields
  ? NonNullable<Fields> extends ReadonlyArray<{ readonly type: infer Ref }>
    ? Ref
    : never
  : never;

interface AnyRef {
  readonly kind: string;
  readonly name: string | null;
  readonly ofType?: AnyRef | null;
}

/** Reads the shape of a schema from its introspection. */
export function shapeOf({ __schema }: SchemaShapeQuery): Shape {
  const { queryType, mutationType, subscriptionType, types } = __schema;
  const roots = [queryType, mutationType, subscriptionType].flatMap((root) => (root?.name == null ? [] : [root.name]));
  const shapes = types.flatMap(({ name, fields, possibleTypes }) => {
    if (name === null || name.startsWith('__')) return [];
    const possible = (possibleTypes ?? []).flatMap((type) => (type.name === null ? [] : [type.name]));
    return [
      [name, { name, fields: (fields ?? []).map((field) => fieldOf(field.name, field.type)), possible }] as const,
    ];
  });
  return { roots, types: new Map(shapes) };
}

function fieldOf(name: string, ref: TypeRef): FieldShape {
  const type = written(ref);
  return {
    name,
    type,
    returns: type.replaceAll(/[[\]!]/g, ''),
    isNonNull: type.endsWith('!'),
  };
}

function written({ kind, name, ofType }: AnyRef): string {
  if (kind === 'NON_NULL' && ofType) return `${written(ofType)}!`;
  if (kind === 'LIST' && ofType) return `[${written(ofType)}]`;
  return name ?? '';
}
