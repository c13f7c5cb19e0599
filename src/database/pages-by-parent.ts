import type { AnyEntity, EntityClass } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { idsIn, perUnitOfWork } from './by-id.ts';
import { pageFilter, pageOf, type Connection, type Page } from './pages.ts';

/** Which page of one parent's rows; `filter` is what the caller may see of them. */
export interface ChildPage {
  readonly parentId: string;
  readonly filter: object;
  readonly page: Page;
}

/**
 * Pages of rows that belong to a parent, such as the comments of each of a hundred articles: the same number of
 * statements for one parent as for all of them. `parent` is the property that names the parent.
 */
export function pagesByParent<Row extends AnyEntity & { id: string }>(
  entity: EntityClass<Row>,
  parent: keyof Row & string,
) {
  const loadPage = perUnitOfWork<ChildPage, Row[]>(
    (em, keys) => eachGroup(keys, (group) => loadPages(em, group)),
    keyOf,
  );
  const loadCount = perUnitOfWork<Omit<ChildPage, 'page'>, number>(
    (em, keys) => eachGroup(keys, (group) => loadCounts(em, group)),
    keyOf,
  );

  return async function find(em: EntityManager, key: ChildPage): Promise<Connection<Row>> {
    const { parentId, filter, page } = key;
    const rows = await loadPage(em, key);
    return pageOf(rows, page, () => loadCount(em, { parentId, filter }));
  };

  async function loadPages(em: EntityManager, keys: readonly ChildPage[]): Promise<Row[][]> {
    const [first] = keys;
    if (first === undefined) return [];
    const { filter, page } = first;
    const own = select(em, keys, { $and: [filter, pageFilter(page)] });
    const column = columnOf(em);
    const ids = await em
      .getConnection()
      .execute<Array<{ id: string }>>(
        `select id from (select id, row_number() over (partition by ${column} order by id desc) as position from (${own.sql}) as own) as numbered where position <= ?`,
        [...own.params, page.first + 1],
      );
    if (ids.length === 0) return keys.map(() => []);
    const rows = await em.find(entity, idsIn<Row>(ids.map(({ id }) => id)), {
      orderBy: { id: 'desc' } as never,
    });
    const byParent = Map.groupBy(rows, (row) => (row[parent] as { id: string }).id);
    return keys.map(({ parentId }) => byParent.get(parentId) ?? []);
  }

  async function loadCounts(em: EntityManager, keys: ReadonlyArray<Omit<ChildPage, 'page'>>): Promise<number[]> {
    const own = select(em, keys, keys[0]?.filter ?? {});
    const column = columnOf(em);
    const rows = await em
      .getConnection()
      .execute<Array<{ parent: string; count: string | number }>>(
        `select ${column} as parent, count(*) as count from (${own.sql}) as own group by ${column}`,
        own.params,
      );
    const counts = new Map(rows.map((row) => [row.parent, Number(row.count)]));
    return keys.map(({ parentId }) => counts.get(parentId) ?? 0);
  }

  /** The rows of these parents that the caller may see, as a statement that can stand inside another. */
  function select(
    em: EntityManager,
    keys: ReadonlyArray<{ parentId: string }>,
    filter: object,
  ): { sql: string; params: unknown[] } {
    const parentIds = keys.map(({ parentId }) => parentId);
    const where = { $and: [{ [parent]: { $in: parentIds } }, filter] };
    const query = em
      .createQueryBuilder(entity, 'row')
      .select(['id', parent] as never)
      .where(where as never);
    return { sql: query.getQuery(), params: [...query.getParams()] };
  }

  function columnOf(em: EntityManager): string {
    const [column = parent] = em.getMetadata(entity).props.find(({ name }) => name === parent)?.fieldNames ?? [];
    return `"${column}"`;
  }
}

const keyOf = (key: object): string => JSON.stringify(key);

/** Keys that differ in more than the parent cannot share a statement. */
async function eachGroup<Key extends { parentId: string }, Value>(
  keys: readonly Key[],
  load: (group: Key[]) => Promise<Value[]>,
): Promise<Value[]> {
  const groups = Map.groupBy(keys, (key) => keyOf({ ...key, parentId: undefined }));
  const found = new Map<Key, Value>();
  for (const group of groups.values()) {
    const values = await load(group);
    group.forEach((key, index) => found.set(key, values[index] as Value));
  }
  return keys.map((key) => found.get(key) as Value);
}
