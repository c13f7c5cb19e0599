import type { EntityManager } from '@mikro-orm/postgresql';
import { createHash } from 'node:crypto';
import { statementsOf, type ProtectedTable, type RowSecurity } from './generate-policies.ts';

/** A table whose policies in the database are not those that are generated. */
export interface Difference {
  readonly table: string;
  readonly problem: 'missing' | 'outdated' | 'superfluous';
}

/** The policies of ours that a table has in the database. */
interface Present {
  readonly table: string;
  readonly is_forced: boolean;
  readonly note: string | null;
  /** Digest of the expressions as the database keeps them, so that a change by hand is seen. */
  readonly kept: string;
}

const presentPolicies = `
  select c.relname as table, c.relrowsecurity and c.relforcerowsecurity as is_forced,
         max(obj_description(p.oid, 'pg_policy')) as note,
         md5(string_agg(concat_ws('|', p.polname, p.polcmd, p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid),
                                  pg_get_expr(p.polwithcheck, p.polrelid)), '|' order by p.polname)) as kept
    from pg_policy p join pg_class c on c.oid = p.polrelid
   where c.relnamespace = current_schema()::regnamespace
     and exists (select 1 from pg_policy o where o.polrelid = c.oid and o.polname = 'sallyport_system')
   group by c.oid, c.relname`;

/** Compares the policies in the database with those that are generated. */
export async function comparePolicies(em: EntityManager, { tables }: RowSecurity): Promise<Difference[]> {
  const present = await em.getConnection().execute<Present[]>(presentPolicies);
  const differences = tables.flatMap((table): Difference[] => {
    const found = present.find((one) => one.table === table.plainName);
    if (found === undefined) return [{ table: table.plainName, problem: 'missing' }];
    const isSame = found.is_forced && found.note === noteOf(table, found.kept);
    return isSame ? [] : [{ table: table.plainName, problem: 'outdated' }];
  });
  const superfluous = present
    .filter((one) => !tables.some(({ plainName }) => plainName === one.table))
    .map(({ table }): Difference => ({ table, problem: 'superfluous' }));
  return [...differences, ...superfluous];
}

const noteOf = (table: ProtectedTable, kept: string): string =>
  `sallyport ${createHash('sha256').update(statementsOf(table).join(';')).digest('hex')} ${kept}`;

/** Brings the policies in the database up to date, in one transaction; what is as it should be is left alone. */
export async function applyPolicies(em: EntityManager, security: RowSecurity): Promise<Difference[]> {
  const differences = await comparePolicies(em, security);
  if (differences.length === 0) return [];
  await em.transactional(async (tx) => {
    for (const { table } of differences) await removeFrom(tx, table);
    const replaced = security.tables.filter(({ plainName }) => differences.some(({ table }) => table === plainName));
    for (const table of replaced) for (const statement of statementsOf(table)) await tx.execute(statement);
    const present = await tx.execute<Present[]>(presentPolicies);
    for (const table of replaced) {
      const kept = present.find((one) => one.table === table.plainName)?.kept ?? '';
      await tx.execute(`comment on policy sallyport_system on "${table.plainName}" is '${noteOf(table, kept)}'`);
    }
  });
  return differences;
}

/** Removes every policy of ours, and tells of which tables. */
export async function removePolicies(em: EntityManager): Promise<string[]> {
  const present = await em.getConnection().execute<Present[]>(presentPolicies);
  await em.transactional(async (tx) => {
    for (const { table } of present) await removeFrom(tx, table);
  });
  return present.map(({ table }) => table);
}

async function removeFrom(tx: EntityManager, table: string): Promise<void> {
  const names = await tx.execute<Array<{ name: string }>>(
    `select polname as name from pg_policy p join pg_class c on c.oid = p.polrelid
      where c.relnamespace = current_schema()::regnamespace and c.relname = ? and p.polname like 'sallyport\\_%'`,
    [table],
  );
  for (const { name } of names) await tx.execute(`drop policy "${name}" on "${table}"`);
  await tx.execute(`alter table "${table}" no force row level security`);
  await tx.execute(`alter table "${table}" disable row level security`);
}

/** Tells whether the role of this connection passes every policy by. */
export async function bypassesPolicies(em: EntityManager): Promise<{ role: string; bypasses: boolean }> {
  const [found] = await em
    .getConnection()
    .execute<Array<{ role: string; bypasses: boolean }>>(
      'select rolname as role, rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user',
    );
  return found ?? { role: 'unknown', bypasses: true };
}
