/**
 * Resident memory of the server as `npm start` starts it in production on PostgreSQL: after the start, and under a
 * steady load with sign-ins among it. `node bench/identity/memory.ts`
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { register } from '../support/client.ts';
import { load } from '../support/load.ts';
import { freePort } from '../support/port.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { environment } from '../support/server.ts';
import { emailOf, loginMutation, password } from './support/sign-in.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const requestsUntil = [1_000, 10_000, 30_000, 100_000];
const inFlight = 32;
const requestsForEachLogin = 100;
const loginsInFlight = 4;

const database = await createDatabase();
const port = await freePort();
const server = start(database.url, port);
try {
  await untilItAnswers();
  const rows = [rowOf('after the start', residentMib(server))];
  const token = await register(port, 'reader');
  await register(port, 'person');
  let done = 0;
  for (const until of requestsUntil) {
    await steadyLoad(token, until - done);
    done = until;
    rows.push(rowOf(`after ${done.toLocaleString('en')} requests`, residentMib(server)));
  }
  await delay(10_000);
  rows.push(rowOf('ten seconds later', residentMib(server)));
  print(`{ me { id displayName } }, ${inFlight} in flight, and a sign-in for every ${requestsForEachLogin} of them`);
  printTable(['', 'MiB resident', 'MB resident', 'most so far, MiB'], rows);
} finally {
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  await exit;
  await database.drop();
}

function start(url: string, listenOn: number): ChildProcess {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: { start: string } };
  // The shell is replaced by the server, so that the process measured is the server.
  return spawn('/bin/sh', ['-c', `exec ${scripts.start}`], {
    cwd: root,
    env: { ...environment, PATH: process.env['PATH'], PORT: String(listenOn), DATABASE_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilItAnswers(): Promise<void> {
  const isReady = async (): Promise<boolean> => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
    } catch {
      return false;
    }
  };
  while (!(await isReady())) {
    if (server.exitCode !== null) throw new Error(`The server ended with code ${server.exitCode}.`);
    await delay(100);
  }
}

async function steadyLoad(token: string, requests: number): Promise<void> {
  const me = JSON.stringify({ query: '{ me { id displayName } }' });
  const variables = { input: { email: emailOf('person'), password } };
  const login = JSON.stringify({ query: loginMutation, variables });
  await Promise.all([
    load({ port, path: '/graphql', body: me, headers: { authorization: `Bearer ${token}` } }, requests, inFlight),
    load({ port, path: '/graphql', body: login }, requests / requestsForEachLogin, loginsInFlight),
  ]);
}

/** Reads what Linux counts as in memory: heap, stacks, native code and its data, the program itself. */
function residentMib({ pid }: ChildProcess): { now: number; max: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: read('VmRSS'), max: read('VmHWM') };
}

function rowOf(when: string, { now, max }: { now: number; max: number }): string[] {
  return [when, now.toFixed(0), ((now * 2 ** 20) / 1e6).toFixed(0), max.toFixed(0)];
}
