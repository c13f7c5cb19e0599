import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createLimiters } from '../src/limits/limiter.ts';
import type { Answer } from './support/client.ts';
import { redisUrl, signInDocument, startServer, type TestServer } from './support/server.ts';
import { until } from './support/until.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer({ TRUSTED_PROXIES: '127.0.0.1' })));
afterAll(() => server.stop());

const password = 'sallyport-demo';
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code;
const signIn = (on: TestServer, input: object, address: string): Promise<Answer> =>
  on.ask(signInDocument, { input }, { 'x-forwarded-for': address });

let lastAddress = 0;
/** Attempts of strangers, each from an address of its own. */
const guess = (email: string, attempts: number, on = server): Promise<Answer[]> =>
  Promise.all(
    Array.from({ length: attempts }, () =>
      signIn(on, { email, password: 'a wrong guess' }, `198.51.100.${(lastAddress += 1)}`),
    ),
  );
const counted = (answers: readonly Answer[], code: string): number =>
  answers.filter((answer) => codeOf(answer) === code).length;

describe('Guessing a password', () => {
  test('is possible ten times for an account, however many guess at once, and is then told how long to wait', async () => {
    const answers = await guess('editor@demo.sallyport.test', 25);
    expect([counted(answers, 'INVALID_CREDENTIALS'), counted(answers, 'RATE_LIMITED')]).toEqual([10, 15]);
    const refused = answers.find((answer) => codeOf(answer) === 'RATE_LIMITED');
    expect(refused?.status).toBe(429);
    const seconds = Number(refused?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(900);
    expect(refused?.body.errors?.[0]?.extensions['retryAfterSeconds']).toBe(seconds);
  });

  test('is limited for an account that does not exist as for one that does', async () => {
    expect(counted(await guess('nobody@example.com', 12), 'RATE_LIMITED')).toBe(2);
  });

  test('does not shut out the owner on a device that has signed in before', async () => {
    const input = { email: 'moderator@demo.sallyport.test', password };
    const { body } = await server.ask(signInDocument.replace('scope', 'scope deviceToken'), { input });
    const { deviceToken } = (body.data as { login: { deviceToken: string } }).login;
    await guess(input.email, 12);
    expect(codeOf(await signIn(server, input, '203.0.113.1'))).toBe('RATE_LIMITED');
    expect(codeOf(await signIn(server, { ...input, deviceToken }, '203.0.113.1'))).toBeUndefined();
    const foreign = deviceToken.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect(codeOf(await signIn(server, { ...input, deviceToken: `${foreign}x` }, '203.0.113.1'))).toBe('RATE_LIMITED');
  });

  test('is counted for a device, too, and for nobody else’s account', async () => {
    const viewer = { email: 'viewer@demo.sallyport.test', password };
    const { body } = await server.ask(signInDocument.replace('scope', 'scope deviceToken'), { input: viewer });
    const { deviceToken } = (body.data as { login: { deviceToken: string } }).login;
    const tries = await Promise.all(
      Array.from({ length: 12 }, () =>
        signIn(server, { ...viewer, password: 'wrong one', deviceToken }, '203.0.113.2'),
      ),
    );
    expect(counted(tries, 'RATE_LIMITED')).toBe(2);
    expect(codeOf(await signIn(server, viewer, '203.0.113.2'))).toBeUndefined();
    await guess('admin@demo.sallyport.test', 12);
    expect(
      codeOf(await signIn(server, { email: 'admin@demo.sallyport.test', password, deviceToken }, '203.0.113.2')),
    ).toBe('RATE_LIMITED');
  });

  test('has no attempts on a device whose token is older than the password', async () => {
    const email = 'device@example.com';
    const register =
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on AuthTokens { accessToken deviceToken } } }';
    const { register: tokens } = await server.get<{ register: { accessToken: string; deviceToken: string } }>(
      register,
      {
        input: { email, password: 'correct horse battery', displayName: 'Device' },
      },
    );
    const change =
      'mutation { changePassword(currentPassword: "correct horse battery", newPassword: "another good one") { scope } }';
    await server.ask(change, {}, { authorization: `Bearer ${tokens.accessToken}` });
    await guess(email, 10);
    const again = await signIn(
      server,
      { email, password: 'another good one', deviceToken: tokens.deviceToken },
      '203.0.113.4',
    );
    expect(codeOf(again)).toBe('RATE_LIMITED');
  });

  test('that succeeds is not counted', async () => {
    const input = { email: 'viewer@demo.sallyport.test', password };
    for (let count = 0; count < 15; count += 1)
      expect(codeOf(await signIn(server, input, '203.0.113.3'))).toBeUndefined();
  });

  test('that succeeds is not counted while it is under way either', async () => {
    const input = { email: 'viewer@demo.sallyport.test', password };
    const tries = Array.from({ length: 15 }, () => signIn(server, input, '203.0.113.5'));
    expect((await Promise.all(tries)).map(codeOf)).toEqual(tries.map(() => undefined));
  });

  test('that is refused unseen takes nothing: right ones in any number leave the account as it was', async () => {
    const input = { email: 'moderator@demo.sallyport.test', password };
    const fresh = await startServer({ TRUSTED_PROXIES: '127.0.0.1' });
    for (let round = 0; round < 2; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) => signIn(fresh, input, `198.51.100.${index}`)),
      );
      expect(counted(answers, 'INVALID_CREDENTIALS')).toBe(0);
      expect(codeOf(await signIn(fresh, input, '203.0.113.7'))).toBeUndefined();
    }
    expect(counted(await guess(input.email, 12, fresh), 'INVALID_CREDENTIALS')).toBe(10);
    await fresh.stop();
  });

  test('begins anew after a quarter of an hour, whatever was under way when the window ended', async () => {
    const email = 'straddling@example.com';
    const limiter = createLimiters(null)({ name: 'straddling', points: 10, windowSeconds: 1 });
    for (let count = 0; count < 9; count += 1) await limiter.beginAttempt(email);
    const { retryAfterSeconds } = await limiter.consume(email);
    expect(retryAfterSeconds).toBe(1);
    await until(async () => (await limiter.consume(email)).before === 0, 'a new window');
    for (let count = 0; count < 9; count += 1) await limiter.endAttempt(email, false);
    expect((await limiter.consume(email)).before).toBe(0);
  });

  test('at the same moment as right ones is possible as often as alone', async () => {
    const email = 'reader@example.com';
    await server.ask('mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', {
      input: { email, password: 'correct horse battery', displayName: 'Reader' },
    });
    const right = Array.from({ length: 10 }, () =>
      signIn(server, { email, password: 'correct horse battery' }, '203.0.113.6'),
    );
    const [wrong, answers] = await Promise.all([guess(email, 12), Promise.all(right)]);
    expect(counted(wrong, 'INVALID_CREDENTIALS')).toBe(10);
    expect(counted(answers, 'INVALID_CREDENTIALS')).toBe(0);
  });

  test('from one address ends after a hundred failures, an IPv6 address counting with its whole /64', async () => {
    const spray = (index: number): Promise<Answer> =>
      signIn(
        server,
        { email: `spray${index}@example.com`, password: 'wrong one' },
        `2001:db8:1:2::${index.toString(16)}`,
      );
    const tries: Answer[] = [];
    // No more at once than may wait for a hash: what the server could not look at is no attempt.
    while (tries.length < 110) {
      tries.push(...(await Promise.all(Array.from({ length: 22 }, (_, index) => spray(tries.length + index)))));
    }
    expect([counted(tries, 'INVALID_CREDENTIALS'), counted(tries, 'RATE_LIMITED')]).toEqual([100, 10]);
    expect(
      codeOf(await signIn(server, { email: 'viewer@demo.sallyport.test', password }, '2001:db8:1:3::1')),
    ).toBeUndefined();
  });
});

