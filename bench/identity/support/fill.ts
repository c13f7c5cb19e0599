import { Client } from 'pg';
import { entities } from '../../../src/app/entities.ts';
import { openDatabase } from '../../../src/database/open.ts';

export interface Amounts {
  readonly users: number;
  readonly sessions: number;
  readonly auditEvents: number;
}

const monthsOfAudit = 10;

/** Brings a new database up to date. */
export async function migrated(url: string): Promise<void> {
  const database = await openDatabase({ kind: 'postgresql', url }, entities);
  await database.close();
}

/** UUID v7 of a moment in milliseconds, the rest from a number: ids that lie as those of a year of use would. */
const idOf = (milliseconds: string, seed: string): string =>
  `(lpad(to_hex((${milliseconds})::bigint), 12, '0') || '7' || substr(md5((${seed})::text), 1, 3) || '8' || substr(md5((${seed})::text), 4, 15))::uuid`;

/**
 * Fills a migrated database beyond anything that a test would: users, sessions of the last two months (a fifth of them
 * ended), and events of the last ten months, each month in its partition. Indexes are built afterwards.
 */
export async function fill(url: string, { users, sessions, auditEvents }: Amounts): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `set session_replication_role = replica; set synchronous_commit = off; set max_parallel_workers_per_gather = 0`,
    );
    const rebuild = await dropIndexes(client);
    await client.query(insertUsers(users));
    await client.query(insertSessions(sessions, users));
    await createMonths(client);
    await client.query(insertEvents(auditEvents, users));
    for (const statement of rebuild) await client.query(statement);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

/** Those that no constraint needs. @returns what makes them anew. */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select c.relname as name, pg_get_indexdef(c.oid) as definition
       from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
      where t.relname in ('sessions', 'audit_events') and not i.indisunique`,
  );
  for (const { name } of rows) await client.query(`drop index "${name}"`);
  return rows.map(({ definition }) => definition.replace(' ON ONLY ', ' ON '));
}

const day = 86_400_000;
const now = Date.now();
const from = now - 300 * day;

const userAt = (number: string): string => idOf(`${from} + (${number}) * ${Math.floor((240 * day) / 1e6)}`, number);

const insertUsers = (count: number): string => `
  insert into users (id, created_at, email, display_name, roles, status, credential_version)
  select ${userAt('i')}, to_timestamp(${from / 1000}), 'person-' || i || '@many.example', 'Person ' || i,
         case when i % 50 = 0 then '{EDITOR}'::text[] else '{VIEWER}' end, 'ACTIVE', 0
    from generate_series(1, ${count}::bigint) i`;

const insertSessions = (count: number, users: number): string => `
  insert into sessions (id, created_at, user_id, refresh_salt, refresh_counter, rotated_at, last_used_at, expires_at,
                        ended_at, end_reason, methods, credential_version, authenticated_at, user_agent, ip_address)
  select ${idOf(`${now - 60 * day} + i * ${((59 * day) / count).toFixed(4)}`, 'i')}, at, ${userAt(`1 + (i * 7919::bigint) % ${users}`)},
         decode(md5(i::text), 'hex'), i % 40, at, at, at + interval '90 days',
         case when i % 5 = 0 then at end, case when i % 5 = 0 then 'logout' end,
         '{PASSWORD}', 0, at, 'Mozilla/5.0 (X11; Linux x86_64) Bench', '192.0.2.1'
    from generate_series(1, ${count}::bigint) i,
         lateral (select to_timestamp(${(now - 60 * day) / 1000} + i * ${((59 * 86_400) / count).toFixed(7)}) as at) moment`;

const insertEvents = (count: number, users: number): string => `
  insert into audit_events (id, at, type, outcome, actor_id, subject_id, ip_address, request_id, details)
  select ${idOf(`${from} + i * ${((299 * day) / count).toFixed(4)}`, 'i')},
         to_timestamp((${from} + floor(i * ${((299 * day) / count).toFixed(4)})) / 1000.0),
         case i % 10 when 0 then 'session.start_failed' when 1 then 'session.ended' when 2 then 'user.roles_changed' else 'session.started' end,
         case i % 10 when 0 then 'FAILURE' else 'SUCCESS' end,
         actor, actor, '192.0.2.1', actor, '{"methods": ["PASSWORD"]}'
    from generate_series(1, ${count}::bigint) i, lateral (select ${userAt(`1 + (i * 104729::bigint) % ${users}`)} as actor) who`;

async function createMonths(client: Client): Promise<void> {
  const last = new Date(now);
  for (let back = 0; back <= monthsOfAudit; back += 1) {
    const start = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - back, 1));
    const end = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
    const name = `audit_events_${start.toISOString().slice(0, 7).replace('-', '_')}`;
    await client.query(
      `create table if not exists "${name}" partition of audit_events for values from ('${start.toISOString()}') to ('${end.toISOString()}')`,
    );
  }
}
