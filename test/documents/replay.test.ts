import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
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

test('The README, the tour and the guides to second factors and e-mail codes are among the pages that are replayed', () => {
  expect(replayed.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'README.md',
      'docs/tour.md',
      'docs/guides/second-factors.md',
      'docs/guides/email-codes.md',
    ]),
  );
});

describe.each(replayed.map((page) => ({ page, path: page.path })))('The lines of $path', ({ page }) => {
  const steps = stepsOf(page);
  const isAs = createPlaceholders();
  let server: TestServer;
  let printed: string[];
  beforeAll(async () => {
    server = await startServer(settingsOf(page));
    printed = await replay(steps, { url: server.url, cwd: page.path.startsWith('docs/guides/') ? root : tmpdir() });
  });
  afterAll(() => server.stop());

  test.each(steps.map(({ shell, answer }, index) => ({ answer, index, firstLine: shell.split('\n', 1)[0] })))(
    'Step $index answers as shown: $firstLine',
    ({ answer, index }) => {
      const found = printed[index]?.trim() ?? '';
      const parsed: unknown = found === '' ? undefined : JSON.parse(found);
      expect(isAs(answer, parsed)).toStrictEqual(answer);
    },
  );
});

/** The settings with which a guide has its reader start the server. */
const settingsOf = ({ path, fences }: Page): Record<string, string> =>
  Object.fromEntries(
    fences
      .filter(({ content }) => path.startsWith('docs/guides/') && /^(?:[A-Z_]+=\S+ )+npm start\n$/.test(content))
      .flatMap(({ content }) => content.split(' npm start')[0]?.split(' ') ?? [])
      .map((setting) => setting.split('=', 2)),
  );

/** Each block of shell lines with the block of JSON that follows it, if one does before the next lines. */
function stepsOf({ fences }: Page): Step[] {
  return fences.flatMap(({ language, content }, index) => {
    if (language !== 'sh') return [];
    const next = fences[index + 1];
    return [{ shell: content, answer: next?.language === 'json' ? JSON.parse(next.content) : undefined }];
  });
}

/** Runs the lines in one shell, as a reader does, and answers what each step printed; guides stand in the project. */
async function replay(steps: readonly Step[], { url, cwd }: { url: string; cwd: string }): Promise<string[]> {
  const end = '== end of step ==';
  const script = steps.map(({ shell }) => `${shell}\nprintf '%s' '${end}'\n`).join('');
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-euo', 'pipefail', '-c', script.replaceAll('http://localhost:4000', url)],
    { cwd, env: { ...process.env, NO_PROXY: '*' } },
  );
  return stdout.split(end);
}
