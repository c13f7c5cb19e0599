import { badInput } from './errors.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
/** Something that a reader sees: more than blanks and format characters. */
const seen = /[^\s\p{C}]/u;
const unpairedOrControl = /\p{Surrogate}|\0/u;

/** True where the text is a UUID of any version in its canonical form (RFC 9562 §4). */
export const isUuid = (text: string): boolean => uuid.test(text);

/**
 * An id as it goes to the database: lower case.
 * @throws BAD_USER_INPUT `invalid_id` where it is no UUID, so that no malformed id reaches a statement.
 */
export function requireId(field: string, id: string): string {
  if (!isUuid(id)) throw badInput(field, 'invalid_id', `\`${field}\` is not an id: expected a UUID.`);
  return id.toLowerCase();
}

/**
 * A text that people typed: trimmed, its length counted in characters (code points), not in UTF-16 units.
 * @throws BAD_USER_INPUT `empty`, `too_long` or `invalid_characters` (a NUL or half of a surrogate pair, which
 * PostgreSQL cannot store).
 */
export function requireText(field: string, text: string, maxCharacters: number): string {
  const trimmed = text.trim();
  if (!seen.test(trimmed)) throw badInput(field, 'empty', `\`${field}\` must not be empty.`);
  if (unpairedOrControl.test(trimmed)) {
    throw badInput(field, 'invalid_characters', `\`${field}\` contains characters that cannot be stored.`);
  }
  if (trimmed.length > maxCharacters && Array.from(trimmed).length > maxCharacters) {
    throw badInput(field, 'too_long', `\`${field}\` must have at most ${maxCharacters} characters.`);
  }
  return trimmed;
}

/** Tokens of a GraphQL document; parsing stops there. */
export const mostTokens = 4_000;

const mostScopes = 50;
const longestScope = 100;
// Segments, the last of which may be a wildcard; blanks separate scopes in tokens (RFC 6749 §3.3).
const scopeSpelling = /^(\*|[\w.-]+(:[\w.-]+)*(:\*)?)$/;

/** @throws BAD_USER_INPUT `too_many` or `invalid_scope`: scopes stand in tokens, where a blank would make two of one. */
export function requireScopes(field: string, scopes: readonly string[]): readonly string[] {
  if (scopes.length > mostScopes) throw badInput(field, 'too_many', `\`${field}\` has at most ${mostScopes} scopes.`);
  if (scopes.every((scope) => scope.length <= longestScope && scopeSpelling.test(scope))) return scopes;
  throw badInput(field, 'invalid_scope', 'A scope looks like `articles:read`, `articles:*` or `*`.');
}
