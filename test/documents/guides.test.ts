import { afterAll, beforeAll, describe, expect, jest as runner, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { copyProject } from '../support/copy.ts';
import { page, type Fence } from './pages.ts';

// Each step runs tests of a copy of the project.
runner.setTimeout(600_000);

/** The guide to a type of one's own is followed by the test of the generator. */
const guides = [
  { path: 'docs/guides/add-a-role.md', tests: ['access/access'] },
  { path: 'docs/guides/add-a-directive.md', tests: ['office-hours', 'architecture'] },
  { path: 'docs/guides/add-a-way-in.md', tests: ['monitor', 'architecture'] },
];

describe.each(guides)('A reader who does what $path says', ({ path, tests }) => {
  let folder: string;
  beforeAll(async () => {
    folder = copyProject();
    for (const fence of page(path).fences) if (fence.file !== undefined) apply(folder, fence);
    // Types and committed files; the guides say when.
    await run(folder, 'npm', 'run', 'codegen');
    await run(folder, 'npm', 'run', 'print');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has code that passes the type check', async () => {
    expect(await run(folder, 'node_modules/.bin/tsc', '--noEmit')).toBe('');
  });

  test('has tests that pass', async () => {
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '-w', '1'];
    const files = tests.map((name) => `test/${name}.test.ts`);
    expect(await run(folder, process.execPath, ...jest, ...files)).toMatch(/Tests: +\d+ passed, \d+ total/);
  });
});

/** Writes a new file, or changes a file as a diff says. */
function apply(folder: string, { language, content, file = '' }: Fence): void {
  const target = join(folder, file);
  if (language === 'diff') {
    const [before, after] = [linesOf(content, '-'), linesOf(content, '+')];
    const text = readFileSync(target, 'utf8');
    if (text.split(before).length !== 2) throw new Error(`${file} does not have once what the guide shows:\n${before}`);
    writeFileSync(
      target,
      text.replace(before, () => after),
    );
  } else if (['ts', 'graphql'].includes(language)) {
    if (existsSync(target)) throw new Error(`${file} exists already.`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

/** What a diff has before it (`-`) or after it (`+`). */
const linesOf = (diff: string, kept: '-' | '+'): string =>
  diff
    .split('\n')
    .filter((line) => line.startsWith(' ') || line.startsWith(kept))
    .map((line) => `${line.slice(1)}\n`)
    .join('');

/** Runs a program in the copy, and answers what it printed. */
async function run(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
  const { SALLYPORT_TEST_TEMPLATE: _, SALLYPORT_TEST_WITNESS: __, NODE_OPTIONS: ___, ...rest } = process.env;
  const env = { ...rest, PATH: `${join(cwd, 'node_modules/.bin')}:${rest['PATH']}` };
  const { stdout, stderr } = await promisify(execFile)(program, args, { cwd, env, maxBuffer: 2 ** 24 }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return `${stdout}${stderr}`.replaceAll(/^.*ExperimentalWarning.*\n.*--trace-warnings.*\n/gm, '');
}
