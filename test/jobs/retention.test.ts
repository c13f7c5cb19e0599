import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { keyRetention } from '../../src/identity/api-keys/key-retention.ts';
import { sessionRetention } from '../../src/identity/sessions/session-retention.ts';
import { challengeRetention } from '../../src/identity/sign-in/challenge-retention.ts';
import type { Job } from '../../src/jobs/job.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const day = 86_400_000;
const now = new Date('2026-11-30T12:00:00.300Z');
const future = new Date(now.getTime() + day);

const execute = <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
  server.database.fork().getConnection().execute<Row[]>(sql, params);

/** The least that a row of each table has, besides its moments. */
const tables = {
  sessions: `refresh_salt, refresh_counter, rotated_at, last_used_at, methods, credential_version, authenticated_at)
             select '', 0, now(), now(), '{}', 1, now()`,
  mfa_challenges: `hash, credential_version, methods, delivery, states, attempts)
             select md5(random()::text), 1, '{}', 'BODY', '{}', 0`,
  trusted_devices: `device_id, credential_version) select md5(random()::text), 1`,
  api_keys: `name, secret_hash, scopes, networks) select 'a key', '', '{}', '{}'`,
};

/** Writes a row with these moments; answers its id. */
async function insert(table: keyof typeof tables, moments: Readonly<Record<string, Date>>): Promise<string> {
  const id = randomUUID();
  const owner = table === 'api_keys' ? 'owner_id' : 'user_id';
  const names = ['id', owner, 'created_at', ...Object.keys(moments)];
  await execute(
    `insert into ${table} (${names.join(', ')}, ${tables[table]}`.replace(
      'select ',
      `select ?, (select id from users limit 1), now(), ${Object.keys(moments)
        .map(() => '?::timestamptz')
        .join(', ')}, `,
    ),
    [id, ...Object.values(moments)],
  );
  return id;
}

describe.each<[keyof typeof tables, Job, number, Readonly<Record<string, object>>]>([
  ['sessions', sessionRetention, 30, { expires_at: {}, ended_at: { expires_at: future } }],
  ['mfa_challenges', challengeRetention, 1, { expires_at: {} }],
  ['trusted_devices', challengeRetention, 1, { expires_at: {} }],
  ['api_keys', keyRetention, 30, { expires_at: {}, revoked_at: { expires_at: future } }],
])('Rows of %s', (table, job, days, columns) => {
  beforeEach(() => execute(`delete from ${table}`));
  const context = {
    fork: () => server.database.fork(),
    now,
    pause: async () => undefined,
    log: { warn: () => undefined },
  };

  test('are deleted once they have been over for their time, and not a moment before', async () => {
    const kept: string[] = [];
    const end = new Date(now.getTime() - days * day);
    for (const [column, others] of Object.entries(columns)) {
      kept.push(await insert(table, { ...others, [column]: end }));
      await insert(table, { ...others, [column]: new Date(end.getTime() - 1) });
    }
    expect(await job.run(context)).toBe(Object.keys(columns).length);
    const left = await execute<{ id: string }>(`select id from ${table}`);
    expect(left.map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
  });

  test('are looked at once a day', () => expect(job.everySeconds).toBe(86_400));
});
