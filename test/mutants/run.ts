import { spawn } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { explained } from './explained.ts';
import { applySlip, findSlips, type Slip } from './slips.ts';

/*
 * Makes small mistakes in sources, one at a time, runs the tests of each source and lists the mistakes that no test saw:
 *
 *     npm run test:mutants -- [--seconds 600] [--lines 10-40] SOURCE… [TEST…]
 *
 * A source is a file or a folder of `src/`; without tests, those run that import or name the source. The files stay as they
 * are: the transform of the tests (`support/strip-types.js`) makes the mistake. A process that a test starts does not have it.
 */

const root = resolve(import.meta.dirname, '../..');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '600' }, lines: { type: 'string' } },
});
const isTest = (path: string): boolean => path.endsWith('.test.ts');
const sources = positionals.filter((path) => !isTest(path)).flatMap(filesIn);
const namedTests = positionals.filter(isTest);
const deadline = Date.now() + Number(values.seconds) * 1000;

interface Outcome {
  readonly isGreen: boolean;
  readonly ms: number;
}

interface Mutant {
  readonly file: string;
  readonly slip: Slip;
}

const tally = { seen: 0, explained: 0, survived: 0, notTried: 0 };
for (const file of sources) await tryFile(file);
print(
  `${tally.seen} seen, ${tally.explained} survived as explained, ${tally.survived} survived, ${tally.notTried} not tried`,
);
process.exitCode = tally.survived > 0 ? 1 : 0;

async function tryFile(file: string): Promise<void> {
  const source = readFileSync(join(root, file), 'utf8');
  const slips = shuffled(findSlips(source).filter(({ start }) => isWanted(lineOf(source, start).number)));
  const tests = namedTests.length > 0 ? namedTests : testsOf(file);
  if (slips.length === 0 || tests.length === 0) {
    print(`${file}: ${slips.length} possible slips, ${tests.length} tests`);
    return;
  }
  const whole = await runTests(tests, null, 600_000);
  if (!whole.isGreen) throw new Error(`${tests.join(', ')}: red before anything was changed.`);
  print(`${file}: ${slips.length} possible slips, ${tests.join(' ')}`);
  for (const slip of slips) {
    if (Date.now() > deadline) tally.notTried += 1;
    else await trySlip({ file, slip }, source, { tests, limitMs: 30_000 + 4 * whole.ms });
  }
}

async function trySlip(
  mutant: Mutant,
  source: string,
  { tests, limitMs }: { readonly tests: readonly string[]; readonly limitMs: number },
): Promise<void> {
  const { isGreen } = await runTests(tests, mutant, limitMs);
  if (!isGreen) {
    tally.seen += 1;
    return;
  }
  const { file, slip } = mutant;
  const { number, text } = lineOf(source, slip.start);
  const becomes = lineOf(applySlip(source, slip), slip.start).text;
  const isExplained = explained.some((one) => one.file === file && one.line === text && one.becomes === becomes);
  tally[isExplained ? 'explained' : 'survived'] += 1;
  if (!isExplained) print(`SURVIVED ${file}:${number}\n  ${text}\n  ${becomes}`);
}

/** Runs tests with a slip, or with none. Tests that do not end in time count as red: they would hold up whoever made it. */
function runTests(tests: readonly string[], mutant: Mutant | null, limitMs: number): Promise<Outcome> {
  const node = join(root, 'node_modules/.bin/node');
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const began = Date.now();
  const child = spawn(node, [...jest, '--bail', '--runInBand', '--forceExit', '--runTestsByPath', ...tests], {
    cwd: root,
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, SALLYPORT_MUTANT: mutant === null ? '' : JSON.stringify(mutant) },
  });
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), limitMs);
  return new Promise((done) => {
    child.once('exit', (code) => {
      clearTimeout(timer);
      done({ isGreen: code === 0, ms: Date.now() - began });
    });
  });
}

/** The tests that import a source, or whose name or text has its name as a word. */
function testsOf(file: string): string[] {
  const name = basename(file, '.ts');
  const words = new RegExp(`\\b${name.replaceAll('-', '[ -]')}\\b`, 'i');
  return globSync('test/**/*.test.ts', { cwd: root })
    .filter((test) => !test.includes('several-nodes') && !test.includes('documents'))
    .filter((test) => {
      const text = readFileSync(join(root, test), 'utf8');
      return text.includes(`${file}'`) || words.test(basename(test, '.test.ts')) || words.test(text);
    })
    .toSorted();
}

function filesIn(path: string): string[] {
  const from = relative(root, resolve(path));
  if (statSync(join(root, from)).isFile()) return [from];
  return globSync(`${from}/**/*.ts`, { cwd: root })
    .filter((file) => !file.includes('generated'))
    .toSorted();
}

function isWanted(line: number): boolean {
  const [first = 1, last = first] = values.lines?.split('-').map(Number) ?? [1, Infinity];
  return line >= first && line <= last;
}

function lineOf(text: string, at: number): { readonly number: number; readonly text: string } {
  const begin = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return { number: text.slice(0, at).split('\n').length, text: text.slice(begin, end < 0 ? undefined : end).trim() };
}

/** Puts slips into an order that is the same for every run, and in which neighbours are far apart: time may run out. */
function shuffled<T>(items: readonly T[]): T[] {
  const stride = 7;
  return Array.from({ length: stride }, (_, first) => items.filter((__, index) => index % stride === first)).flat();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
