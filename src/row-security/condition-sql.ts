import { escapeLiteral } from 'pg';
import type { Condition, Policy } from '../authorization/index.ts';
import type { GuardedTable } from './guarded-table.ts';

/** A condition that SQL cannot decide as memory does. */
export class NotGenerated extends Error {}

/** Dependencies for writing the conditions of one type. */
export interface SqlContext {
  /** The name of the row in the statement. */
  readonly alias: string;
  readonly table: GuardedTable;
  readonly tables: ReadonlyMap<string, GuardedTable>;
  readonly policies: ReadonlyMap<string, Policy>;
  /** The number of rows on the way here. */
  readonly depth: number;
}

const maxDepth = 5;

// In a sub-query each is evaluated once for a statement, not once for a row.
const setting = (name: string): string => `current_setting('sallyport.${name}', true)`;
const once = (expression: string): string => `(select ${expression})`;
const holdsAny = (name: string, values: readonly string[]): string =>
  once(
    `coalesce(string_to_array(${setting(name)}, ' ') && array[${values.map((value) => escapeLiteral(value)).join(', ')}], false)`,
  );

/** Holds for the system itself alone. */
export const systemSql = once(`coalesce(${setting('system')} = 'on', false)`);

/**
 * Writes a condition as an expression over a row and the settings of the transaction; it decides as it does in memory.
 * @throws NotGenerated if SQL cannot.
 */
export function conditionSql(context: SqlContext, condition: Condition): string {
  switch (condition.kind) {
    case 'everyone':
      return 'true';
    case 'nobody':
      return 'false';
    case 'authenticated':
      return once(`coalesce(${setting('signed_in')} = 'on', false)`);
    case 'role':
      return condition.roles.length === 0 ? 'false' : holdsAny('roles', condition.roles);
    case 'scope':
      return holdsAny('scopes', scopesThatCover(condition.scope));
    case 'owner':
      return `${columnOf(context, condition.property)} = ${once(`nullif(${setting('user_id')}, '')::uuid`)}`;
    case 'is':
      if ('filterFor' in condition) throw new NotGenerated('a function of the principal decides');
      return filterSql(context, condition.filter);
    case 'related':
      return relatedSql(context, condition.property, condition.action);
    case 'some':
      throw new NotGenerated(`it looks into the rows behind ${condition.property}`);
    case 'anyOf':
      return join(context, condition.conditions, ' or ');
    case 'allOf':
      return join(context, condition.conditions, ' and ');
    default:
      throw new NotGenerated('it has a condition of an unknown kind');
  }
}

/** Joins conditions; an empty list holds never, whichever way it is joined. */
const join = (context: SqlContext, conditions: readonly Condition[], by: string): string =>
  conditions.length === 0 ? 'false' : `(${conditions.map((part) => conditionSql(context, part)).join(by)})`;

/** Lists the scopes that cover one: itself, all, and each of its beginnings by whole segments. */
function scopesThatCover(scope: string): string[] {
  const segments = scope.split(':');
  const beginnings = segments.slice(1).map((_, at) => segments.slice(0, at + 1).join(':'));
  return ['*', scope, ...beginnings.flatMap((beginning) => [beginning, `${beginning}:*`])];
}

const columnOf = ({ alias, table }: SqlContext, property: string): string => `${alias}.${table.columnOf(property)}`;

/** The row behind a relation is read within its own policies, so that this can be its action `read` alone. */
function relatedSql(context: SqlContext, property: string, action: string): string {
  const { table, tables, policies, depth } = context;
  const type = table.targetOf(property);
  const target = type === undefined ? undefined : tables.get(type);
  const condition = type === undefined ? undefined : policies.get(type)?.actions[action];
  if (target === undefined || condition === undefined)
    throw new NotGenerated(`${property} leads to no table that has it`);
  if (action !== 'read') throw new NotGenerated(`it asks for ${action} of the row behind ${property}`);
  if (depth >= maxDepth) throw new NotGenerated('it goes through too many rows');
  const alias = `r${depth + 1}`;
  const met = conditionSql({ ...context, alias, table: target, depth: depth + 1 }, condition);
  return `exists (select 1 from ${target.name} as ${alias} where ${alias}."id" = ${columnOf(context, property)} and ${met})`;
}

const comparisons: Readonly<Record<string, string>> = { $ne: '<>', $lt: '<', $lte: '<=', $gt: '>', $gte: '>=' };

/** An empty filter denies, and so does one that holds something unknown. */
function filterSql(context: SqlContext, filter: unknown): string {
  if (!isObject(filter)) return 'false';
  const tests = Object.entries(filter).map(([property, value]) => testSql(context, property, value));
  return tests.length === 0 ? 'false' : `(${tests.join(' and ')})`;
}

function testSql(context: SqlContext, property: string, value: unknown): string {
  const column = columnOf(context, property);
  if (!isObject(value) || value instanceof Date) return comparisonSql(column, '$eq', value);
  const operators = Object.entries(value);
  if (operators.length === 0 || operators.some(([key]) => !key.startsWith('$')))
    throw new NotGenerated(`it compares the row behind ${property}`);
  return operators.map(([operator, operand]) => comparisonSql(column, operator, operand)).join(' and ');
}

function comparisonSql(column: string, operator: string, operand: unknown): string {
  if (operator === '$in') {
    const items = Array.isArray(operand) ? operand.filter((item) => item !== null) : [];
    return items.length === 0 ? 'false' : `${column} in (${items.map(literal).join(', ')})`;
  }
  if (operator === '$eq') return operand === null ? `${column} is null` : `${column} = ${literal(operand)}`;
  const sign = comparisons[operator];
  if (sign === undefined) throw new NotGenerated(`it uses ${operator}`);
  if (operand === null) return operator === '$ne' ? `${column} is not null` : 'false';
  return `${column} ${sign} ${literal(operand)}`;
}

/** Writes a value without a type of its own, so that it takes the column's. */
function literal(value: unknown): string {
  if (value instanceof Date) return escapeLiteral(value.toISOString());
  if (typeof value === 'string') return escapeLiteral(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new NotGenerated('it compares with a value that has no text in SQL');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
