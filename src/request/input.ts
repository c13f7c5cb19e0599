import { isUuid } from '../database/ids.ts';
import { badInput } from '../errors.ts';

/** A character that a reader can see: neither a blank nor what is shown as nothing, such as U+3164 and U+2800. */
const seen = /[^\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;
const unpairedOrControl = /\p{Surrogate}|\0/u;

/**
 * Answers an id as it goes to the database: in lower case.
 * @throws BAD_USER_INPUT `invalid_id` if it is no UUID, so that no malformed id reaches a statement.
 */
export function requireId(field: string, id: string): string {
  if (!isUuid(id)) throw badInput(field, 'invalid_id', `\`${field}\` is not an id: expected a UUID.`);
  return id.toLowerCase();
}

/**
 * Trims a text that a person typed, and counts its length in characters (code points), not in UTF-16 units.
 * @throws BAD_USER_INPUT `empty`, `too_short`, `too_long` or `invalid_characters` (a NUL or half of a surrogate pair,
 * which PostgreSQL cannot store).
 */
export function requireText(field: string, text: string, maxCharacters: number, minCharacters = 1): string {
  const trimmed = text.trim();
  if (minCharacters > 0 && !seen.test(trimmed)) throw badInput(field, 'empty', `\`${field}\` must not be empty.`);
  if (unpairedOrControl.test(trimmed)) {
    throw badInput(field, 'invalid_characters', `\`${field}\` contains characters that cannot be stored.`);
  }
  if (trimmed.length > maxCharacters && Array.from(trimmed).length > maxCharacters) {
    throw badInput(field, 'too_long', `\`${field}\` must have at most ${maxCharacters} characters.`);
  }
  if (trimmed.length < minCharacters * 2 && Array.from(trimmed).length < minCharacters) {
    throw badInput(field, 'too_short', `\`${field}\` must have at least ${minCharacters} characters.`);
  }
  return trimmed;
}

/**
 * Characters that break a line, command a terminal or turn the direction of writing, so that a text reads as another.
 */
const misleading = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;
const everyMisleading = new RegExp(misleading, 'gu');

/**
 * Checks a name, which stands in lists, mails and logs beside those of others (Unicode Technical Report 36, §2.10.3).
 * @throws BAD_USER_INPUT as `requireText`, and `invalid_characters` for what would mislead there.
 */
export function requireName(field: string, text: string, maxCharacters: number): string {
  const name = requireText(field, text, maxCharacters);
  if (!misleading.test(name)) return name;
  throw badInput(
    field,
    'invalid_characters',
    `\`${field}\` must be one line, without control characters and without marks that turn the direction of writing.`,
  );
}

/** Escapes in a text that is kept what `requireName` refuses, as `\\u{202e}`. */
export const withoutMisleading = (text: string): string =>
  text.replace(everyMisleading, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/** @throws BAD_USER_INPUT `out_of_range`. */
export function requireNumber(field: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw badInput(field, 'out_of_range', `\`${field}\` must be from ${min} to ${max}.`);
}

const maxScopes = 50;
const maxScopeLength = 100;
/** The length of all scopes together, with which an access token still fits into a cookie of 4,096 bytes. */
const maxScopesLength = 1_500;
// Segments, the last of which may be a wildcard; blanks separate scopes in tokens (RFC 6749 §3.3).
const scopeSpelling = /^(\*|[\w.-]+(:[\w.-]+)*(:\*)?)$/;

/**
 * Checks how scopes are spelt: they stand in tokens, where a blank would make two of one.
 * @throws BAD_USER_INPUT `too_many`, `too_long` or `invalid_scope`.
 */
export function requireScopes(field: string, scopes: readonly string[]): readonly string[] {
  if (scopes.length > maxScopes) throw badInput(field, 'too_many', `\`${field}\` has at most ${maxScopes} scopes.`);
  if (scopes.join(' ').length > maxScopesLength)
    throw badInput(field, 'too_long', `\`${field}\` has at most ${maxScopesLength} characters in all.`);
  if (scopes.every((scope) => scope.length <= maxScopeLength && scopeSpelling.test(scope))) return scopes;
  throw badInput(field, 'invalid_scope', 'A scope looks like `articles:read`, `articles:*` or `*`.');
}
