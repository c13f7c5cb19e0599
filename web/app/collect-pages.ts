/** A page of a list, and whether there is another one. */
export interface CollectedPage<Row> {
  readonly rows: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

export interface Collected<Row> {
  readonly rows: readonly Row[];
  /** True if there are more rows than the bound allows. */
  readonly hasMore: boolean;
}

/** Follows the pages of a list to its end, or until there are as many rows as the bound allows. */
export async function collectPages<Row>(
  read: (after: string | null) => Promise<CollectedPage<Row>>,
  bound: number,
  onCount: (count: number) => void,
): Promise<Collected<Row>> {
  const rows: Row[] = [];
  let after: string | null = null;
  for (;;) {
    const page: CollectedPage<Row> = await read(after);
    rows.push(...page.rows);
    after = page.pageInfo.endCursor ?? null;
    if (!page.pageInfo.hasNextPage || after === null || rows.length >= bound)
      return { rows: rows.slice(0, bound), hasMore: page.pageInfo.hasNextPage || rows.length > bound };
    onCount(rows.length);
  }
}
