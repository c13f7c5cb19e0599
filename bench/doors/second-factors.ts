/**
 * What the second step of a sign-in costs, by a code of an authenticator app and by a recovery code, against a refresh,
 * and the statements of each. `node bench/doors/second-factors.ts`
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { ask } from '../support/client.ts';
import { openConnection, requestBytes, requireOk } from '../support/connection.ts';
import { cpuOf, inTurn, ratioOf, textOf } from '../support/cpu.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { rounds } from '../support/rounds.ts';
import { startServer, type ServerOptions } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { emailOf, password } from '../identity/support/sign-in.ts';

const accounts = 40;
const batchesOfRound = 8;
const warmUpBatches = 40;
const inFlight = 4;
const register = `mutation ($input: RegisterInput!) { register(input: $input) { ... on AuthTokens { accessToken refreshToken } } }`;
const complete = 'mutation ($input: CompleteMfaInput!) { completeMfa(input: $input) { accessToken refreshToken } }';
const refresh = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken } }';

const proofs = ['code', 'recoveryCode'] as const;
type Proof = (typeof proofs)[number];
const names: Readonly<Record<Proof, string>> = { code: 'authenticator app', recoveryCode: 'recovery code' };

interface Person {
  readonly id: string;
  readonly secret: string;
  readonly recoveryCode: string;
  readonly headers: Readonly<Record<string, string>>;
  refreshToken: string;
}

interface Operation {
  readonly person: Person;
  readonly query: string;
  readonly variables: object;
}

await withFactors({ isCounting: true }, async ({ usage, completeAll }) => {
  for (const proof of proofs) {
    await completeAll(proof);
    await usage();
    await completeAll(proof);
    const { statements } = await usage();
    print(`Statements of completeMfa by ${names[proof]}: ${(statements.length / accounts).toFixed(2)}`);
    for (const [sql, { length }] of Map.groupBy(statements, shortened)) {
      print(`  ${(length / accounts).toFixed(2)} ${sql}`);
    }
  }
});

await withFactors({}, async ({ usage, completeAll, refreshAll }) => {
  const round = (work: () => Promise<number>) => async (): Promise<number> => {
    let sum = 0;
    for (let batch = 0; batch < batchesOfRound; batch += 1) sum += await work();
    return sum / batchesOfRound;
  };
  const cpuOfRefresh = round(() => cpuOf({ usage }, accounts, refreshAll));
  const rows: string[][] = [];
  for (const proof of proofs) {
    const cpuOfProof = round(() => completeAll(proof, (send) => cpuOf({ usage }, accounts, send)));
    for (let batch = 0; batch < warmUpBatches; batch += batchesOfRound) await inTurn(1, cpuOfRefresh, cpuOfProof);
    const found = await inTurn(rounds, cpuOfRefresh, cpuOfProof);
    const middle = (which: 'first' | 'second'): string => (median(found.map((pair) => pair[which])) / 1000).toFixed(2);
    rows.push([names[proof], middle('first'), middle('second'), textOf(ratioOf(found))]);
  }
  const ofRound = batchesOfRound * accounts;
  print(`\nCPU of the server's process for completeMfa, ${inFlight} in flight, ${rounds} rounds of ${ofRound}`);
  printTable(['by', 'a refresh ms', 'completeMfa ms', 'ratio of CPU'], rows);
});

type Sending = (send: () => Promise<unknown>) => Promise<number>;

interface Bench {
  readonly usage: () => Promise<{ readonly cpuMicroseconds: number; readonly statements: readonly string[] }>;
  /** Completes a sign-in of each account; only what `measure` sends is a request to the server. */
  readonly completeAll: (proof: Proof, measure?: Sending) => Promise<number>;
  readonly refreshAll: () => Promise<void>;
}

