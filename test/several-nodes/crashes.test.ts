import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { createClient, type Answer } from '../support/client.ts';
import { hasServers, openCluster, signInAt, type Cluster } from '../support/nodes.ts';
import type { ServerProcess } from '../support/process.ts';

const onServers = hasServers ? describe : describe.skip;

/** A start takes a moment: the suite kills a few times, `.ci/run` sixty times, and `npm run test:crashes` two hundred. */
const kills = Number(process.env['CRASHES'] ?? 4);
const clientsOfANode = 12;
const refreshDocument = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken } }';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

onServers('A server that is killed while clients refresh', () => {
  let cluster: Cluster;
  let steady: ServerProcess;
  beforeAll(async () => {
    cluster = await openCluster();
    steady = await cluster.startNode({ REFRESH_GRACE: '120' });
  });
  afterAll(() => cluster.stop());

  async function refreshAt(url: string, token: string): Promise<Tokens> {
    const answer: Answer = await createClient(url).ask(refreshDocument, { token });
    const tokens = answer.body.data?.['refresh'] as Tokens | null | undefined;
    if (tokens == null) throw new Error(`${token} is refused: ${JSON.stringify(answer.body)}`);
    return tokens;
  }

  const counterOf = async (accessToken: string): Promise<number> => {
    const { sid } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
    const [row] = await cluster.execute<{ counter: number }>(
      'select refresh_counter as counter from sessions where id = ? and ended_at is null',
      [sid],
    );
    return row?.counter ?? -1;
  };

  const tally = { answered: 0, unheard: 0, untouched: 0, lost: 0 };

  /** Kills a new node once. @throws Error with what both nodes logged of their failures, if anything is not as it should be. */
  async function killOnce(): Promise<void> {
    const node = await cluster.startNode({ REFRESH_GRACE: '120' });
    try {
      await killWhileRefreshing(node);
    } catch (error) {
      throw new Error(`${String(error)}\n${[node, steady].flatMap(failuresOf).join('\n')}`, { cause: error });
    }
  }

  const failuresOf = ({ output }: ServerProcess): string[] =>
    output()
      .split('\n')
      .filter((line) => /"level":(50|60)/.test(line));

  /** Lets clients refresh at a node, kills it at any moment, and lets them go on with what they have. */
  async function killWhileRefreshing(node: ServerProcess): Promise<void> {
    const signedIn = await Promise.all(
      Array.from({ length: clientsOfANode }, () => signInAt(node.url, 'viewer@demo.sallyport.test')),
    );
    // How long it takes when nothing happens: the kill comes anywhere in as much time.
    const begun = Date.now();
    const clients = await Promise.all(
      signedIn.map(async (first) => ({ first, held: await refreshAt(node.url, first.refreshToken) })),
    );
    const latestKillMs = Date.now() - begun;
    const refreshing = clients.map(({ held }) => refreshAt(node.url, held.refreshToken).catch(() => null));
    await setTimeout(Math.random() * latestKillMs);
    await node.end('SIGKILL');
    const answers = await Promise.all(refreshing);

    await Promise.all(
      clients.map(async ({ first, held }, index) => {
        const answered = answers[index] ?? null;
        const counter = await counterOf(first.accessToken);
        if (answered !== null) tally.answered += 1;
        else if (counter === 2) tally.unheard += 1;
        else tally.untouched += 1;
        // A client without an answer repeats what it asked, one with an answer goes on from there; and all go on after that.
        const next = answered ?? (await refreshAt(steady.url, held.refreshToken));
        const { accessToken } = await refreshAt(steady.url, next.refreshToken);
        const { status } = await createClient(steady.url, { authorization: `Bearer ${accessToken}` }).ask(
          '{ me { id } }',
        );
        if (status !== 200) tally.lost += 1;
      }),
    );
  }

  test(
    `ends no session, however often it happens (${kills} times)`,
    async () => {
      // Two at a time, so that one starts while the other dies.
      let left = kills;
      const killOn = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          await killOnce();
        }
      };
      await Promise.all([killOn(), killOn()]);
      process.stdout.write(`${kills} kills: ${JSON.stringify(tally)}\n`);
      expect(tally.lost).toBe(0);
      expect(tally.answered + tally.unheard + tally.untouched).toBe(kills * clientsOfANode);
    },
    60_000 + kills * 20_000,
  );

  test('between the rotation and its answer lets the client go on with the token that it has', async () => {
    const node = await cluster.startNode({ REFRESH_GRACE: '120' });
    const viewer = await signInAt(node.url, 'viewer@demo.sallyport.test');
    const answer = refreshAt(node.url, viewer.refreshToken).catch(() => null);
    while ((await counterOf(viewer.accessToken)) === 0) await new Promise((resolve) => setImmediate(resolve));
    await node.end('SIGKILL');
    const successor = (await answer)?.refreshToken;
    const retried = await refreshAt(steady.url, viewer.refreshToken);
    if (successor !== undefined) expect(retried.refreshToken).toBe(successor);
    expect(await refreshAt(steady.url, retried.refreshToken)).toBeDefined();
  });
});
