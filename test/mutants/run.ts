import { appendFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTemplate, dropTemplate } from '../support/database.ts';
import { createTemporaryFolder, removeTemporaryFolder } from '../support/temporary-folder.js';
import type { Outcome } from './messages.ts';
import { recallReach, rememberReach } from './reach-file.ts';
import { reachOf, type Reliable } from './reach.ts';
import { allTests, filesIn, isExplained, switchSources, type Mutant } from './sources.ts';
import { limitOf, Member } from './team.ts';
import { nearbyTrials, reachingTrials, type Trial } from './trials.ts';

/*
 * Makes small mistakes in sources, one at a time, runs tests that reach them and lists the mistakes that no test saw:
 *
 *     npm run test:mutants -- [--workers 2] [--seconds 8] [--lines 10-40] [--results FILE] SOURCE… [TEST…]
 *
 * A source is a file or a folder of `src/`; without tests, all are asked which slips they reach. A slip is tried with
 * those tests that reach it, the quick ones first, until one is red, or for `--seconds`. With `--results`, each outcome is added
 * to a file as a line of JSON, and what the file has already is not tried again.
 *
 * The files stay as they are: a worker's sources have all slips at once, each behind a switch. A process that a test starts
 * does not have them.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workers: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '8' },
    lines: { type: 'string' },
    results: { type: 'string' },
  },
});
const isTest = (path: string): boolean => path.endsWith('.test.ts');
const sources = [...new Set(positionals.filter((path) => !isTest(path)).flatMap(filesIn))];
const named = positionals.filter(isTest);

type Status = 'seen' | 'hung' | 'survived' | 'explained' | 'unreached';
interface Result {
  readonly status: Status;
  /** The tests that were run; the last one saw the slip, if any did. */
  readonly tests: readonly string[];
  readonly why?: string;
}

createTemporaryFolder();
await createTemplate();
const folder = mkdtempSync(join(tmpdir(), 'sallyport-switched-'));
const mutants = switchSources(sources, folder);
const known = readResults();
const open = mutants.filter(({ number, key }) => isWanted(number) && !known.has(key));
const env = { ...process.env, SALLYPORT_SWITCHED: folder, SALLYPORT_SLIPS: String(mutants.length) };
const members = Array.from({ length: Number(values.workers) }, () => new Member(env));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(130));

const reliable: Reliable[] = [];
/** Choices of tests that are green without a slip, or are not, although the whole file is. */
const controls = new Map<string, boolean>();
/** Slips that are reached when a module is imported: a worker has to be new to try them. */
const early = new Set<number>();
const tally: Record<Status, number> = { seen: 0, hung: 0, survived: 0, explained: 0, unreached: 0 };
const later: Mutant[] = [];
const sample = mutants.map(({ key }) => key).join('\n');
const remembered =
  values.results === undefined ? new Map<string, Reliable | string>() : recallReach(values.results, sample);

print(`${open.length} slips to try of ${mutants.length} in ${sources.length} sources`);
await share(named.length > 0 ? named : allTests(), lookAt);
print(
  `${reliable.length} test files reach ${new Set(reliable.flatMap(({ reached }) => [...reached.keys()])).size} of them`,
);
await share(open, tryRunning);
print(`${later.length} are tried in new processes`);
await share(later, tryFromStart);
print(
  `${tally.seen} seen, ${tally.hung} hung, ${tally.explained} survived as explained, ${tally.survived} survived, ${tally.unreached} not reached`,
);
await end(tally.survived + tally.unreached > 0 ? 1 : 0);

/** Gives each worker one item after the other. */
async function share<T>(items: readonly T[], work: (item: T, member: Member) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    members.map(async (member) => {
      for (const item of rest) await work(item, member);
    }),
  );
}

async function lookAt(test: string, member: Member): Promise<void> {
  const found = remembered.get(test) ?? (await reachOf(member, test));
  if (!remembered.has(test) && values.results !== undefined) rememberReach(values.results, sample, test, found);
  if (typeof found === 'string') {
    print(`LEFT OUT ${test} ${found}`);
    return;
  }
  if (found.without.length > 0) print(`LEFT OUT in ${test}: ${found.without.length} tests that are red at times`);
  for (const id of found.early) early.add(id);
  reliable.push(found);
}

