import type { EntityManager } from '@mikro-orm/postgresql';
import type { Principal } from '../authorization/index.ts';
import { requireFirst } from '../database/pages.ts';
import { isUuid, requireId, requireText } from '../input.ts';
import type { Searches } from '../limits/searches.ts';
import type { RequestScope } from '../request.ts';

/** A type that `node` finds; `load` answers the row whoever asks, for the type's own rules to judge. */
export interface NodeType {
  readonly table: string;
  readonly load: (em: EntityManager, id: string) => Promise<object | null>;
  /** The columns by which the row is found where `id` alone would look through every partition. */
  readonly keyOf?: (id: string) => Readonly<Record<string, unknown>>;
}

/** What `search` looks through: readable rows that contain the text, newest first. */
export type SearchSource = (
  scope: RequestScope,
  principal: Principal,
  text: string,
  first: number,
) => Promise<Array<{ id: string }>>;

export interface NodesDeps {
  /** By the name of the GraphQL type. */
  readonly types: Readonly<Record<string, NodeType>>;
  readonly sources: readonly SearchSource[];
  readonly searches: Searches;
}

export type Nodes = ReturnType<typeof createNodes>;

const longestSearch = 200;
const nilId = '00000000-0000-0000-0000-000000000000';

/** Finds objects of any type, by id or by what they say. */
export function createNodes({ types, sources, searches }: NodesDeps) {
  const names = Object.keys(types);
  const keyOf = (name: string, id: string): Readonly<Record<string, unknown>> => types[name]?.keyOf?.(id) ?? { id };
  const whichTable = names
    .map((name) => {
      const columns = Object.keys(keyOf(name, nilId)).map((column) => `"${column}" = ?`);
      return `select '${name}' as type from "${types[name]?.table}" where ${columns.join(' and ')}`;
    })
    .join(' union all ');

  async function find({ em }: RequestScope, id: string): Promise<object | null> {
    const key = requireId('id', id);
    const [found] = await em.getConnection().execute<Array<{ type: string }>>(
      whichTable,
      names.flatMap((name) => Object.values(keyOf(name, key))),
    );
    // As many statements whether or not there is something: the time does not tell a hidden row from none.
    return load(em, found?.type ?? names[0] ?? '', key);
  }

  /** One row of a type; null where there is none, or where the id cannot be one. */
  async function load(em: EntityManager, type: string, id: string): Promise<object | null> {
    return isUuid(id) ? ((await types[type]?.load(em, id.toLowerCase())) ?? null) : null;
  }

  async function search(scope: RequestScope, principal: Principal, query: string, first: number): Promise<object[]> {
    const text = requireText('query', query, longestSearch);
    const rows = requireFirst(first);
    const found = await searches(scope, () => searchEach(scope, principal, text, rows));
    return found.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rows);
  }

  /** One after the other: a search has one connection at a time, as any other statement. */
  async function searchEach(
    scope: RequestScope,
    principal: Principal,
    text: string,
    rows: number,
  ): Promise<Array<{ id: string }>> {
    const found: Array<{ id: string }> = [];
    for (const source of sources) found.push(...(await source(scope, principal, text, rows)));
    return found;
  }

  return { find, load, search };
}
