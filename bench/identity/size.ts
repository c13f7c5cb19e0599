/**
 * The same requests on a database with a page of everything, and on one with a million users, five million sessions and
 * ten million audit events; and the plans of the statements that they send, into `plans.txt`. Filling takes minutes.
 * `node bench/identity/size.ts [--users=… --sessions=… --events=…] [--full=<url of a database that is filled already>]`
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { register } from '../support/client.ts';
import { openConnection, requestBytes, requireOk, type Connection } from '../support/connection.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { startServer, type BenchServer } from '../support/server.ts';
import { median, quantile } from '../support/statistics.ts';
import { fill, migrated } from './support/fill.ts';
import { plansOf } from './support/plans.ts';
import { createRequests, type Caller } from './support/requests.ts';
import { signIn } from './support/sign-in.ts';

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '1000000' },
    sessions: { type: 'string', default: '5000000' },
    events: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '60' },
    full: { type: 'string' },
  },
});
const onePage = { users: 100, sessions: 500, auditEvents: 1_000 };
const rounds = Number(options.rounds);

const small = await createDatabase();
const made = options.full === undefined ? await createDatabase() : null;
const fullUrl = made?.url ?? options.full ?? '';
try {
  await migrated(small.url);
  await fill(small.url, onePage);
  if (made !== null) await fillFull(made.url);
  await measure();
  writeFileSync(new URL('./plans.txt', import.meta.url), await plansOf(fullUrl));
} finally {
  await small.drop();
  await made?.drop();
}

async function fillFull(url: string): Promise<void> {
  const start = performance.now();
  await migrated(url);
  const { users, sessions, events } = options;
  await fill(url, { users: Number(users), sessions: Number(sessions), auditEvents: Number(events) });
  print(`Filled in ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

interface Side {
  readonly server: BenchServer;
  readonly connection: Connection;
  readonly caller: Caller;
}

async function openSide(url: string): Promise<Side> {
  const server = await startServer(url);
  const name = `admin-${Math.random().toString(36).slice(2)}`;
  await register(server.port, name);
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`update users set roles = '{ADMIN}' where email = $1`, [`${name}@bench.example`]);
  const { rows } = await client.query<{ id: string }>('select id from users order by id limit 1');
  await client.end();
  const tokens = await signIn(server.port, name);
  const caller = { name, ...tokens, otherUserId: rows[0]?.id ?? '' };
  return { server, connection: await openConnection(server.port), caller };
}

async function measure(): Promise<void> {
  const sides = [await openSide(small.url), await openSide(fullUrl)] as const;
  const requests = createRequests();
  const rows: string[][] = [];
  for (const request of requests) {
    const taken: [number[], number[]] = [[], []];
    for (let round = -5; round < rounds; round += 1) {
      for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const { server, connection, caller } = sides[index];
        const bytes = requestBytes({ port: server.port, path: '/graphql', ...request.of(caller) });
        const start = performance.now();
        const answer = requireOk(await connection.send(bytes));
        if (round >= 0) taken[index].push(performance.now() - start);
        if (answer.includes('"errors"')) throw new Error(`${request.name}: ${answer.slice(-400)}`);
        request.after?.(caller, answer);
      }
    }
    const ratios = taken[1].map((full, round) => full / (taken[0][round] ?? Number.NaN));
    rows.push([
      request.name,
      median(taken[0]).toFixed(2),
      median(taken[1]).toFixed(2),
      (median(taken[1]) / median(taken[0])).toFixed(2),
      `${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`,
    ]);
  }
  for (const { connection, server } of sides) {
    connection.close();
    await server.stop();
  }
  print(`One request after the other, on the small and the full database in turn, ${rounds} times; medians`);
  printTable(['', 'small ms', 'full ms', 'ratio of medians', 'middle half of ratios'], rows);
}
