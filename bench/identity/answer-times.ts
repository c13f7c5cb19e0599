/**
 * Measures whether the time of a refused sign-in tells which accounts exist. `node bench/identity/answer-times.ts
 * [--samples=400]`
 */
import { Client } from 'pg';
import { register } from '../support/client.ts';
import { openConnection, requestBytes } from '../support/connection.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { startServer } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { compare } from './support/compare.ts';
import { loginMutation } from './support/sign-in.ts';

const samples = Number(process.argv.find((text) => text.startsWith('--samples='))?.slice('--samples='.length) ?? 400);
/** An account is shut after ten wrong passwords: each has its share of the samples. */
const attemptsOfAccount = 8;
const kinds = ['existing', 'missing', 'disabled', 'without-password'] as const;
type Kind = (typeof kinds)[number];

const database = await createDatabase();
const server = await startServer(database.url, { environment: { TRUSTED_PROXIES: '127.0.0.1' } });
try {
  await makeAccounts();
  tell(await sample());
} finally {
  await server.stop();
  await database.drop();
}

function emailOf(kind: Kind, number: number): string {
  return `${kind}-${number}@times.example`;
}

/** Copies of one registered account, so that all have the same hash. */
async function makeAccounts(): Promise<void> {
  await register(server.port, 'model');
  const client = new Client({ connectionString: database.url });
  await client.connect();
  for (const kind of kinds.filter((name) => name !== 'missing')) {
    await client.query(
      `insert into users (id, created_at, email, display_name, roles, status, password_hash, credential_version)
       select gen_random_uuid(), created_at, $1 || '-' || i || '@times.example', display_name, roles, $2,
              case when $3::boolean then password_hash end, 0
         from users, generate_series(0, $4::int) i where email = 'model@bench.example'`,
      [kind, kind === 'disabled' ? 'DISABLED' : 'ACTIVE', kind !== 'without-password', samples / attemptsOfAccount],
    );
  }
  await client.query('analyze users');
  await client.end();
}

/** One of each kind in turn, in an order that changes; each from an IP address of its own. */
async function sample(): Promise<Record<Kind, number[]>> {
  const connection = await openConnection(server.port);
  const taken: Record<Kind, number[]> = { existing: [], missing: [], disabled: [], 'without-password': [] };
  for (let index = -20; index < samples; index += 1) {
    for (let turn = 0; turn < kinds.length; turn += 1) {
      const kind = kinds[(turn + index + 20) % kinds.length] ?? 'existing';
      const number = index < 0 ? samples / attemptsOfAccount : Math.floor(index / attemptsOfAccount);
      const input = { email: index < 0 ? 'nobody@times.example' : emailOf(kind, number), password: 'not the one' };
      const request = requestBytes({
        port: server.port,
        path: '/graphql',
        body: JSON.stringify({ query: loginMutation, variables: { input } }),
        headers: { 'x-forwarded-for': `10.${turn}.${(index + 20) >> 8}.${(index + 20) & 255}` },
      });
      const start = performance.now();
      const answer = await connection.send(request);
      const milliseconds = performance.now() - start;
      if (index < 0) continue;
      if (!answer.includes('INVALID_CREDENTIALS')) throw new Error(`${kind} was answered otherwise: ${answer}`);
      taken[kind].push(milliseconds);
    }
  }
  connection.close();
  return taken;
}

function tell(taken: Record<Kind, number[]>): void {
  print(`Refused sign-ins, ${samples} of each kind in turn, one at a time; differences are to an existing account`);
  printTable(
    ['account', 'median ms', 'difference ms', '95 % interval', 'part of the median', 'Mann-Whitney p'],
    kinds.map((kind) => {
      const middle = median(taken[kind]);
      if (kind === 'existing') return [kind, middle.toFixed(2), '', '', '', ''];
      const { difference, low, high, probability } = compare(taken.existing, taken[kind]);
      return [
        kind,
        middle.toFixed(2),
        difference.toFixed(2),
        `${low.toFixed(2)} to ${high.toFixed(2)}`,
        `${((100 * difference) / median(taken.existing)).toFixed(1)} %`,
        probability.toFixed(3),
      ];
    }),
  );
}
