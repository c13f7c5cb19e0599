import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { ProviderConfig } from '../../../src/config/parse-providers.ts';
import { providerPresets } from '../../../src/config/provider-presets.ts';
import { AppError } from '../../../src/errors.ts';
import { createProviders } from '../../../src/identity/external-login/create-providers.ts';
import { createKeptTokens } from '../../../src/identity/external-login/kept-tokens.ts';
import { providerError } from '../../../src/identity/external-login/provider-error.ts';
import type { CallbackParameters, ExternalProfile, Provider } from '../../../src/identity/external-login/provider.ts';
import { remembered } from '../../../src/identity/external-login/remembered.ts';
import { OutboundError, type BoundedFetch, type BoundedRequest } from '../../../src/outbound/bounded-fetch.ts';

const issuer = 'https://id.example.com';
const publicUrl = 'https://api.example.com';
const secrets = { codeVerifier: 'a'.repeat(43), nonce: 'b'.repeat(43) };
const state = 'a state';

let signingKey: CryptoKey;
let published: JWK;
beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  signingKey = privateKey;
  published = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
});
afterEach(() => void jest.restoreAllMocks());

const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
};

/** What a provider answers at the path of a URL; anything thrown is a failure of the network. */
type Answers = Readonly<Record<string, (request: BoundedRequest) => unknown>>;

const fetchOf =
  (answers: Answers): BoundedFetch =>
  async (url, init = {}) => {
    const answer = await answers[new URL(url).pathname]?.(init);
    if (answer instanceof Response) return answer;
    return answer === undefined ? new Response('', { status: 404 }) : Response.json(answer);
  };

function providerOf(
  preset: string,
  answers: Answers | BoundedFetch,
  changes: Partial<ProviderConfig> = {},
  isDevelopment = false,
): Provider {
  const known = providerPresets[preset];
  if (known === undefined) throw new Error('no preset');
  const config: ProviderConfig = {
    ...known,
    displayName: 'The Corporation',
    name: 'corporate',
    issuer,
    apiUrl: preset === 'github' || preset === 'discord' ? `${issuer}/api` : null,
    clientId: 'our client',
    clientSecret: 'our secret',
    returnTo: ['https://app.example.com/'],
    keepTokens: false,
    register: true,
    ...changes,
  };
  const [provider] = createProviders({
    providers: [config],
    publicUrl,
    fetch: typeof answers === 'function' ? answers : fetchOf(answers),
    isDevelopment,
  });
  if (provider === undefined) throw new Error('no provider');
  return provider;
}

const redeem = (provider: Provider, parameters: CallbackParameters = { code: 'a code', state }) =>
  provider.redeem({ state, parameters, ...secrets });

