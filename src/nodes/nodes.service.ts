import type { Principal } from '../authorization/index.ts';
import { isUuid } from '../database/ids.ts';
import { defaultPageSize, requireSize } from '../database/pages.ts';
import { findText } from '../database/rows/find-text.ts';
import type { Rows } from '../database/rows/source.ts';
import type { NodeType, SearchSource } from '../feature/feature.ts';
import type { InTurn } from '../limits/turns.ts';
import type { RequestContext } from '../request/context.ts';
import { requireId } from '../request/input.ts';
import { requirePattern } from '../request/search-pattern.ts';

export interface NodesDeps {
  /** The types that `node` finds, by the names of their GraphQL types. */
  readonly types: Readonly<Record<string, NodeType>>;
  readonly sources: readonly SearchSource[];
  readonly searches: InTurn;
}

export type Nodes = ReturnType<typeof createNodes>;

const maxSearch = 200;
const nilId = '00000000-0000-0000-0000-000000000000';

/** Finds objects of any type, by id or by what they say. */
export function createNodes({ types, sources, searches }: NodesDeps) {
  const names = Object.keys(types);
  const keyOf = (name: string, id: string): Readonly<Record<string, unknown>> => types[name]?.keyOf?.(id) ?? { id };
  let places = 0;
  const whichTable = names
    .map((name) => {
      const columns = Object.keys(keyOf(name, nilId)).map((column) => `"${column}" = $${(places += 1)}`);
      return `select '${name}' as type from "${types[name]?.table}" where ${columns.join(' and ')}`;
    })
    .join(' union all ');

  async function find({ rows }: RequestContext, id: string): Promise<object | null> {
    const key = requireId('id', id);
    const type = await findText(
      rows,
      whichTable,
      names.flatMap((name) => Object.values(keyOf(name, key))),
    );
    // As many statements whether or not there is something: the time does not tell a hidden row from none.
    return load(rows, type ?? names[0] ?? '', key);
  }

  /** One row of a type; null if there is none, or if the id cannot be one. */
  async function load(rows: Rows, type: string, id: string): Promise<object | null> {
    return isUuid(id) ? ((await types[type]?.load(rows, id.toLowerCase())) ?? null) : null;
  }

  async function search(
    context: RequestContext,
    principal: Principal,
    query: string,
    first: number | null,
  ): Promise<object[]> {
    const text = requirePattern('query', query, maxSearch);
    const rows = requireSize('first', first ?? defaultPageSize);
    const found = await searches(context, () => searchEach(context, principal, text, rows));
    return found.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rows);
  }

  /** One after the other: a search has one connection at a time, as any other statement. */
  async function searchEach(
    context: RequestContext,
    principal: Principal,
    text: string,
    rows: number,
  ): Promise<Array<{ id: string }>> {
    const found: Array<{ id: string }> = [];
    for (const source of sources) found.push(...(await source(context, principal, text, rows)));
    return found;
  }

  return { find, load, search };
}
