/**
 * Ten thousand tokens that name keys which their issuer does not have: how often the issuer is asked for its keys, and
 * what others wait meanwhile, against as many access tokens with a wrong signature. `node bench/doors/unknown-keys.ts`
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { register } from '../support/client.ts';
import { inTurn, ratioOf, textOf } from '../support/cpu.ts';
import { millisecondsBeside } from '../support/latency.ts';
import { load, type Target } from '../support/load.ts';
import { createDatabase } from '../support/postgres.ts';
import { print, printTable } from '../support/print.ts';
import { startServer } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { openTrustedIssuer } from './issuer.ts';

const tokens = 10_000;
const rounds = 5;
const inFlight = 8;
/** What the issuer takes to answer. */
const answerMs = 200;
/** As in `src/identity/trusted-issuers/issuer-keys.ts`. */
const cooldownSeconds = 30;

const database = await createDatabase();
const { issuer, environment, tokenOf } = await openTrustedIssuer();
try {
  const server = await startServer(database.url, { environment });
  const targetOf = (token: string, query = '{ __typename }'): Target => ({
    port: server.port,
    path: '/graphql',
    body: JSON.stringify({ query }),
    headers: { authorization: `Bearer ${token}` },
  });
  const own = await register(server.port, 'other');
  const other = targetOf(own, '{ me { id } }');
  await load(other, 2_000, inFlight);
  await load(targetOf(await tokenOf('reader')), 1, 1);

  issuer.answer((response) => {
    void setTimeout(answerMs).then(() => response.end(JSON.stringify({ keys: [issuer.publicKey] })));
  });
  const each = tokens / rounds;
  const unknown: Target[] = [];
  for (let index = 0; index < tokens; index += 1) unknown.push(targetOf(await tokenOf('x', { kid: randomUUID() })));
  const forged = targetOf(`${own.slice(0, own.lastIndexOf('.'))}.${Buffer.alloc(64, 1).toString('base64url')}`);
  const waitBeside = async (flood: readonly Target[]): Promise<number> =>
    median(await millisecondsBeside(other, load(flood, each, inFlight, 401)));
  await waitBeside([forged]);

  const [before, start] = [issuer.fetches(), performance.now()];
  const found = await inTurn(
    rounds,
    () => waitBeside([forged]),
    () => waitBeside(unknown.splice(0, each)),
  );
  const seconds = (performance.now() - start) / 1000;
  print(`{ me { id } } of others, one after the other, beside ${inFlight} refused requests in flight`);
  printTable(
    ['beside', 'median ms'],
    [
      ['access tokens with a wrong signature', median(found.map(({ first }) => first)).toFixed(2)],
      ['tokens with unknown keys', median(found.map(({ second }) => second)).toFixed(2)],
      ['ratio', textOf(ratioOf(found))],
    ],
  );
  print(
    `${tokens} tokens with unknown keys in ${seconds.toFixed(0)} s: the issuer was asked ${issuer.fetches() - before} times; a cooldown of ${cooldownSeconds} s allows ${1 + Math.floor(seconds / cooldownSeconds)}`,
  );
  await server.stop();
} finally {
  await issuer.close();
  await database.drop();
}