test('An address that a proxy forwards is believed where it is one', async () => {
  const addressFor = async (forwarded: string): Promise<unknown> => {
    const input = { email: 'viewer@demo.sallyport.test', password };
    const query =
      'mutation ($input: LoginInput!) { login(input: $input) { ... on AuthTokens { session { ipAddress } } } }';
    const { body } = await server.ask(query, { input }, { 'x-forwarded-for': forwarded });
    return (body.data as { login: { session: { ipAddress: string } } }).login.session.ipAddress;
  };
  expect(await addressFor('203.0.113.9')).toBe('203.0.113.9');
  expect(await addressFor('::ffff:203.0.113.9')).toBe('203.0.113.9');
  expect(await addressFor(`2001:db8::9%${'z'.repeat(50)}`)).toBe('2001:db8::9');
  expect(await addressFor('198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
  for (const none of ['nonsense', 'unknown', '999.1.1.1', '203.0.113.9:80', '198.51.100.1, x']) {
    expect(await addressFor(none)).toBe('127.0.0.1');
  }
});

test('A call that is refused costs no more after a thousand refused ones', async () => {
  const calls = Array.from({ length: 20 }, (_, index) => `f${index}: inspectToken(token: "x") { __typename }`);
  const inspect = (): Promise<Answer> =>
    server.ask(`{ ${calls.join(' ')} }`, {}, { 'x-forwarded-for': '203.0.113.77' });
  const looksAtTheClock = jest.spyOn(Date, 'now');
  const looksOf = async (): Promise<number> => {
    looksAtTheClock.mockClear();
    expect(codeOf(await inspect())).toBe('RATE_LIMITED');
    return looksAtTheClock.mock.calls.length;
  };
  for (let count = 0; count < 4; count += 1) await inspect();
  const early = await looksOf();
  for (let count = 0; count < 50; count += 1) await inspect();
  expect(await looksOf()).toBeLessThan(early * 2);
  looksAtTheClock.mockRestore();
});

describe('Registering', () => {
  test('is possible twenty times an hour for an address, however many requests come at once', async () => {
    const register = 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }';
    const tries = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        server.ask(
          register,
          { input: { email: `many${index}@example.com`, password: 'correct horse battery', displayName: 'Many' } },
          { 'x-forwarded-for': '203.0.113.9' },
        ),
      ),
    );
    expect(counted(tries, 'RATE_LIMITED')).toBe(4);
  });
});

