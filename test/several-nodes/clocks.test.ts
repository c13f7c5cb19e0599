import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, type Answer } from '../support/client.ts';
import { hasServers } from '../support/nodes.ts';
import { startServer, type TestServer } from '../support/server.ts';

const onServers = hasServers ? describe : describe.skip;

const refreshDocument = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken } }';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function rotate({ ask }: TestServer, token: string): Promise<Tokens> {
  const { body }: Answer = await ask(refreshDocument, { token });
  if (body.data?.['refresh'] == null) throw new Error(JSON.stringify(body));
  return body.data['refresh'] as Tokens;
}

const statusOn = async ({ url }: TestServer, { accessToken }: Pick<Tokens, 'accessToken'>): Promise<number> =>
  (await createClient(url, { authorization: `Bearer ${accessToken}` }).ask('{ me { id } }')).status;

onServers('Two nodes whose clocks differ', () => {
  let right: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    right = await startServer();
    other = await startServer({}, right.config.database);
  });
  afterAll(async () => {
    await other.stop();
    await right.stop();
  });

  /** Runs a test with the other node's clock moved, and puts it back. */
  async function apart(seconds: number, run: () => Promise<void>): Promise<void> {
    other.wait(seconds);
    try {
      await run();
    } finally {
      other.wait(-seconds);
    }
  }

  test.each([-4, 4])('by %d seconds accept each other’s access tokens', (seconds) =>
    apart(seconds, async () => {
      expect(await statusOn(other, await right.signIn('viewer'))).toBe(200);
      expect(await statusOn(right, await other.signIn('viewer'))).toBe(200);
    }),
  );

  test.each([-20, 20])('by %d seconds agree on the successor of a refresh token', (seconds) =>
    apart(seconds, async () => {
      for (const [first, second] of [
        [right, other],
        [other, right],
      ] as const) {
        const viewer = await first.signIn('viewer');
        const answered = await rotate(first, viewer.refreshToken);
        const retried = await rotate(second, viewer.refreshToken);
        expect(retried.refreshToken).toBe(answered.refreshToken);
        await rotate(first, (await rotate(second, retried.refreshToken)).refreshToken);
      }
    }),
  );

  test.each([-3600, 3600])('by %d seconds see a logout at once', (seconds) =>
    apart(seconds, async () => {
      for (const [first, second] of [
        [right, other],
        [other, right],
      ] as const) {
        const [here, there] = [await first.signIn('viewer'), await second.signIn('viewer')];
        await here.get('mutation { logout }');
        await there.get('mutation { logout }');
        for (const node of [first, second]) {
          expect(await statusOn(node, here)).toBe(401);
          expect(await statusOn(node, there)).toBe(401);
          expect(await node.refusal(refreshDocument, { token: here.refreshToken })).toBe('INVALID_GRANT');
        }
      }
    }),
  );
});

describe('A clock that jumps', () => {
  let server: TestServer;
  beforeAll(async () => void (server = await startServer()));
  afterAll(() => server.stop());

  test('forwards ends access tokens, and sessions go on', async () => {
    const viewer = await server.signIn('viewer');
    server.wait(3600);
    expect(await statusOn(server, viewer)).toBe(401);
    const tokens = await rotate(server, viewer.refreshToken);
    expect(await statusOn(server, tokens)).toBe(200);
    server.wait(-3600);
  });

  test('backwards makes what was signed in the future wait, and sessions go on', async () => {
    const viewer = await server.signIn('viewer');
    const first = await rotate(server, viewer.refreshToken);
    server.wait(-3600);
    expect(await statusOn(server, first)).toBe(401);
    const second = await rotate(server, first.refreshToken);
    expect(await statusOn(server, second)).toBe(200);
    server.wait(3600);
    expect(await statusOn(server, await rotate(server, second.refreshToken))).toBe(200);
  });

  test('backwards gives no client a second use of an old token', async () => {
    const viewer = await server.signIn('viewer');
    const second = await rotate(server, (await rotate(server, viewer.refreshToken)).refreshToken);
    server.wait(-3600);
    expect(await server.refusal(refreshDocument, { token: viewer.refreshToken })).toBe('INVALID_GRANT');
    expect(await server.refusal(refreshDocument, { token: second.refreshToken })).toBe('INVALID_GRANT');
    server.wait(3600);
  });
});
