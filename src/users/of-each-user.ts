/** Sorts rows that were read of several users: those of each, in the order of the ids. */
export function ofEachUser<Row extends { readonly user: { readonly id: string } }>(
  ids: readonly string[],
  rows: readonly Row[],
): Row[][] {
  const found = Map.groupBy(rows, ({ user }) => user.id);
  return ids.map((id) => found.get(id) ?? []);
}
