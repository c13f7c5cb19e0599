import type { EntityMetadata } from '@mikro-orm/core';
import type { Condition, Policy } from '../authorization/index.ts';
import { conditionSql, NotGenerated, systemSql, type SqlContext } from './condition-sql.ts';
import { guardedTable, type GuardedTable } from './guarded-table.ts';

/** A policy of PostgreSQL. */
export interface TablePolicy {
  readonly name: string;
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  /** The rows that are seen or written. */
  readonly using?: string;
  /** The rows that may be the outcome. */
  readonly check?: string;
}

export interface ProtectedTable {
  readonly type: string;
  readonly plainName: string;
  readonly policies: readonly TablePolicy[];
}

/** A part of a type's policy that the database does not enforce. */
export interface Omission {
  readonly coordinate: string;
  readonly reason: string;
}

export interface RowSecurity {
  readonly tables: readonly ProtectedTable[];
  readonly omissions: readonly Omission[];
}

/** The actions that are statements, each with the rules of PostgreSQL that it is. */
const statements: Readonly<Record<string, (expression: string) => Omit<TablePolicy, 'name'>>> = {
  create: (check) => ({ command: 'insert', check }),
  update: (expression) => ({ command: 'update', using: expression, check: expression }),
  delete: (using) => ({ command: 'delete', using }),
};

/** Writes the policies of all types that have a table, and tells what of them it cannot write. */
export function generatePolicies(policies: readonly Policy[], metadata: readonly EntityMetadata[]): RowSecurity {
  const tables = new Map(metadata.map((meta) => [meta.className, guardedTable(meta)]));
  const context = { tables, policies: new Map(policies.map((policy) => [policy.type, policy])) };
  const generated = policies.map((policy) => generate(policy, tables.get(policy.type), context));
  return {
    tables: generated.flatMap(({ table }) => table ?? []),
    omissions: generated.flatMap(({ omissions }) => omissions),
  };
}

interface Generated {
  readonly table?: ProtectedTable;
  readonly omissions: readonly Omission[];
}

/** A type whose rows SQL cannot tell apart has no policies at all: some would lock out those who may. */
function generate(
  { type, actions }: Policy,
  table: GuardedTable | undefined,
  shared: Pick<SqlContext, 'policies' | 'tables'>,
): Generated {
  const unprotected = (reason: string): Generated => ({
    omissions: [{ coordinate: type, reason: `${reason}: its rows have no policy` }],
  });
  if (table === undefined) return unprotected('it has no table');
  const context: SqlContext = { ...shared, table, alias: table.name, depth: 0 };
  const { read, ...others } = actions;
  if (read === undefined) return unprotected('it has no action `read`');
  const reading = write(context, read);
  if ('reason' in reading) return unprotected(`of \`read\`, ${reading.reason}`);

  const written = Object.entries(statements).map(([action, rulesOf]) => {
    const condition = Object.hasOwn(others, action) ? others[action] : undefined;
    const outcome = condition === undefined ? { reason: 'there is no such action' } : write(context, condition);
    return {
      action,
      outcome,
      rules: 'sql' in outcome ? [{ name: `sallyport_${action}`, ...rulesOf(outcome.sql) }] : [],
    };
  });
  const refused = written.flatMap(({ action, outcome }) =>
    'reason' in outcome
      ? [{ coordinate: `${type}.${action}`, reason: `${outcome.reason}: no principal may ${action} a row` }]
      : [],
  );
  const further = Object.keys(others)
    .filter((action) => !Object.hasOwn(statements, action))
    .map((action) => ({
      coordinate: `${type}.${action}`,
      reason: 'it is no statement: what it writes passes by `update`',
    }));
  return {
    table: {
      type,
      plainName: table.plainName,
      policies: [
        { name: 'sallyport_system', command: 'all', using: systemSql, check: systemSql },
        { name: 'sallyport_read', command: 'select', using: reading.sql },
        ...written.flatMap(({ rules }) => rules),
      ],
    },
    omissions: [...refused, ...further],
  };
}

function write(context: SqlContext, condition: Condition): { readonly sql: string } | { readonly reason: string } {
  try {
    return { sql: conditionSql(context, condition) };
  } catch (error) {
    if (error instanceof NotGenerated) return { reason: error.message };
    throw error;
  }
}

/** The statements that replace the policies of a table, for the role that sends them. */
export function statementsOf({ plainName, policies }: ProtectedTable): string[] {
  const table = `"${plainName}"`;
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    ...policies.map(
      ({ name, command, using, check }) =>
        `create policy ${name} on ${table} for ${command} to current_user` +
        (using === undefined ? '' : ` using (${using})`) +
        (check === undefined ? '' : ` with check (${check})`),
    ),
  ];
}
