/**
 * Sign-ins a second against argon2 alone, with the same parameters on the same cores; and what token verification waits
 * meanwhile. `node bench/identity/logins.ts`
 */
import argon2 from 'argon2';
import { register } from '../support/client.ts';
import { millisecondsBeside, millisecondsOf } from '../support/latency.ts';
import { load, type Target } from '../support/load.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { startServer } from '../support/server.ts';
import { median, spreadOf } from '../support/statistics.ts';
import { rounds } from '../support/rounds.ts';
import { emailOf, loginMutation, password } from './support/sign-in.ts';

/** As the server's defaults: OWASP's 19 MiB and two passes, two at a time. */
const parameters = { type: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const concurrency = 2;
const hashesOfRound = 40;
const loginsInFlight = 8;
const verifications = 40;
/** `register` lets an IP address make twenty. */
const accounts = 15;

const database = await createDatabase();
try {
  await measure(database.url);
} finally {
  await database.drop();
}

async function measure(url: string): Promise<void> {
  const server = await startServer(url);
  const token = await register(server.port, 'reader');
  // So many that none comes to its hundredth session, where the oldest would have to be ended.
  const names = Array.from({ length: accounts }, (_, index) => `person-${index}`);
  for (const name of names) await register(server.port, name);
  const login = names.map((name) => loginOf(server.port, name));
  const me: Target = {
    port: server.port,
    path: '/graphql',
    body: JSON.stringify({ query: '{ me { id } }' }),
    headers: { authorization: `Bearer ${token}` },
  };
  const hash = await argon2.hash(password, parameters);
  await rawPerSecond(hash);
  await load(login, hashesOfRound, loginsInFlight);
  await load(me, 2_000, 8);

  const amongLogins = async (): Promise<number> =>
    median(await millisecondsBeside(me, load(login, hashesOfRound, loginsInFlight)));
  const found: Array<{ raw: number; logins: number; cpuMs: number; idle: number; busy: number }> = [];
  for (let round = 0; round < rounds; round += 1) {
    const raw = await rawPerSecond(hash);
    const before = (await server.usage()).cpuMicroseconds;
    const logins = hashesOfRound / (await load(login, hashesOfRound, loginsInFlight));
    const cpuMs = ((await server.usage()).cpuMicroseconds - before) / 1000 / hashesOfRound;
    const idle = median(await millisecondsOf(me, verifications));
    found.push({ raw, logins, cpuMs, idle, busy: await amongLogins() });
  }
  await server.stop();
  tell(found);
}

function tell(found: ReadonlyArray<{ raw: number; logins: number; cpuMs: number; idle: number; busy: number }>): void {
  const middle = (name: keyof (typeof found)[number]): string => median(found.map((round) => round[name])).toFixed(2);
  const share = spreadOf(found.map(({ raw, logins }) => logins / raw));
  const wait = spreadOf(found.map(({ idle, busy }) => busy / idle));
  print(
    `Sign-ins, ${loginsInFlight} in flight, against argon2 alone, ${concurrency} at a time; ${rounds} rounds in turn`,
  );
  printTable(
    ['', 'median', 'least', 'most'],
    [
      ['argon2 alone, a second', middle('raw'), '', ''],
      ['sign-ins a second', middle('logins'), '', ''],
      ['ratio', share.median.toFixed(2), share.low.toFixed(2), share.high.toFixed(2)],
      ['CPU of the server for a sign-in, ms', middle('cpuMs'), '', ''],
      ['{ me { id } }, nothing beside it, ms', middle('idle'), '', ''],
      ['the same among sign-ins, ms', middle('busy'), '', ''],
      ['ratio', wait.median.toFixed(2), wait.low.toFixed(2), wait.high.toFixed(2)],
    ],
  );
}

function loginOf(port: number, name: string): Target {
  const variables = { input: { email: emailOf(name), password } };
  return { port, path: '/graphql', body: JSON.stringify({ query: loginMutation, variables }) };
}

async function rawPerSecond(hash: string): Promise<number> {
  let left = hashesOfRound;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left > 0) {
        left -= 1;
        await argon2.verify(hash, password);
      }
    }),
  );
  return hashesOfRound / ((performance.now() - start) / 1000);
}
