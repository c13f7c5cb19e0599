import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  isRequiredArgument,
  type ExecutionResult,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { AccessLogEvent } from '../model/access-log.ts';
import { guardOf, type Guard } from '../runtime/guard.ts';

type Field = GraphQLField<unknown, unknown>;

/** Dependencies of `expectGuarded`, by which it asks every list of a schema. */
export interface ExpectGuardedOptions {
  /** The callers by name: anonymous, and one for each role at least. */
  readonly callers: readonly string[];
  /** Runs a query as one of the callers, best through the server's own front door. */
  readonly ask: (query: string, caller: string) => Promise<Pick<ExecutionResult, 'data' | 'errors'>>;
  /** Arguments as GraphQL writes them, for fields that require some: `{ 'Query.user': 'id: "1"' }`. */
  readonly args?: Readonly<Record<string, string>> | undefined;
}

/** A field that returns rows with a policy, and the query that asks for them. */
interface GuardedList {
  readonly coordinate: string;
  readonly query: string;
  readonly keys: readonly string[];
}

/**
 * Asks every list and connection of guarded rows that a schema's queries lead to, as each caller, and compares counts
 * with rows. It needs no test runner: it throws. Fields that require arguments are asked if `args` gives them.
 *
 * @returns the coordinates of the lists that were asked, so that a test can say how many it expects
 * @throws Error listing each list that returned rows which the policy refuses, or whose `totalCount` is not the number
 *   of rows shown: its service forgot the policy's `where`
 * @example
 * await expectGuarded(schema, {
 *   callers: ['anonymous', 'VIEWER'],
 *   ask: (query, caller) => clients[caller].ask(query),
 * });
 */
export async function expectGuarded(
  schema: GraphQLSchema,
  { callers, ask, args = {} }: ExpectGuardedOptions,
): Promise<readonly string[]> {
  const guard = guardOf(schema);
  const lists = guardedLists(guard, schema, args);
  const problems: string[] = [];
  for (const list of lists) {
    for (const caller of callers) {
      // One after the other, so that what the engine reports belongs to the question.
      // eslint-disable-next-line no-await-in-loop
      const found = await problemOf(guard, list, () => ask(list.query, caller));
      if (found !== undefined) problems.push(`- ${list.coordinate} as ${caller}: ${found}`);
    }
  }
  if (problems.length > 0) throw new Error(`Lists are not filtered by the policy's \`where\`:\n${problems.join('\n')}`);
  return lists.map(({ coordinate }) => coordinate);
}

async function problemOf(
  guard: Guard,
  list: GuardedList,
  ask: () => Promise<Pick<ExecutionResult, 'data' | 'errors'>>,
): Promise<string | undefined> {
  const slipped: AccessLogEvent[] = [];
  const observe = (event: AccessLogEvent): void => void slipped.push(event);
  guard.observers.add(observe);
  try {
    const { data } = await ask();
    const [event] = slipped.filter(({ kind }) => kind === 'row');
    return event?.message ?? problemOfCount(valuesAt(data, list.keys));
  } finally {
    guard.observers.delete(observe);
  }
}

interface Connection {
  readonly totalCount?: unknown;
  readonly nodes?: unknown;
  readonly edges?: unknown;
  readonly pageInfo?: { readonly hasNextPage?: unknown } | null;
}

function problemOfCount(connections: readonly unknown[]): string | undefined {
  for (const connection of connections) {
    if (typeof connection !== 'object' || connection === null || Array.isArray(connection)) continue;
    const { totalCount, nodes, edges, pageInfo }: Connection = connection;
    const rows = [nodes, edges].find((list) => Array.isArray(list));
    if (typeof totalCount !== 'number' || !Array.isArray(rows)) continue;
    const isWhole = pageInfo?.hasNextPage !== true;
    if (totalCount < rows.length || (isWhole && totalCount > rows.length)) {
      return `its totalCount is ${totalCount}, and it shows ${rows.length} rows.`;
    }
  }
  return undefined;
}

