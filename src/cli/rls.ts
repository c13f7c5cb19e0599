import { rowSecurityOf } from '../app/row-security.ts';
import type { Database } from '../database/open.ts';
import { applyPolicies, comparePolicies, removePolicies } from '../row-security/apply-policies.ts';
import { statementsOf, type RowSecurity } from '../row-security/generate-policies.ts';
import { UsageError } from './usage.ts';
import { withDatabase } from './with-database.ts';

/** `rls print`: the statements, and as comments what they leave out. */
export const printPolicies = (): Promise<string> =>
  withDatabase(async ({ database }) => {
    const { tables, omissions } = rowSecurityOf(database);
    return [
      ...tables.flatMap(statementsOf).map((statement) => `${statement};`),
      ...omissions.map(({ coordinate, reason }) => `-- ${coordinate}: ${reason}.`),
      '',
    ].join('\n');
  });

/** `rls apply`: brings the policies in the database up to date. */
export const applyRowSecurity = (): Promise<string> =>
  withPolicies(async ({ orm }, security) => {
    const changed = await applyPolicies(orm.em.fork(), security);
    return changed.length === 0 ? 'The policies are up to date.\n' : changed.map(({ table }) => `${table}\n`).join('');
  });

/** `rls check`: tells what differs; then the exit code is 1. */
export const checkRowSecurity = (): Promise<string> =>
  withPolicies(async ({ orm }, security) => {
    const differences = await comparePolicies(orm.em.fork(), security);
    if (differences.length === 0) return 'The policies are up to date.\n';
    process.exitCode = 1;
    return differences.map(({ table, problem }) => `${table}: ${problem}\n`).join('');
  });

/** `rls remove`: before the setting is switched off. */
export const removeRowSecurity = (): Promise<string> =>
  withPolicies(async ({ orm }) => {
    const removed = await removePolicies(orm.em.fork());
    return removed.length === 0 ? 'There are none.\n' : removed.map((table) => `${table}\n`).join('');
  });

const withPolicies = (work: (database: Database, security: RowSecurity) => Promise<string>): Promise<string> =>
  withDatabase(async ({ config, database }) => {
    if (config.database.kind !== 'postgresql')
      throw new UsageError('Policies of rows need a PostgreSQL: set DATABASE_URL.');
    return work(database, rowSecurityOf(database));
  });
