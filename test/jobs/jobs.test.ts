import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { createJobs } from '../../src/app/create-jobs.ts';
import { auditMonths } from '../../src/audit/audit-months.ts';
import { makeMonths } from '../../src/audit/make-months.ts';
import { tokenRetention } from '../../src/identity/accounts/token-retention.ts';
import { keyRetention } from '../../src/identity/api-keys/key-retention.ts';
import { sessionRetention } from '../../src/identity/sessions/session-retention.ts';
import { createVault } from '../../src/identity/signing-keys/vault.ts';
import type { Job } from '../../src/jobs/job.ts';
import { createScheduler, type Scheduler } from '../../src/jobs/scheduler.ts';
import { postgresUrl } from '../support/database.ts';
import { testOnPostgres } from '../support/on-postgres.ts';
import { signInDocument, startServer, type TestServer } from '../support/server.ts';

const day = 86_400_000;

let server: TestServer;
let at = new Date();
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  at = new Date();
  await server.database.orm.em.getConnection().execute('delete from job_leases');
});

const select = <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
  server.database.orm.em.getConnection().execute<Row[]>(sql, params);

const schedulerOf = (jobs: Job[]): Scheduler =>
  createScheduler({
    jobs,
    fork: server.database.fork,
    clock: () => at,
    log: pino({ level: 'silent' }),
  });

describe('A job', () => {
  const counting = () => {
    const job = { name: 'counting', everySeconds: 3600, runs: 0, run: async () => (job.runs += 1) };
    return job;
  };

  test('is done by one of several nodes, and again when it is due', async () => {
    const job = counting();
    const nodes = Array.from({ length: 5 }, () => schedulerOf([job]));
    await Promise.all(nodes.map((node) => node.run()));
    expect(job.runs).toBe(1);
    at = new Date(at.getTime() + 3_599_000);
    await Promise.all(nodes.map((node) => node.run()));
    expect(job.runs).toBe(1);
    at = new Date(at.getTime() + 1_000);
    await Promise.all(nodes.map((node) => node.run()));
    expect(job.runs).toBe(2);
  });

  test('that fails keeps none of the others from being done', async () => {
    const job = counting();
    const failing: Job = {
      name: 'failing',
      everySeconds: 3600,
      run: async () => {
        throw new Error('no such table');
      },
    };
    await expect(schedulerOf([failing, job]).run()).rejects.toThrow('no such table');
    expect(job.runs).toBe(1);
  });

  test('is taken over from a node that died with it, and given up by one that lost it', async () => {
    let reached: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const slow: Job = {
      name: 'counting',
      everySeconds: 3600,
      async run({ pause }) {
        reached();
        await mayGoOn;
        await pause();
        return 0;
      },
    };
    const lost = schedulerOf([slow]).run();
    await isReached;
    const job = counting();
    await schedulerOf([job]).run();
    expect(job.runs).toBe(0);
    at = new Date(at.getTime() + 300_000);
    await schedulerOf([job]).run();
    expect(job.runs).toBe(1);
    goOn();
    await expect(lost).rejects.toThrow('interrupted');
  });
});

describe('Sessions and tokens of mails', () => {
  test('are removed once they have been over for long, and not before', async () => {
    const viewer = await server.signIn('viewer');
    const [ended, runOut] = [await server.signIn('viewer'), await server.signIn('viewer')];
    const ids = await select<{ id: string }>('select id from sessions order by id desc limit 3');
    const [runOutId, endedId, activeId] = ids.map(({ id }) => id);
    const ago = (days: number): Date => new Date(at.getTime() - days * day);
    await select('update sessions set ended_at = ? where id = ?', [ago(31), endedId]);
    await select('update sessions set expires_at = ? where id = ?', [ago(31), runOutId]);
    expect(await schedulerOf([sessionRetention]).run()).toEqual(new Map([['ended-sessions', 2]]));
    const left = await select<{ id: string }>('select id from sessions');
    expect(left.map(({ id }) => id)).toContain(activeId);
    expect(left.map(({ id }) => id)).not.toContain(endedId);
    expect(await viewer.get('{ me { displayName } }')).toMatchObject({ me: {} });
    for (const gone of [ended, runOut])
      expect(await server.refusal(`mutation { refresh(refreshToken: "${gone.refreshToken}") { scope } }`)).toBe(
        'INVALID_GRANT',
      );
  });

  test('are walked through step by step, however many there are', async () => {
    const [user] = await select<{ id: string }>('select id from users limit 1');
    await select(
      `insert into account_tokens (id, created_at, purpose, hash, user_id, email, expires_at, attempts)
       select gen_random_uuid(), now(), 'reset', md5(n::text), ?, 'x@example.com',
              now() + (case when n % 2 = 0 then -2 else 2 end) * interval '1 day', 0
         from generate_series(1, 5001) as n`,
      [user?.id],
    );
    expect(await schedulerOf([tokenRetention]).run()).toEqual(new Map([['spent-tokens', 2500]]));
    const [{ count } = { count: 0 }] = await select<{ count: number }>(
      'select count(*)::int as count from account_tokens',
    );
    expect(count).toBe(2501);
  });
});

