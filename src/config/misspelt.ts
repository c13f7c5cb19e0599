import { settingTable } from './setting-table.ts';
import type { Environment } from './settings.ts';

/** A name in the environment that no setting has, and the setting that was probably meant. */
export interface Misspelt {
  readonly given: string;
  readonly meant: string;
}

const settings = Object.keys(settingTable).map((name) => ({ name, bare: bareOf(name) }));

/** Shorter names would be taken for those of other programs, whose settings are in the environment as well. */
const minLength = 6;

/**
 * Finds what nothing reads although it was probably meant for this server: `CORS_ORIGIN`, `TRUSTED_PROXY`,
 * `SALLYPORT_MASTER_KEY`. Nobody would be told otherwise that a setting stayed at its default.
 */
export const findMisspelt = (env: Environment): readonly Misspelt[] =>
  Object.entries(env).flatMap(([given, value = '']) => {
    if (Object.hasOwn(settingTable, given) || value.trim() === '') return [];
    const bare = bareOf(given);
    const meant = settings.find((setting) => isNear(bare, setting.bare));
    return meant === undefined ? [] : [{ given, meant: meant.name }];
  });

/** A name without what is easily written otherwise: case, lines between words, our own name, the s of a plural. */
function bareOf(name: string): string {
  return name
    .toUpperCase()
    .replaceAll(/[^A-Z\d]/g, '')
    .replace(/^SALLYPORT/, '')
    .replace(/S$/, '');
}

function isNear(one: string, other: string): boolean {
  if (other.length < minLength) return false;
  const allowed = other.length < 8 ? 0 : other.length < 12 ? 1 : 2;
  return Math.abs(one.length - other.length) <= allowed && distanceOf(one, other) <= allowed;
}

/** Counts the letters to change, add or leave out (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 0; at < one.length; at += 1) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to += 1) {
      const changed = (row[to] ?? 0) + (one[at] === other[to] ? 0 : 1);
      next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
