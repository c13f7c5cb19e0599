import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { Client } from 'pg';
import { SMTPServer } from 'smtp-server';
import { isGuessable } from '../../src/config/parse-master-key.ts';
import { lookAtVersion } from '../../src/database/server-abilities.ts';
import { createEmptyDatabase, postgresUrl } from '../support/database.ts';
import { testOnPostgres } from '../support/on-postgres.ts';
import { killAll, launchServer, startProcess } from '../support/process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-init-'));
});
afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const run = (env: Record<string, string>, ...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [main, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );

interface Found {
  readonly ok: boolean;
  readonly findings: ReadonlyArray<{ readonly name: string; readonly state: string; readonly message: string }>;
}

async function check(
  env: Record<string, string> = {},
): Promise<{ code: number; found: Found; stateOf: (name: string) => string }> {
  const { code, stdout } = await run(env, 'check', '--json');
  const found: Found = JSON.parse(stdout);
  const stateOf = (name: string): string => {
    const finding = found.findings.find((each) => each.name === name);
    return `${finding?.state}: ${finding?.message}`;
  };
  return { code, found, stateOf };
}

describe('sallyport init', () => {
  test('writes a file with a fresh key that no other user can read, and overwrites none', async () => {
    expect((await run({}, 'init')).code).toBe(0);
    const text = readFileSync(join(folder, '.env'), 'utf8');
    const [, key = ''] = /^MASTER_KEY=(\S+)$/m.exec(text) ?? [];
    expect(isGuessable(Buffer.from(key, 'base64'))).toBe(false);
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
    const again = await run({}, 'init');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('.env is there already')]);
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(text);
  });

  test('writes settings for production by options, and refuses what the server would', async () => {
    const asked = ['init', '--production', '--file', 'production.env', '--public-url', 'https://api.example.com'];
    const refused = await run({}, ...asked);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('REGISTRATION: must be set')]);
    expect((await run({}, ...asked, '--registration', 'closed')).code).toBe(0);
    expect(readFileSync(join(folder, 'production.env'), 'utf8')).toMatch(
      /^NODE_ENV=production\nMASTER_KEY=\S+\nPUBLIC_URL=https:\/\/api\.example\.com\nREGISTRATION=closed\n$/,
    );
  });

  test('writes any value so that a start reads it, and says how a file of another name is read', async () => {
    const value = `smtp://user:a"b@mail.example.com`;
    const { code, stdout } = await run({}, 'init', '--file', 'other.env', '--mail-url', value);
    expect([code, stdout]).toEqual([0, expect.stringContaining('node --env-file=other.env src/cli/main.ts check')]);
    expect(parseEnv(readFileSync(join(folder, 'other.env'), 'utf8'))).toMatchObject({ MAIL_URL: value });
    const unwritable = await run({}, 'init', '--file', 'none.env', '--redis-url', `redis://a:'"\`@localhost`);
    expect([unwritable.code, unwritable.stderr]).toEqual([1, expect.stringContaining('percent-encode')]);
  });
});

test('A PostgreSQL that is too old is told with the version to use', async () => {
  const server = (number: number, name: string) =>
    ({ em: { getConnection: () => ({ execute: async () => [{ number, name }] }) } }) as never;
  expect(await lookAtVersion(server(130_022, '13.22'))).toEqual({
    isThere: false,
    message: 'PostgreSQL 13.22 is too old: use 14 or later.',
  });
  expect(await lookAtVersion(server(140_000, '14.0'))).toEqual({ isThere: true, message: 'PostgreSQL 14.0' });
});

testOnPostgres(
  'A role that may not create tables is told by a start and by check, with the right to grant',
  async () => {
    const { location, drop } = await createEmptyDatabase();
    const role = `sallyport_reader_${randomBytes(4).toString('hex')}`;
    const url = new URL(location.kind === 'postgresql' ? location.url : '');
    const asAdmin = async (connectionString: string | undefined, ...statements: string[]): Promise<void> => {
      const client = new Client({ connectionString });
      await client.connect();
      for (const statement of statements) await client.query(statement);
      await client.end();
    };
    await asAdmin(url.href, `create role ${role} login nosuperuser`, 'revoke create on schema public from public');
    Object.assign(url, { username: role, password: '' });
    const remedy = `${role} may not create tables, which migrations do: grant create on the schema.`;
    const env = { DATABASE_URL: url.href };
    expect((await check(env)).stateOf('database')).toBe(`failed: ${remedy}`);
    const { output, ended } = launchServer(folder, env);
    expect([await ended, output()]).toEqual([1, `${remedy}\n`]);
    await drop();
    await asAdmin(postgresUrl, `drop role ${role}`);
  },
);

