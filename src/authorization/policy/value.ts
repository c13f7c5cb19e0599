/** An object whose properties can be read by name. */
export type Row = Readonly<Record<string, unknown>>;

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells whether a value was written as `{ … }`: entities, dates and lists were not. Works across realms. */
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

/** Returns the id behind a reference: itself, or the `id` of a row. Lists, null and rows without an id have none. */
export function idOf(reference: unknown): string | undefined {
  if (isId(reference)) return String(reference);
  if (!isRow(reference)) return undefined;
  const own = hexText(reference);
  if (own !== undefined) return own;
  const id = reference['id'];
  if (isId(id)) return String(id);
  return canonicalText(isRow(id) ? id : reference);
}

/**
 * Returns the text of an id that is an object, such as MongoDB's `ObjectId` or a `URL`, if it has one that is the same
 * for equal ids. Dates are no ids, and bytes have no such text: which one they mean is the host's to say.
 */
function canonicalText(value: Row): string | undefined {
  if (isDate(value) || ArrayBuffer.isView(value)) return undefined;
  return hexText(value) ?? textBy(value, 'toJSON');
}

function hexText(value: Row): string | undefined {
  return textBy(value, 'toHexString');
}

function textBy(value: Row, method: 'toHexString' | 'toJSON'): string | undefined {
  const write = value[method];
  const text: unknown = typeof write === 'function' ? write.call(value) : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Recognises a value that should be an id or a row and cannot be compared with either. */
export function isOddReference(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isDate(value) && idOf(value) === undefined;
}

/** Compares as a database does: ids and numbers as text, dates by their time; nothing equals null. */
export function isEqual(value: unknown, operand: unknown): boolean {
  if (isDate(value) || isDate(operand)) return isDate(value) && isDate(operand) && +value === +operand;
  if (typeof operand === 'boolean') return value === operand;
  return isId(operand) && idOf(value) === String(operand);
}

/** Recognises what a column can hold: lists and objects without an id are neither equal nor unequal to anything. */
export function isComparable(value: unknown): boolean {
  return typeof value === 'boolean' || isDate(value) || idOf(value) !== undefined;
}

/** Orders as a database does: -1, 0, 1, or `undefined` if the two have no order (nulls, mixed types). */
export function compare(value: unknown, operand: unknown): number | undefined {
  if (isDate(value) && isDate(operand)) return Math.sign(+value - +operand);
  if (isNumeric(value) && isNumeric(operand)) return value < operand ? -1 : Number(value > operand);
  if (typeof value === 'string' && typeof operand === 'string') return compareText(value, operand);
  return undefined;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Orders text by code points, as PostgreSQL's collation C does; `<` would compare UTF-16 units. */
function compareText(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  const at = left.findIndex((point, index) => point !== right[index]);
  if (at === -1) return Math.sign(left.length - right.length);
  return Math.sign((left[at] ?? -1) - (right[at] ?? -1));
}
