import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/command-table.ts';
import { createCommandLine, type CommandLine } from '../support/command-line.ts';

describe('The command line', () => {
  let commandLine: CommandLine;
  beforeAll(async () => {
    commandLine = await createCommandLine();
  });
  afterAll(() => commandLine.remove());

  test('lists every command where it is asked for help, and where there is no such command', async () => {
    const help = await commandLine.run('--help');
    expect(help.code).toBe(0);
    for (const name of Object.keys(commands)) expect(help.stdout).toContain(`\n  ${name}`);
    for (const args of [[], ['burn'], ['toString', '']])
      expect(await commandLine.run(...args)).toEqual({
        code: 1,
        stdout: '',
        stderr: `There is no such command.\n\n${help.stdout}`,
      });
    const group = await commandLine.run('users', '--help');
    expect(group.code).toBe(0);
    expect(group.stdout.match(/^ {2}\w+/gm)).toEqual(
      Object.keys(commands)
        .filter((name) => name.startsWith('users '))
        .map(() => '  users'),
    );
    for (const args of [['users'], ['users', 'burn']])
      expect((await commandLine.run(...args)).stderr).toBe(`There is no such command.\n\n${group.stdout}`);
  });

  test.each(Object.entries(commands))(
    'says of %s what it does, its options, and an example',
    async (name, { summary, options = {} }) => {
      const { code, stdout } = await commandLine.run(...name.split(' '), '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: npm run -s sallyport -- ${name}`);
      expect(stdout).toContain(summary);
      expect(stdout).toContain('Example:\n\n  npm run -s sallyport -- ');
      for (const [option, { text }] of Object.entries(options)) {
        const line = stdout.split('\n').find((found) => found.startsWith(`  --${option} `));
        expect(line?.endsWith(text)).toBe(true);
      }
    },
    30_000,
  );

  test('takes no option that a command does not have, and says which it has', async () => {
    const { code, stderr } = await commandLine.run('keys', 'list', '--email', 'x');
    expect(code).toBe(1);
    expect(stderr).toContain("Unknown option '--email'");
    expect(stderr).toContain('Usage: npm run -s sallyport -- keys list');
  });

  test.each([
    [['users', 'list', 'ada'], 'Nothing reads this argument: ada'],
    [['users', 'disable', 'ada@example.com', 'bob@example.com'], 'Nothing reads this argument: bob@example.com'],
    [['users', 'list', '--role', 'ADMIN', '--role', 'EDITOR'], 'Give --role once.'],
  ])('takes nothing that it would not read: %s', async (args, message) => {
    const { code, stdout, stderr } = await commandLine.run(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });
});
