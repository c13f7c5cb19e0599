interface ScopeHolders {
  readonly roles: readonly string[];
}

/** Lists the roles that hold scopes, those with the fewest first. */
export function rolesBySize(holders: readonly ScopeHolders[]): readonly string[] {
  const sizes = new Map<string, number>();
  for (const role of holders.flatMap(({ roles }) => roles)) sizes.set(role, (sizes.get(role) ?? 0) + 1);
  return [...sizes].toSorted(([, a], [, b]) => a - b).map(([role]) => role);
}
