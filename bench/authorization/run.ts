/**
 * Every contestant, every case, each against graphql-js without guards, in turn, in processes of their own.
 * `node bench/authorization/run.ts [--processes=9] [--seconds=1.5] [--cases=static1000,tiny] [--only=sallyport,shield]`
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseArgs } from 'node:util';
import { print, printTable } from '../support/print.ts';
import { median, spreadOf } from '../support/statistics.ts';
import { contestants, openContestant } from './contestant.ts';
import type { ContestantName } from './contestant.ts';
import type { Measurement } from './measure.ts';
import { assertOneGraphql } from './one-graphql.ts';
import { prove, takesPart } from './proof.ts';
import { caseNames, cases } from './task.ts';
import type { CaseName } from './task.ts';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '1.5' },
    cases: { type: 'string', default: caseNames.join(',') },
    only: { type: 'string', default: Object.keys(contestants).join(',') },
    /** Against whom each of them is measured. */
    base: { type: 'string', default: 'unguarded' },
  },
});

const wanted = (Object.keys(contestants) as ContestantName[]).filter((name) => values.only.split(',').includes(name));
const wantedCases = caseNames.filter((name) => values.cases.split(',').includes(name));

assertOneGraphql();
const proved = await proveAll();
for (const caseName of wantedCases) {
  await measureCase(caseName);
}

/** Leaves out contestants that do not answer rightly, and says which ones cannot be loaded. */
async function proveAll(): Promise<ReadonlyMap<ContestantName, ReadonlySet<CaseName>>> {
  const found = new Map<ContestantName, ReadonlySet<CaseName>>();
  for (const name of wanted) {
    try {
      const contestant = await openContestant(name);
      await prove(name, contestant);
      found.set(name, new Set(caseNames.filter((caseName) => takesPart(contestant, caseName))));
      await contestant.close?.();
    } catch (error) {
      print(`${contestants[name].title} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  print(`Proved right before being timed: ${[...found.keys()].map((name) => contestants[name].title).join('; ')}.`);
  print();
  return found;
}

async function measureCase(caseName: CaseName): Promise<void> {
  const entrants = wanted.filter((name) => proved.get(name)?.has(caseName) === true);
  const taken = new Map<ContestantName, Measurement[]>(entrants.map((name) => [name, []]));
  for (let turn = 0; turn < Number(values.processes); turn += 1) {
    for (const name of entrants) taken.get(name)?.push(await measureOnce(caseName, name));
  }
  // One process finds the machine quicker than another: the times shown are the ratios, on the one median of all.
  const unguarded = median([...taken.values()].flat().map(({ times }) => times[0] ?? Number.NaN));
  print(`${cases[caseName].title}: ${values.processes} processes each, ${values.seconds} s a process`);
  printTable(
    ['', 'time', `ratio to ${values.base}`, 'spread over processes'],
    [...taken].map(([name, measurements]) => {
      const ratio = spreadOf(measurements.map(({ ratios }) => ratios[1] ?? Number.NaN));
      const [middle, low, high] = [ratio.median, ratio.low, ratio.high].map((value) =>
        value.toFixed(value < 2 ? 3 : 2),
      );
      return [contestants[name].title, timeText(ratio.median * unguarded), middle ?? '', `${low} to ${high}`];
    }),
  );
  print();
}

function timeText(ms: number): string {
  return ms < 0.1 ? `${(ms * 1000).toFixed(2)} µs` : `${ms.toFixed(3)} ms`;
}

/** graphql-js decides at its start whether it runs in production, and is twice as slow where it does not. */
async function measureOnce(caseName: CaseName, name: ContestantName): Promise<Measurement> {
  const program = fileURLToPath(new URL('./measure.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, caseName, values.seconds, values.base, name],
    { env: { ...process.env, NODE_ENV: 'production' } },
  );
  return JSON.parse(stdout) as Measurement;
}
