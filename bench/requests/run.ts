/**
 * Whole requests on PostgreSQL: Sallyport against bare `node:http` and `pg` with the same operations, over the same
 * rows, sessions and tokens. Each answers everything alike before anything is timed.
 * `node bench/requests/run.ts`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { fileURLToPath } from 'node:url';
import { fillArticles } from '../support/articles.ts';
import { ask } from '../support/client.ts';
import { cpuOfRequest, inTurn, ratioOf, textOf, type Measured } from '../support/cpu.ts';
import type { Target } from '../support/connection.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { environment, startServer } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { operations } from './operations.ts';

const authors = 16;
const articles = 1_000;
const rounds = 9;
const inFlight = 16;
/** Writes are few: a caller may send three hundred in a minute. */
const requestsOfRound = { tiny: 2_000, list: 600, rights: 300, mutation: 24 } as const;
type Workload = keyof typeof requestsOfRound;

const database = await createDatabase();
try {
  const server = await startServer(database.url);
  const person = await fillArticles(server.port, database.url, { authors, articles });
  const bare = await startBare(server.port, database.url);
  const variables = variablesOf(person.articleIds);
  for (const workload of Object.keys(requestsOfRound) as Workload[]) {
    await requireSame(server.port, bare.port, workload, variables[workload], person.token);
  }
  const rows: string[][] = [];
  for (const workload of Object.keys(requestsOfRound) as Workload[]) {
    rows.push(await measure(server, bare, workload, variables[workload], person.token));
  }
  print(`CPU of the server's process for each request, ${inFlight} in flight, ${rounds} rounds in turn`);
  printTable(['operation', 'bare µs', 'Sallyport µs', 'ratio of CPU'], rows);
  await bare.stop();
  await server.stop();
} finally {
  await database.drop();
}

function variablesOf(ids: readonly string[]): Readonly<Record<Workload, readonly object[]>> {
  return {
    tiny: [{}],
    list: [{ first: 20 }],
    rights: [{ first: 100 }],
    mutation: ids.map((id) => ({ id, input: { title: 'Another title' } })),
  };
}

async function startBare(port: number, url: string): Promise<Measured & { readonly stop: () => Promise<void> }> {
  const jwks = await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`).then((response) => response.text());
  const child = fork(fileURLToPath(new URL('./bare.ts', import.meta.url)), {
    env: { NODE_ENV: 'production', DATABASE_URL: url, BENCH_JWKS: jwks, BENCH_ISSUER: environment.PUBLIC_URL },
  });
  const [ready] = (await once(child, 'message')) as [{ port: number }];
  return {
    port: ready.port,
    async usage() {
      child.send('usage');
      const [usage] = (await once(child, 'message')) as [{ cpuMicroseconds: number }];
      return usage;
    },
    async stop() {
      child.send('stop');
      await once(child, 'exit');
    },
  };
}

/** @throws if the two do not answer the same. */
async function requireSame(
  port: number,
  barePort: number,
  workload: Workload,
  [variables = {}]: readonly object[],
  token: string,
): Promise<void> {
  const expected = await ask<object>(barePort, operations[workload], variables, token);
  const answered = await ask<object>(port, operations[workload], variables, token);
  if (!isDeepStrictEqual(answered, expected)) throw new Error(`${workload} is not answered alike.`);
}

async function measure(
  server: Measured,
  bare: Measured,
  workload: Workload,
  variables: readonly object[],
  token: string,
): Promise<string[]> {
  const targetsOn = (port: number): Target[] =>
    variables.map((values) => ({
      port,
      path: '/graphql',
      body: JSON.stringify({ query: operations[workload], variables: values }),
      headers: { authorization: `Bearer ${token}` },
    }));
  const count = requestsOfRound[workload];
  const cpu = (measured: Measured): Promise<number> =>
    cpuOfRequest(measured, targetsOn(measured.port), count, inFlight);
  await cpu(server);
  await cpu(bare);
  const found = await inTurn(
    rounds,
    () => cpu(bare),
    () => cpu(server),
  );
  return [
    workload,
    median(found.map(({ first }) => first)).toFixed(0),
    median(found.map(({ second }) => second)).toFixed(0),
    textOf(ratioOf(found)),
  ];
}
