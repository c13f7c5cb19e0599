import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder } from '../../../audit/record.ts';
import { newId } from '../../../database/base.entity.ts';
import { User } from '../../../users/user.entity.ts';
import type { ImportedAccount } from './imported-account.ts';

export interface InsertDeps {
  readonly fork: () => EntityManager;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly provenance: Provenance;
}

/**
 * Writes accounts in one statement, and what became of them in the same transaction: all of those that have no account
 * yet, or, if the process ends before it does, none. An e-mail that has an account is passed over and stays as it is.
 * @returns how many were new.
 */
export const insertAccounts = (
  { fork, recorder, provenance }: InsertDeps,
  accounts: readonly ImportedAccount[],
): Promise<number> =>
  fork().transactional(async (tx) => {
    const rows = inOneOrder(accounts).map((account) => rowOf(account, provenance.now));
    const created = await tx.execute<Array<{ id: string; roles: string[] }>>(
      `insert into users (id, created_at, email, email_verified_at, email_proved_at, display_name, roles, status, disabled_reason,
                          password_hash, credential_version)
       select id, created_at, email, email_verified_at, email_verified_at, display_name, roles, status, disabled_reason, password_hash, 0
         from json_to_recordset(?::json)
           as account (id uuid, created_at timestamptz, email text, email_verified_at timestamptz, display_name text,
                       roles text[], status text, disabled_reason text, password_hash text)
       on conflict (email) do nothing
       returning id, roles`,
      [JSON.stringify(rows)],
    );
    for (const { id, roles } of created)
      recorder.record(tx, provenance, { type: 'account.imported', subjectId: id, details: { roles } });
    return created.length;
  });

/** Counts the accounts that `insertAccounts` would write. */
export async function countNew(em: EntityManager, accounts: readonly ImportedAccount[]): Promise<number> {
  const emails = [...new Set(accounts.map(({ email }) => email))];
  return emails.length - (await em.count(User, { email: { $in: emails } }));
}

/** Sorts by e-mail, so that two imports at once wait for each other instead of locking each other out. */
const inOneOrder = (accounts: readonly ImportedAccount[]): ImportedAccount[] =>
  accounts.toSorted((one, other) => (one.email < other.email ? -1 : Number(one.email > other.email)));

/** Ids follow the age of the accounts, for lists are sorted by them. */
const rowOf = (account: ImportedAccount, now: Date) => ({
  id: newId(account.createdAt),
  created_at: account.createdAt,
  email: account.email,
  email_verified_at: account.emailVerified ? now : null,
  display_name: account.displayName,
  roles: account.roles,
  status: account.status,
  disabled_reason: account.disabledReason,
  password_hash: account.passwordHash,
});
