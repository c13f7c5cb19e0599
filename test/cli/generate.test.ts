import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { diffText } from '../../src/cli/generate/diff.ts';
import { parseFields } from '../../src/cli/generate/fields.ts';
import { generateFeature } from '../../src/cli/generate/generate.ts';
import { namesOf } from '../../src/cli/generate/names.ts';
import { planFeature } from '../../src/cli/generate/plan-feature.ts';
import { findTargets } from '../../src/cli/generate/surroundings.ts';
import { page } from '../documents/pages.ts';
import { copyProject } from '../support/copy.ts';

// Each step runs tests of a copy of the project.
jest.setTimeout(600_000);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a person asks for: of one's own, with every type of field, and with references, one of them to the first. */
const features = [
  'note text:text(1..1000) --owner',
  'bookmark url:string(3..500) remark:text(0..20)? stars:int(1..5) weight:float(0..10) price:float? isPublic:boolean dueAt:datetime? seenAt:datetime state:enum(open|DONE)',
  'blog-category title:string count:int article:reference(Article) note:reference(Note)? user:reference(User) --owner',
].map((line) => line.split(' '));

/** The tests of the three, and those that look at every feature. */
const tests = [
  'notes',
  'bookmarks',
  'blog-categories',
  'architecture',
  'access/policies',
  'access/access',
  'database/migrations',
  'documents/links',
  'documents/snippets',
];

let folder: string;
beforeAll(() => {
  folder = copyProject();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = page('docs/guides/add-a-type.md');

/** Runs a program of the copy; the settings of this run of tests (where the database is) go along. */
const run = (...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, args, { cwd: folder, env: environment(), maxBuffer: 2 ** 24 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );

const jestCommand = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '-w', '1'];
const runTests = (): Promise<Ended> => run(...jestCommand, ...tests.map((name) => `test/${name}.test.ts`));

/** Without what jest hands to its workers, which would have the inner run write into this one's folders. */
function environment(): NodeJS.ProcessEnv {
  const { SALLYPORT_TEST_TEMPLATE: _, SALLYPORT_TEST_WITNESS: __, NODE_OPTIONS: ___, ...rest } = process.env;
  return { ...rest, PATH: `${join(folder, 'node_modules/.bin')}:${rest['PATH']}` };
}

const generate = (...args: string[]): Promise<Ended> => run('src/cli/main.ts', 'generate', 'feature', ...args);

/** The moment of a migration differs at each run. */
const undated = (text: string): string => text.replaceAll(/Migration\d{14}/g, 'Migration<moment>');

/** The lines that a diff takes away and adds; where they stand in the file changes with the file. */
const changesIn = (diff: string): string => diff.replaceAll(/^(?![+-](?![+-]{2})).*\n?/gm, '');

/** Every file of the copy with its contents' time: what a run leaves alone stays as it is here. */
const filesOf = (): string[] =>
  globSync('**', { cwd: folder, exclude: (name) => name === 'node_modules' })
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`)
    .toSorted();

describe('The generator of features', () => {
  test('shows with --dry-run what it would write, and writes nothing', async () => {
    const before = filesOf();
    const { code, stdout } = await generate('note', 'text:text(1..1000)', '--owner', '--dry-run');
    expect(code).toBe(0);
    expect(filesOf()).toEqual(before);
    expect(stdout).toContain('--- /dev/null\n+++ b/schema/notes.graphql\n@@ -0,0 +1,');
    expect(stdout).toMatch(/^--- a\/src\/app\/features\.ts\n\+\+\+ b\/src\/app\/features\.ts\n@@ /m);
    expect(stdout).toContain('\n+  notesFeature,\n');
  });

  test('writes what the guide to a type of one’s own shows, file by file', async () => {
    const shown = guide.fences.filter(({ language }) => ['graphql', 'ts', 'markdown', 'diff'].includes(language));
    const names = namesOf('note');
    const fields = parseFields(['text:text(1..1000)'], names);
    const feature = { names, fields, isOwned: true, targets: findTargets(folder, names, fields) };
    const planned = await planFeature(folder, feature, new Date());
    const written = planned.map((file) => [file.path, file.before === null ? file.after : changesIn(diffText([file]))]);
    const told = shown.map(({ file = '', language, content }) => [
      file,
      language === 'diff' ? changesIn(content) : content,
    ]);
    expect(told.map((each) => each.map(undated)).toSorted()).toEqual(
      written.map((each) => each.map(undated)).toSorted(),
    );
  });

  test.each([
    [['Note', 'text:text'], /^Name the feature in the singular and in lower case/],
    [['note'], /^Name at least one field/],
    [['note', 'text:words'], /^text:words: expected name:type, the type one of string, text, int, /],
    [['note', 'text:text(9..1)'], /^text:text\(9\.\.1\): expected a range/],
    [['note', 'text:text', 'text:int'], /^The field text is named twice/],
    [['note', 'version:int'], /^version:int: version is taken/],
    [['note', 'state:enum(a|a)'], /^state:enum\(a\|a\): expected different names/],
    [['note', 'parent:reference(Note)'], /^reference\(Note\): expected one of Article, Comment, User/],
    [['article', 'text:text'], /^The schema has Article and article and articles already/],
  ])('refuses %j, and says what it expects', async (args, message) => {
    const before = filesOf();
    const given = { files: args, options: {}, flags: new Set<string>() };
    await expect(generateFeature(given, folder)).rejects.toThrow(message);
    expect(filesOf()).toEqual(before);
  });

  test('writes three features of which types, lint, format and tests are green right after', async () => {
    for (const args of features) {
      const { code, stderr } = await generate(...args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    const matrix = readFileSync(join(folder, 'test/__snapshots__/access-matrix.md'), 'utf8').split('\n');
    const lines = guide.fences.flatMap(({ content }) => content.split('\n').filter((line) => line.startsWith('| ')));
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => !matrix.includes(line))).toEqual([]);
    const checks = await Promise.all([
      runTests(),
      run('node_modules/.bin/tsc', '--noEmit'),
      run('node_modules/.bin/prettier', '--check', '--log-level', 'warn', '.'),
      run('node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', 'src', 'test'),
    ]);
    expect(checks.filter(({ code }) => code !== 0)).toEqual([]);
    expect(checks[0].stderr).toContain(`Test Suites: ${tests.length} passed`);
  }, 400_000);

  test('overwrites nothing', async () => {
    const before = readFileSync(join(folder, 'src/notes/notes.service.ts'), 'utf8');
    const { code, stderr } = await generate('note', 'text:text');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The schema has Note and note and notes already/);
    rmSync(join(folder, 'schema/notes.graphql'));
    expect((await generate('note', 'text:text')).stderr).toMatch(/^src\/notes.* nothing is overwritten/);
    expect(readFileSync(join(folder, 'src/notes/notes.service.ts'), 'utf8')).toBe(before);
  });
});
