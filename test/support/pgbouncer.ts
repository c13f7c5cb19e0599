import { describe } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresUrl } from './database.ts';
import { launch } from './process.ts';
import { freePort, reach } from './redis.ts';

const program = '/usr/sbin/pgbouncer';

/**
 * What the pooler alone can show. Skipped, and listed as such, where the package `pgbouncer` or a PostgreSQL is missing:
 * `.ci/run` has both.
 */
export const describeBehindPgBouncer = existsSync(program) && postgresUrl !== undefined ? describe : describe.skip;

export interface OwnPgBouncer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A PgBouncer of the test's own in transaction mode, in front of a database. */
export async function startPgBouncer(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnPgBouncer> {
  const target = new URL(databaseUrl);
  const database = target.pathname.slice(1);
  const user = decodeURIComponent(target.username);
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pgbouncer-'));
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'users.txt');
  const lines = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: users,
    pool_mode: 'transaction',
    default_pool_size: '4',
    ...settings,
  };
  writeFileSync(users, `"${user}" "${decodeURIComponent(target.password)}"\n`);
  writeFileSync(
    file,
    [
      '[databases]',
      `${database} = host=${target.hostname} port=${target.port} dbname=${database}`,
      '[pgbouncer]',
      ...Object.entries(lines).map(([name, value]) => `${name} = ${value}`),
      '',
    ].join('\n'),
  );
  // PgBouncer refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync('chown', ['-R', 'postgres', folder]);
  chmodSync(folder, 0o700);
  const started = isRoot
    ? launch('setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', program, file], folder, process.env)
    : launch(program, [file], folder, process.env);
  await reach(port, started.output);

  target.hostname = '127.0.0.1';
  target.port = String(port);
  return {
    url: target.href,
    async stop() {
      started.child.kill('SIGINT');
      await started.ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
