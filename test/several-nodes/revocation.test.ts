import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { demoPassword } from '../../src/app/demo.ts';
import { newId } from '../../src/database/base.entity.ts';
import { createClient, type Answer, type Client } from '../support/client.ts';
import { openMailbox } from '../support/mailbox.ts';
import { hasServers, openCluster, signInAt, type Cluster } from '../support/nodes.ts';
import type { ServerProcess } from '../support/process.ts';
import { openProxy, type Proxy } from '../support/proxy.ts';
import { startRedis, type OwnRedis } from '../support/redis.ts';
import type { SignedIn } from '../support/server.ts';

const onServers = hasServers ? describe : describe.skip;

const waveOnEachNode = 5;
const waves = { asUsual: 12, inTrouble: 4 };

onServers('Revocation on two nodes', () => {
  let cluster: Cluster;
  let redis: OwnRedis;
  let roads: [Proxy, Proxy];
  let nodes: [ServerProcess, ServerProcess];
  beforeAll(async () => {
    [cluster, redis] = await Promise.all([openCluster(), startRedis()]);
    roads = [await openProxy(redis.port), await openProxy(redis.port)];
    const first = await cluster.startNode({ REDIS_URL: `redis://127.0.0.1:${roads[0].port}` });
    nodes = [first, await cluster.startNode({ REDIS_URL: `redis://127.0.0.1:${roads[1].port}` })];
  });
  afterAll(async () => {
    await cluster.stop();
    await Promise.all(roads.map((road) => road.close()));
  });

  let lastUser = 0;
  /** A user of its own for each revocation: a copy of the viewer, whose password is known, and two sign-ins of it. */
  async function newUser(): Promise<{ email: string; here: SignedIn; elsewhere: SignedIn }> {
    const email = `viewer${(lastUser += 1)}@example.com`;
    await cluster.execute(
      `insert into users select (jsonb_populate_record(u, jsonb_build_object('id', ?::text, 'email', ?::text))).*
         from users u where email = 'viewer@demo.sallyport.test'`,
      [newId(new Date()), email],
    );
    return { email, here: await signInAt(nodes[0].url, email), elsewhere: await signInAt(nodes[1].url, email) };
  }

  const admin = (): Promise<SignedIn> => signInAt(nodes[1].url, 'admin@demo.sallyport.test');
  const bearer = ({ accessToken }: SignedIn) => ({ authorization: `Bearer ${accessToken}` });

  /** What is revoked, by what, and whether an answer shows that it is. */
  interface Revocation {
    readonly credential: Readonly<Record<string, string>>;
    readonly revoke: () => Promise<unknown>;
    readonly binds?: (answer: Answer) => boolean;
  }

  const revocations: Readonly<Record<string, () => Promise<Revocation>>> = {
    async logout() {
      const { here } = await newUser();
      return { credential: bearer(here), revoke: () => here.get('mutation { logout }') };
    },
    async logoutEverywhere() {
      const { here, elsewhere } = await newUser();
      return { credential: bearer(elsewhere), revoke: () => here.get('mutation { logoutEverywhere }') };
    },
    async revokeSession() {
      const { here, elsewhere } = await newUser();
      const { session } = await elsewhere.get<{ session: object }>('{ session { id } }');
      const revoke = (): Promise<unknown> => here.get('mutation ($id: ID!) { revokeSession(id: $id) { id } }', session);
      return { credential: bearer(elsewhere), revoke };
    },
    async revokeUserSessions() {
      const [{ here }, by] = [await newUser(), await admin()];
      const revoke = (): Promise<unknown> => by.get('mutation ($id: ID!) { revokeUserSessions(userId: $id) }', here);
      return { credential: bearer(here), revoke };
    },
    async disableUser() {
      const [{ here }, by] = [await newUser(), await admin()];
      const revoke = (): Promise<unknown> => by.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', here);
      return { credential: bearer(here), revoke };
    },
    async changePassword() {
      const { here, elsewhere } = await newUser();
      const change =
        'mutation ($old: String!) { changePassword(currentPassword: $old, newPassword: "quite another secret") { expiresIn } }';
      return { credential: bearer(elsewhere), revoke: () => here.get(change, { old: demoPassword }) };
    },
    async resetPassword() {
      const { email, here } = await newUser();
      await nodes[0].get('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
      const { token } = await openMailbox(cluster.mail).latestMail(email, 'password-reset');
      const reset = 'mutation ($token: String!) { resetPassword(token: $token, newPassword: "quite another secret") }';
      return { credential: bearer(here), revoke: () => nodes[1].get(reset, { token }) };
    },
    async setUserRoles() {
      const [{ here }, by] = [await newUser(), await admin()];
      const set = 'mutation ($id: ID!) { setUserRoles(userId: $id, roles: [EDITOR]) { id } }';
      const binds = ({ body }: Answer): boolean =>
        JSON.stringify(body.data) === JSON.stringify({ me: { roles: ['EDITOR'] } });
      return { credential: bearer(here), revoke: () => by.get(set, here), binds };
    },
    async revokeApiKey() {
      const { here } = await newUser();
      const create =
        'mutation { createApiKey(input: { name: "k", scopes: ["articles:read"] }) { apiKey { id } secret } }';
      const { createApiKey } = await here.get<{ createApiKey: { apiKey: object; secret: string } }>(create);
      const revoke = (): Promise<unknown> =>
        here.get('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', createApiKey.apiKey);
      return { credential: { 'x-api-key': createApiKey.secret }, revoke };
    },
  };

  const isUnauthorized = ({ status }: Answer): boolean => status === 401;

  /**
   * Callers ask both nodes without a pause, until it is revoked; the moment that the answer is there, wave after wave
   * comes.
   * @returns how many requests were sent after the revoking answer had come, and the answers to those that passed.
   */
  async function flood({ credential, revoke, binds = isUnauthorized }: Revocation, count: number) {
    const clients = nodes.map(({ url }) => createClient(url, credential));
    const ask = (client: Client): Promise<Answer> => client.ask('{ me { roles } }');
    const wave = (): Promise<Answer[]> =>
      Promise.all(Array.from({ length: waveOnEachNode }, () => clients.map(ask)).flat());
    // Each of a wave has a connection, so that nobody loses the moment by making one.
    expect((await wave()).filter(isUnauthorized)).toEqual([]);

    const over = new AbortController();
    async function askOn(client: Client): Promise<void> {
      while (!over.signal.aborted) await ask(client);
    }
    const callers = clients.map(askOn);
    await revoke();
    const after = await wave();
    for (let sent = 1; sent < count; sent += 1) after.push(...(await wave()));
    over.abort();
    await Promise.all(callers);
    return { sentAfter: after.length, passed: after.filter((answer) => !binds(answer)).map(({ body }) => body) };
  }

  const heavy = `{ ${['a', 'b'].map((name) => `${name}: __schema { types { name fields { name type { name } } } }`).join(' ')} }`;
  const conditions: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
    'as usual': async () => async () => undefined,
    async 'while both event loops are kept busy'() {
      const over = new AbortController();
      const keepBusy = async ({ ask }: ServerProcess): Promise<void> => {
        while (!over.signal.aborted) await ask(heavy);
      };
      const busy = nodes.map(keepBusy);
      return () => (over.abort(), Promise.all(busy));
    },
    async 'with one node cut off from Redis'() {
      roads[1].set('closed');
      return async () => roads[1].set('open');
    },
    async 'with one node that Redis is silent to'() {
      roads[0].set('stalled');
      return async () => roads[0].set('open');
    },
    async 'with Redis stopped'() {
      await redis.stop();
      return redis.start;
    },
  };

  describe.each(Object.entries(conditions))('%s', (name, begin) => {
    let end: () => Promise<unknown>;
    beforeAll(async () => void (end = await begin()));
    afterAll(() => end());

    test.each(Object.entries(revocations))(
      '%s binds every request that is sent after its answer',
      async (_, prepare) => {
        const count = name === 'as usual' ? waves.asUsual : waves.inTrouble;
        const sentAfter = count * waveOnEachNode * nodes.length;
        expect(await flood(await prepare(), count)).toEqual({ sentAfter, passed: [] });
      },
    );
  });
});
