import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { createCommandLine, type CommandLine } from '../support/command-line.ts';
import { openMailbox } from '../support/mailbox.ts';
import { startServer, type TestServer } from '../support/server.ts';

describe('An operator on the command line', () => {
  let commandLine: CommandLine;
  beforeAll(async () => {
    commandLine = await createCommandLine();
    // Fills the database with the accounts of the demonstration.
    await (await startServer({}, commandLine.location)).stop();
  }, 120_000);
  afterAll(() => commandLine.remove());

  /** The server stands still while an embedded database is the command's. */
  async function withServer<T>(work: (server: TestServer) => Promise<T>): Promise<T> {
    const server = await startServer({}, commandLine.location);
    try {
      return await work(server);
    } finally {
      await server.stop();
    }
  }

  const emailOf = (name: string): string => `${name}@demo.sallyport.test`;

  test('lists accounts, all of them or those of a role', async () => {
    const all = await commandLine.run('users', 'list');
    expect(all.stdout.split('\n').filter((line) => line.includes('ACTIVE'))).toHaveLength(4);
    const { stdout } = await commandLine.run('users', 'list', '--role', 'moderator');
    expect(stdout).toMatch(/^[0-9a-f-]{36} {2}ACTIVE {4}MODERATOR +moderator@demo\.sallyport\.test\n$/);
    expect((await commandLine.run('users', 'list', '--email', 'nobody')).stdout).toBe('There are none.\n');
    expect((await commandLine.run('users', 'list', '--role', 'KING')).stderr).toMatch(/^Expected roles of VIEWER/);
  });

  test('gives roles, which are recorded, and leaves the last administrator in place', async () => {
    const given = await commandLine.run('users', 'roles', emailOf('viewer'), '--roles', 'EDITOR,MODERATOR');
    expect(given.stdout).toMatch(/EDITOR,MODERATOR +viewer@/);
    const { text } = await openMailbox(parseConfig(commandLine.settings)).latestMail(
      emailOf('viewer'),
      'roles-changed',
    );
    expect(text).toContain('now: EDITOR, MODERATOR.');
    const last = await commandLine.run('users', 'roles', emailOf('admin'), '--roles', 'VIEWER');
    expect([last.code, last.stderr]).toEqual([1, expect.stringContaining('This is the last administrator')]);
    expect((await commandLine.run('users', 'roles', emailOf('nobody'), '--roles', 'VIEWER')).stderr).toMatch(
      /^There is no account nobody@/,
    );
    await withServer(async (server) => {
      const admin = await server.signIn('admin');
      const { auditEvents } = await admin.get<{ auditEvents: { nodes: object[] } }>(
        '{ auditEvents(first: 1, filter: { type: "user.roles_changed" }) { nodes { actor { id } details } } }',
      );
      expect(auditEvents.nodes).toEqual([{ actor: null, details: { from: ['VIEWER'], to: ['EDITOR', 'MODERATOR'] } }]);
    });
  }, 120_000);

  test('disables an account, as which nothing is explained, ends its sessions, and lets it in again', async () => {
    // Several, each of which is an event that has to be sent before the command ends.
    const token = await withServer(async (server) => {
      for (let session = 0; session < 4; session += 1) await server.signIn('editor');
      return (await server.signIn('editor')).accessToken;
    });
    const me = (server: TestServer) => server.ask('{ me { id } }', {}, { authorization: `Bearer ${token}` });
    const disabled = await commandLine.run('users', 'disable', emailOf('editor'), '--reason', 'Gone,\n for good.');
    expect(disabled).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /DISABLED +EDITOR +editor@demo\.sallyport\.test {2}\(Gone,\\u\{a\} for good\.\)\n$/,
      ),
      stderr: '',
    });
    commandLine.write('me.graphql', '{ me { id } }');
    const as = `user:${disabled.stdout.slice(0, 36)}`;
    expect((await commandLine.run('access', 'explain', '--as', as, 'me.graphql')).stderr).toBe(
      'The account of this user is disabled: nobody can sign in to it.\n',
    );
    await withServer(async (server) => expect((await me(server)).status).toBe(401));
    expect((await commandLine.run('users', 'enable', emailOf('editor'))).stdout).toMatch(/ACTIVE/);
    await withServer(async (server) => {
      expect((await me(server)).status).toBe(401);
      await server.signIn('editor');
    });
  }, 120_000);

  test('ends every session of an account', async () => {
    const token = await withServer(async (server) => (await server.signIn('moderator')).accessToken);
    const { stdout } = await commandLine.run('sessions', 'revoke', emailOf('moderator'));
    expect(stdout).toBe('1 of moderator@demo.sallyport.test ended.\n');
    await withServer(async (server) =>
      expect((await server.ask('{ me { id } }', {}, { authorization: `Bearer ${token}` })).status).toBe(401),
    );
  }, 120_000);
});