describe('Tokens', () => {
  const most = 600;
  /** A few more than there are, a few at a time; answers how many were refused, and with what. */
  async function refusals<T>(ask: () => Promise<T>, isRefused: (answer: T) => boolean): Promise<T[]> {
    const answers: T[] = [];
    while (answers.length < most + 10) answers.push(...(await Promise.all(Array.from({ length: 61 }, ask))));
    return answers.filter(isRefused);
  }

  test('of a session are refreshed 600 times a minute, and those of another all the same', async () => {
    const [busy, other] = [await server.signIn('viewer'), await server.signIn('viewer')];
    const refresh = ({ refreshToken: token }: { refreshToken: string }): Promise<Answer> =>
      server.ask('mutation ($token: String) { refresh(refreshToken: $token) { scope } }', { token });
    const refused = await refusals(
      () => refresh(busy),
      ({ body }) => body.errors !== undefined,
    );
    expect(refused.map(codeOf)).toEqual(Array.from({ length: 10 }, () => 'RATE_LIMITED'));
    const seconds = Number(refused[0]?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(codeOf(await refresh(other))).toBeUndefined();
  }, 60_000);

  test('are given to a key 600 times a minute, and to another all the same', async () => {
    const viewer = await server.signIn('viewer');
    const makeKey = async (): Promise<string> => {
      const { createApiKey } = await viewer.get<{ createApiKey: { secret: string } }>(
        'mutation { createApiKey(input: { name: "k", scopes: ["articles:read"] }) { secret } }',
      );
      return createApiKey.secret;
    };
    const [busy, other] = [await makeKey(), await makeKey()];
    const grant = async (key: string): Promise<Response> => {
      const body = new URLSearchParams({ grant_type: 'client_credentials' });
      return fetch(`${server.url}/oauth/token`, { method: 'POST', headers: { 'x-api-key': key }, body });
    };
    const refused = await refusals(
      () => grant(busy),
      ({ status }) => status !== 200,
    );
    expect(refused.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 429));
    expect(await refused[0]?.json()).toMatchObject({ error: 'temporarily_unavailable' });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await grant(other)).status).toBe(200);
  }, 60_000);
});

const withRedis = redisUrl === undefined ? describe.skip : describe;

withRedis('With Redis', () => {
  test('two nodes count together', async () => {
    const env = { TRUSTED_PROXIES: '127.0.0.1', REDIS_URL: redisUrl ?? '' };
    const email = `shared${Date.now()}@example.com`;
    const [one, two] = [await startServer(env), await startServer(env)];
    const answers = [...(await guess(email, 8, one)), ...(await guess(email, 8, two))];
    expect(counted(answers, 'RATE_LIMITED')).toBe(6);
    await Promise.all([one.stop(), two.stop()]);
  });

  test('right and wrong ones on two nodes at once: the wrong ones alone count, and no more than ten are looked at', async () => {
    const env = { TRUSTED_PROXIES: '127.0.0.1', REDIS_URL: redisUrl ?? '' };
    const input = { email: `both${Date.now()}@example.com`, password: 'correct horse battery' };
    const [one, two] = [await startServer(env), await startServer(env)];
    for (const node of [one, two]) {
      await node.ask('mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', {
        input: { ...input, displayName: 'Both' },
      });
    }
    const right = (on: TestServer, index: number): Promise<Answer> => signIn(on, input, `203.0.113.${index}`);
    const [wrong, ...rest] = await Promise.all([
      Promise.all([guess(input.email, 12, one), guess(input.email, 12, two)]),
      ...Array.from({ length: 30 }, (_, index) => right(index % 2 === 0 ? one : two, index)),
    ]);
    expect(counted(rest, 'INVALID_CREDENTIALS')).toBe(0);
    const seen = counted(wrong.flat(), 'INVALID_CREDENTIALS');
    expect(seen).toBeLessThanOrEqual(10);
    const later = await guess(input.email, 12, two);
    expect(seen + counted(later, 'INVALID_CREDENTIALS')).toBe(10);
    await Promise.all([one.stop(), two.stop()]);
  });
});

test('With a Redis that does not answer a stricter limit counts on each node, and the right password still signs in', async () => {
  const alone = await startServer({ TRUSTED_PROXIES: '127.0.0.1', REDIS_URL: 'redis://127.0.0.1:1' });
  const answers = await guess('editor@demo.sallyport.test', 12, alone);
  expect(counted(answers, 'RATE_LIMITED')).toBe(7);
  expect(codeOf(await signIn(alone, { email: 'viewer@demo.sallyport.test', password }, '203.0.113.1'))).toBeUndefined();
  await alone.stop();
});
