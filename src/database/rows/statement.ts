import { isSameMarker } from './shape.ts';

/** A statement that is sent again and again, with other values. */
export interface Statement {
  /** Under which the server keeps it prepared; without one it is prepared each time. */
  readonly name: string | undefined;
  /** SQL with `$1`, `$2`… */
  readonly text: string;
  /** Values that belong to the statement itself; they follow those that are given. */
  readonly constants: readonly unknown[];
}

/** SQL as MikroORM writes it: a `?` for each parameter. */
export interface Sql {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** Numbers the places of parameters: each that is a marker is the value of the same position, any other a constant. */
export function createNumbering(markers: readonly unknown[], expressions: ReadonlyMap<unknown, string> = new Map()) {
  const constants: unknown[] = [];
  const used = new Set<number>();

  function placeOf(param: unknown): string {
    const expression = expressions.get(param);
    if (expression !== undefined) return expression;
    const index = markers.findIndex((marker) => isSameMarker(marker, param));
    if (index === -1) return `$${markers.length + constants.push(param)}`;
    used.add(index);
    return `$${index + 1}`;
  }

  return {
    numbered({ text, params }: Sql): string {
      let next = 0;
      const numbered = text.replaceAll('?', () => placeOf(params[next++]));
      if (next === params.length) return numbered;
      throw new Error('A statement has another number of places than of parameters.');
    },
    /** @throws if a value has no place: the statement would mean something else than the filter. */
    constants(): readonly unknown[] {
      if (used.size === markers.length) return constants;
      throw new Error('A value of a filter has no place in its statement.');
    },
  };
}
