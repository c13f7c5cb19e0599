import type { Field } from './fields.ts';
import { kinds } from './kinds.ts';
import type { Names } from './names.ts';

/** A type to which a field refers. */
export interface Target {
  /** Relative to `src/`. */
  readonly entityFile: string;
  readonly policyFile: string;
  readonly table: string;
  /** True if its policy says who may read it. */
  readonly isReadGuarded: boolean;
}

/** All that the templates are filled with. */
export interface FeatureToWrite {
  readonly names: Names;
  readonly fields: readonly Field[];
  /** True if each row belongs to the user who created it. */
  readonly isOwned: boolean;
  /** The types that references name, by their names. */
  readonly targets: Readonly<Record<string, Target>>;
}

export const readScope = ({ names }: FeatureToWrite): string => `${names.folder}:read`;
export const writeScope = ({ names }: FeatureToWrite): string => `${names.folder}:write`;

export const referencesOf = ({ fields }: FeatureToWrite): Field[] => fields.filter(({ kind }) => kind === 'reference');

const isReadGuarded = ({ targets }: FeatureToWrite, { target }: Field): boolean =>
  targets[target]?.isReadGuarded === true;

/** A reference to what the caller may not read is null. */
export const isNullable = (feature: FeatureToWrite, field: Field): boolean =>
  field.isOptional || isReadGuarded(feature, field);

/** Tells whether creating a row asks the policy of another type. */
export const asksPolicies = (feature: FeatureToWrite): boolean =>
  referencesOf(feature).some((field) => isReadGuarded(feature, field));

/** The loader of the rows of another type, such as `articleById`. */
export const loaderOf = ({ target }: Field): string => `${target.charAt(0).toLowerCase()}${target.slice(1)}ById`;

/** The types, other than users, to which fields refer; each once. */
export const targetsOf = (feature: FeatureToWrite): Field[] =>
  referencesOf(feature).filter(
    ({ target }, index, all) => target !== 'User' && all.findIndex((other) => other.target === target) === index,
  );

/** The name of a field where clients write it: of a reference, an id. */
export const inputName = ({ kind, name }: Field): string => (kind === 'reference' ? `${name}Id` : name);

export const graphqlType = (field: Field): string =>
  field.kind === 'reference' ? field.target : kinds[field.kind].graphql(field);

export const inputType = (field: Field): string => (field.kind === 'reference' ? 'ID' : graphqlType(field));

/** Lists words as a sentence does. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** Writes imports of names such as `type X` and `Y`, in the order that the architecture test asks for. */
export function importLines(lines: ReadonlyArray<readonly [names: readonly string[], from: string]>): string {
  const byFile = new Map<string, Set<string>>();
  for (const [names, from] of lines) {
    const found = byFile.get(from) ?? new Set();
    names.forEach((name) => found.add(name));
    if (found.size > 0) byFile.set(from, found);
  }
  return [...byFile]
    .toSorted(([a], [b]) => (placeOf(a) < placeOf(b) ? -1 : 1))
    .map(([from, names]) => importLine([...names].toSorted(byName), from))
    .join('\n');
}

const bare = (name: string): string => name.replace(/^type /, '').toLowerCase();
const byName = (a: string, b: string): number => (bare(a) < bare(b) ? -1 : 1);

function importLine(names: readonly string[], from: string): string {
  const areTypes = names.every((name) => name.startsWith('type '));
  const list = areTypes ? names.map((name) => name.slice('type '.length)) : names;
  return `import ${areTypes ? 'type ' : ''}{ ${list.join(', ')} } from '${from}';`;
}

/** Packages first, then ours, from the furthest to the nearest. */
function placeOf(from: string): string {
  if (!from.startsWith('.')) return `0 ${from}`;
  const steps = from.split('../').length - 1;
  return `${9 - steps} ${from.replace(/^(\.\.?\/)+/, '').toLowerCase()}`;
}
