import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createCommandLine, type CommandLine, type Ended } from '../support/command-line.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';

describeOnPostgres('The commands of row-level security', () => {
  let commandLine: CommandLine;
  beforeAll(async () => void (commandLine = await createCommandLine()));
  afterAll(() => commandLine.remove());

  const rls = (command: string): Promise<Ended> => commandLine.run('rls', command);
  const says = (code: number, ...lines: string[]): Ended => ({
    code,
    stdout: lines.map((line) => `${line}\n`).join(''),
    stderr: '',
  });

  async function byHand(statement: string): Promise<void> {
    const { location } = commandLine;
    const client = new Client({ connectionString: location.kind === 'postgresql' ? location.url : '' });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  test('print what they apply, and what is left out', async () => {
    const { code, stdout } = await rls('print');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^create policy sallyport_read on "articles" for select .*;$/m);
    expect(stdout).toMatch(/^create policy sallyport_\w+ on "comments" for delete .*;$/m);
    expect(stdout).toMatch(/^-- User: .+\.$/m);
  });

  test('apply the policies, tell whether they differ, which is the exit code of the check, and remove them', async () => {
    const same = says(0, 'The policies are up to date.');
    expect(await rls('check')).toEqual(says(1, 'articles: missing', 'comments: missing'));
    expect(await rls('apply')).toEqual(says(0, 'articles', 'comments'));
    expect(await rls('check')).toEqual(same);
    await byHand('alter policy sallyport_read on articles using (true)');
    expect(await rls('check')).toEqual(says(1, 'articles: outdated'));
    expect(await rls('apply')).toEqual(says(0, 'articles'));
    expect(await rls('apply')).toEqual(same);
    const { code, stdout } = await rls('remove');
    expect([code, stdout.trim().split('\n').toSorted()]).toEqual([0, ['articles', 'comments']]);
    expect(await rls('remove')).toEqual(says(0, 'There are none.'));
    expect((await rls('check')).code).toBe(1);
  }, 240_000);
});
