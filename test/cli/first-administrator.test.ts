import { afterAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServer } from '../support/server.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command line, on the database that the server of the test is about to open. */
const create = (env: Record<string, string>, ...args: string[]) =>
  run(process.execPath, [join(import.meta.dirname, '../../src/cli/main.ts'), 'users', 'create', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
  });

test('The first administrator comes in by a link of the command line, once', async () => {
  const location = { kind: 'embedded', folder: join(folder, 'database') } as const;
  const env = { DATA_DIR: folder, PUBLIC_URL: 'https://api.example.com' };
  const args = ['--email', ' First@Example.COM ', '--role', 'ADMIN'];
  const { stdout } = await create(env, ...args);
  const [, token] = /^https:\/\/api\.example\.com\/\S+\?token=(\S+)\n/.exec(stdout) ?? [];

  const server = await startServer({ REGISTRATION: 'closed', DEMO: 'off' }, location);
  const accept =
    'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { ... on AuthTokens { user { email roles } } } }';
  const input = { token, password: 'correct horse battery', displayName: 'First' };
  expect(await server.get(accept, { input })).toEqual({
    acceptInvitation: { user: { email: 'first@example.com', roles: ['ADMIN'] } },
  });
  expect(await server.refusal(accept, { input })).toBe('BAD_USER_INPUT');
  await server.stop();

  await expect(create(env, ...args)).rejects.toMatchObject({
    stderr: expect.stringContaining('has an account already'),
  });
  await expect(create(env, '--email', 'x', '--role', 'KING')).rejects.toMatchObject({
    stderr: expect.stringContaining('Usage:'),
  });
}, 120_000);
