/**
 * What another credential costs than the server's own access token: an API key, and the token of a trusted issuer, with
 * the same document. `node bench/doors/credentials.ts`
 */
import { ask, register } from '../support/client.ts';
import { cpuOfRequest, inTurn, ratioOf, textOf } from '../support/cpu.ts';
import type { Target } from '../support/load.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { rounds } from '../support/rounds.ts';
import { startServer, type BenchServer } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { openTrustedIssuer } from './issuer.ts';

const requestsOfRound = 3_000;
const inFlight = 16;

const database = await createDatabase();
const { issuer, environment, tokenOf } = await openTrustedIssuer();
try {
  const server = await startServer(database.url, { environment });
  const own = await register(server.port, 'owner');
  const { createApiKey: key } = await ask<{ createApiKey: { secret: string } }>(
    server.port,
    'mutation { createApiKey(input: { name: "bench", scopes: ["articles:read"] }) { secret } }',
    {},
    own,
  );
  const issued = await tokenOf('reader');
  const [ownHeader, issuedHeader] = [own, issued].map((token) => ({ authorization: `Bearer ${token}` }));
  const rows = [
    await compare(server, 'API key', ownHeader ?? {}, { 'x-api-key': key.secret }),
    await compare(server, 'token of a trusted issuer', ownHeader ?? {}, issuedHeader ?? {}),
  ];
  print(`CPU of the server's process for { __typename }, ${inFlight} in flight, ${rounds} rounds in turn`);
  printTable(['credential', 'access token µs', 'this one µs', 'ratio of CPU'], rows);
  await server.stop();
} finally {
  await issuer.close();
  await database.drop();
}

type Headers = Readonly<Record<string, string>>;

async function compare(server: BenchServer, name: string, own: Headers, other: Headers): Promise<string[]> {
  const cpu = (headers: Headers) => (): Promise<number> =>
    cpuOfRequest(server, targetOf(server.port, headers), requestsOfRound, inFlight);
  await cpu(own)();
  await cpu(other)();
  const found = await inTurn(rounds, cpu(own), cpu(other));
  const middle = (which: 'first' | 'second'): string => median(found.map((pair) => pair[which])).toFixed(0);
  return [name, middle('first'), middle('second'), textOf(ratioOf(found))];
}

function targetOf(port: number, headers: Headers): Target {
  return { port, path: '/graphql', body: JSON.stringify({ query: '{ __typename }' }), headers };
}
