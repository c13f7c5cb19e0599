import type { FieldShape, Shape } from '../../web/access/shape.ts';

/** A field of a type, as the SDL writes it. */
export const field = (name: string, type: string): FieldShape => ({
  name,
  type,
  returns: type.replaceAll(/[[\]!]/g, ''),
  isNonNull: type.endsWith('!'),
});

/** The shape of a schema by its fields, or by the types that an abstract type stands for. */
export const shapeWith = (
  types: Readonly<Record<string, Readonly<Record<string, string>> | readonly string[]>>,
): Shape => ({
  roots: ['Query'],
  types: new Map(
    Object.entries(types).map(([name, content]) => [
      name,
      Array.isArray(content)
        ? { name, fields: [], possible: content as readonly string[] }
        : { name, fields: Object.entries(content).map(([one, type]) => field(one, type)), possible: [] },
    ]),
  ),
});