/** Answers as a provider of OpenID Connect that says this of a person. */
function saying(claims: object = {}, further: Answers = {}): Answers {
  return {
    '/.well-known/openid-configuration': () => metadata,
    '/jwks': () => ({ keys: [published] }),
    '/token': async () => ({
      access_token: 'theirs',
      token_type: 'bearer',
      id_token: await new SignJWT({ sub: 'person', nonce: secrets.nonce, email: 'p@example.com', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .setIssuer(issuer)
        .setAudience('our client')
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(signingKey),
    }),
    ...further,
  };
}
const profileOf = (claims: object, further: Answers = {}, changes: Partial<ProviderConfig> = {}) =>
  redeem(providerOf('google', saying(claims, further), changes));

describe('A person by OpenID Connect', () => {
  test('is who the ID token says, with its time of the proof', async () => {
    const profile = await profileOf({ name: 'Ada', email_verified: true, auth_time: 1_000_000 });
    expect(profile).toMatchObject({
      issuer,
      subject: 'person',
      email: 'p@example.com',
      isEmailVerified: true,
      displayName: 'Ada',
      authenticatedAt: new Date(1_000_000_000),
      tokens: { access_token: 'theirs' },
    } satisfies ExternalProfile);
    expect(await profileOf({ name: '', email: 5 })).toMatchObject({
      email: null,
      displayName: null,
      isEmailVerified: false,
      authenticatedAt: null,
    });
  });

  test.each([
    [true, true],
    ['true', true],
    [1, true],
    ['1', true],
    [false, false],
    ['false', false],
    [0, false],
    ['yes', false],
    [null, false],
    [undefined, false],
  ])('has a verified e-mail if the claim is %j: %s', async (email_verified, isEmailVerified) => {
    expect(await profileOf({ email_verified })).toMatchObject({ isEmailVerified });
  });

  test('has a verified e-mail by any of the claims that the setting names, and by no other', async () => {
    const verifiedClaims = ['xms_edov', 'verified'];
    expect(await profileOf({ email_verified: true }, {}, { verifiedClaims })).toMatchObject({ isEmailVerified: false });
    expect(await profileOf({ verified: true }, {}, { verifiedClaims })).toMatchObject({ isEmailVerified: true });
  });

  test('is asked about only if the ID token does not tell the e-mail', async () => {
    const asked: string[] = [];
    const userInfo = (sub: string): Answers => ({
      '/userinfo': ({ headers }) => {
        asked.push(JSON.stringify(headers).toLowerCase());
        return { sub, email: 'told@example.com', email_verified: true };
      },
    });
    expect(await profileOf({}, userInfo('person'))).toMatchObject({ email: 'p@example.com' });
    expect(asked).toEqual([]);
    expect(await profileOf({ email: undefined }, userInfo('person'))).toMatchObject({
      email: 'told@example.com',
      isEmailVerified: true,
    });
    expect(asked).toEqual([expect.stringContaining('bearer theirs')]);
    await expect(profileOf({ email: undefined }, userInfo('victim'))).rejects.toMatchObject({ code: 'INVALID_GRANT' });
    const silent = { '/.well-known/openid-configuration': () => ({ ...metadata, userinfo_endpoint: undefined }) };
    expect(await profileOf({ email: undefined }, silent)).toMatchObject({ email: null });
  });

  test('is for this client alone', async () => {
    await expect(profileOf({ azp: 'another' })).rejects.toMatchObject({ code: 'INVALID_GRANT' });
    expect(await profileOf({ azp: 'our client' })).toMatchObject({ subject: 'person' });
  });

  test('has a name that can be stored', async () => {
    expect(await profileOf({ sub: 'x'.repeat(255) })).toMatchObject({ subject: 'x'.repeat(255) });
    for (const sub of ['x'.repeat(256), 'a\0b'])
      await expect(profileOf({ sub })).rejects.toMatchObject({ code: 'INVALID_GRANT' });
  });

  test('may have an ID token whose clock is half a minute off', async () => {
    const now = Math.floor(Date.now() / 1000);
    const lateBy = (seconds: number): Answers => ({
      '/token': async () => ({
        access_token: 'theirs',
        token_type: 'bearer',
        id_token: await new SignJWT({ sub: 'person', nonce: secrets.nonce, iat: now - 600, exp: now - seconds })
          .setProtectedHeader({ alg: 'RS256', kid: 'k' })
          .setIssuer(issuer)
          .setAudience('our client')
          .sign(signingKey),
      }),
      '/userinfo': () => ({ sub: 'person' }),
    });
    expect(await profileOf({}, lateBy(20))).toMatchObject({ subject: 'person' });
    await expect(profileOf({}, lateBy(60))).rejects.toMatchObject({ code: 'INVALID_GRANT' });
  });
});

describe('A person by plain OAuth', () => {
  const github = (user: unknown, emails: unknown, changes: Answers = {}): Promise<ExternalProfile> =>
    redeem(
      providerOf('github', {
        '/login/oauth/access_token': () => ({ access_token: 'theirs', token_type: 'bearer' }),
        '/api/user': () => user,
        '/api/user/emails': () => emails,
        ...changes,
      }),
    );
  const primary = { email: 'p@example.com', primary: true, verified: true };

  test('of GitHub’s kind has the primary e-mail', async () => {
    expect(
      await github({ id: 42, login: 'octo', name: 'Octo Cat' }, [{ email: 'o@example.com', verified: true }, primary]),
    ).toEqual({
      issuer,
      subject: '42',
      email: 'p@example.com',
      isEmailVerified: true,
      displayName: 'Octo Cat',
      authenticatedAt: null,
      tokens: expect.objectContaining({ access_token: 'theirs' }),
    });
    for (const emails of [[], {}, [{ ...primary, primary: 'true' }]])
      expect(await github({ id: 42, login: 'octo', name: '' }, emails)).toMatchObject({
        email: null,
        isEmailVerified: false,
        displayName: 'octo',
      });
    expect(await github({ id: 42 }, [{ ...primary, verified: 'true' }])).toMatchObject({
      email: 'p@example.com',
      isEmailVerified: false,
      displayName: null,
    });
  });

  test('of Discord’s kind has the e-mail of its account', async () => {
    const discord = (user: unknown): Promise<ExternalProfile> =>
      redeem(
        providerOf('discord', {
          '/api/oauth2/token': () => ({ access_token: 'theirs', token_type: 'bearer' }),
          '/api/users/@me': () => user,
        }),
      );
    const user = { id: '8035', username: 'nelly', global_name: 'Nelly', email: 'p@example.com', verified: true };
    expect(await discord(user)).toMatchObject({
      subject: '8035',
      email: 'p@example.com',
      isEmailVerified: true,
      displayName: 'Nelly',
    });
    expect(await discord({ ...user, verified: 'true', global_name: null })).toMatchObject({
      isEmailVerified: false,
      displayName: 'nelly',
    });
  });

  test.each([
    ['no id', {}],
    ['an empty id', { id: '' }],
    ['an id that is no whole number', { id: 1.5 }],
    ['an id that is larger than any number', { id: 2 ** 53 }],
    ['an id of another kind', { id: true }],
    ['a list', []],
    ['a text', 'octo'],
    ['nothing', null],
  ])('that has %s is refused', async (_, user) => {
    await expect(github(user, [primary])).rejects.toMatchObject({ code: 'INVALID_GRANT' });
  });

  test.each([null, 'p@example.com', []])('whose e-mails are no objects is refused: %j', async (email) => {
    await expect(github({ id: 42 }, [email, primary])).rejects.toMatchObject({ code: 'INVALID_GRANT' });
  });

  test('is asked about with the access token, as our program', async () => {
    const sent: unknown[] = [];
    await github({ id: 42 }, [], { '/api/user': ({ headers }) => (sent.push(headers), { id: 42 }) });
    expect(sent).toEqual([
      expect.objectContaining({
        accept: 'application/json',
        authorization: 'Bearer theirs',
        'user-agent': 'sallyport',
      }),
    ]);
  });

  test.each([
    [500, 'SERVICE_UNAVAILABLE'],
    [403, 'INVALID_GRANT'],
  ])('is refused if the API answers %d: %s', async (status, code) => {
    const refused = github({ id: 42 }, [], { '/api/user': () => Response.json({ id: 42 }, { status }) });
    await expect(refused).rejects.toMatchObject({ code });
  });
});

describe('A provider', () => {
  const answering = (token: () => unknown): Provider =>
    providerOf('github', {
      '/login/oauth/access_token': token,
      '/api/user': () => ({ id: 42 }),
      '/api/user/emails': () => [],
    });
  const refusal =
    (error: string, status = 400) =>
    () =>
      Response.json({ error }, { status });

  test.each<[string, () => unknown, string]>([
    ['cannot be reached', () => Promise.reject(new OutboundError('timeout', 'id.example.com')), 'SERVICE_UNAVAILABLE'],
    ['answers 500', () => new Response('', { status: 500 }), 'SERVICE_UNAVAILABLE'],
    ['answers 499', () => new Response('', { status: 499 }), 'INVALID_GRANT'],
    ['is out of order', refusal('server_error'), 'SERVICE_UNAVAILABLE'],
    ['is busy', refusal('temporarily_unavailable'), 'SERVICE_UNAVAILABLE'],
    ['does not know our client', refusal('invalid_client', 401), 'SERVICE_UNAVAILABLE'],
    ['does not serve our client', refusal('unauthorized_client'), 'SERVICE_UNAVAILABLE'],
    ['does not take the code', refusal('invalid_grant'), 'INVALID_GRANT'],
  ])('that %s is told by our own words', async (_, token, code) => {
    const error: unknown = await redeem(answering(token)).catch((thrown: unknown) => thrown);
    if (!(error instanceof AppError)) throw error;
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(/The Corporation/)]);
    expect(error.options).toEqual({
      cause: expect.anything(),
      ...(code === 'INVALID_GRANT' ? {} : { retryAfterSeconds: 30, refusal: 'unavailable' }),
    });
  });

  test.each([
    ['access_denied', 'FORBIDDEN'],
    ['server_error', 'SERVICE_UNAVAILABLE'],
    ['temporarily_unavailable', 'SERVICE_UNAVAILABLE'],
    ['unauthorized_client', 'SERVICE_UNAVAILABLE'],
  ])('that sends a person back with %s: %s', async (error, code) => {
    const refused = redeem(
      answering(() => ({})),
      { error, state, iss: `${issuer}/login/oauth` },
    );
    await expect(refused).rejects.toMatchObject({ code });
  });

  test('is asked by no more than fifty at a time, and by others once these are served', async () => {
    const waiting: Array<() => void> = [];
    const provider = providerOf(
      'google',
      () => new Promise((resolve) => waiting.push(() => resolve(Response.json({})))),
    );
    const ask = (): Promise<string> => provider.authorizationUrl(state, { ...secrets, isProofAsked: false });
    for (let times = 0; times < 2; times += 1) {
      const asking = Array.from({ length: 50 }, () => ask().catch((error: AppError) => error.code));
      await expect(ask()).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        message: 'Too many sign-ins wait for The Corporation: try again later.',
        options: { retryAfterSeconds: 5, refusal: 'unavailable' },
      });
      for (const answer of waiting.splice(0)) answer();
      expect(new Set(await Promise.all(asking))).toEqual(new Set(['INVALID_GRANT']));
    }
  });

  test('says nothing where one of ours has refused before', () => {
    const limited = new AppError('RATE_LIMITED', 'Too many.');
    expect(providerError('The Corporation', limited)).toBe(limited);
  });

  test('has a URL that can be stored', async () => {
    const endless = `${issuer}/${'x'.repeat(250)}`;
    const answers: BoundedFetch = async (url) =>
      Response.json(
        url.endsWith('access_token')
          ? { access_token: 'theirs', token_type: 'bearer' }
          : url.endsWith('/user')
            ? { id: 42 }
            : [],
      );
    expect(await redeem(providerOf('github', answers))).toMatchObject({ subject: '42' });
    await expect(redeem(providerOf('github', answers, { issuer: endless }))).rejects.toMatchObject({
      code: 'INVALID_GRANT',
    });
  });

  test.each(['google', 'github'])('is asked by https alone, but in development: %s', async (preset) => {
    const insecure = 'http://localhost:5000';
    const answers: BoundedFetch = async (url) =>
      Response.json(
        url.includes('.well-known')
          ? {
              ...metadata,
              issuer: insecure,
              token_endpoint: `${insecure}/token`,
              authorization_endpoint: `${issuer}/a`,
            }
          : { error: 'server_error' },
        { status: url.includes('.well-known') ? 200 : 400 },
      );
    const codeIn = (isDevelopment: boolean): Promise<unknown> =>
      redeem(providerOf(preset, answers, { issuer: insecure, apiUrl: insecure }, isDevelopment)).catch(
        (error: AppError) => error.code,
      );
    expect([await codeIn(true), await codeIn(false)]).toEqual(['SERVICE_UNAVAILABLE', 'INVALID_GRANT']);
  });

  const urlAt = async (endpoint: string, isDevelopment: boolean): Promise<string> =>
    providerOf(
      'google',
      { '/.well-known/openid-configuration': () => ({ ...metadata, authorization_endpoint: endpoint }) },
      {},
      isDevelopment,
    ).authorizationUrl(state, { ...secrets, isProofAsked: false });

  test('leads a browser to a page by https alone, but in development', async () => {
    expect(await urlAt(`${issuer}/authorize`, false)).toMatch(/^https:\/\/id\.example\.com\/authorize\?/);
    expect(await urlAt('http://localhost:5000/authorize', true)).toMatch(/^http:\/\/localhost:5000\/authorize\?/);
    await expect(urlAt('http://id.example.com/authorize', false)).rejects.toMatchObject({ code: 'INVALID_GRANT' });
    await expect(urlAt('javascript:alert(1)', true)).rejects.toMatchObject({ code: 'INVALID_GRANT' });
  });

  test.each([
    ['google', true, { nonce: secrets.nonce, max_age: '0' }],
    ['google', false, { nonce: secrets.nonce }],
    ['github', true, {}],
    ['apple', false, { nonce: secrets.nonce, response_mode: 'form_post' }],
  ])('of the kind of %s is asked for what it knows (a proof: %s)', async (preset, isProofAsked, further) => {
    const provider = providerOf(preset, saying());
    const url = new URL(await provider.authorizationUrl(state, { ...secrets, isProofAsked }));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'our client',
      redirect_uri: `${publicUrl}/auth/external/corporate/callback`,
      response_type: 'code',
      scope: providerPresets[preset]?.scopes.join(' '),
      state,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      ...further,
    });
  });

  test.each([
    [['client_secret_basic', 'client_secret_post'], true],
    [['client_secret_basic'], false],
    [undefined, false],
  ])('that takes the secret by %j gets it in the body: %s', async (token_endpoint_auth_methods_supported, isInBody) => {
    const sent: BoundedRequest[] = [];
    const answers = saying(
      {},
      {
        '/.well-known/openid-configuration': () => ({ ...metadata, token_endpoint_auth_methods_supported }),
        '/token': (request) => (sent.push(request), Response.json({ error: 'invalid_grant' }, { status: 400 })),
      },
    );
    await expect(redeem(providerOf('google', answers))).rejects.toMatchObject({ code: 'INVALID_GRANT' });
    const body = await new Response(sent[0]?.body).text();
    expect(body.includes('client_secret=our+secret')).toBe(isInBody);
    expect(JSON.stringify(sent[0]?.headers).includes('Basic ')).toBe(!isInBody);
  });
});