describe('sallyport check', () => {
  test('finds nothing wrong with a first start, and says so in lines and in JSON', async () => {
    const { code, found } = await check();
    expect([code, found.ok]).toEqual([0, true]);
    expect(found.findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    const { stdout } = await run({}, 'check');
    expect(stdout.trim().split('\n')).toEqual(found.findings.map(({ name }) => expect.stringContaining(`✓ ${name}`)));
  });

  test('lists every mistake of the settings, with exit code 1', async () => {
    const { code, found } = await check({ PORT: 'x', JWT_ALGORITHM: 'none' });
    expect(code).toBe(1);
    expect(found.findings.map(({ name, state }) => `${name} ${state}`)).toEqual(['settings failed', 'settings failed']);
  });

  test('warns of a setting that nothing reads because its name is misspelt', async () => {
    const { code, stateOf } = await check({ CORS_ORIGIN: 'https://app.example.com' });
    expect([code, stateOf('names of settings')]).toEqual([
      0,
      'warning: CORS_ORIGIN is read by nobody: the setting is called CORS_ORIGINS.',
    ]);
  });

  test('warns of links in mails that nothing answers', async () => {
    const { code, stateOf } = await check({ PAGES: 'off' });
    expect([code, stateOf('links in mails')]).toEqual([
      0,
      expect.stringMatching(/^warning: PAGES is off.* set APP_URL /),
    ]);
    const elsewhere = await check({ PAGES: 'off', APP_URL: 'https://app.example.com' });
    expect(elsewhere.stateOf('links in mails')).toBe('ok: lead to https://app.example.com');
  });

  test('warns of what others may read, of mail that is not sent, and of proxies that are not named', async () => {
    chmodSync(join(folder, '.env'), 0o644);
    const key = 'dDdHkqNeLa3rfeuqEPlHbvWTfI1nRHkSgJ0ZxpYdVvM=';
    const production = {
      NODE_ENV: 'production',
      MASTER_KEY: key,
      PUBLIC_URL: 'https://api.example.com',
      REGISTRATION: 'open',
    };
    const { code, stateOf } = await check({ ...production, DATABASE_URL: 'memory:' });
    expect(code).toBe(0);
    expect(stateOf('files')).toMatch(/^warning: Others may read \.env/);
    expect(stateOf('registration')).toMatch(/^warning: Anyone may register/);
    expect(stateOf('proxies')).toMatch(/^warning: .*TRUSTED_PROXIES/);
    chmodSync(join(folder, '.env'), 0o600);
  });

  test('warns of a master key that can be guessed, which a start refuses unless somebody says that they know', async () => {
    const production = {
      NODE_ENV: 'production',
      DATABASE_URL: 'memory:',
      MASTER_KEY: Buffer.from('sallyportsallyportsallyportsally').toString('base64'),
      PUBLIC_URL: 'https://api.example.com',
      REGISTRATION: 'closed',
    };
    expect((await check(production)).stateOf('settings')).toMatch(/^failed: MASTER_KEY: can be guessed/);
    const known = await check({ ...production, ALLOW_INSECURE: 'master-key' });
    expect([known.code, known.stateOf('master key')]).toEqual([0, expect.stringMatching(/^warning: .*can be guessed/)]);
  });

  testOnPostgres(
    'tells of demo accounts in production, of a master key that opens nothing, and of policies that nobody enforces, as a start does',
    async () => {
      const { location, drop } = await createEmptyDatabase();
      const key = (): string => randomBytes(32).toString('base64');
      const env = { DATABASE_URL: location.kind === 'postgresql' ? location.url : '', MASTER_KEY: key() };
      const filled = await startProcess(folder, { ...env, DEMO: 'on' });
      await filled.end('SIGTERM');
      const well = await check(env);
      expect(well.stateOf('master key')).toBe('ok: opens what is sealed in the database');
      expect(well.stateOf('row-level security')).toBe('ok: off');
      const production = {
        ...env,
        NODE_ENV: 'production',
        PUBLIC_URL: 'https://api.example.com',
        REGISTRATION: 'closed',
        ALLOW_INSECURE: 'database',
      };
      const demo = await check(production);
      expect([demo.code, demo.stateOf('demo accounts')]).toEqual([
        1,
        expect.stringMatching(/^failed: .*viewer@demo\.sallyport\.test/),
      ]);
      const wrong = { ...production, MASTER_KEY: key(), ROW_LEVEL_SECURITY: 'on' };
      const { found } = await check(wrong);
      const names = ['demo accounts', 'master key', 'row-level security'];
      const failures = found.findings.filter(({ name, state }) => names.includes(name) && state === 'failed');
      expect(failures.map(({ name }) => name)).toEqual(['master key', 'demo accounts', 'row-level security']);
      const { output, ended } = launchServer(folder, wrong);
      expect(await ended).toBe(1);
      for (const { message } of failures.slice(0, 2)) expect(output()).toContain(message);
      await drop();
    },
    240_000,
  );

  test('asks the mail server for its greeting, and the database for an answer', async () => {
    const mail = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'] });
    await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve));
    const address = mail.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const memory = { DATABASE_URL: 'memory:' };
    expect((await check({ ...memory, MAIL_URL: `smtp://127.0.0.1:${port}` })).stateOf('mail')).toBe(
      'ok: the mail server greets',
    );
    await new Promise<void>((resolve) => mail.close(resolve));
    const without = await check({ ...memory, MAIL_URL: `smtp://127.0.0.1:${port}` });
    expect([without.code, without.stateOf('mail')]).toEqual([1, expect.stringMatching(/^failed: .*ECONNREFUSED/)]);
    const away = await check({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    expect([away.code, away.stateOf('database')]).toEqual([1, expect.stringMatching(/cannot be reached/)]);
  }, 120_000);
});
