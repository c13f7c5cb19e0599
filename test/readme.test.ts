import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startServer, type TestServer } from './support/server.ts';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

interface Step {
  readonly shell: string;
  /** What the README says comes back; absent where the lines print nothing. */
  readonly answer: unknown;
}

describe.each(['A five-minute tour', 'OAuth'])('The lines of “%s”', (heading) => {
  const steps = stepsOf(section(heading));
  const isAs = createPlaceholders();
  let server: TestServer;
  let printed: string[];
  beforeAll(async () => {
    server = await startServer();
    printed = await replay(steps, server.url);
  });
  afterAll(() => server.stop());

  test.each(steps.map(({ shell, answer }, index) => ({ answer, index, firstLine: shell.split('\n', 1)[0] })))(
    'step $index: $firstLine',
    ({ answer, index }) => {
      const found = printed[index]?.trim() ?? '';
      const parsed: unknown = found === '' ? undefined : JSON.parse(found);
      expect(isAs(answer, parsed)).toStrictEqual(answer);
    },
  );
});

describe('The README', () => {
  test('lists the settings that there are, and no others', () => {
    const source = readFileSync(join(root, 'src/config.ts'), 'utf8');
    const settings = [...source.matchAll(/settings\.(?!mistake)\w+\(\s*'([A-Z0-9_]+)'/g)].map(([, name]) => name);
    const listed = [...section('Configuration').matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual([...new Set(settings)].toSorted());
  });

  test('shows each change of a file against what stands there', () => {
    const files = globSync(['src/**/*.ts', 'test/**/*.ts', 'codegen.ts'], { cwd: root }).map((name) =>
      readFileSync(join(root, name), 'utf8'),
    );
    const before = [...readme.matchAll(/```diff\n(.*?)```/gs)].map(([, diff = '']) =>
      diff
        .split('\n')
        .filter((line) => /^[ -]/.test(line))
        .map((line) => line.slice(1))
        .join('\n'),
    );
    expect(before.length).toBeGreaterThan(5);
    expect(before.filter((text) => !files.some((file) => file.includes(text)))).toEqual([]);
  });

  test('names scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...readme.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('links, as do the decisions, to what there is', () => {
    const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })];
    const dead = pages.flatMap((page) =>
      [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });
});

/** The text between a heading and the next of its level. */
function section(heading: string): string {
  const [, text] = readme.split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`The README has no section “${heading}”.`);
  return text.split('\n## ', 1)[0] ?? '';
}

/** Each block of shell lines with the block of JSON that follows it, if one does before the next lines. */
function stepsOf(text: string): Step[] {
  const blocks = [...text.matchAll(/^```(sh|json)\n(.*?)^```$/gms)].map(([, language, content = '']) => ({
    language,
    content,
  }));
  return blocks.flatMap(({ language, content }, index) => {
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    return [{ shell: content, answer: next?.language === 'json' ? JSON.parse(next.content) : undefined }];
  });
}

/** Runs the lines in one shell, as a reader does, and answers what each step printed. */
async function replay(steps: readonly Step[], url: string): Promise<string[]> {
  const end = '== end of step ==';
  const script = steps.map(({ shell }) => `${shell}\nprintf '%s' '${end}'\n`).join('');
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-euo', 'pipefail', '-c', script.replaceAll('http://localhost:4000', url)],
    { env: { ...process.env, NO_PROXY: '*' } },
  );
  return stdout.split(end);
}

/** What differs at each run. A text in the README such as `<first refresh token>` ends in one of these names. */
const kinds: ReadonlyArray<readonly [string, RegExp]> = [
  [' id>', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ['date>', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
  ['access token>', /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/],
  ['refresh token>', /^spr_[\w-]{70}$/],
];

/**
 * Compares answers with what the README shows: the function answers what was found, with placeholders where they stand
 * for it. One placeholder stands for one value throughout, and no two for the same.
 */
function createPlaceholders() {
  const values = new Map<string, string>();

  function standsFor(placeholder: string, value: string): boolean {
    const kind = placeholder.startsWith('<') ? kinds.find(([name]) => placeholder.endsWith(name)) : undefined;
    if (kind === undefined || !kind[1].test(value)) return false;
    if (!values.has(placeholder) && ![...values.values()].includes(value)) values.set(placeholder, value);
    return values.get(placeholder) === value;
  }

  return function isAs(shown: unknown, found: unknown): unknown {
    if (typeof shown === 'string' && typeof found === 'string') return standsFor(shown, found) ? shown : found;
    if (Array.isArray(shown) && Array.isArray(found)) return found.map((item, index) => isAs(shown[index], item));
    if (!isRecord(shown) || !isRecord(found)) return found;
    return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, isAs(shown[key], value)]));
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
