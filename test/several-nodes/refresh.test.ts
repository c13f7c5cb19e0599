import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, type Answer } from '../support/client.ts';
import { hasServers, openCluster, signInOn, type Cluster } from '../support/nodes.ts';
import type { ServerProcess } from '../support/process.ts';
import type { SignedIn } from '../support/server.ts';

const onServers = hasServers ? describe : describe.skip;

const refreshDocument =
  'mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken session { id } } }';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const tokensOf = ({ body }: Answer): Tokens | undefined =>
  (body.data as { refresh: Tokens } | null | undefined)?.refresh;
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code;

onServers('Two nodes over one database', () => {
  let cluster: Cluster;
  let nodes: [ServerProcess, ServerProcess];
  beforeAll(async () => {
    cluster = await openCluster();
    const first = await cluster.startNode();
    nodes = [first, await cluster.startNode()];
  });
  afterAll(() => cluster.stop());

  const refreshOn = (node: ServerProcess, token: string): Promise<Answer> => node.ask(refreshDocument, { token });

  async function rotate(node: ServerProcess, token: string): Promise<Tokens> {
    const answer = await refreshOn(node, token);
    const tokens = tokensOf(answer);
    if (tokens === undefined) throw new Error(JSON.stringify(answer.body));
    return tokens;
  }

  /** The status that a request with this access token gets, on each node. */
  const statusesWith = (accessToken: string): Promise<number[]> =>
    Promise.all(
      nodes.map(
        async ({ url }) =>
          (await createClient(url, { authorization: `Bearer ${accessToken}` }).ask('{ me { id } }')).status,
      ),
    );

  const endReasonOf = async (signedIn: SignedIn): Promise<string | null> => {
    const [row] = await cluster.execute<{ end_reason: string | null }>('select end_reason from sessions where id = ?', [
      sessionIdOf(signedIn),
    ]);
    return row?.end_reason ?? null;
  };

  describe('Callers who refresh one token at the same moment', () => {
    test.each([
      [20, 'one node', 1],
      [20, 'two nodes', 2],
      [100, 'one node', 1],
      [100, 'two nodes', 2],
    ])('%d on %s, get one successor, which works, and a working access token each', async (callers, _, spread) => {
      const viewer = await signInOn(nodes[0], 'viewer');
      // All of them have a connection, and a listener on the far side, before the first one sends.
      const send = await behindABarrier(callers, (index) => nodes[index % spread] ?? nodes[0]);
      const answers = await send((node) => refreshOn(node, viewer.refreshToken));

      expect(answers.map(codeOf).filter((code) => code !== undefined)).toEqual([]);
      expect(new Set(answers.map((answer) => tokensOf(answer)?.refreshToken)).size).toBe(1);
      const accessTokens = answers.map((answer) => tokensOf(answer)?.accessToken ?? '');
      const statuses = await Promise.all(accessTokens.map(statusesWith));
      expect(new Set(statuses.flat())).toEqual(new Set([200]));
      expect(await rotate(nodes[1], tokensOf(answers[0] as Answer)?.refreshToken ?? '')).toBeDefined();
      expect(await endReasonOf(viewer)).toBeNull();
    });

    test('with cookies, keep them, whether they won or lost', async () => {
      const origin = { origin: 'http://localhost:4000' };
      const login =
        'mutation { login(input: { email: "viewer@demo.sallyport.test", password: "sallyport-demo", delivery: COOKIE }) { __typename } }';
      const cookie = cookiesOf(await nodes[0].ask(login, {}, origin)).join('; ');
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 === 0 ? nodes[0] : nodes[1]).ask('mutation { refresh { expiresIn } }', {}, { ...origin, cookie }),
        ),
      );
      const given = answers.map((answer) => cookiesOf(answer).map((text) => text.split('=', 1)[0]));
      expect(new Set(given.map(String))).toEqual(new Set(['sallyport-access,sallyport-refresh']));
      expect(answers.flatMap((answer) => answer.headers.getSetCookie()).filter(isCleared)).toEqual([]);
      const refreshCookies = answers.flatMap(cookiesOf).filter((text) => text.startsWith('sallyport-refresh='));
      expect(new Set(refreshCookies).size).toBe(1);
    });

    test('and every round after it, until thirty rounds are over', async () => {
      let token = (await signInOn(nodes[0], 'viewer')).refreshToken;
      for (let round = 0; round < 30; round += 1) {
        const answers = await Promise.all([0, 1, 0, 1].map((index) => refreshOn(nodes[index] ?? nodes[0], token)));
        const next = new Set(answers.map((answer) => tokensOf(answer)?.refreshToken));
        expect(next.size).toBe(1);
        token = [...next][0] ?? '';
      }
      expect(await rotate(nodes[1], token)).toBeDefined();
    });
  });

  describe('A caller that saw its token current, and was overtaken before it wrote', () => {
    test('gets the successor that the others got, and takes nothing back of what came after it', async () => {
      const viewer = await signInOn(nodes[0], 'viewer');
      const twoSteps = 'update sessions set refresh_counter = 2, rotated_at = now() where id = $1';
      const answer = await cluster.overtaking(twoSteps, [sessionIdOf(viewer)], () =>
        refreshOn(nodes[0], viewer.refreshToken),
      );
      expect(tokensOf(answer)).toBeDefined();
      const [row] = await cluster.execute('select refresh_counter, end_reason from sessions where id = ?', [
        sessionIdOf(viewer),
      ]);
      expect(row).toEqual({ refresh_counter: 2, end_reason: null });
    });

    test('by the end of its session gets nothing, and raises no alarm', async () => {
      const viewer = await signInOn(nodes[0], 'viewer');
      const logout = `update sessions set ended_at = now(), end_reason = 'logout' where id = $1`;
      const answer = await cluster.overtaking(logout, [sessionIdOf(viewer)], () =>
        refreshOn(nodes[0], viewer.refreshToken),
      );
      expect(codeOf(answer)).toBe('INVALID_GRANT');
      const [row] = await cluster.execute('select refresh_counter, end_reason from sessions where id = ?', [
        sessionIdOf(viewer),
      ]);
      expect(row).toEqual({ refresh_counter: 0, end_reason: 'logout' });
    });
  });

  describe('A token that two have', () => {
    test('ends its session when the thief comes first and the owner later, and no other session', async () => {
      const [owner, elsewhere] = [await signInOn(nodes[0], 'viewer'), await signInOn(nodes[0], 'viewer')];
      const stolen = await rotate(nodes[1], owner.refreshToken);
      const thiefs = await rotate(nodes[1], stolen.refreshToken);
      expect(codeOf(await refreshOn(nodes[0], owner.refreshToken))).toBe('INVALID_GRANT');
      await expectOver([owner.accessToken, stolen.accessToken, thiefs.accessToken], thiefs.refreshToken);
      expect(await endReasonOf(owner)).toBe('reuse');
      expect(await statusesWith(elsewhere.accessToken)).toEqual([200, 200]);
      expect(await rotate(nodes[1], elsewhere.refreshToken)).toBeDefined();
    });

    test('ends its session when the owner comes first and the thief later', async () => {
      const owner = await signInOn(nodes[0], 'viewer');
      const first = await rotate(nodes[0], owner.refreshToken);
      const second = await rotate(nodes[1], first.refreshToken);
      expect(codeOf(await refreshOn(nodes[1], owner.refreshToken))).toBe('INVALID_GRANT');
      await expectOver([owner.accessToken, first.accessToken, second.accessToken], second.refreshToken);
      expect(await endReasonOf(owner)).toBe('reuse');
    });

    test('ends its session when the late one of them comes after the grace, though the successor was never used', async () => {
      const owner = await signInOn(nodes[0], 'viewer');
      const first = await rotate(nodes[0], owner.refreshToken);
      await cluster.execute(`update sessions set rotated_at = rotated_at - interval '31 s' where refresh_counter = 1`);
      expect(codeOf(await refreshOn(nodes[1], owner.refreshToken))).toBe('INVALID_GRANT');
      await expectOver([first.accessToken], first.refreshToken);
    });

    test('ends its session even if thieves come in a crowd', async () => {
      const owner = await signInOn(nodes[0], 'viewer');
      const first = await rotate(nodes[0], owner.refreshToken);
      const second = await rotate(nodes[1], first.refreshToken);
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => refreshOn(nodes[index % 2] ?? nodes[0], owner.refreshToken)),
      );
      expect(new Set(answers.map(codeOf))).toEqual(new Set(['INVALID_GRANT']));
      await expectOver([second.accessToken], second.refreshToken);
    });

    async function expectOver(accessTokens: readonly string[], refreshToken: string): Promise<void> {
      const statuses = await Promise.all(accessTokens.map(statusesWith));
      expect(new Set(statuses.flat())).toEqual(new Set([401]));
      for (const node of nodes) expect(codeOf(await refreshOn(node, refreshToken))).toBe('INVALID_GRANT');
    }
  });

  test('Signing in at the same moment, beyond a hundred sessions, signs every caller in', async () => {
    for (let round = 0; round < 9; round += 1) {
      await Promise.all(Array.from({ length: 16 }, (_, index) => signInOn(nodes[index % 2] ?? nodes[0], 'moderator')));
    }
    const [row] = await cluster.execute<{ count: number }>(
      `select count(*)::int as count from sessions s join users u on u.id = s.user_id
        where s.ended_at is null and u.email like 'moderator@%'`,
    );
    expect(row?.count).toBe(100);
  });

  test('A token of a session that was logged out is refused, and is no alarm', async () => {
    const viewer = await signInOn(nodes[0], 'viewer');
    const first = await rotate(nodes[0], viewer.refreshToken);
    await viewer.get('mutation { logout }');
    for (const node of nodes) {
      expect(codeOf(await refreshOn(node, viewer.refreshToken))).toBe('INVALID_GRANT');
      expect(codeOf(await refreshOn(node, first.refreshToken))).toBe('INVALID_GRANT');
    }
    expect(await endReasonOf(viewer)).toBe('logout');
  });

  test('A refresh beside a logout never leaves a session that lives', async () => {
    for (let round = 0; round < 30; round += 1) {
      const viewer = await signInOn(nodes[0], 'viewer');
      const [answer] = await Promise.all([
        refreshOn(nodes[round % 2] ?? nodes[0], viewer.refreshToken),
        createClient(nodes[1].url, { authorization: `Bearer ${viewer.accessToken}` }).get('mutation { logout }'),
      ]);
      const tokens = tokensOf(answer);
      if (tokens !== undefined) expect(await statusesWith(tokens.accessToken)).toEqual([401, 401]);
      expect(await endReasonOf(viewer)).toBe('logout');
    }
  });
});

const sessionIdOf = ({ accessToken }: SignedIn): string =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sid;

const cookiesOf = ({ headers }: Answer): string[] => headers.getSetCookie().map((text) => text.split(';', 1)[0] ?? '');
const isCleared = (cookie: string): boolean => /^[^=]+=;|max-age=0/i.test(cookie);

/** Lets each caller ask something harmless first, so that nobody has to connect any more once all go together. */
async function behindABarrier(
  callers: number,
  nodeOf: (index: number) => ServerProcess,
): Promise<(ask: (node: ServerProcess) => Promise<Answer>) => Promise<Answer[]>> {
  const nodes = Array.from({ length: callers }, (_, index) => nodeOf(index));
  await Promise.all(nodes.map(({ ask }) => ask('{ __typename }')));
  return (ask) => Promise.all(nodes.map(ask));
}
