import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { openCluster, signInOn, type Cluster } from '../support/nodes.ts';
import { describeBehindPgBouncer, startPgBouncer, type OwnPgBouncer } from '../support/pgbouncer.ts';
import { root, type ServerProcess } from '../support/process.ts';
import { publishArticle } from '../support/publish-article.ts';
import { redisUrl } from '../support/server.ts';
import { until } from '../support/until.ts';
import { bearer, disposeListeners, listenAt } from '../support/websocket.ts';

const list = '{ articles(first: 5) { totalCount nodes { title author { displayName } } } }';
const published = 'subscription { articlePublished { title } }';

const readinessOf = async ({ url }: ServerProcess): Promise<{ status: string; degraded?: string[] }> =>
  (await fetch(`${url}/health/ready`)).json() as Promise<{ status: string; degraded?: string[] }>;

describeBehindPgBouncer('Behind PgBouncer in transaction mode', () => {
  let cluster: Cluster;
  let bouncer: OwnPgBouncer;
  beforeAll(async () => {
    cluster = await openCluster();
    bouncer = await startPgBouncer(cluster.databaseUrl);
  });
  afterEach(disposeListeners);
  afterAll(async () => {
    await bouncer.stop();
    await cluster.stop();
  });

  const startNode = (env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> =>
    cluster.startNode({ DATABASE_URL: bouncer.url, PREPARED_STATEMENTS: 'off', ...env });
  const direct = (): Readonly<Record<string, string>> => ({ DATABASE_DIRECT_URL: cluster.databaseUrl });

  /** Holds a lock on the articles while `work` is done. */
  async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: cluster.databaseUrl });
    await client.connect();
    try {
      await client.query('begin; lock table articles in access exclusive mode');
      return await work();
    } finally {
      await client.end();
    }
  }

  const waiting = async (): Promise<number> => {
    const sql = "select count(*)::int as count from pg_locks where not granted and relation = 'articles'::regclass";
    const [row] = await cluster.execute<{ count: number }>(sql);
    return row?.count ?? 0;
  };

  test('two servers with a DATABASE_DIRECT_URL work as ever, and receive the events of each other', async () => {
    const nodes = [await startNode(direct()), await startNode(direct())] as const;
    const [editor, viewer] = [await signInOn(nodes[0], 'editor'), await signInOn(nodes[1], 'viewer')];
    const listening = await listenAt(nodes[1].url, published, bearer(viewer));
    await publishArticle(editor, 'Through a pooler');
    expect(await listening.heard(1)).toEqual([{ data: { articlePublished: { title: 'Through a pooler' } } }]);
    const answers = await Promise.all(Array.from({ length: 30 }, () => viewer.ask(list)));
    expect(answers.map(({ body }) => body.errors)).toEqual(answers.map(() => undefined));
    expect(await readinessOf(nodes[0])).toEqual({ status: 'ready' });
    for (const node of nodes) await node.end('SIGTERM');
  });

  test('a statement that takes too long is ended on the server, for a read and within a transaction', async () => {
    const node = await startNode(direct());
    const editor = await signInOn(node, 'editor');
    await whileLocked(async () => {
      const asked = [
        editor.ask(list),
        editor.ask('mutation { createArticle(input: { title: "Late", body: "." }) { id } }'),
      ];
      await until(async () => (await waiting()) === 2);
      const codes = (await Promise.all(asked)).map(({ body }) => body.errors?.[0]?.extensions.code);
      expect(codes).toEqual(['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE']);
      expect(await waiting()).toBe(0);
    });
    await node.end('SIGTERM');
  });

  test('no limit of a statement is left behind on a session of the server for others', async () => {
    const client = new Client({ connectionString: bouncer.url });
    await client.connect();
    const { rows } = await client.query('show statement_timeout');
    await client.end();
    expect(rows).toEqual([{ statement_timeout: '0' }]);
  });

  test('without a DATABASE_DIRECT_URL a server says in its log and in readiness that it receives no events of others, and tells its own subscribers', async () => {
    const node = await startNode();
    expect(await readinessOf(node)).toEqual({
      status: 'degraded',
      degraded: [expect.stringMatching(/receives no events of other nodes.*DATABASE_DIRECT_URL.*REDIS_URL/)],
    });
    expect(node.output()).toMatch(/"level":40,.*"check":"pooler".*DATABASE_DIRECT_URL/);
    const viewer = await signInOn(node, 'viewer');
    const listening = await listenAt(node.url, published, bearer(viewer));
    await publishArticle(await signInOn(node, 'editor'), 'Heard here');
    expect(await listening.heard(1)).toEqual([{ data: { articlePublished: { title: 'Heard here' } } }]);
    await node.end('SIGTERM');
  });

  test('Redis stands in for DATABASE_DIRECT_URL', async () => {
    const node = await startNode({ REDIS_URL: redisUrl ?? '' });
    expect(await readinessOf(node)).toEqual({ status: redisUrl === undefined ? 'degraded' : 'ready' });
    await node.end('SIGTERM');
  });

  test('a start with prepared statements stops, and names the setting', async () => {
    await expect(startNode({ ...direct(), PREPARED_STATEMENTS: 'on' })).rejects.toThrow(/PREPARED_STATEMENTS=off/);
  });

  test('so does one that meets what another server prepared and left behind', async () => {
    const clients = Array.from({ length: 4 }, () => new Client({ connectionString: bouncer.url }));
    for (const client of clients) await client.connect();
    // All at once, so that each has a session of the server to itself, as long as its transaction lasts.
    await Promise.all(clients.map((client) => client.query('begin')));
    for (const client of clients) await client.query('prepare "rows-0" as select 1').catch(() => undefined);
    await Promise.all(clients.map((client) => client.query('commit').then(() => client.end())));
    await expect(startNode({ ...direct(), PREPARED_STATEMENTS: 'on' })).rejects.toThrow(/PREPARED_STATEMENTS=off/);
  });

  test('`sallyport check` tells what the pooler loses', async () => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: bouncer.url };
    const program = join(root, 'src/cli/main.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'check'], { cwd: root, env }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toMatch(/✗ prepared statements .*PREPARED_STATEMENTS=off/);
    expect(stdout).toMatch(/! pooler .*DATABASE_DIRECT_URL/);
  });
});

