import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { buildSchema, graphql, type GraphQLSchema } from 'graphql';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { AppError } from '../../src/errors.ts';
import { createFieldBudget } from '../../src/graphql/field-budget.ts';
import { rateLimitsOf } from '../../src/graphql/rate-limit-directive.ts';
import { withRateLimits } from '../../src/graphql/rate-limit.ts';
import { requireRateLimits } from '../../src/graphql/require-rate-limits.ts';
import { createSharedBudget } from '../../src/graphql/shared-budget.ts';
import { createLimiters, type WithinBudget } from '../../src/limits/limiter.ts';
import { createClient, type Answer } from '../support/client.ts';
import { redisUrl, signInDocument, startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer({ TRUSTED_PROXIES: '127.0.0.1' })));
afterAll(() => server.stop());

const password = 'sallyport-demo';
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code;
const signIn = (on: TestServer, input: object, ipAddress: string): Promise<Answer> =>
  on.ask(signInDocument, { input }, { 'x-forwarded-for': ipAddress });

let lastStranger = 0;
/** Attempts of strangers, each from an IP address of its own. */
const guess = (email: string, attempts: number, on = server): Promise<Answer[]> =>
  Promise.all(
    Array.from({ length: attempts }, () =>
      signIn(on, { email, password: 'a wrong guess' }, `198.51.100.${(lastStranger += 1)}`),
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

  test('is counted for a device, too, and for no other account', async () => {
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

  test('from one IP address ends after a hundred failures, an IPv6 address counting with its whole /64', async () => {
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

describe('Arguments that count', () => {
  const schema = withRateLimits(
    buildSchema(`
      directive @public on FIELD_DEFINITION
      directive @rateLimit(max: Int!, window: String!, identityArgs: [String!], message: String, onlyFailures: Boolean! = false) repeatable on FIELD_DEFINITION
      input Person { name: String }
      input Letter { to: String!, subject: String, from: Person }
      type Query {
        send(letter: Letter!): String @public @rateLimit(max: 1, window: "1m", identityArgs: ["letter.to", "letter.subject"])
        answer(letter: Letter!): String @public @rateLimit(max: 1, window: "1m", identityArgs: ["letter.from.name"])
      }`),
    createLimiters(null),
  );
  const send = async (letter: object, field = 'send'): Promise<unknown> => {
    const { errors } = await graphql({
      schema,
      source: `query ($letter: Letter!) { ${field}(letter: $letter) }`,
      variableValues: { letter },
      contextValue: { ipAddress: '203.0.113.9', principal: { kind: 'anonymous' } },
    });
    const original = errors?.[0]?.originalError;
    return original instanceof AppError ? original.code : original;
  };

  test('have a budget for each of their values, those in an input object too', async () => {
    expect([await send({ to: 'ann' }), await send({ to: 'ann' }), await send({ to: 'bob' })]).toEqual([
      undefined,
      'RATE_LIMITED',
      undefined,
    ]);
  });

  test('have one for those that are absent, however they are', async () => {
    const answer = (letter: object): Promise<unknown> => send({ to: 'ann', ...letter }, 'answer');
    expect([await answer({ from: { name: 'bob' } }), await answer({ from: { name: 'cy' } })]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await answer({})).toBeUndefined();
    for (const letter of [{}, { from: null }, { from: {} }, { from: { name: null } }]) {
      expect(await answer(letter)).toBe('RATE_LIMITED');
    }
  });

  test('are not taken for others that read alike when they are joined', async () => {
    expect([await send({ to: 'a:b', subject: 'c' }), await send({ to: 'a', subject: 'b:c' })]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('A limit of a field', () => {
  const sdl = (mutations: string): GraphQLSchema =>
    buildSchema(`
      directive @public on FIELD_DEFINITION
      directive @rateLimit(max: Int!, window: String!, identityArgs: [String!], message: String, onlyFailures: Boolean! = false) repeatable on FIELD_DEFINITION
      type Query { a: Int }
      type Mutation { ${mutations} }`);

  test.each([
    ['max: 1, window: "never"'],
    ['max: 1, window: ""'],
    [`max: 1, window: "${'1'.repeat(101)}m"`],
    ['max: 1, window: "999ms"'],
    ['max: -1, window: "1m"'],
  ])('that cannot be counted lets nothing start: @rateLimit(%s)', (limit) => {
    expect(() => withRateLimits(sdl(`a: Int @rateLimit(${limit})`), createLimiters(null))).toThrow(
      '@rateLimit on Mutation.a: expected `max` from 1 and a window such as "15m", of at least a second.',
    );
  });

  test('is that of the account, the service or, for who has none and in public, the IP address', async () => {
    const limited = withRateLimits(
      sdl(
        'own: Int @rateLimit(max: 1, window: "1s") free: Int @rateLimit(max: 0, window: "1m") open: Int @public @rateLimit(max: 1, window: "1m", message: "Enough.")',
      ),
      createLimiters(null),
    );
    const messageOf = async (field: string, principal: object, ipAddress = '203.0.113.9'): Promise<unknown> => {
      const { errors } = await graphql({
        schema: limited,
        source: `mutation { ${field} }`,
        contextValue: { ipAddress, principal },
      });
      return errors?.[0]?.message;
    };
    const [ann, bob] = ['ann', 'bob'].map((userId) => ({ kind: 'user', id: 'session', userId }));
    const service = { kind: 'service', id: 'ann' };
    const refused = 'Too many attempts. Try again later.';
    const nobody = { kind: 'anonymous' };
    const first = [ann, bob, service, nobody].map((principal) => messageOf('own', principal ?? {}));
    expect(await Promise.all(first)).toEqual([undefined, undefined, refused, undefined]);
    expect(await messageOf('own', nobody)).toBe(refused);
    expect(await messageOf('own', nobody, '203.0.113.10')).toBeUndefined();
    expect([await messageOf('free', nobody), await messageOf('free', nobody)]).toEqual([undefined, undefined]);
    expect([await messageOf('open', ann ?? {}), await messageOf('open', bob ?? {})]).toEqual([undefined, 'Enough.']);
    expect(await messageOf('open', ann ?? {}, '203.0.113.10')).toBeUndefined();
  });

  test('with several of them is within each', async () => {
    const limited = withRateLimits(
      sdl(
        'a: Int @public @rateLimit(max: 2, window: "1m") @rateLimit(max: 1, window: "1h") @rateLimit(max: 0, window: "1m")',
      ),
      createLimiters(null),
    );
    const ask = async (): Promise<unknown> =>
      (await graphql({ schema: limited, source: 'mutation { a }', contextValue: { ipAddress: '203.0.113.9' } })).errors
        ?.length;
    expect([await ask(), await ask()]).toEqual([undefined, 1]);
  });

  test('that is shared with another door has one, which nothing but the caller decides', async () => {
    const share = (mutations: string, createLimiter = createLimiters(null)): WithinBudget =>
      createSharedBudget(sdl(mutations), 'a', createLimiter);
    const limit = '@rateLimit(max: 1, window: "1m")';
    for (const wrong of [
      'b: Int',
      'a: Int',
      `a: Int ${limit} @rateLimit(max: 2, window: "1m")`,
      'a(b: Int): Int @rateLimit(max: 1, window: "1m", identityArgs: ["b"])',
    ]) {
      expect(() => share(wrong)).toThrow('Mutation.a needs exactly one @rateLimit, without identityArgs.');
    }
    const createLimiter = createLimiters(null);
    const within = share(`a: Int @public ${limit}`, createLimiter);
    expect(await within('203.0.113.9', async () => 'done')).toBe('done');
    await expect(within('203.0.113.9', async () => 'done')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const field = withRateLimits(sdl(`a: Int @public ${limit}`), createLimiter);
    const { errors } = await graphql({
      schema: field,
      source: 'mutation { a }',
      contextValue: { ipAddress: '203.0.113.9' },
    });
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'RATE_LIMITED' });
  });
});

describe('A field that counts failures alone', () => {
  const limit = { max: 3, window: '1m', onlyFailures: true };
  const caller = '203.0.113.9';
  const wrong = (): Promise<never> => Promise.reject(new AppError('INVALID_CREDENTIALS', 'No.'));
  const codeFrom = (error: unknown): unknown => (error instanceof AppError ? error.code : error);

  test('has as many failures as its budget, and any number of what succeeds, at once and one by one', async () => {
    const within = createFieldBudget(limit, 'Mutation.guess', createLimiters(null));
    const right = async (): Promise<unknown> => within(caller, {}, async () => 'right').catch(codeFrom);
    expect(await Promise.all(Array.from({ length: 10 }, right))).toEqual(Array(10).fill('right'));
    const tries: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      if (count < limit.max) expect(await right()).toBe('right');
      tries.push(await within(caller, {}, wrong).catch(codeFrom));
    }
    expect(tries).toEqual([...Array(3).fill('INVALID_CREDENTIALS'), ...Array(2).fill('RATE_LIMITED')]);
    expect(await right()).toBe('RATE_LIMITED');
  });

  test('has no fewer for what our own service could not do', async () => {
    const within = createFieldBudget(limit, 'Mutation.wait', createLimiters(null));
    const busy = (): Promise<never> => Promise.reject(new AppError('SERVICE_UNAVAILABLE', 'Later.'));
    for (let count = 0; count < 5; count += 1) {
      expect(await within(caller, {}, busy).catch(codeFrom)).toBe('SERVICE_UNAVAILABLE');
    }
  });

  test('takes no more of it at once than are left, right or wrong', async () => {
    const within = createFieldBudget(limit, 'Mutation.burst', createLimiters(null));
    const tries = await Promise.all(Array.from({ length: 9 }, () => within(caller, {}, wrong).catch(codeFrom)));
    expect(tries.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(3);
  });
});

test('Refreshes count against an IP address only if they fail, as sign-ins do: each session has a budget of its own', () => {
  const fields = server.app.schema.getMutationType()?.getFields();
  const countsFailures = (name: string) =>
    rateLimitsOf(server.app.schema, fields?.[name]).map((limit) => limit.onlyFailures);
  expect([countsFailures('refresh'), countsFailures('login'), countsFailures('register')]).toEqual([
    [true],
    [true],
    [false],
  ]);
});

describe('Writes', () => {
  test('of an account are counted together, from whatever IP address, and those of another are not', async () => {
    const one = await server.signIn('viewer');
    const register =
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on AuthTokens { accessToken } } }';
    const input = { email: 'other@example.com', password: 'correct horse battery', displayName: 'Other' };
    const { register: tokens } = await server.get<{ register: { accessToken: string } }>(register, { input });
    const other = createClient(server.url, { authorization: `Bearer ${tokens.accessToken}` });
    const rename = Array.from(
      { length: 20 },
      (_, index) => `f${index}: updateProfile(input: { displayName: "E" }) { id }`,
    );
    const answers: Answer[] = [];
    for (let count = 0; count < 4; count += 1) {
      answers.push(await one.ask(`mutation { ${rename.join(' ')} }`, {}, { 'x-forwarded-for': `203.0.113.${count}` }));
    }
    expect(answers.map(codeOf)).toEqual([undefined, undefined, undefined, 'RATE_LIMITED']);
    expect(codeOf(await other.ask(`mutation { ${rename[0]} }`))).toBeUndefined();
  });

  test('without a limit do not build, and those that have none on purpose do', () => {
    const build = (sdl: string): void => requireRateLimits(buildSchema(`${sdl} ${directive}`));
    const directive = 'directive @rateLimit(max: Int!, window: String!) on FIELD_DEFINITION type Query { a: Int }';
    expect(() => build('type Mutation { a: Int @rateLimit(max: 1, window: "1m") b: Int c: Int }')).toThrow(
      /^Mutation\.b, Mutation\.c: every mutation needs a limit\. Add `@rateLimit\(max: 300/,
    );
    build('type Mutation { a: Int @rateLimit(max: 0, window: "1m") }');
    build('');
  });
});

test('An IP address that a proxy forwards is believed where it is one', async () => {
  const ipAddressFor = async (forwarded: string): Promise<unknown> => {
    const input = { email: 'viewer@demo.sallyport.test', password };
    const query =
      'mutation ($input: LoginInput!) { login(input: $input) { ... on AuthTokens { session { ipAddress } } } }';
    const { body } = await server.ask(query, { input }, { 'x-forwarded-for': forwarded });
    return (body.data as { login: { session: { ipAddress: string } } }).login.session.ipAddress;
  };
  expect(await ipAddressFor('203.0.113.9')).toBe('203.0.113.9');
  expect(await ipAddressFor('::ffff:203.0.113.9')).toBe('203.0.113.9');
  expect(await ipAddressFor(`2001:db8::9%${'z'.repeat(50)}`)).toBe('2001:db8::9');
  expect(await ipAddressFor('198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
  for (const spelling of [
    '203.0.113.9:80',
    '[2001:db8::9]',
    '[2001:db8::9]:443',
    '"[2001:db8::9]:443"',
    '[fe80::9%eth0]',
  ]) {
    expect(await ipAddressFor(spelling)).toBe(/203[.\d]+|[\da-f]+:[\da-f:]+9/.exec(spelling)?.[0]?.replace(/:80$/, ''));
  }
  // What is no IP address is no proxy of ours either, and names nobody.
  for (const none of [
    'nonsense',
    'unknown',
    '999.1.1.1',
    '198.51.100.1, x',
    '198.51.100.1, [203.0.113.9',
    '1.2.3.4:x',
  ]) {
    expect(await ipAddressFor(none)).toBe('unknown');
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
  test('is possible twenty times an hour for an IP address, however many requests come at once', async () => {
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
  const max = 600;
  /** A few more than there are, a few at a time; answers how many were refused, and with what. */
  async function refusals<T>(ask: () => Promise<T>, isRefused: (answer: T) => boolean): Promise<T[]> {
    const answers: T[] = [];
    while (answers.length < max + 10) answers.push(...(await Promise.all(Array.from({ length: 61 }, ask))));
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
  });

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
  });
});

const withRedis = redisUrl === undefined ? describe.skip : describe;

withRedis('With Redis', () => {
  test('a point that is given back after its window has passed is no further one', async () => {
    const redis = new Redis(redisUrl ?? '');
    try {
      const name = `late-${randomUUID()}`;
      const { consume, refund } = createLimiters(redis)({ name, points: 2, windowSeconds: 60 });
      await consume('caller');
      // As at the end of the window.
      expect(await redis.del(`sallyport:${name}:caller`)).toBe(1);
      await refund('caller');
      const taken = [await consume('caller'), await consume('caller'), await consume('caller')];
      expect(taken.map(({ before }) => before)).toEqual([0, 1, 2]);
    } finally {
      redis.disconnect();
    }
  });

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
