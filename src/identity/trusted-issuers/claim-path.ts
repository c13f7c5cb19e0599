/**
 * Reads the claim at a dotted path. A claim's name may hold dots itself, such as `https://example.com/roles`: the
 * longest name that is there counts.
 *
 * @example
 * claimAt({ realm_access: { roles: ['staff'] } }, 'realm_access.roles'); // ['staff']
 */
export function claimAt(claims: unknown, path: string): unknown {
  if (typeof claims !== 'object' || claims === null) return undefined;
  const own = claims as Readonly<Record<string, unknown>>;
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const name = path.slice(0, end);
    if (Object.hasOwn(own, name)) return end === path.length ? own[name] : claimAt(own[name], path.slice(end + 1));
  }
  return undefined;
}

/** Reads a claim that is a text or a list of texts; anything else in it is left out. */
export function textsAt(claims: unknown, path: string): readonly string[] | null {
  const value = claimAt(claims, path);
  if (value === undefined || value === null) return null;
  return [value].flat().filter((item) => typeof item === 'string');
}
