/**
 * What the second step of a sign-in costs, by a code of an authenticator app and by a recovery code, against a refresh.
 * `node bench/doors/second-factors.ts`
 */
import { Secret, TOTP } from 'otpauth';
import { cpuOf, inTurn, ratioOf, textOf } from '../support/cpu.ts';
import { ask } from '../support/client.ts';
import { openConnection, requestBytes, requireOk } from '../support/connection.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { rounds } from '../support/rounds.ts';
import { startServer } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { emailOf, password } from '../identity/support/sign-in.ts';

const accountsOfRound = 20;
const inFlight = 4;
const warmUpRounds = 3;
const tokens = '... on AuthTokens { accessToken refreshToken }';
const login = `mutation ($input: LoginInput!) { login(input: $input) { ${tokens} ... on MfaChallenge { challenge } } }`;
const register = `mutation ($input: RegisterInput!) { register(input: $input) { ${tokens} } }`;
const complete = 'mutation ($input: CompleteMfaInput!) { completeMfa(input: $input) { accessToken refreshToken } }';
const refresh = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken } }';

interface Person {
  readonly name: string;
  readonly refreshToken: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

interface Operation {
  readonly query: string;
  readonly variables: object;
}

const database = await createDatabase();
try {
  // Each account comes from an IP address of its own: one may register twenty in an hour.
  const server = await startServer(database.url, { environment: { TRUSTED_PROXIES: '127.0.0.0/8' } });
  let made = 0;

  /** Registers somebody with an authenticator app, whose present code is still unused. */
  async function enrol(): Promise<Person> {
    made += 1;
    const name = `person-${made}`;
    const input = { email: emailOf(name), password, displayName: name };
    const registered = await ask<{ register: { accessToken: string; refreshToken: string } }>(
      server.port,
      register,
      { input },
      undefined,
      headersOfLatest(),
    );
    const { accessToken, refreshToken } = registered.register;
    const { beginTotpEnrolment: begun } = await ask<{ beginTotpEnrolment: { secret: string } }>(
      server.port,
      'mutation { beginTotpEnrolment { secret } }',
      {},
      accessToken,
    );
    const { confirmTotpEnrolment: confirmed } = await ask<{ confirmTotpEnrolment: { codes: string[] } }>(
      server.port,
      'mutation ($code: String!) { confirmTotpEnrolment(code: $code) { codes } }',
      { code: codeOf(begun.secret, Date.now() - 30_000) },
      accessToken,
    );
    return { name, refreshToken, secret: begun.secret, recoveryCodes: confirmed.codes };
  }

  const headersOfLatest = () => ({ 'x-forwarded-for': `10.0.${made >> 8}.${made & 255}` });
  const bytesOf = (body: Operation): Buffer =>
    requestBytes({
      port: server.port,
      path: '/graphql',
      body: JSON.stringify(body),
      headers: headersOfLatest(),
    });

  /** Sends operations, each once. @throws Error if one is refused. */
  async function sendAll(operations: readonly Operation[]): Promise<void> {
    const left = operations.map(bytesOf);
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        const connection = await openConnection(server.port);
        for (let next = left.pop(); next !== undefined; next = left.pop())
          requireData(requireOk(await connection.send(next)));
        connection.close();
      }),
    );
  }

  async function challengeOf({ name }: Person): Promise<string> {
    const input = { email: emailOf(name), password };
    const { login: answer } = await ask<{ login: { challenge: string } }>(server.port, login, { input });
    return answer.challenge;
  }

  const cpuOfAll = (operations: readonly Operation[]): Promise<number> =>
    cpuOf(server, operations.length, () => sendAll(operations));

  const byProof = async (people: readonly Person[], proofOf: (person: Person) => object): Promise<number> => {
    const challenges: Array<{ person: Person; challenge: string }> = [];
    for (const person of people) challenges.push({ person, challenge: await challengeOf(person) });
    return cpuOfAll(
      challenges.map(({ person, challenge }) => ({
        query: complete,
        variables: { input: { challenge, ...proofOf(person) } },
      })),
    );
  };

  const found: Record<'code' | 'recoveryCode', Array<{ first: number; second: number }>> = {
    code: [],
    recoveryCode: [],
  };
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const people: Person[] = [];
    for (let index = 0; index < accountsOfRound; index += 1) people.push(await enrol());
    const sessions = people.map(({ refreshToken }) => refreshToken);
    // The second time within the grace: each answers the same successor, and writes nothing.
    const byRefresh = (): Promise<number> =>
      cpuOfAll(sessions.map((token) => ({ query: refresh, variables: { token } })));
    const byCode = (): Promise<number> => byProof(people, ({ secret }) => ({ code: codeOf(secret, Date.now()) }));
    const byRecovery = (): Promise<number> =>
      byProof(people, ({ recoveryCodes }) => ({ recoveryCode: recoveryCodes[0] }));
    const pairs = { code: await inTurn(1, byRefresh, byCode), recoveryCode: await inTurn(1, byRefresh, byRecovery) };
    if (round < 0) continue;
    found.code.push(...pairs.code);
    found.recoveryCode.push(...pairs.recoveryCode);
  }
  print(`CPU of the server's process for completeMfa, ${inFlight} in flight, ${rounds} rounds of ${accountsOfRound}`);
  printTable(
    ['by', 'a refresh ms', 'completeMfa ms', 'ratio of CPU'],
    (['code', 'recoveryCode'] as const).map((proof) => [
      proof === 'code' ? 'authenticator app' : 'recovery code',
      (median(found[proof].map(({ first }) => first)) / 1000).toFixed(2),
      (median(found[proof].map(({ second }) => second)) / 1000).toFixed(2),
      textOf(ratioOf(found[proof])),
    ]),
  );
  await server.stop();
} finally {
  await database.drop();
}

function codeOf(secret: string, timestamp: number): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp });
}

function requireData(answer: string): void {
  if (answer.includes('"errors":')) throw new Error(answer);
}
