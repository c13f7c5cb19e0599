import { UsageError } from '../usage.ts';
import { capitalised, type Names } from './names.ts';

/** One field as the command line names it: `title:string(1..200)`, `dueAt:datetime?`, `state:enum(OPEN|DONE)`. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly isOptional: boolean;
  /** The bounds of a text's length in characters, or of a number's value; null if nothing bounds it. */
  readonly range: { readonly min: number; readonly max: number } | null;
  /** The values of an enum. */
  readonly values: readonly string[];
  /** The type that a reference names. */
  readonly target: string;
  /** The name of an enum's type. */
  readonly enumType: string;
}

export const fieldKinds = ['string', 'text', 'int', 'float', 'boolean', 'datetime', 'enum', 'reference'] as const;
export type FieldKind = (typeof fieldKinds)[number];

const spelling = /^([a-z][a-zA-Z0-9]*):([a-z]+)(?:\(([^()]*)\))?(\?)?$/;
const maxFieldName = 24;
/** The names that every generated type has, or that its code uses for something else. */
const taken = [
  'id',
  'createdAt',
  'updatedAt',
  'version',
  'expectedVersion',
  'owner',
  'input',
  'context',
  'constructor',
];
const defaultRanges: Partial<Record<FieldKind, { min: number; max: number }>> = {
  string: { min: 1, max: 200 },
  text: { min: 1, max: 10_000 },
};
const maxVarchar = 10_485_760;
const maxInt = 2_147_483_647;

/** @throws UsageError that says what is wrong with a field, and what is expected. */
export function parseFields(texts: readonly string[], names: Names): Field[] {
  if (texts.length === 0) throw new UsageError("Name at least one field, such as 'text:text(1..1000)'.");
  const fields = texts.map((text) => parseField(text, names));
  const twice = fields.find(({ name }, index) => fields.findIndex((other) => other.name === name) < index);
  if (twice !== undefined) throw new UsageError(`The field ${twice.name} is named twice.`);
  return fields;
}

function parseField(text: string, names: Names): Field {
  const [, name = '', kindName = '', inside, mark] = spelling.exec(text) ?? [];
  const kind = fieldKinds.find((known) => known === kindName);
  if (kind === undefined) throw mistake(text, `expected name:type, the type one of ${fieldKinds.join(', ')}`);
  if (name.length > maxFieldName) throw mistake(text, `a name has at most ${maxFieldName} characters`);
  if (taken.includes(name) || name === names.one) throw mistake(text, `${name} is taken`);
  return {
    name,
    kind,
    isOptional: mark !== undefined,
    range: rangeOf(text, kind, inside),
    values: kind === 'enum' ? valuesOf(text, inside) : [],
    target: kind === 'reference' ? targetOf(text, inside) : '',
    enumType: `${names.type}${capitalised(name)}`,
  };
}

function rangeOf(text: string, kind: FieldKind, inside: string | undefined): Field['range'] {
  if (kind === 'enum' || kind === 'reference') return null;
  if (inside === undefined) return defaultRanges[kind] ?? null;
  const [, min = '', max = ''] = /^(-?\d+)\.\.(-?\d+)$/.exec(inside) ?? [];
  const range = { min: Number(min), max: Number(max) };
  const isBounded = ['string', 'text', 'int', 'float'].includes(kind);
  if (!isBounded || max === '' || range.min > range.max)
    throw mistake(text, isBounded ? 'expected a range such as (1..1000)' : `${kind} has no range`);
  const isText = kind === 'string' || kind === 'text';
  if (isText && (range.min < 0 || range.max < 1 || range.max > maxVarchar))
    throw mistake(text, `a length is from 0 to ${maxVarchar}`);
  if (kind === 'int' && (range.min < -maxInt || range.max > maxInt))
    throw mistake(text, `an int is from -${maxInt} to ${maxInt}`);
  return range;
}

function valuesOf(text: string, inside = ''): string[] {
  const values = inside.split('|').map((value) => value.trim());
  const isName = (value: string): boolean =>
    /^[A-Za-z_]\w{0,62}$/.test(value) && !value.startsWith('__') && !['true', 'false', 'null'].includes(value);
  if (new Set(values).size === values.length && values.every(isName)) return values;
  throw mistake(text, 'expected different names, such as enum(OPEN|DONE)');
}

function targetOf(text: string, inside = ''): string {
  if (/^[A-Z]\w*$/.test(inside)) return inside;
  throw mistake(text, 'expected a type, such as reference(Article)');
}

const mistake = (text: string, remedy: string): UsageError => new UsageError(`${text}: ${remedy}.`);
