/**
 * The server over HTTP on PostgreSQL, against a bare `node:http` route of the same process; statements for each
 * request; resident memory; and the time from a start to the first answer on the embedded database.
 * `node bench/http.ts`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask, register } from './support/client.ts';
import { load } from './support/load.ts';
import type { Target } from './support/load.ts';
import { freePort } from './support/port.ts';
import { createDatabase } from './support/postgres.ts';
import { print, printTable } from './support/print.ts';
import { startServer } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { median, spreadOf } from './support/statistics.ts';

const query = '{ me { id displayName } }';
const body = JSON.stringify({ query });
const rounds = 21;
const warmUpRequests = 4_000;
const requestsOfRound = { 1: 300, 32: 2_000 } as const;
const memoryRequests = 10_000;
const starts = 7;

const database = await createDatabase();
try {
  await countStatements(database.url);
  await measureThroughput(database.url);
} finally {
  await database.drop();
}
await measureStart();

interface Targets {
  readonly guarded: Target;
  readonly bare: Target;
}

/** The constant of the bare route is what `me` really answers, so that both send as many bytes. */
async function openTargets(url: string, isCounting: boolean): Promise<{ server: BenchServer; targets: Targets }> {
  const first = await startServer(url, {});
  const token = await register(first.port, `person-${Math.random().toString(36).slice(2)}`);
  const constant = JSON.stringify({ data: await ask(first.port, query, {}, token) });
  await first.stop();
  const server = await startServer(url, { isCounting, constant });
  const headers = { authorization: `Bearer ${token}` };
  return {
    server,
    targets: {
      guarded: { port: server.port, path: '/graphql', body, headers },
      bare: { port: server.barePort, path: '/', body, headers },
    },
  };
}

async function countStatements(url: string): Promise<void> {
  const { server, targets } = await openTargets(url, true);
  const rows: string[][] = [];
  for (const inFlight of [1, 32]) {
    await load(targets.guarded, 320, inFlight);
    await server.usage();
    const count = 640;
    await load(targets.guarded, count, inFlight);
    const { statements } = await server.usage();
    rows.push([String(inFlight), (statements.length / count).toFixed(2)]);
  }
  await server.stop();
  print(`Statements for each authenticated ${query}`);
  printTable(['in flight', 'statements a request'], rows);
  print();
}

interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

async function measureThroughput(url: string): Promise<void> {
  const { server, targets } = await openTargets(url, false);
  const residentAtStart = (await server.usage()).residentBytes;
  await load(targets.guarded, warmUpRequests, 8);
  await load(targets.bare, warmUpRequests, 8);

  const rows: string[][] = [];
  for (const inFlight of [1, 32] as const) {
    const results = await roundsOf(server, targets, requestsOfRound[inFlight], inFlight);
    const speed = spreadOf(results.map(({ guarded, bare }) => guarded.perSecond / bare.perSecond));
    const cpu = spreadOf(results.map(({ guarded, bare }) => guarded.cpuMicroseconds / bare.cpuMicroseconds));
    rows.push([
      String(inFlight),
      median(results.map(({ bare }) => bare.perSecond)).toFixed(0),
      median(results.map(({ guarded }) => guarded.perSecond)).toFixed(0),
      `${speed.median.toFixed(3)} (${speed.low.toFixed(3)} to ${speed.high.toFixed(3)})`,
      `${cpu.median.toFixed(1)} (${cpu.low.toFixed(1)} to ${cpu.high.toFixed(1)})`,
      median(results.map(({ guarded }) => guarded.cpuMicroseconds)).toFixed(0),
    ]);
  }
  print(`Authenticated ${query} on PostgreSQL against a bare node:http route, ${rounds} rounds in turn`);
  printTable(['in flight', 'bare/s', 'Sallyport/s', 'ratio of throughput', 'ratio of CPU', 'CPU µs a request'], rows);
  await load(targets.guarded, memoryRequests, 32);
  const resident = (await server.usage()).residentBytes;
  await server.stop();
  print();
  print(`Resident memory: ${mebibytes(residentAtStart)} after the start, ${mebibytes(resident)} at the end, which is`);
  print(`more than ${memoryRequests} requests later.`);
  print();
}

async function roundsOf(server: BenchServer, { guarded, bare }: Targets, count: number, inFlight: number) {
  const results: Array<{ guarded: Round; bare: Round }> = [];
  for (let index = 0; index < rounds; index += 1) {
    const first = index % 2 === 0 ? guarded : bare;
    const one = await roundOf(server, first, count, inFlight);
    const other = await roundOf(server, first === guarded ? bare : guarded, count, inFlight);
    results.push(first === guarded ? { guarded: one, bare: other } : { guarded: other, bare: one });
  }
  return results;
}

async function roundOf(server: BenchServer, target: Target, count: number, inFlight: number): Promise<Round> {
  const before = (await server.usage()).cpuMicroseconds;
  const seconds = await load(target, count, inFlight);
  const after = (await server.usage()).cpuMicroseconds;
  return { perSecond: count / seconds, cpuMicroseconds: (after - before) / count };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** `npm start` as a person has it: the embedded database, development settings, demo data. */
async function measureStart(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  try {
    const fresh = await secondsToFirstAnswer(folder);
    const times: number[] = [];
    for (let turn = 0; turn < starts; turn += 1) times.push(await secondsToFirstAnswer(folder));
    const { median: middle, low, high } = spreadOf(times);
    print('Start to first answer, embedded database');
    print(
      `existing folder: ${middle.toFixed(2)} s (${low.toFixed(2)} to ${high.toFixed(2)}, ${starts} starts); new folder: ${fresh.toFixed(2)} s`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function secondsToFirstAnswer(folder: string): Promise<number> {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exit = once(child, 'exit');
  while (!(await isAnswering(port))) {
    if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode}.`);
    await delay(5);
  }
  const seconds = (performance.now() - start) / 1000;
  child.kill('SIGTERM');
  await exit;
  return seconds;
}

function isAnswering(port: number): Promise<boolean> {
  return ask(port, '{ articles(first: 1) { totalCount } }').then(
    () => true,
    () => false,
  );
}
