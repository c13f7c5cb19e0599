/**
 * Whether a granted scope covers a required one, by whole segments: `articles` and `articles:*` cover
 * `articles:read`, `*` covers all; `articles:*` does not cover `articles`, and `art` covers nothing of `articles`.
 */
export function scopeCovers(granted: string, required: string): boolean {
  if (granted === '*' || granted === required) return granted !== '';
  const parent = granted.endsWith(':*') ? granted.slice(0, -2) : granted;
  return parent !== '' && required.startsWith(`${parent}:`);
}

/** Whether any of the granted scopes covers the required one. */
export function anyScopeCovers(granted: readonly string[], required: string): boolean {
  return granted.some((scope) => scopeCovers(scope, required));
}

/** What is wrong with the text of a scope that the role table or a requirement names. */
export function problemOfScope(scope: unknown): string | undefined {
  if (typeof scope !== 'string' || scope.trim() === '') return 'a scope is empty';
  if (/\s/.test(scope)) return `the scope "${scope}" contains a blank`;
  return undefined;
}

export function isWildcard(scope: string): boolean {
  return scope.split(':').includes('*');
}
