import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { entities } from '../../src/app/entities.ts';
import { newId } from '../../src/database/base.entity.ts';
import { openDatabase, type Database } from '../../src/database/open.ts';
import { createTestDatabase } from '../support/database.ts';

const longAgo = new Date('2026-01-01T00:00:00.000Z');
const later = new Date('2026-02-01T00:00:00.000Z');

let database: Database;
let drop: () => Promise<void>;
const run = (sql: string, values: unknown[] = []) => database.orm.em.getConnection().execute(sql, values);

/** A database as it was before the last migrations of e-mails. */
beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  database = await openDatabase(made.location, entities);
  for (const table of ['users', 'account_tokens']) await run(`alter table "${table}" drop column "email_proved_at"`);
  await run(`delete from mikro_orm_migrations where name ~ '_(email_domains|proved_emails)'`);
});
afterAll(async () => {
  await database.close();
  await drop();
});

async function makeUser(email: string, { createdAt = longAgo, isVerified = false } = {}): Promise<string> {
  const id = newId(createdAt);
  await run(
    `insert into users (id, created_at, email, email_verified_at, display_name, roles, status, credential_version)
      values (?, ?, ?, ?, 'Somebody', '{}', 'ACTIVE', 1)`,
    [id, createdAt, email, isVerified ? createdAt : null],
  );
  return id;
}

const recordEvent = (type: string, at: Date, subjectId: string) =>
  run(`insert into audit_events (id, at, type, outcome, subject_id) values (?, ?, ?, 'SUCCESS', ?)`, [
    newId(at),
    at,
    type,
    subjectId,
  ]);

/** The e-mail under which an account is after the migrations. */
interface EmailRow {
  readonly email: string;
  readonly isVerified: boolean;
  readonly isProved: boolean;
}

async function read(id: string): Promise<EmailRow> {
  const [row] = await database.orm.em.getConnection().execute<EmailRow[]>(
    `select email, email_verified_at is not null as "isVerified", email_proved_at is not null as "isProved"
      from users where id = ?`,
    [id],
  );
  if (row === undefined) throw new Error(`There is no account ${id}.`);
  return row;
}

describe('The migrations of e-mails', () => {
  test('give an e-mail to the account with the better right to it, and leave strange domains alone', async () => {
    const ids = {
      alone: await makeUser('alone@bücher.de'),
      squatter: await makeUser('boss@xn--bcher-kva.de'),
      owner: await makeUser('boss@bücher.de', { createdAt: later, isVerified: true }),
      verified: await makeUser('two@xn--bcher-kva.de', { createdAt: later, isVerified: true }),
      unverified: await makeUser('two@bücher.de'),
      younger: await makeUser('old@xn--bcher-kva.de', { createdAt: later }),
      older: await makeUser('old@bücher.de'),
    };
    const strange = ['a@bank.com/é.com', 'a@bank.com?é', 'a@bank.com#é', 'a@bank.com:é', 'a@bank.com\\é', 'a@%62ank.é'];
    const strangers = await Promise.all(strange.map((email) => makeUser(email)));

    const byProvider = await makeUser('provider@example.com', { isVerified: true });
    await recordEvent('external_identity.linked', longAgo, byProvider);
    const byIssuer = await makeUser('issuer@example.com', { isVerified: true });
    await recordEvent('account.provisioned', longAgo, byIssuer);
    const linkedLater = await makeUser('linked@example.com', { isVerified: true });
    await recordEvent('external_identity.linked', later, linkedLater);

    // The limit of a server must not end what takes long in a large table.
    await run(`set statement_timeout = '10s'`);
    await run(`create function require_no_limit() returns trigger language plpgsql as $$ begin
      if current_setting('statement_timeout') <> '0' then raise 'the statement is limited'; end if; return new; end $$`);
    await run(`create trigger no_limit before update on users for each row execute function require_no_limit()`);
    await database.orm.migrator.up();

    const emailOf = async (id: string) => (await read(id)).email;
    expect(await emailOf(ids.alone)).toBe('alone@xn--bcher-kva.de');
    expect(await read(ids.owner)).toMatchObject({ email: 'boss@xn--bcher-kva.de', isVerified: true });
    expect(await read(ids.squatter)).toMatchObject({ email: `${ids.squatter}@addressless.invalid`, isVerified: false });
    expect([await emailOf(ids.verified), await emailOf(ids.unverified)]).toEqual([
      'two@xn--bcher-kva.de',
      'two@bücher.de',
    ]);
    expect([await emailOf(ids.older), await emailOf(ids.younger)]).toEqual([
      'old@xn--bcher-kva.de',
      `${ids.younger}@addressless.invalid`,
    ]);
    expect(await Promise.all(strangers.map(emailOf))).toEqual(strange);

    const areProved = await Promise.all(
      [byProvider, byIssuer, linkedLater].map(async (id) => (await read(id)).isProved),
    );
    expect(areProved).toEqual([false, false, true]);
  });
});
