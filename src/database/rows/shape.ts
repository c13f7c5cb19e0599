/**
 * A filter taken apart: its shape, which finds a statement, and its values, which go into one. Of two filters with the
 * same shape the values stand in the same order. Nulls and booleans belong to the shape.
 */
export interface Shape {
  readonly key: string;
  readonly values: readonly unknown[];
}

export function shapeOf(filter: object): Shape {
  const values: unknown[] = [];
  return { key: describe(filter, values), values };
}

function describe(value: unknown, values: unknown[]): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (isValue(value)) {
    values.push(value);
    return value instanceof Date ? 'date' : typeof value;
  }
  if (Array.isArray(value)) return `[${value.map((item) => describe(item, values)).join()}]`;
  if (typeof value !== 'object') throw new TypeError(`A filter holds ${typeof value}, which no statement can ask for.`);
  return `{${Object.entries(value)
    .map(([name, item]) => `${name}:${describe(item, values)}`)
    .join()}}`;
}

const isValue = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Date;

/** The same filter with other values, taken one after the other. */
export function refilled(filter: unknown, values: Iterator<unknown>): unknown {
  if (isValue(filter)) return values.next().value;
  if (Array.isArray(filter)) return filter.map((item) => refilled(item, values));
  if (typeof filter !== 'object' || filter === null) return filter;
  return Object.fromEntries(Object.entries(filter).map(([name, item]) => [name, refilled(item, values)]));
}

/** Values of the same kinds, each of which occurs nowhere else: they show where a statement takes which. */
export const markersFor = (values: readonly unknown[]): unknown[] =>
  values.map((value, index) => {
    if (value instanceof Date) return new Date(markerBase + index);
    if (typeof value === 'number') return markerBase + index;
    if (typeof value === 'bigint') return BigInt(markerBase + index);
    return `marker ${index} of a statement`;
  });

const markerBase = 7_654_321_000_000;

export const isSameMarker = (a: unknown, b: unknown): boolean =>
  a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