test('API keys are removed once they have been over for long, and not before', async () => {
  const editor = await server.signIn('editor');
  const ago = (days: number): Date => new Date(at.getTime() - days * day);
  const make = async (name: string, change: string, moment?: Date): Promise<string> => {
    const { createApiKey } = await editor.get<{ createApiKey: { apiKey: { id: string } } }>(
      'mutation ($name: String!) { createApiKey(input: { name: $name, scopes: ["articles:read"] }) { apiKey { id } } }',
      { name },
    );
    if (moment !== undefined) await select(`update api_keys set ${change} = ? where name = ?`, [moment, name]);
    return createApiKey.apiKey.id;
  };
  const gone = [await make('revoked', 'revoked_at', ago(31)), await make('expired', 'expires_at', ago(31))];
  const kept = [
    await make('revoked lately', 'revoked_at', ago(29)),
    await make('expired lately', 'expires_at', ago(29)),
    await make('active', ''),
  ];
  expect(await schedulerOf([keyRetention]).run()).toEqual(new Map([['ended-keys', gone.length]]));
  const left = await select<{ id: string }>('select id from api_keys order by id');
  expect(left.map(({ id }) => id)).toEqual(kept);
  const deps = { vault: createVault(randomBytes(32)), recorder: { record: () => undefined } };
  expect(createJobs({ config: server.config, ...deps }).map(({ name }) => name)).toContain('ended-keys');
});