describeBehindPgBouncer('Behind PgBouncer that drops the parameters of a start', () => {
  let cluster: Cluster;
  let bouncer: OwnPgBouncer;
  beforeAll(async () => {
    cluster = await openCluster();
    bouncer = await startPgBouncer(cluster.databaseUrl, {
      ignore_startup_parameters: 'statement_timeout,idle_in_transaction_session_timeout',
    });
  });
  afterAll(async () => {
    await bouncer.stop();
    await cluster.stop();
  });

  /** Answers whether the statement of a read stands in a transaction that began before it, and the code of the read. */
  async function readALockedTable(): Promise<{ isWrapped: boolean; code: string | undefined }> {
    const node = await cluster.startNode({
      DATABASE_URL: bouncer.url,
      DATABASE_DIRECT_URL: cluster.databaseUrl,
      PREPARED_STATEMENTS: 'off',
    });
    const client = new Client({ connectionString: cluster.databaseUrl });
    await client.connect();
    try {
      await client.query('begin; lock table articles in access exclusive mode');
      const asked = node.ask('{ articles(first: 5) { nodes { title } } }');
      const waiting =
        "select xact_start < query_start as wrapped from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
      let rows: Array<{ wrapped: boolean }> = [];
      await until(async () => (rows = await cluster.execute<{ wrapped: boolean }>(waiting)).length === 1);
      const { body } = await asked;
      expect(await cluster.execute(waiting)).toEqual([]);
      return { isWrapped: rows[0]?.wrapped === true, code: body.errors?.[0]?.extensions.code };
    } finally {
      await client.end();
      await node.end('SIGTERM');
    }
  }

  test('each transaction limits its statements, unless the role or the database does', async () => {
    expect(await readALockedTable()).toEqual({ isWrapped: true, code: 'SERVICE_UNAVAILABLE' });
    const name = new URL(cluster.databaseUrl).pathname.slice(1);
    await cluster.execute(`alter database ${name} set statement_timeout = '2s'`);
    await cluster.execute(`alter database ${name} set idle_in_transaction_session_timeout = '12s'`);
    // Sessions of the server that began before have the former limits.
    await cluster.execute(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    expect(await readALockedTable()).toEqual({ isWrapped: false, code: 'SERVICE_UNAVAILABLE' });
  });
});
