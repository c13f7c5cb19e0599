/**
 * Tells whether a granted scope covers a required one, by whole segments. `*` covers everything.
 *
 * @example
 * scopeCovers('articles', 'articles:read'); // true, as for `articles:*`
 * scopeCovers('articles:*', 'articles'); // false: only what lies below
 * scopeCovers('art', 'articles'); // false: segments are compared whole
 */
export function scopeCovers(granted: string, required: string): boolean {
  if (granted === '*' || granted === required) return granted !== '';
  const parent = granted.endsWith(':*') ? granted.slice(0, -2) : granted;
  return parent !== '' && required.startsWith(`${parent}:`);
}

/** Tells whether any of the granted scopes covers the required one; see `scopeCovers`. */
export function anyScopeCovers(granted: readonly string[], required: string): boolean {
  return granted.some((scope) => scopeCovers(scope, required));
}

/** Returns what is wrong with a scope that the role table or a requirement names; `undefined` if nothing is. */
export function problemOfScope(scope: unknown): string | undefined {
  if (typeof scope !== 'string' || scope.trim() === '') return 'a scope is empty';
  if (/\s/.test(scope)) return `the scope "${scope}" contains a blank`;
  return undefined;
}

export function isWildcard(scope: string): boolean {
  return scope.split(':').includes('*');
}