describe('The months of the audit log', () => {
  const partitions = async (): Promise<string[]> => {
    const rows = await select<{ name: string }>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'audit_events'::regclass order by 1`,
    );
    return rows.map(({ name }) => name);
  };
  const retention = 100;
  const insert = (moment: string) =>
    select(
      `insert into audit_events (id, at, type, outcome) values (gen_random_uuid(), ?, 'session.started', 'SUCCESS')`,
      [moment],
    );
  const countIn = async (table: string): Promise<number> =>
    (await select<{ count: number }>(`select count(*)::int as count from "${table}"`))[0]?.count ?? -1;

  const nameOf = (moment: Date): string => `audit_events_${moment.toISOString().slice(0, 7).replace('-', '_')}`;
  const nextMonth = (moment: Date): Date => new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1));
  /** As a database is of which nobody has taken care. */
  const neglect = async (): Promise<void> => {
    for (const moment of [at, nextMonth(at)]) await select(`drop table if exists "${nameOf(moment)}"`);
  };

  test('are made before a server listens, and asked for once where they are there', async () => {
    expect(await partitions()).toEqual(expect.arrayContaining([nameOf(at), nameOf(nextMonth(at))]));
    server.statements.length = 0;
    await makeMonths({ fork: server.database.fork, now: at, log: pino({ level: 'silent' }) }, 1);
    expect(server.statements).toHaveLength(1);
  });

  test('of which many rows came before stay where they are, readable, while people sign in', async () => {
    await neglect();
    const many = postgresUrl === undefined ? 3_000 : 100_000;
    const [{ count: before } = { count: -1 }] = await select<{ count: number }>(countEvents);
    // As an import writes them: all of one moment.
    await select(
      `insert into audit_events (id, at, type, outcome)
       select gen_random_uuid(), ?::timestamptz, 'account.imported', 'SUCCESS' from generate_series(1, ?::int)`,
      [at, many],
    );
    const input = { email: 'admin@demo.sallyport.test', password: 'sallyport-demo' };
    const over = new AbortController();
    const working = schedulerOf([auditMonths(retention)])
      .run()
      .finally(() => over.abort());
    let signedIn = 0;
    do {
      await server.get(signInDocument, { input });
      signedIn += 1;
    } while (!over.signal.aborted);
    await working;

    expect(await partitions()).not.toContain(nameOf(at));
    expect(await partitions()).toContain(nameOf(nextMonth(at)));
    expect(await countIn('audit_events_default')).toBe(many + signedIn);
    const [{ count: after } = { count: -1 }] = await select<{ count: number }>(countEvents);
    expect(after).toBe(before + many + signedIn);
    const admin = await server.signIn('admin');
    const page = `query ($after: String) {
      auditEvents(first: 100, after: $after, filter: { type: "account.imported" }) {
        totalCount pageInfo { endCursor } nodes { id }
      }
    }`;
    const seen = new Set<string>();
    let cursor: string | null = null;
    for (let pages = 0; pages < 5; pages += 1) {
      const { auditEvents }: AuditPage = await admin.get<AuditPage>(page, { after: cursor });
      expect(auditEvents.totalCount).toBe(many);
      for (const { id } of auditEvents.nodes) seen.add(id);
      cursor = auditEvents.pageInfo.endCursor;
    }
    expect(seen.size).toBe(500);
  });
  const countEvents = 'select count(*)::int as count from audit_events';
  interface AuditPage {
    readonly auditEvents: {
      readonly totalCount: number;
      readonly pageInfo: { readonly endCursor: string };
      readonly nodes: Array<{ readonly id: string }>;
    };
  }

  test('whose rows have no partition lose them step by step after their time', async () => {
    const rows = await countIn('audit_events_default');
    expect(rows).toBeGreaterThan(2_000);
    at = new Date(at.getTime() + (retention + 1) * day);
    server.statements.length = 0;
    await schedulerOf([auditMonths(retention)]).run();
    const deletes = server.statements.filter((sql) => /delete from audit_events_default where \(at, id\)/.test(sql));
    expect(deletes).toHaveLength(Math.floor(rows / 2_000) + 1);
    expect(await countIn('audit_events_default')).toBe(0);
  });

  testOnPostgres('that cannot be made at once are left to another time: a server starts all the same', async () => {
    await neglect();
    await server.database.fork().transactional(async (tx) => {
      await tx.execute('select 1 from audit_events limit 1');
      const another = await startServer({}, server.config.database);
      expect(another.logged.join('')).toContain('a month of the audit log was not made');
      await another.get(signInDocument, { input: { email: 'viewer@demo.sallyport.test', password: 'sallyport-demo' } });
      await another.stop();
    });
    expect(await partitions()).not.toContain(nameOf(at));
    await schedulerOf([auditMonths(retention)]).run();
    expect(await partitions()).toEqual(expect.arrayContaining([nameOf(at), nameOf(nextMonth(at))]));
    expect(await countIn('audit_events_default')).toBe(0);
  });

  test('are made ahead; rows that came before move along', async () => {
    at = new Date('2031-11-15T12:00:00Z');
    await insert('2031-11-30T23:59:59.999Z');
    await insert('2031-12-01T00:00:00Z');
    await schedulerOf([auditMonths(retention)]).run();
    expect(await partitions()).toEqual(
      expect.arrayContaining([
        'audit_events_2031_11',
        'audit_events_2031_12',
        'audit_events_2032_01',
        'audit_events_2032_02',
      ]),
    );
    expect([await countIn('audit_events_2031_11'), await countIn('audit_events_2031_12')]).toEqual([1, 1]);
  });

  test('are dropped whole once all of their events are too old, those without a partition one by one', async () => {
    at = new Date('2031-11-15T12:00:00Z');
    await schedulerOf([auditMonths(retention)]).run();
    await select('delete from job_leases');
    await insert('2031-11-20T00:00:00Z');
    await insert('2029-01-01T00:00:00Z');
    const early = at;
    at = new Date(Date.parse('2031-12-01T00:00:00Z') + retention * day - 1);
    await schedulerOf([auditMonths(retention)]).run();
    expect(await partitions()).toContain('audit_events_2031_11');
    await select('delete from job_leases');
    at = new Date(at.getTime() + 1);
    await schedulerOf([auditMonths(retention)]).run();
    const left = await partitions();
    expect(left).not.toContain('audit_events_2031_11');
    expect(left).toContain('audit_events_2031_12');
    const [{ count } = { count: -1 }] = await select<{ count: number }>(
      'select count(*)::int as count from audit_events where at < ?',
      [early],
    );
    expect(count).toBe(0);
  });

  const make = (now: string, ahead: number): Promise<number> =>
    makeMonths({ fork: server.database.fork, now: new Date(now), log: pino({ level: 'silent' }) }, ahead);

  test('are made once, however many nodes are at it: the present one, and as many ahead as are asked for', async () => {
    const now = '2035-11-15T12:00:00Z';
    const made = await Promise.all([make(now, 2), make(now, 2)]);
    expect((made[0] ?? 0) + (made[1] ?? 0)).toBe(3);
    expect(await make(now, 2)).toBe(0);
    expect((await partitions()).filter((name) => /_203[56]_/.test(name))).toEqual([
      'audit_events_2035_11',
      'audit_events_2035_12',
      'audit_events_2036_01',
    ]);
  });

  test('are made if two thousand rows came before, and not if there are more', async () => {
    const cameBefore = (moment: string, many: number) =>
      select(
        `insert into audit_events (id, at, type, outcome)
         select gen_random_uuid(), ?::timestamptz, 'account.imported', 'SUCCESS' from generate_series(1, ?::int)`,
        [moment, many],
      );
    await cameBefore('2036-03-31T23:59:59.999Z', 2_000);
    await cameBefore('2036-04-01T00:00:00Z', 1);
    await cameBefore('2036-05-01T00:00:00Z', 2_001);
    expect(await make('2036-05-15T12:00:00Z', 0)).toBe(0);
    expect(await make('2036-03-15T12:00:00Z', 0)).toBe(1);
    expect(await countIn('audit_events_2036_03')).toBe(2_000);
    await select(`delete from audit_events_default where at >= '2036-03-01'`);
  });

  testOnPostgres('that are read for long are dropped another time: nobody waits for it', async () => {
    await make('2031-12-15T12:00:00Z', 0);
    at = new Date(Date.parse('2032-01-01T00:00:00Z') + retention * day);
    await server.database.fork().transactional(async (tx) => {
      await tx.execute('select 1 from audit_events_2031_12 limit 1');
      await expect(schedulerOf([auditMonths(retention)]).run()).rejects.toThrow(/lock timeout/);
      expect(await partitions()).toContain('audit_events_2031_12');
    });
    await select('delete from job_leases');
    await schedulerOf([auditMonths(retention)]).run();
    expect(await partitions()).not.toContain('audit_events_2031_12');
  });

  testOnPostgres('are made and dropped although an autovacuum is in the way: it has the time to give way', async () => {
    const [{ patience } = { patience: 0 }] = await select<{ patience: number }>(
      `select setting::float / 1000 as patience from pg_settings where name = 'deadlock_timeout'`,
    );
    /** Holds the lock of an autovacuum, for as long as it does until PostgreSQL ends it for those who wait. */
    const vacuum = async (): Promise<{ readonly over: Promise<unknown> }> => {
      const lock = 'lock table audit_events_default in share update exclusive mode';
      const over = select(`do $$ begin ${lock}; perform pg_sleep(${patience + 0.2}); end $$`);
      const held = `select 1 from pg_locks
        where relation = 'audit_events_default'::regclass and mode = 'ShareUpdateExclusiveLock'`;
      while ((await select(held)).length === 0) await setTimeout(2);
      return { over };
    };
    const making = await vacuum();
    expect(await make('2037-01-15T12:00:00Z', 0)).toBe(1);
    await making.over;
    at = new Date(Date.parse('2037-02-01T00:00:00Z') + retention * day);
    await make(at.toISOString(), 3);
    const dropping = await vacuum();
    await schedulerOf([auditMonths(retention)]).run();
    await dropping.over;
    expect(await partitions()).not.toContain('audit_events_2037_01');
  });

  test('stand under the same keys and indexes, whenever they were made', async () => {
    const rows = await select<{ table: string; definition: string }>(
      `select tablename as table, regexp_replace(indexdef, ' INDEX .* USING ', ' INDEX ') as definition
         from pg_indexes where tablename like 'audit_events_%' order by 1, 2`,
    );
    const byTable = [...Map.groupBy(rows, ({ table }) => table).values()];
    const [first, ...others] = byTable.map((indexes) => indexes.map(({ definition }) => definition));
    expect(first).toHaveLength(4);
    expect(first).toContain('CREATE UNIQUE INDEX btree (at, id)');
    for (const definitions of others) expect(definitions).toEqual(first);
    expect(others.length).toBeGreaterThan(3);
  });
});
