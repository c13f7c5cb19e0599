/** Something whose properties can be read by name. */
export type Row = Readonly<Record<string, unknown>>;

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value was written as `{ … }`: rows, dates and lists are not. Holds across realms. */
export function isPlainObject(value: unknown): value is Row {
  if (!isRow(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

export function isId(value: unknown): value is string | number | bigint {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
}

/** The id behind a reference: itself, or the `id` of a row. Lists, nulls and rows without an id have none. */
export function idOf(reference: unknown): string | undefined {
  if (isId(reference)) return String(reference);
  return isRow(reference) && isId(reference['id']) ? String(reference['id']) : undefined;
}

/** Equality as a database has it: ids and numbers compare as text, dates by their time, nothing equals null. */
export function isEqual(value: unknown, operand: unknown): boolean {
  if (isDate(value) || isDate(operand)) return isDate(value) && isDate(operand) && +value === +operand;
  if (typeof operand === 'boolean') return value === operand;
  return isId(operand) && idOf(value) === String(operand);
}

/** What a column holds: lists and objects without an id are neither equal nor unequal to anything. */
export function isComparable(value: unknown): boolean {
  return typeof value === 'boolean' || isDate(value) || idOf(value) !== undefined;
}

/** Order as a database has it: -1, 0, 1, or `undefined` where the two have no order (nulls, mixed types). */
export function compare(value: unknown, operand: unknown): number | undefined {
  if (isDate(value) && isDate(operand)) return Math.sign(+value - +operand);
  if (isNumeric(value) && isNumeric(operand)) return value < operand ? -1 : Number(value > operand);
  if (typeof value === 'string' && typeof operand === 'string') return compareText(value, operand);
  return undefined;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** By code points, as PostgreSQL's collation C has it; `<` would compare UTF-16 units. */
function compareText(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  const at = left.findIndex((point, index) => point !== right[index]);
  if (at === -1) return Math.sign(left.length - right.length);
  return Math.sign((left[at] ?? -1) - (right[at] ?? -1));
}
