/**
 * Measures what an authenticated request pays for being authenticated: the share of `{ me { id } }`, statements, and a
 * token that is verified for the first time against one that the cache knows. `node bench/identity/verification.ts`
 */
import { register } from '../support/client.ts';
import { openConnection, requestBytes, requireOk } from '../support/connection.ts';
import { cpuOfRequest } from '../support/cpu.ts';
import { load, type Target } from '../support/load.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { startServer, type BenchServer } from '../support/server.ts';
import { median, spreadOf } from '../support/statistics.ts';
import { rounds } from '../support/rounds.ts';
import { signIn } from './support/sign-in.ts';

const warmUp = 3_000;
const requestsOfRound = { 1: 500, 32: 5_000 } as const;
const tokens = 96;

const database = await createDatabase();
try {
  await countStatements(database.url);
  await measure(database.url);
} finally {
  await database.drop();
}

interface Targets {
  readonly anonymous: Target;
  readonly authenticated: Target;
  readonly me: Target;
}

/** The same document with a token and without: nothing but the credential tells them apart. */
function targetsOf(port: number, token: string): Targets {
  const headers = { authorization: `Bearer ${token}` };
  const target = (query: string): Target => ({ port, path: '/graphql', body: JSON.stringify({ query }) });
  return {
    anonymous: target('{ __typename }'),
    authenticated: { ...target('{ __typename }'), headers },
    me: { ...target('{ me { id } }'), headers },
  };
}

async function countStatements(url: string): Promise<void> {
  const server = await startServer(url, { isCounting: true });
  const targets = targetsOf(server.port, await register(server.port, 'counted'));
  const rows: string[][] = [];
  for (const inFlight of [1, 8, 32, 128]) {
    const row = [String(inFlight)];
    for (const target of [targets.authenticated, targets.me]) {
      await load(target, 320, inFlight);
      await server.usage();
      await load(target, 1_280, inFlight);
      row.push(((await server.usage()).statements.length / 1_280).toFixed(2));
    }
    rows.push(row);
  }
  await server.stop();
  print('Statements for each authenticated request');
  printTable(['in flight', '{ __typename }', '{ me { id } }'], rows);
  print();
}

async function measure(url: string): Promise<void> {
  const server = await startServer(url);
  const token = await register(server.port, 'measured');
  const targets = targetsOf(server.port, token);
  for (const target of Object.values(targets)) await load(target, warmUp, 32);
  const rows: string[][] = [];
  for (const inFlight of [1, 32] as const) rows.push(await shareOf(server, targets, inFlight));
  print(`The share of { me { id } } that authentication costs, CPU of the server's process, ${rounds} rounds in turn`);
  printTable(
    ['in flight', 'anonymous { __typename } µs', 'the same with a token µs', '{ me { id } } µs', 'share (quartiles)'],
    rows,
  );
  print();
  await measureCold(server);
  await server.stop();
}

async function shareOf(server: BenchServer, targets: Targets, inFlight: 1 | 32): Promise<string[]> {
  const names = ['anonymous', 'authenticated', 'me'] as const;
  const found: Record<keyof Targets, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const costs = { anonymous: 0, authenticated: 0, me: 0 };
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length] ?? 'me';
      costs[name] = await cpuOfRequest(server, targets[name], requestsOfRound[inFlight], inFlight);
    }
    found.push(costs);
  }
  const middle = (name: keyof Targets): number => median(found.map((costs) => costs[name]));
  const share = (middle('authenticated') - middle('anonymous')) / middle('me');
  const { low, high } = spreadOf(found.map(({ anonymous, authenticated, me }) => (authenticated - anonymous) / me));
  return [
    String(inFlight),
    ...names.map((name) => middle(name).toFixed(0)),
    `${percent(share)} (single rounds ${percent(low)} to ${percent(high)})`,
  ];
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}

/** Each token once, which the server has not seen before, then again: one request after the other. */
async function measureCold(server: BenchServer): Promise<void> {
  await register(server.port, 'many');
  const made: string[] = [];
  for (let index = 0; index < tokens; index += 1) made.push((await signIn(server.port, 'many')).accessToken);
  const connection = await openConnection(server.port);
  const millisecondsOf = async (token: string): Promise<number> => {
    const request = requestBytes(targetsOf(server.port, token).authenticated);
    const start = performance.now();
    requireOk(await connection.send(request));
    return performance.now() - start;
  };
  const cold: number[] = [];
  const cached: number[] = [];
  for (const token of made) {
    cold.push(await millisecondsOf(token));
    cached.push(await millisecondsOf(token));
  }
  connection.close();
  const [first, again] = [median(cold), median(cached)];
  print(
    `{ __typename } with a token that is new to the server: ${first.toFixed(2)} ms; with one that it knows: ${again.toFixed(2)} ms; ratio ${(first / again).toFixed(2)} (medians of ${tokens}, one at a time)`,
  );
}
