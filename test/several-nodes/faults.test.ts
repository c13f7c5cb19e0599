import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import type { Answer } from '../support/client.ts';
import { hasServers, openCluster, signInOn, type Cluster } from '../support/nodes.ts';
import { startPostgres, type OwnPostgres } from '../support/postgres.ts';
import type { ServerProcess } from '../support/process.ts';
import { openProxy, type Proxy } from '../support/proxy.ts';
import { startRedis, type OwnRedis } from '../support/redis.ts';
import { signInDocument, type SignedIn } from '../support/server.ts';

const onServers = hasServers ? describe : describe.skip;

const me = '{ me { id } }';
const create = 'mutation ($title: String!) { createArticle(input: { title: $title, body: "Text." }) { id } }';
const refreshDocument = 'mutation ($token: String) { refresh(refreshToken: $token) { refreshToken } }';
const requestReset = 'mutation ($email: String!) { requestPasswordReset(email: $email) }';
const register = `mutation ($email: EmailAddress!) {
  register(input: { email: $email, password: "correct horse battery", displayName: "Some One" }) { __typename }
}`;
const origin = { origin: 'http://localhost:4000' };

onServers('A server', () => {
  let postgres: OwnPostgres;
  let redis: OwnRedis;
  let toPostgres: Proxy;
  let toRedis: Proxy;
  let cluster: Cluster;
  let node: ServerProcess;
  let editor: SignedIn;
  let cookie: string;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    [toPostgres, toRedis] = await Promise.all([openProxy(postgres.port), openProxy(redis.port)]);
    cluster = await openCluster(postgres.url);
    node = await cluster.startNode({
      DATABASE_URL: postgres.url.replace(String(postgres.port), String(toPostgres.port)),
      REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
      TRUSTED_PROXIES: '127.0.0.1',
      REGISTRATION: 'confirmed',
    });
    editor = await signInOn(node, 'editor');
    const login =
      'mutation { login(input: { email: "editor@demo.sallyport.test", password: "sallyport-demo", delivery: COOKIE }) { __typename } }';
    const { headers } = await node.ask(login, {}, origin);
    cookie = headers
      .getSetCookie()
      .map((text) => text.split(';', 1)[0])
      .join('; ');
  });
  afterAll(async () => {
    await cluster.stop();
    await Promise.all([toPostgres.close(), toRedis.close()]);
    await postgres.remove();
  });

  /** One request by each kind of credential, and a refresh of the cookies. */
  const askInEveryWay = (): Promise<Answer[]> =>
    Promise.all([
      editor.ask(me),
      node.ask(me, {}, { ...origin, cookie }),
      node.ask('mutation { refresh { expiresIn } }', {}, { ...origin, cookie }),
      node.ask('mutation { logout }', {}, { ...origin, cookie }),
    ]);

  let lastAsker = 0;
  /** Everything that is done by mail and asked for by anybody, for an e-mail with an account and for one without. */
  const askByMail = (): Promise<Answer[]> =>
    Promise.all(
      [requestReset, register].flatMap((document) =>
        ['viewer@demo.sallyport.test', 'nobody@example.com'].map((email) =>
          node.ask(document, { email }, { 'x-forwarded-for': `203.0.113.${(lastAsker += 1)}` }),
        ),
      ),
    );

  const statusOf = async (path: string): Promise<number> => (await fetch(node.url + path)).status;

  /** Shut, but not gone: nobody is let in or logged out, and whatever needs no database is served. */
  async function expectShut(): Promise<void> {
    for (const { status, headers, body } of [...(await askInEveryWay()), ...(await askByMail())]) {
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect(body.data ?? null).toBeNull();
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.getSetCookie()).toEqual([]);
    }
    expect(await statusOf('/health/live')).toBe(200);
    expect(await statusOf('/.well-known/jwks.json')).toBe(200);
    expect(await node.get('{ __typename }')).toEqual({ __typename: 'Query' });
  }

  /** The same process serves the same credentials, as soon as it can. */
  async function expectOpen(): Promise<void> {
    for (let triesLeft = 60; ; triesLeft -= 1) {
      const { status, body } = await editor.ask(me);
      if (status === 200) break;
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      if (triesLeft === 0) throw new Error(`the server does not come back: ${node.output()}`);
      await setTimeout(250);
    }
    expect(await editor.get(me)).toEqual({ me: { id: editor.id } });
    expect((await node.ask(me, {}, { ...origin, cookie })).body.data).toEqual({ me: { id: editor.id } });
    expect(await statusOf('/health/ready')).toBe(200);
  }

  test('whose PostgreSQL is stopped is shut until it is started again', async () => {
    await postgres.stop();
    await expectShut();
    expect(await statusOf('/health/ready')).toBe(503);
    await postgres.start();
    await expectOpen();
  });

  test('whose PostgreSQL cannot be reached is shut until it can', async () => {
    toPostgres.set('closed');
    await expectShut();
    toPostgres.set('open');
    await expectOpen();
  });

  test('whose PostgreSQL is silent is shut until it speaks, and serves what needs none', async () => {
    toPostgres.set('stalled');
    await expectShut();
    toPostgres.set('open');
    await expectOpen();
  });

  test('whose connections lead nowhere any more makes new ones', async () => {
    const count = '{ articles { totalCount } }';
    // Anonymous callers share no statement: every connection of the pool is in use at once, before and after.
    const crowd = (): Promise<Answer[]> => Promise.all(Array.from({ length: 20 }, () => node.ask(count)));
    expect((await crowd()).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    toPostgres.forget();
    const unanswered = crowd();
    await expectOpen();
    const statuses = new Set((await unanswered).map(({ status }) => status));
    expect([...statuses].toSorted().at(-1)).toBe(503);
  });

  test('whose PostgreSQL is slow is slow', async () => {
    toPostgres.set('slow');
    const answers = await Promise.all(Array.from({ length: 30 }, () => editor.ask(me)));
    toPostgres.set('open');
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  test.each([
    ['restarted', 'SIGINT'],
    ['killed', 'SIGQUIT'],
  ] as const)(
    'under load whose PostgreSQL is %s loses nothing that it has confirmed',
    async (_, signal) => {
      const confirmed: string[] = [];
      const others: Answer[] = [];
      const over = new AbortController();
      async function write(): Promise<void> {
        while (!over.signal.aborted) {
          const answer = await editor.ask(create, { title: 'Kept' });
          const created = answer.body.data?.['createArticle'] as { id: string } | null | undefined;
          if (created == null) others.push(answer);
          else confirmed.push(created.id);
        }
      }
      /** A client that refreshes on and on, and repeats what was not answered with the same token. */
      async function renew({ refreshToken }: SignedIn): Promise<void> {
        let token = refreshToken;
        while (!over.signal.aborted) {
          const answer = await node.ask(refreshDocument, { token });
          const refreshed = answer.body.data?.['refresh'] as { refreshToken: string } | null | undefined;
          if (refreshed == null) others.push(answer);
          else token = refreshed.refreshToken;
        }
      }
      const viewers = [await signInOn(node, 'viewer'), await signInOn(node, 'viewer')];
      const clients = [write(), write(), write(), write(), ...viewers.map(renew)];
      const untilConfirmed = async (count: number): Promise<void> => {
        while (confirmed.length < count) await Promise.race([setTimeout(20), ...clients]);
      };
      await untilConfirmed(40);
      await postgres.stop(signal);
      const untilThen = confirmed.length;
      // Each of the clients has met it.
      const met = others.length + clients.length;
      while (others.length < met) await Promise.race([setTimeout(20), ...clients]);
      await postgres.start();
      await untilConfirmed(untilThen + 40);
      over.abort();
      await Promise.all(clients);

      const codes = new Set(others.map(({ status, body }) => `${status} ${body.errors?.[0]?.extensions.code}`));
      expect(codes).toEqual(new Set(['503 SERVICE_UNAVAILABLE']));
      const [row] = await cluster.execute<{ count: number }>(
        `select count(*)::int as count from articles where id in (${confirmed.map(() => '?').join(', ')})`,
        confirmed,
      );
      expect(row?.count).toBe(confirmed.length);
    },
    120_000,
  );

  describe('whose Redis', () => {
    let lastGuess = 0;
    /** Guesses one account's password by twelve at once, and counts how many were let through to be wrong. */
    async function wrongGuesses(): Promise<number> {
      const from = { 'x-forwarded-for': `198.51.100.${lastGuess}` };
      const input = { email: `guessed${(lastGuess += 1)}@example.com`, password: 'a wrong guess' };
      const answers = await Promise.all(Array.from({ length: 12 }, () => node.ask(signInDocument, { input }, from)));
      return answers.filter(({ body }) => body.errors?.[0]?.extensions.code === 'INVALID_CREDENTIALS').length;
    }

    test.each([
      ['is stopped', () => redis.stop(), () => redis.start()],
      ['cannot be reached', async () => toRedis.set('closed'), async () => toRedis.set('open')],
      ['is silent', async () => toRedis.set('stalled'), async () => toRedis.set('open')],
    ])(
      '%s limits more strictly, keeps no door shut, and goes back to its limits afterwards',
      async (_, begin, end) => {
        expect(await wrongGuesses()).toBe(10);
        await begin();
        expect(await wrongGuesses()).toBe(5);
        expect((await node.ask(refreshDocument, { token: (await signInOn(node, 'viewer')).refreshToken })).status).toBe(
          200,
        );
        expect(await editor.get(me)).toEqual({ me: { id: editor.id } });
        await end();
        for (let triesLeft = 40; (await wrongGuesses()) !== 10; triesLeft -= 1) {
          if (triesLeft === 0) throw new Error(`Redis is not used again: ${node.output()}`);
          await setTimeout(100);
        }
      },
      120_000,
    );

    test('is slow shuts no door', async () => {
      toRedis.set('slow');
      const viewer = await signInOn(node, 'viewer');
      expect((await node.ask(refreshDocument, { token: viewer.refreshToken })).status).toBe(200);
      toRedis.set('open');
    });
  });

  test('takes what is done by mail when all of this is over', async () => {
    expect((await askByMail()).map(({ body }) => body.errors)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('has logged no defect while all of this went on', () => {
    expect(node.output()).not.toMatch(/unexpected error|INTERNAL_SERVER_ERROR|unhandled/i);
  });
});
