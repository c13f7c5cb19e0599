import type { Logger } from 'pino';
import { roles } from '../access/roles.ts';
import type { Principal } from '../authorization/index.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/open.ts';
import type { RowSession } from '../database/row-session.ts';
import { StartError } from '../errors.ts';
import { applyPolicies, bypassesPolicies, comparePolicies } from '../row-security/apply-policies.ts';
import { generatePolicies, type RowSecurity } from '../row-security/generate-policies.ts';
import { createSessionOf } from '../row-security/principal-session.ts';
import { policies } from './guarded-schema.ts';

export type RowSecurityConfig = Pick<Config, 'database' | 'rowLevelSecurity'>;

/** The policies of tables that follow from those of all types. */
export const rowSecurityOf = ({ orm }: Pick<Database, 'orm'>): RowSecurity =>
  generatePolicies(policies, [...orm.getMetadata().getAll().values()]);

/**
 * Switches the policies in the database on, and tells it from now on whom a statement is for; without the setting it
 * makes sure that there are none.
 * @returns what the database is told of a principal.
 * @throws StartError if the database would not enforce them.
 */
export async function openRowSecurity(
  config: RowSecurityConfig,
  database: Database,
  log: Pick<Logger, 'info'>,
): Promise<(principal: Principal) => RowSession | undefined> {
  if (!(await requireEnforceable(config, database))) return () => undefined;
  const security = rowSecurityOf(database);
  for (const { table, problem } of await applyPolicies(database.orm.em.fork(), security))
    log.info({ table, problem }, 'the policies of a table were written');
  for (const omission of security.omissions) log.info(omission, 'a policy is enforced here alone');
  database.protect(security.tables.map(({ plainName }) => plainName));
  return createSessionOf(roles);
}

/**
 * Makes sure that PostgreSQL enforces the policies if they are switched on, and has none if they are not.
 * @returns whether they are on
 * @throws StartError
 */
export async function requireEnforceable(
  { database: location, rowLevelSecurity }: RowSecurityConfig,
  database: Pick<Database, 'orm'>,
): Promise<boolean> {
  if (location.kind !== 'postgresql') return false;
  const { role, bypasses } = await bypassesPolicies(database.orm.em.fork());
  if (!rowLevelSecurity) {
    if (!bypasses) await requireNone(database);
    return false;
  }
  if (!bypasses) return true;
  throw new StartError(
    `ROW_LEVEL_SECURITY: PostgreSQL lets the role ${role} pass every policy by, as a superuser or by BYPASSRLS. Connect as another role, which owns the tables.`,
  );
}

async function requireNone({ orm }: Pick<Database, 'orm'>): Promise<void> {
  const present = await comparePolicies(orm.em.fork(), { tables: [], omissions: [] });
  if (present.length === 0) return;
  throw new StartError(
    `ROW_LEVEL_SECURITY is off, and ${present.map(({ table }) => table).join(', ')} have its policies, by which no row would be seen: set it to on, or run \`sallyport rls remove\`.`,
  );
}