/** Starts a server on a database of its own, with accounts that have an authenticator app. */
async function withFactors(options: ServerOptions, work: (bench: Bench) => Promise<void>): Promise<void> {
  const database = await createDatabase();
  const client = new Client({ connectionString: database.url });
  try {
    // Each account comes from an IP address of its own: one may register twenty in an hour.
    const environment = { TRUSTED_PROXIES: '127.0.0.0/8' };
    const server = await startServer(database.url, { ...options, environment });
    await client.connect();
    const people: Person[] = [];
    for (let index = 0; index < accounts; index += 1) people.push(await enrol(server.port, index));
    await work({
      usage: server.usage,
      async completeAll(proof, measure = async (send) => (await send(), 0)) {
        await unuse(client);
        const operations: Operation[] = [];
        for (const person of people) {
          const input = { challenge: await challengeOf(client, person), ...proofOf(person, proof) };
          operations.push({ person, query: complete, variables: { input } });
        }
        return measure(() => sendAll(server.port, operations));
      },
      async refreshAll() {
        const operations = people.map((person) => ({
          person,
          query: refresh,
          variables: { token: person.refreshToken },
        }));
        for (const [person, { refresh: tokens }] of await sendAll<{ refresh: Tokens }>(server.port, operations)) {
          person.refreshToken = tokens.refreshToken;
        }
      },
    });
    await server.stop();
  } finally {
    await client.end();
    await database.drop();
  }
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Registers somebody with an authenticator app. */
async function enrol(port: number, index: number): Promise<Person> {
  const headers = { 'x-forwarded-for': `10.0.0.${index}` };
  const input = { email: emailOf(`person-${index}`), password, displayName: `Person ${index}` };
  const { register: tokens } = await ask<{ register: Tokens }>(port, register, { input }, undefined, headers);
  const asPerson = <Data>(query: string, variables = {}): Promise<Data> =>
    ask<Data>(port, query, variables, tokens.accessToken, headers);
  const { me } = await asPerson<{ me: { id: string } }>('{ me { id } }');
  const { beginTotpEnrolment: begun } = await asPerson<{ beginTotpEnrolment: { secret: string } }>(
    'mutation { beginTotpEnrolment { secret } }',
  );
  const { confirmTotpEnrolment: confirmed } = await asPerson<{ confirmTotpEnrolment: { codes: [string] } }>(
    'mutation ($code: String!) { confirmTotpEnrolment(code: $code) { codes } }',
    { code: codeOf(begun.secret) },
  );
  const [recoveryCode] = confirmed.codes;
  return { id: me.id, secret: begun.secret, recoveryCode, headers, refreshToken: tokens.refreshToken };
}

/** Lets used codes be good again, and forgets the sessions that they began: no account comes near its hundredth. */
async function unuse(client: Client): Promise<void> {
  await client.query('update totp_credentials set last_step = null');
  await client.query('update recovery_codes set used_at = null');
  await client.query(`delete from sessions where 'PASSWORD' = any(methods) and array_length(methods, 1) = 2`);
}

/** Writes the challenge that a password would have brought, which would cost far more than what is measured. */
async function challengeOf(client: Client, { id }: Person): Promise<string> {
  const challenge = `spm_${randomBytes(32).toString('base64url')}`;
  await client.query(
    `insert into mfa_challenges (id, created_at, hash, user_id, credential_version, methods, delivery, states,
                                 device_id, attempts, expires_at)
     select $1, now(), $2, id, credential_version, '{PASSWORD}', 'BODY', '{}', $3, 0, now() + interval '5 minutes'
       from users where id = $4`,
    [randomUUID(), createHash('sha256').update(challenge).digest('hex'), randomBytes(16).toString('hex'), id],
  );
  return challenge;
}

function proofOf({ secret, recoveryCode }: Person, proof: Proof): object {
  return proof === 'code' ? { code: codeOf(secret) } : { recoveryCode };
}

function codeOf(secret: string): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret) });
}

/** Sends operations, each once, and answers their data. @throws Error if one is refused. */
async function sendAll<Data>(port: number, operations: readonly Operation[]): Promise<Array<[Person, Data]>> {
  const found: Array<[Person, Data]> = [];
  const left = [...operations];
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      const connection = await openConnection(port);
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const { person, query, variables } = next;
        const body = JSON.stringify({ query, variables });
        const bytes = requestBytes({ port, path: '/graphql', body, headers: person.headers });
        const answer = requireOk(await connection.send(bytes));
        if (answer.includes('"errors":')) throw new Error(answer);
        found.push([person, (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { data: Data }).data]);
      }
      connection.close();
    }),
  );
  return found;
}

/** Keeps the beginning of a statement, without the colours in which it is logged. */
function shortened(sql: string): string {
  const plain = sql.replace(/^\W*\[query\]\W*/, '').replaceAll(/\s+/g, ' ');
  return plain.replace(/ \[took .*$/, '').slice(0, 100);
}
