import { afterAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { v8Options } from '../../src/config/memory.ts';
import { copyServer } from '../support/copy.ts';
import { killAll, launch, launchServer, root, startProcess, type ServerProcess } from '../support/process.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true });
});

const start = (env: Record<string, string> = {}): Promise<ServerProcess> => startProcess(folder, env);

/** A start that must fail, and what it says. */
async function failedStart(env: Record<string, string>): Promise<string> {
  const { output, ended } = launchServer(folder, env);
  expect(await ended).toBe(1);
  return output();
}

const login =
  'mutation { login(input: { email: "editor@demo.sallyport.test", password: "sallyport-demo" }) { ... on AuthTokens { accessToken refreshToken } } }';
const create = 'mutation { createArticle(input: { title: "Kept", body: "Over a restart." }) { id } }';

/** Sends the head of a request, and resolves once the server waits for its body. */
async function sendHead(url: string): Promise<(query: string) => Promise<unknown>> {
  const headers = { 'content-type': 'application/json', expect: '100-continue' };
  const sent = request(`${url}/graphql`, { method: 'POST', headers });
  await once(sent, 'continue');
  return async (query) => {
    sent.end(JSON.stringify({ query }));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return json(response);
  };
}

const isAnswering = (url: string): Promise<boolean> =>
  fetch(`${url}/health/live`).then(
    () => true,
    () => false,
  );

interface Login {
  readonly login: { readonly accessToken: string; readonly refreshToken: string };
}

