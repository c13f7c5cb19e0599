import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, type Launched } from './process.ts';
import { freePort, reach } from './redis.ts';

export interface OwnPostgres {
  readonly port: number;
  readonly url: string;
  readonly start: () => Promise<void>;
  /** `SIGINT` ends every connection at once, as a restart does; `SIGQUIT` leaves it to recover, as a crash does. */
  readonly stop: (signal?: 'SIGINT' | 'SIGQUIT') => Promise<void>;
  readonly remove: () => Promise<void>;
}

export interface PostgresOptions {
  /** What it asks for. */
  readonly password?: string;
  /** Files by which it offers TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** A PostgreSQL of the test's own, which it may stop and start again. */
export async function startPostgres({ password, tls }: PostgresOptions = {}): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  // PostgreSQL refuses to run as root, so root hands the folder over to the account that comes with the package.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync('chown', ['postgres', folder]);
  chmodSync(folder, 0o700);
  const as = (program: string, args: readonly string[]): [string, string[]] =>
    isRoot
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', program, ...args]]
      : [program, [...args]];
  const secret = join(folder, 'password');
  if (password !== undefined) writeFileSync(secret, password, { mode: 0o644 });
  const entry = password === undefined ? ['-A', 'trust'] : ['-A', 'scram-sha-256', '--pwfile', secret];
  execFileSync(...as(binary('initdb'), ['-D', data, '-U', 'postgres', ...entry, '--no-sync']), { cwd: folder });

  let running: Launched | undefined;
  const settings = [
    '-c',
    `port=${port}`,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
    ...tlsSettings(folder, isRoot, tls),
  ];
  async function start(): Promise<void> {
    running = launch(...as(binary('postgres'), ['-D', data, ...settings]), folder, { PATH: process.env['PATH'] });
    await reach(port, running.output);
  }
  async function stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    running?.child.kill(signal);
    await running?.ended;
  }

  await start();
  return {
    port,
    url: `postgresql://postgres${password === undefined ? '' : `:${password}`}@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The key belongs to whom the server runs as: PostgreSQL insists on it. */
function tlsSettings(folder: string, isRoot: boolean, tls: PostgresOptions['tls']): string[] {
  if (tls === undefined) return [];
  const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  copyFileSync(tls.certificate, certificate);
  copyFileSync(tls.key, key);
  chmodSync(key, 0o600);
  if (isRoot) execFileSync('chown', ['postgres', certificate, key]);
  return ['-c', 'ssl=on', '-c', `ssl_cert_file=${certificate}`, '-c', `ssl_key_file=${key}`];
}

/** Where Debian and others put what a server needs and a client does not. */
function binary(name: string): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(root, version, 'bin', name)).find((path) => existsSync(path));
  return found ?? name;
}