/** Tries a slip in a process that has run other tests before. */
async function tryRunning(mutant: Mutant, member: Member): Promise<void> {
  const trials = reachingTrials(reliable, mutant);
  const result = await attempt(mutant, trials, member, false);
  const isSeen = result.status === 'seen' || result.status === 'hung';
  const isEarly = early.has(mutant.id) || (trials.length > 0 && result.status === 'unreached');
  if (!isSeen && isEarly && nearby(mutant).length > 0) later.push(mutant);
  else report(mutant, result);
}

function nearby(mutant: Mutant): readonly Trial[] {
  const ids = mutants.filter(({ file }) => file === mutant.file).map(({ id }) => id);
  return nearbyTrials(reliable, mutant, ids);
}

/** Tries a slip in a process of its own, which has it while modules are imported. */
async function tryFromStart(mutant: Mutant, member: Member): Promise<void> {
  member.replace();
  const result = await attempt(mutant, nearby(mutant), member, true);
  member.replace();
  report(mutant, result);
}

async function attempt({ id }: Mutant, trials: readonly Trial[], member: Member, isEarly: boolean): Promise<Result> {
  const tests = new Set<string>();
  let leftMs = Number(values.seconds) * 1000;
  let isReached = false;
  for (const trial of trials) {
    if (tests.size > 0 && leftMs < trial.ms) continue;
    leftMs -= trial.ms;
    tests.add(trial.test);
    const { test, without, only, ms } = trial;
    const outcome = await member.run({ test, without, only, slip: id, isEarly }, limitOf(ms));
    if (outcome === undefined) return { status: 'hung', tests: [...tests] };
    const { red } = outcome;
    isReached ||= outcome.isReached;
    if (red === undefined) noteGreen(test, outcome);
    else {
      // What is run without the slip needs a process in which it was never made.
      if (isEarly) member.replace();
      if (await isGreenWithout(trial, outcome, member))
        return { status: 'seen', tests: [...tests], why: `${red.test}: ${red.why}` };
      if (isEarly) member.replace();
    }
  }
  return { status: isReached ? 'survived' : 'unreached', tests: [...tests] };
}

/** Says whether the tests of a run that was red are green without a slip, although others of their file were left out. */
async function isGreenWithout({ test, without, ms }: Trial, { tests }: Outcome, member: Member): Promise<boolean> {
  const only = tests.map(([number]) => number);
  if (only.length === 0) return true;
  const key = `${test} ${only.join()}`;
  if (!controls.has(key)) {
    const control = await member.run({ test, without, only }, limitOf(ms));
    if (control?.red === undefined && control !== undefined) noteGreen(test, control);
    else controls.set(key, false);
  }
  return controls.get(key) ?? false;
}

/** Notes that tests are green one after the other: so are the first of them. */
function noteGreen(test: string, { tests }: Outcome): void {
  const numbers = tests.map(([number]) => number);
  for (const count of numbers.keys()) controls.set(`${test} ${numbers.slice(0, count + 1).join()}`, true);
}

function report(mutant: Mutant, { status: found, tests, why }: Result): void {
  const { file, number, line, becomes, key } = mutant;
  const isAlive = found === 'survived' || found === 'unreached';
  const status = isAlive && isExplained(mutant) ? 'explained' : found;
  tally[status] += 1;
  if (status === 'survived') print(`SURVIVED ${file}:${number}\n  ${line}\n  ${becomes}`);
  if (status === 'unreached') print(`NOT REACHED ${file}:${number}\n  ${line}\n  ${becomes}`);
  const told = { status, file, number, line, becomes, tests, why, key };
  if (values.results !== undefined) appendFileSync(values.results, `${JSON.stringify(told)}\n`);
}

/** What a results file has: an earlier run may have been stopped. */
function readResults(): Set<string> {
  if (values.results === undefined || !existsSync(values.results)) return new Set();
  const lines = readFileSync(values.results, 'utf8').split('\n').slice(0, -1);
  return new Set(lines.map((line) => (JSON.parse(line) as { key: string }).key));
}

function isWanted(line: number): boolean {
  const [first = 1, last = first] = values.lines?.split('-').map(Number) ?? [1, Infinity];
  return line >= first && line <= last;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function end(code: number): Promise<never> {
  for (const member of members) member.replace();
  await dropTemplate();
  removeTemporaryFolder();
  process.exit(code);
}