describe('The server on its embedded database', () => {
  test('greets in less than ten lines, keeps data and sessions over a restart, and shares its folder with no other process', async () => {
    // Tokens name their issuer, which has to outlive the port that the system chooses.
    const issuer = { PUBLIC_URL: 'http://localhost:4000' };
    const first = await start(issuer);
    expect(first.output().trim().split('\n').length).toBeLessThanOrEqual(10);
    expect(first.output()).toMatch(/\d+ guarded, \d+ public, 0 unguarded/);
    const { login: tokens } = await first.get<Login>(login);
    const headers = { authorization: `Bearer ${tokens.accessToken}` };
    const { body } = await first.ask(create, {}, headers);
    const article = body.data?.['createArticle'];

    expect(await failedStart({})).toMatch(new RegExp(`in use by process ${first.pid}.*DATA_DIR`, 's'));

    expect(await first.end('SIGTERM')).toBe(0);
    const second = await start(issuer);
    const answer = await second.ask(
      'query ($id: ID!) { article(id: $id) { title } }',
      { ...(article as object) },
      headers,
    );
    expect(answer.body.data).toEqual({ article: { title: 'Kept' } });
    const refresh = 'mutation ($token: String) { refresh(refreshToken: $token) { user { email } } }';
    expect(await second.get(refresh, { token: tokens.refreshToken })).toEqual({
      refresh: { user: { email: 'editor@demo.sallyport.test' } },
    });

    // The same process id on another host, as two containers with one volume may have: the lock is being touched.
    const lock = join(folder, 'database.lock');
    const held: object = JSON.parse(readFileSync(lock, 'utf8'));
    const copy = join(folder, 'elsewhere');
    mkdirSync(copy);
    writeFileSync(join(copy, 'database.lock'), JSON.stringify({ ...held, host: 'another-host' }));
    const touchingCopy = setInterval(() => utimesSync(join(copy, 'database.lock'), new Date(), new Date()), 200);
    expect(await failedStart({ DATA_DIR: copy })).toMatch(/in use by process \d+ on another-host/);
    clearInterval(touchingCopy);

    // Killed without a chance to clean up, it leaves a lock of a process that is gone.
    await second.end('SIGKILL');
    const third = await start();
    expect(await third.get('{ articles { totalCount } }')).toEqual({ articles: { totalCount: 2 } });
    expect(await third.end('SIGINT')).toBe(0);
  }, 120_000);

  test('keeps its folder and its key from all other users', async () => {
    const data = join(folder, 'private');
    await (await start({ DATA_DIR: data })).end('SIGTERM');
    const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    expect([modeOf(data), modeOf(join(data, 'database')), modeOf(join(data, 'master.key'))]).toEqual([
      '700',
      '700',
      '600',
    ]);
  });

  test('is awaited by a start beside it while it stops', async () => {
    const data = join(folder, 'awaited');
    const first = await start({ DATA_DIR: data });
    // Until its body comes, the request keeps the server from ending.
    const sendBody = await sendHead(first.url);
    const code = first.end('SIGTERM');
    while (await isAnswering(first.url)) await setTimeout(20);
    const second = launchServer(folder, { DATA_DIR: data });
    while (!second.output().includes(`Process ${first.pid} is stopping: waiting until`)) await setTimeout(20);
    await sendBody(login);
    expect(await code).toBe(0);
    while (!second.output().includes('answers at')) await setTimeout(20);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test('takes a folder whose lock was not touched for ten seconds, whatever process has its id now', async () => {
    const data = join(folder, 'rebooted');
    mkdirSync(data);
    const lock = join(data, 'database.lock');
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname(), token: 'of before' }));
    const before = new Date(Date.now() - 11_000);
    utimesSync(lock, before, before);
    expect(await (await start({ DATA_DIR: data })).end('SIGTERM')).toBe(0);
  });

  test('names as issuer and prints where it really listens, when the system chooses the port', async () => {
    const server = await start({ DATABASE_URL: 'memory:', HOST: '::1' });
    const { port } = new URL(server.url);
    expect(Number(port)).toBeGreaterThan(0);
    expect(server.output()).toContain(`Sallyport answers at http://[::1]:${port}/graphql`);
    const response = await fetch(`http://[::1]:${port}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toMatchObject({ issuer: `http://[::1]:${port}` });
    await server.end('SIGTERM');
  });

  test('warns a developer of a side door in the schema, and of nothing that the schema has already', async () => {
    const copy = copyServer();
    const door =
      'input PersonFilter { email: String } extend type Query { people(filter: PersonFilter): [User!] @public }';
    appendFileSync(join(copy, 'schema/users.graphql'), door);
    const server = await startProcess(folder, { DATABASE_URL: 'memory:' }, copy);
    const warnings = server
      .output()
      .split('\n')
      .filter((line) => line.includes('"level":40'));
    expect(warnings).toEqual([expect.stringMatching(/"sideDoor".*PersonFilter\.email.*@sameAs/)]);
    await server.end('SIGTERM');
    rmSync(copy, { recursive: true, force: true });
  });

  test('serves on after SIGTERM for SHUTDOWN_DELAY, not ready any more, until SIGINT ends it at once', async () => {
    const server = await startProcess(folder, { DATABASE_URL: 'memory:', SHUTDOWN_DELAY: '600' });
    const readiness = async (): Promise<number> => (await fetch(`${server.url}/health/ready`)).status;
    expect(await readiness()).toBe(200);
    process.kill(server.pid, 'SIGTERM');
    await until(async () => (await readiness()) === 503);
    // A supervisor and npm may each send one.
    process.kill(server.pid, 'SIGTERM');
    expect(await server.get<Login>(login)).toMatchObject({ login: {} });
    expect(await server.end('SIGINT')).toBe(0);
  });

  test('stops by itself once SHUTDOWN_DELAY is over', async () => {
    const server = await startProcess(folder, { DATABASE_URL: 'memory:', SHUTDOWN_DELAY: '1' });
    expect(await server.end('SIGTERM')).toBe(0);
  });

  test('ends on an uncaught error: logged with an id, drained, with exit code 1', async () => {
    const copy = copyServer();
    appendFileSync(
      join(copy, 'src/app/serve.ts'),
      "process.on('SIGUSR2', () => { throw new Error('uncaught on purpose'); });\n",
    );
    const server = await startProcess(folder, { DATABASE_URL: 'memory:' }, copy);
    const sendBody = await sendHead(server.url);
    const code = server.end('SIGUSR2');
    while (await isAnswering(server.url)) await setTimeout(20);
    expect(await sendBody(login)).toMatchObject({ data: { login: {} } });
    expect(await code).toBe(1);
    expect(server.output()).toMatch(/"level":60,.*uncaught on purpose.*"defectId":"[0-9a-f-]{36}"/);
    rmSync(copy, { recursive: true, force: true });
  });

  test('goes on after a field failed for which nothing waited, as graphql-js leaves them behind, and logs it', async () => {
    const copy = copyServer();
    appendFileSync(
      join(copy, 'src/app/serve.ts'),
      "process.on('SIGUSR2', () => { void Promise.reject(new GraphQLError('left behind')); });\n",
    );
    const server = await startProcess(folder, { DATABASE_URL: 'memory:' }, copy);
    process.kill(server.pid, 'SIGUSR2');
    while (!/"level":40,.*left behind/.test(server.output())) await setTimeout(20);
    expect(await isAnswering(server.url)).toBe(true);
    expect(await server.end('SIGTERM')).toBe(0);
    rmSync(copy, { recursive: true, force: true });
  });

  test('stops when a supervisor sends SIGTERM to npm', async () => {
    const data = join(folder, 'supervised');
    const env = { PATH: process.env['PATH'], DATA_DIR: data, PORT: '0' };
    const { child, output, ended } = launch('npm', ['start'], root, env);
    while (!output().includes('answers at')) await setTimeout(50);
    child.kill('SIGTERM');
    await ended;
    while (existsSync(join(data, 'database.lock'))) await setTimeout(50);
  });

  test('finishes what is in flight when it is asked to stop', async () => {
    const server = await start({ DATABASE_URL: 'memory:' });
    const sendBody = await sendHead(server.url);
    const code = server.end('SIGTERM');
    while (await isAnswering(server.url)) await setTimeout(20);
    expect(await sendBody(login)).toEqual({
      data: { login: { accessToken: expect.any(String), refreshToken: expect.any(String) } },
    });
    expect(await code).toBe(0);
  });

  test('is not ready any more as soon as it stops, which a client learns on a connection that it has', async () => {
    const server = await start({ DATABASE_URL: 'memory:' });
    const { port } = new URL(server.url);
    // What has begun to send a request is waited for; no new connection is taken.
    const client = connect(Number(port), '127.0.0.1');
    client.write(`GET /health/ready HTTP/1.1\r\nhost: localhost:${port}\r\n`);
    const ready = await fetch(`${server.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    const code = server.end('SIGTERM');
    while (await isAnswering(server.url)) await setTimeout(20);
    client.write('\r\n');
    expect(await text(client)).toMatch(/^HTTP\/1\.1 503 [^]*\{"status":"unavailable"\}/);
    expect(await code).toBe(0);
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux(
    'bounds its memory in production, however it was started, and stays the process that was started',
    async () => {
      const server = await start({
        NODE_ENV: 'production',
        NODE_OPTIONS: '--max-semi-space-size=10',
        DATABASE_URL: 'memory:',
        REGISTRATION: 'closed',
        MASTER_KEY: randomBytes(32).toString('base64'),
        PUBLIC_URL: 'https://api.example.com',
      });
      const options = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0');
      for (const option of v8Options.filter((name) => !name.startsWith('--max-semi-space-size'))) {
        expect(options).toContain(option);
      }
      expect(options.filter((option) => option.startsWith('--max-semi-space-size'))).toEqual([]);
      expect(readFileSync(`/proc/${server.pid}/environ`, 'utf8').split('\0')).toContain('MALLOC_ARENA_MAX=1');
      expect(await server.end('SIGTERM')).toBe(0);
    },
    120_000,
  );
});

test('The command line reads .env of its folder, as the server does, and not in production', async () => {
  const own = join(folder, 'with-env');
  mkdirSync(own);
  writeFileSync(join(own, '.env'), 'DATABASE_URL=postgresql://nobody@127.0.0.1:1/none\n');
  const run = async (env: Record<string, string>): Promise<string> => {
    const { output, ended } = launch(process.execPath, [join(root, 'src/cli/main.ts'), 'keys', 'list'], own, {
      PATH: process.env['PATH'],
      ...env,
    });
    expect(await ended).toBe(1);
    return output();
  };
  expect(await run({})).toMatch(/The database of DATABASE_URL cannot be reached/);
  expect(await run({ NODE_ENV: 'production' })).toMatch(/MASTER_KEY: required in production/);
});

test.each([
  ['start', [], /^ {2}- PORT: /m],
  ['sallyport', ['--help'], /^Usage: /],
])('npm run %s says in one sentence that a Node is too old', async (name, given, otherwise) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [, ...args] = (scripts[name] ?? '').replace('exec ', '').split(' ');
  const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })";
  const run = async (...options: string[]): Promise<string> => {
    const env = { PATH: process.env['PATH'], PORT: 'none' };
    const { output, ended } = launch(process.execPath, [...options, ...args, ...given], root, env);
    await ended;
    return output();
  };
  expect(await run('--import', `data:text/javascript,${encodeURIComponent(older)}`)).toBe(
    'Sallyport needs Node 24 or later, and this is Node 20.19.0: install a newer one.\n',
  );
  expect(await run()).toMatch(otherwise);
});

describe('A start that cannot succeed', () => {
  test('names the command that writes the migration which the entities need', async () => {
    const copy = copyServer();
    const entity = join(copy, 'src/articles/article.entity.ts');
    writeFileSync(
      entity,
      readFileSync(entity, 'utf8').replace('body: p.text(),', 'body: p.text(), extra: p.text().nullable(),'),
    );
    const { output, ended } = launchServer(folder, { DATABASE_URL: 'memory:' }, copy);
    expect(await ended).toBe(1);
    expect(output()).toMatch(
      /no migration says so: run `npm run migration:create`.*\n.*alter table "articles" add "extra" text null/,
    );
    rmSync(copy, { recursive: true, force: true });
  });

  test.each([
    ['--port 5000', 1],
    ['--help', 0],
    ['DATABASE_URL=postgresql://user:secret@host/database', 1],
  ])('says that it takes no arguments, and repeats none: %s', async (given, code) => {
    const env = { PATH: process.env['PATH'], PORT: '0' };
    const { output, ended } = launch('npm', ['run', '-s', 'start', '--', ...given.split(' ')], root, env);
    expect(await ended).toBe(code);
    expect(output()).toMatch(/^A start takes no arguments: settings come from the environment.*\n$/);
    expect(output()).not.toContain('secret');
  });

  test('says which host it cannot listen at', async () => {
    const output = await failedStart({ DATABASE_URL: 'memory:', HOST: '192.0.2.1', PORT: '4999' });
    expect(output).toMatch(/^Nothing can listen at 192\.0\.2\.1, port 4999: set HOST/);
  });

  test('lists every mistake of the settings with its remedy', async () => {
    const output = await failedStart({ PORT: 'abc', JWT_ALGORITHM: 'none', NODE_ENV: 'production' });
    expect(output).toMatch(/PORT: .*\n.*PUBLIC_URL: .*\n.*MASTER_KEY: .*\n.*JWT_ALGORITHM: .*\n.*REGISTRATION: /);
    expect(output).not.toMatch(/at .*\.ts:\d+/);
  });

  test('says that the master key does not fit the database', async () => {
    const data = join(folder, 'keyed');
    const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
    const first = await start({ DATA_DIR: data, MASTER_KEY: key(1) });
    await first.end('SIGTERM');
    expect(await failedStart({ DATA_DIR: data, MASTER_KEY: key(2) })).toMatch(/MASTER_KEY does not open/);
  });

  test('says in a line what is wrong with the file of the key', async () => {
    const data = join(folder, 'damaged');
    mkdirSync(data);
    writeFileSync(join(data, 'master.key'), 'not a key\n');
    expect(await failedStart({ DATA_DIR: data })).toMatch(
      /^master key: \S+master\.key does not hold a key: expected .*\n$/m,
    );
  });

  test('says in a line that the data folder cannot be made', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const output = await failedStart({ DATA_DIR: join(folder, 'a-file', 'data') });
    expect(output).toMatch(/^\S+\/a-file\/data cannot be used: ENOTDIR: .* Set DATA_DIR to a folder .*\n$/);
  });

  test('says in a line that the folder of the database cannot be made', async () => {
    const data = join(folder, 'a-file-there');
    mkdirSync(data);
    writeFileSync(join(data, 'database'), '');
    const output = await failedStart({ DATA_DIR: data });
    expect(output).toMatch(/^\S+\/a-file-there cannot be used: EEXIST: .* Set DATA_DIR to a folder .*\n$/);
  });

  test('says in a line that what is in the folder is no database', async () => {
    const data = join(folder, 'no-database');
    mkdirSync(join(data, 'database'), { recursive: true });
    writeFileSync(join(data, 'database', 'PG_VERSION'), 'none\n');
    const output = await failedStart({ DATA_DIR: data });
    expect(output).toMatch(/^The embedded database in \S+no-database\/database cannot be opened: .* set DATA_DIR .*$/m);
    expect(output).not.toContain('DATABASE_URL');
  });

  test('refuses to serve the public with demo accounts in the database', async () => {
    const data = join(folder, 'demonstrated');
    const key = randomBytes(32).toString('base64');
    await (await start({ DATA_DIR: data, MASTER_KEY: key })).end('SIGTERM');
    const production = {
      DATA_DIR: data,
      MASTER_KEY: key,
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://api.example.com',
      REGISTRATION: 'closed',
    };
    expect(await failedStart(production)).toMatch(/^demo accounts: This database has demo accounts, .*admin@demo/m);
  });

  test('says that the database cannot be reached', async () => {
    const output = await failedStart({ DATABASE_URL: 'postgresql://nobody:hunter2@127.0.0.1:1/none' });
    expect(output).toMatch(/^The database of DATABASE_URL cannot be reached: /);
    expect(output).not.toContain('hunter2');
  });

  test('says that the port is taken', async () => {
    const server = await start({ DATABASE_URL: 'memory:' });
    expect(await failedStart({ DATABASE_URL: 'memory:', PORT: new URL(server.url).port })).toMatch(
      /^Port \d+ is in use: .*set PORT.*\n$/,
    );
    await server.end('SIGTERM');
  });
});
