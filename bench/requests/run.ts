/**
 * Whole requests on PostgreSQL: Sallyport against bare `node:http` and `pg` with the same operations, over the same
 * rows, sessions and tokens. Each answers everything alike before anything is timed.
 * `node bench/requests/run.ts`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { fileURLToPath } from 'node:url';
import { entities } from '../../src/app/entities.ts';
import { Article } from '../../src/articles/article.entity.ts';
import { newId } from '../../src/database/base.entity.ts';
import { openDatabase } from '../../src/database/open.ts';
import { User } from '../../src/users/user.entity.ts';
import { ask, register } from '../support/client.ts';
import { load, type Target } from '../support/load.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { environment, startServer, type BenchServer } from '../support/server.ts';
import { median, spreadOf } from '../support/statistics.ts';
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
  const person = await fill(server.port, database.url);
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

interface Person {
  readonly token: string;
  /** The person's own, which are written to in turn, so that no write meets another. */
  readonly articleIds: readonly string[];
}

async function fill(port: number, url: string): Promise<Person> {
  const tokens: string[] = [];
  for (let index = 0; index < authors; index += 1) tokens.push(await register(port, `author-${index}`));
  const opened = await openDatabase({ kind: 'postgresql', url }, entities);
  const em = opened.fork();
  const users = await em.find(User, {}, { orderBy: { id: 'asc' } });
  for (const user of users) user.roles = ['EDITOR'];
  const now = new Date();
  const rest = { createdAt: now, updatedAt: now, body: 'Text. '.repeat(100), version: 1 };
  const made = Array.from({ length: articles }, (_, index) => {
    const author = users[index % users.length] ?? users[0];
    if (author === undefined) throw new Error('There is nobody.');
    const title = `Article ${index}`;
    return em.create(Article, { ...rest, id: newId(now), title, status: 'PUBLISHED', publishedAt: now, author });
  });
  await em.flush();
  await opened.close();
  const token = tokens[0] ?? '';
  const { me } = await ask<{ me: { id: string } }>(port, operations.tiny, {}, token);
  return { token, articleIds: made.filter(({ author }) => author.id === me.id).map(({ id }) => id) };
}

function variablesOf(ids: readonly string[]): Readonly<Record<Workload, readonly object[]>> {
  return {
    tiny: [{}],
    list: [{ first: 20 }],
    rights: [{ first: 100 }],
    mutation: ids.map((id) => ({ id, input: { title: 'Another title' } })),
  };
}

interface Measured {
  readonly port: number;
  readonly usage: () => Promise<{ readonly cpuMicroseconds: number }>;
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
  server: Pick<BenchServer, 'port' | 'usage'>,
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
  const cpuOf = async (measured: Measured): Promise<number> => {
    const before = (await measured.usage()).cpuMicroseconds;
    await load(targetsOn(measured.port), count, inFlight);
    return ((await measured.usage()).cpuMicroseconds - before) / count;
  };
  await cpuOf(server);
  await cpuOf(bare);
  const found: Array<{ ours: number; theirs: number }> = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) found.push({ ours: await cpuOf(server), theirs: await cpuOf(bare) });
    else found.unshift({ theirs: await cpuOf(bare), ours: await cpuOf(server) });
  }
  const ratio = spreadOf(found.map(({ ours, theirs }) => ours / theirs));
  return [
    workload,
    median(found.map(({ theirs }) => theirs)).toFixed(0),
    median(found.map(({ ours }) => ours)).toFixed(0),
    `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`,
  ];
}