/** Collects the values at the end of a path, through lists. */
function valuesAt(data: unknown, keys: readonly string[]): readonly unknown[] {
  return keys.reduce<readonly unknown[]>(
    (values, key) =>
      values
        .flat(Infinity)
        .flatMap((value) => (typeof value === 'object' && value !== null ? [Reflect.get(value, key)] : [])),
    [data],
  );
}

/** Finds the lists of guarded rows, each by the shortest path of fields that need no arguments or are given some. */
function guardedLists(guard: Guard, schema: GraphQLSchema, args: Readonly<Record<string, string>>): GuardedList[] {
  const lists = new Map<string, GuardedList>();
  const seen = new Set<GraphQLNamedType>();
  const open: Array<{ type: GraphQLNamedType; path: readonly Step[] }> = [];
  const root = schema.getQueryType();
  if (root) open.push({ type: root, path: [] });
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { type, path } = next;
    if (seen.has(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    seen.add(type);
    for (const field of Object.values<Field>(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const written = args[coordinate] ?? pageArgument(field);
      if (written === undefined) continue;
      const steps = [...path, { key: field.name, call: written === '' ? field.name : `${field.name}(${written})` }];
      const selection = listSelection(guard, schema, field);
      if (selection !== undefined) lists.set(coordinate, { coordinate, ...queryOf(steps, selection) });
      open.push({ type: getNamedType(field.type), path: steps });
    }
  }
  return [...lists.values()];
}

/** One field on the way to a list, as it is called. */
interface Step {
  readonly key: string;
  readonly call: string;
}

function queryOf(steps: readonly Step[], selection: string): Pick<GuardedList, 'query' | 'keys'> {
  const query = steps.reduceRight((inner, { call }) => `{ ${call} ${inner} }`, selection);
  return { query, keys: steps.map(({ key }) => key) };
}

/** Writes the arguments of a field that requires none; `undefined` for one that does. Pages are as large as allowed. */
function pageArgument({ args }: Field): string | undefined {
  if (args.some(isRequiredArgument)) return undefined;
  return args.some(({ name }) => name === 'first') ? 'first: 100' : '';
}

/** Writes what to select of a list of guarded rows, or of a connection; `undefined` for any other field. */
function listSelection(guard: Guard, schema: GraphQLSchema, { type }: Field): string | undefined {
  const named = getNamedType(type);
  if (isListType(getNullableType(type))) return hasPolicy(guard, schema, named) ? '{ __typename }' : undefined;
  if (!isObjectType(named)) return undefined;
  const fields = named.getFields();
  const isOfRows = (field: Field | undefined): boolean =>
    field !== undefined && isListType(getNullableType(field.type)) && hasPolicy(guard, schema, rowTypeOf(field));
  const nodes = isOfRows(fields['nodes']) ? 'nodes { __typename }' : '';
  const edges = isOfRows(fields['edges']) ? 'edges { node { __typename } }' : '';
  if (nodes === '' && edges === '') return undefined;
  const count = fields['totalCount'] === undefined ? '' : 'totalCount';
  const page = fields['pageInfo'] === undefined ? '' : 'pageInfo { hasNextPage }';
  return `{ ${[count, nodes, edges, page].join(' ')} }`;
}

function rowTypeOf(field: Field): GraphQLNamedType {
  const item = getNamedType(field.type);
  const node = isObjectType(item) && item.name.endsWith('Edge') ? item.getFields()['node'] : undefined;
  return node === undefined ? item : getNamedType(node.type);
}

function hasPolicy(guard: Guard, schema: GraphQLSchema, type: GraphQLNamedType): boolean {
  if (!isCompositeType(type)) return false;
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  return possible.some(({ name }) => (guard.model.types.get(name)?.actions ?? []).length > 0);
}
