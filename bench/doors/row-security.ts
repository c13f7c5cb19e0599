/**
 * What row-level security of PostgreSQL costs for a list of 100 articles, against the same server without it: CPU of the
 * server, CPU of PostgreSQL where its processes can be seen, and time. `node bench/doors/row-security.ts`
 */
import { isDeepStrictEqual } from 'node:util';
import { operations } from '../requests/operations.ts';
import { fillArticles } from '../support/articles.ts';
import { ask } from '../support/client.ts';
import { cpuOf, inTurn, ratioOf, textOf, type Pair } from '../support/cpu.ts';
import { load, type Target } from '../support/load.ts';
import { createOrdinaryDatabase, cpuOfBackends } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { rounds } from '../support/rounds.ts';
import { startServer, type BenchServer } from '../support/server.ts';
import { median } from '../support/statistics.ts';

const requestsOfRound = 300;
const inFlight = 8;
const variables = { first: 100 };

interface Side {
  readonly server: BenchServer;
  readonly url: string;
  readonly token: string;
}

interface Cost {
  readonly server: number;
  readonly database: number;
  readonly seconds: number;
}

const databases = [await createOrdinaryDatabase(), await createOrdinaryDatabase()] as const;
try {
  const [off, on] = [await start(databases[0].url, 'off'), await start(databases[1].url, 'on')];
  const answers = await Promise.all([off, on].map(({ server, token }) => articlesOf(server, token)));
  if (!isDeepStrictEqual(answers[0], answers[1])) throw new Error('The two do not answer alike.');
  await costOf(off);
  await costOf(on);
  const costs: Cost[][] = [[], []];
  await inTurn(
    rounds,
    () => noted(off, 0),
    () => noted(on, 1),
  );
  const pairsOf = (name: keyof Cost): Pair[] =>
    (costs[0] ?? []).map((cost, round) => ({ first: cost[name], second: costs[1]?.[round]?.[name] ?? Number.NaN }));
  print(
    `A list of ${variables.first} articles with authors and rights, ${inFlight} in flight, ${rounds} rounds in turn`,
  );
  printTable(
    ['for each request', 'off', 'on', 'ratio'],
    (
      [
        ['CPU of the server, ms', 'server', 1_000],
        ['CPU of PostgreSQL, ms', 'database', 1_000],
        ['time, ms', 'seconds', 1 / 1_000],
      ] as const
    ).map(([title, name, unit]) => {
      const pairs = pairsOf(name);
      const middle = (which: keyof Pair): string => (median(pairs.map((pair) => pair[which])) / unit).toFixed(2);
      return [title, middle('first'), middle('second'), textOf(ratioOf(pairs))];
    }),
  );
  await off.server.stop();
  await on.server.stop();

  async function noted(side: Side, at: 0 | 1): Promise<number> {
    const cost = await costOf(side);
    costs[at]?.push(cost);
    return cost.server;
  }
} finally {
  for (const { drop } of databases) await drop();
}

/** Fills a database by a server without policies, and starts the one to measure. */
async function start(url: string, rowLevelSecurity: 'on' | 'off'): Promise<Side> {
  const filling = await startServer(url);
  const { token } = await fillArticles(filling.port, url, { authors: 16, articles: 1_000 });
  await filling.stop();
  const server = await startServer(url, { environment: { ROW_LEVEL_SECURITY: rowLevelSecurity } });
  return { server, url, token };
}

/** Asks for the list, without the ids that differ. */
async function articlesOf({ port }: BenchServer, token: string): Promise<object> {
  const answer = await ask<object>(port, operations.rights, variables, token);
  return JSON.parse(JSON.stringify(answer).replaceAll(/"id":"[^"]+"/g, '"id":""')) as object;
}

async function costOf({ server, url, token }: Side): Promise<Cost> {
  const target: Target = {
    port: server.port,
    path: '/graphql',
    body: JSON.stringify({ query: operations.rights, variables }),
    headers: { authorization: `Bearer ${token}` },
  };
  const before = await cpuOfBackends(url);
  let seconds = 0;
  const cpu = await cpuOf(server, requestsOfRound, async () => {
    seconds = await load(target, requestsOfRound, inFlight);
  });
  const database = ((await cpuOfBackends(url)) - before) / requestsOfRound;
  return { server: cpu, database, seconds: (seconds * inFlight) / requestsOfRound };
}
