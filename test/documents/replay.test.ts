import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { createOrdinaryDatabase, type OrdinaryDatabase } from '../support/ordinary-database.ts';
import { root } from '../support/process.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { pages, type Page } from './pages.ts';
import { createPlaceholders } from './placeholders.ts';

interface Step {
  readonly shell: string;
  /** What the page says comes back; absent where the lines print nothing. */
  readonly answer: unknown;
}

/** The guide to other issuers needs one that runs: a test of its own has it. */
const replayed = pages.filter(
  ({ path, fences }) =>
    !/^(?:src|bench|docs\/guides\/trusted-issuers)/.test(path) && fences.some(({ language }) => language === 'sh'),
);

test('The README, the tour and the guides to second factors, e-mail codes and row-level security are among the pages that are replayed', () => {
  expect(replayed.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'README.md',
      'docs/tour.md',
      'docs/guides/second-factors.md',
      'docs/guides/email-codes.md',
      'docs/guides/row-level-security.md',
    ]),
  );
});

const withPath = (all: readonly Page[]) => all.map((page) => ({ page, path: page.path }));
const title = 'The lines of $path';
const isOnServer = (page: Page): boolean => 'DATABASE_URL' in settingsOf(page);

describe.each(withPath(replayed.filter((page) => !isOnServer(page))))(title, ({ page }) => replayOf(page));
describeOnPostgres.each(withPath(replayed.filter(isOnServer)))(title, ({ page }) => replayOf(page));

function replayOf(page: Page): void {
  const steps = stepsOf(page);
  const settings = settingsOf(page);
  const isAs = createPlaceholders();
  let database: OrdinaryDatabase | undefined;
  let server: TestServer;
  let printed: string[];
  beforeAll(async () => {
    const named = settings['DATABASE_URL'];
    if (named !== undefined) database = await createOrdinaryDatabase();
    const url = database?.url ?? '';
    server = await (database === undefined
      ? startServer(settings)
      : startServer({ ...settings, DATABASE_URL: url }, { kind: 'postgresql', url }));
    printed = await replay(steps, {
      urls: { 'http://localhost:4000': server.url, ...(named === undefined ? {} : { [named]: url }) },
      cwd: page.path.startsWith('docs/guides/') ? root : tmpdir(),
    });
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
  });

  test.each(steps.map(({ shell, answer }, index) => ({ answer, index, firstLine: shell.split('\n', 1)[0] })))(
    'Step $index answers as shown: $firstLine',
    ({ answer, index }) => {
      const found = printed[index]?.trim() ?? '';
      const parsed: unknown = found === '' ? undefined : JSON.parse(found);
      expect(isAs(answer, parsed)).toStrictEqual(answer);
    },
  );
}

/** The settings with which a guide has its reader start the server. */
function settingsOf({ path, fences }: Page): Record<string, string> {
  const starts = fences.filter(
    ({ content }) => path.startsWith('docs/guides/') && /^(?:[A-Z_]+=\S+ )+npm start\n$/.test(content),
  );
  const settings = starts.flatMap(({ content }) => content.split(' npm start')[0]?.split(' ') ?? []);
  return Object.fromEntries(settings.map((setting) => setting.split('=', 2)));
}

/** Each block of shell lines with the block of JSON that follows it, if one does before the next lines. */
function stepsOf({ fences }: Page): Step[] {
  return fences.flatMap(({ language, content }, index) => {
    if (language !== 'sh') return [];
    const next = fences[index + 1];
    return [{ shell: content, answer: next?.language === 'json' ? JSON.parse(next.content) : undefined }];
  });
}

interface Place {
  /** What stands in the place of each URL that the page names. */
  readonly urls: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Runs the lines in one shell, as a reader does, and answers what each step printed; guides stand in the project. */
async function replay(steps: readonly Step[], { urls, cwd }: Place): Promise<string[]> {
  const end = '== end of step ==';
  let script = steps.map(({ shell }) => `${shell}\nprintf '%s' '${end}'\n`).join('');
  for (const [named, url] of Object.entries(urls)) script = script.replaceAll(named, url);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    env: { ...process.env, NO_PROXY: '*' },
  });
  return stdout.split(end);
}