test('The metadata of a provider is read once an hour', async () => {
  const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
  let readings = 0;
  const provider = providerOf('google', { '/.well-known/openid-configuration': () => ((readings += 1), metadata) });
  for (const [ms, count] of [
    [0, 1],
    [3_600_000, 1],
    [3_600_001, 2],
  ] as const) {
    clock.mockReturnValue(ms);
    await provider.authorizationUrl(state, { ...secrets, isProofAsked: false });
    expect(readings).toBe(count);
  }
});

describe('What is remembered', () => {
  test('is found once for all who ask, until its time is over', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    let jobs = 0;
    const ask = remembered(1000, async () => (jobs += 1));
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    now.mockReturnValue(1000);
    expect(await ask()).toBe(1);
    now.mockReturnValue(1001);
    expect([await ask(), await ask()]).toEqual([2, 2]);
    now.mockReturnValue(2001);
    expect(await ask()).toBe(2);
  });

  test('is no failure, and no failure of before takes what was found since', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const outcomes = [
      Promise.withResolvers<string>(),
      Promise.withResolvers<string>(),
      Promise.withResolvers<string>(),
    ];
    let jobs = 0;
    const ask = remembered(1000, () => outcomes[jobs++]?.promise ?? Promise.resolve('no more'));
    const first = ask();
    now.mockReturnValue(2000);
    const second = ask();
    outcomes[0]?.reject(new Error('late'));
    await expect(first).rejects.toThrow('late');
    outcomes[1]?.resolve('found');
    expect([await second, await ask(), jobs]).toEqual(['found', 'found', 2]);
    now.mockReturnValue(4000);
    const third = ask();
    outcomes[2]?.reject(new Error('failed'));
    await expect(third).rejects.toThrow('failed');
    expect(await ask()).toBe('no more');
  });
});

test('The tokens of a provider are opened for their identity, and for no other', async () => {
  const { seal, open } = createKeptTokens(Buffer.alloc(32, 1));
  const sealed = await seal('one', { access_token: 'theirs' });
  expect(sealed).not.toContain('theirs');
  expect(await open('one', sealed)).toEqual({ access_token: 'theirs' });
  await expect(open('other', sealed)).rejects.toThrow();
  await expect(createKeptTokens(Buffer.alloc(32, 2)).open('one', sealed)).rejects.toThrow();
});
