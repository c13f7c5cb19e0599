import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SecurityEvent } from '../../../src/audit/record.ts';
import { AppError } from '../../../src/errors.ts';
import {
  createExternalLogins,
  type BeginRequest,
} from '../../../src/identity/external-login/external-logins.service.ts';
import { PendingExternalLogin } from '../../../src/identity/external-login/pending-external-login.entity.ts';
import type { CallbackParameters, ExternalProfile, Provider } from '../../../src/identity/external-login/provider.ts';
import type { Session } from '../../../src/identity/sessions/session.entity.ts';
import type { SignInRequest, SignInResult } from '../../../src/identity/sign-in/sign-in.service.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import type { CookieJar, SallyportCookie } from '../../../src/request/cookie-jar.ts';
import type { RequestPrincipal } from '../../../src/request/credentials.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { newSession } from '../../support/session-rows.ts';
import { openTestDatabase, workOf, type OpenedDatabase } from '../../support/unit-of-work.ts';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

const now = new Date('2026-01-02T03:04:05Z');
const app = 'https://app.example.com/signed-in';
const ownPage = 'https://api.example.com/sign-in';

const profile: ExternalProfile = {
  issuer: 'https://id.example.com',
  subject: 'ada',
  email: 'ada@example.com',
  isEmailVerified: true,
  displayName: 'Ada',
  authenticatedAt: now,
  tokens: {},
};
/** What the provider was asked, and what it answers. */
let asked: object[] = [];
let redeem: () => Promise<ExternalProfile> = async () => profile;
const provider: Provider = {
  name: 'corporate',
  displayName: 'The Corporation',
  returnTo: [app, `${app}/other`],
  keepTokens: false,
  register: true,
  canAskForProof: true,
  authorizationUrl: async (state, request) => {
    asked.push({ state, ...request });
    return `https://id.example.com/authorize?state=${state}`;
  },
  redeem: async (request) => {
    asked.push(request);
    return redeem();
  },
};

const noted: SecurityEvent[] = [];
const mailed: string[] = [];
const ended: string[] = [];
/** The refresh tokens whose sessions were looked for. */
const looked: string[] = [];
let signedIn: SignInRequest[] = [];
let signIn: (request: SignInRequest) => Promise<SignInResult>;
let former: Session | null = null;
const deps = {
  identityMail: (kind: string, userId: string, name: string) => void mailed.push(`${kind} ${userId} ${name}`),
  keptTokens: { seal: async () => 'sealed' },
  ownPages: [ownPage],
  providers: [provider],
  recorder: {
    prepare: () => {
      throw new Error('nothing is prepared');
    },
    record: () => undefined,
    note: async (_: unknown, event: SecurityEvent) => (noted.push(event), null),
  },
  rootKey: Buffer.alloc(32, 1),
  sessions: {
    end: async (_: unknown, id: string, reason: string) => void ended.push(`${id} ${reason}`),
    findByRefreshToken: async (_: unknown, token: string) => {
      looked.push(token);
      return token === 'a refresh token' ? former : null;
    },
  },
  signIn: { signIn: async (_: unknown, request: SignInRequest) => (signedIn.push(request), signIn(request)) },
};
const externalLogins = createExternalLogins(deps);

/** Cookies as a browser keeps them. */
function jarOf(kept: Partial<Record<SallyportCookie, string>> = {}) {
  const cookies = new Map(Object.entries(kept));
  const seconds = new Map<string, number>();
  const jar: CookieJar = {
    get: (name) => cookies.get(name),
    set: (name, value, maxAgeSeconds) => {
      cookies.set(name, value);
      seconds.set(name, maxAgeSeconds);
    },
    clear: (name) => void cookies.delete(name),
    originAllowed: true,
    noteForeignOrigin: () => undefined,
  };
  return { jar, cookies, seconds };
}

/** A request: what the sign-in reads of it. */
const requestOf = (jar: CookieJar = jarOf().jar, principal?: RequestPrincipal, at = now): RequestContext =>
  ({
    ...workOf(database, at, principal),
    cookies: jar,
    credential: { source: principal === undefined ? 'none' : 'bearer' },
  }) as RequestContext;

let user: User;
let session: Session;
let byUser: RequestPrincipal;
beforeEach(async () => {
  const em = database.fork();
  await em.nativeDelete(PendingExternalLogin, {});
  await em.nativeDelete(User, {});
  for (const list of [noted, mailed, ended, looked]) list.length = 0;
  [asked, signedIn, former] = [[], [], null];
  redeem = async () => profile;
  user = await em.transactional((tx) =>
    createUser(tx, now, { email: 'own@example.com', displayName: 'Own', passwordHash: 'h' }, async () => undefined),
  );
  session = newSession(em, { user, now });
  await em.flush();
  byUser = {
    kind: 'user',
    id: user.id,
    roles: [],
    scopes: [],
    sessionId: session.id,
    credentialVersion: 0,
    authTime: now.getTime() / 1000,
  };
  signIn = async () => ({
    kind: 'tokens',
    tokens: {
      accessToken: 'an access token',
      refreshToken: 'another refresh token',
      expiresInSeconds: 60,
      refreshExpiresInSeconds: 600,
      rights: { roles: [], scopes: [], isNarrowed: false },
      user,
      session,
    },
    deviceToken: 'a device',
    delivery: 'COOKIE',
  });
});

const wanted: BeginRequest = { provider: 'corporate', returnTo: null, delivery: 'BODY', link: null, fresh: null };
const begin = (changes: Partial<BeginRequest> = {}, context = requestOf()) =>
  externalLogins.begin(context, { ...wanted, ...changes });
const codeOf = (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => null,
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const failed = (reason: object, subjectId: string | null = null, name: string | null = 'corporate'): object => ({
  type: 'session.start_failed',
  outcome: 'FAILURE',
  subjectId,
  details: { method: 'EXTERNAL', provider: name, ...reason },
});
const invalid = { reason: 'INVALID_GRANT' };

describe('A sign-in with a provider begins', () => {
  const pending = (): Promise<PendingExternalLogin> =>
    database.fork().findOneOrFail(PendingExternalLogin, { provider: 'corporate' });

  test('with what the provider needs, and a handle that is in no URL', async () => {
    const begun = await begin();
    expect(begun).toEqual({
      authorizationUrl: `https://id.example.com/authorize?state=${begun.state}`,
      state: expect.stringMatching(/^spx_/),
      handle: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(asked).toMatchObject([{ state: begun.state, isProofAsked: false }]);
    expect(await pending()).toMatchObject({ returnTo: app, delivery: 'BODY', isProofAsked: false, user: null });
  });

  test('with a secret in a cookie instead, which all tabs of the browser share', async () => {
    const { jar, cookies, seconds } = jarOf();
    expect((await begin({ delivery: 'COOKIE' }, requestOf(jar))).handle).toBeNull();
    const secret = cookies.get('external-login') ?? '';
    expect([secret, seconds.get('external-login')]).toEqual([expect.stringMatching(/^[\w-]{43}$/), 600]);
    await begin({ delivery: 'COOKIE' }, requestOf(jar));
    expect(cookies.get('external-login')).toBe(secret);
    const { jar: odd, cookies: oddCookies } = jarOf({ 'external-login': 'short' });
    await begin({ delivery: 'COOKIE' }, requestOf(odd));
    expect(oddCookies.get('external-login')).toMatch(/^[\w-]{43}$/);
    const { jar: untouched, cookies: none } = jarOf({ 'external-login': secret });
    const { handle } = await begin({}, requestOf(untouched));
    expect([handle === secret, none.get('external-login')]).toEqual([false, secret]);
  });

  test.each([
    [null, app],
    [`${app}/other`, `${app}/other`],
    [ownPage, ownPage],
    [`${ownPage}?next=a?b`, `${ownPage}?next=a?b`],
  ])('to return to a URL of the setting, or to a page of our own: %s', async (returnTo, expected) => {
    await begin({ returnTo });
    expect((await pending()).returnTo).toBe(expected);
  });

  test.each<[Partial<BeginRequest>, object]>([
    [{ provider: 'nobody' }, { field: 'provider', problem: 'unknown' }],
    [{ returnTo: `${app}?a` }, { field: 'returnTo', problem: 'not_listed' }],
    [{ returnTo: `${ownPage}/more` }, { field: 'returnTo', problem: 'not_listed' }],
    [{ returnTo: '' }, { field: 'returnTo', problem: 'not_listed' }],
  ])('for no one else, and to nowhere else: %j', async (changes, options) => {
    await expect(begin(changes)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', options });
    expect([asked, await database.fork().count(PendingExternalLogin)]).toEqual([[], 0]);
  });

  test('with a question for a proof if that is wanted, and for a link', async () => {
    await begin({ fresh: true });
    await begin({ fresh: false });
    await begin({}, requestOf(undefined, byUser));
    expect(asked.map((request) => 'isProofAsked' in request && request.isProofAsked)).toEqual([true, false, true]);
    const linked = await database.fork().find(PendingExternalLogin, { user: user.id });
    expect(linked).toMatchObject([{ sessionId: session.id, credentialVersion: 0, isProofAsked: true }]);
  });
});

describe('A sign-in whose client has caught the redirect', () => {
  const complete = (parameters: CallbackParameters, handle: string | null, context = requestOf()) =>
    externalLogins.complete(context, parameters, handle ?? '');

  test('is that of the person whom the provider proves, once', async () => {
    const { state, handle } = await begin();
    asked.length = 0;
    const request = await complete({ code: 'a code', state }, handle);
    expect(request).toMatchObject({
      user: { email: 'ada@example.com' },
      methods: ['EXTERNAL'],
      authenticatedAt: now,
      delivery: 'BODY',
    });
    expect(asked).toMatchObject([{ state, parameters: { code: 'a code', state } }]);
    expect([mailed, noted]).toEqual([[], []]);
    expect(await codeOf(complete({ code: 'a code', state }, handle))).toBe('INVALID_GRANT');
    expect(noted).toEqual([failed(invalid)]);
  });

  test('is that of the one who began it alone', async () => {
    const { state } = await begin();
    const { handle: other } = await begin();
    for (const handle of [other, null])
      expect(await codeOf(complete({ code: 'c', state }, handle))).toBe('INVALID_GRANT');
    expect(noted).toEqual([failed(invalid), failed(invalid)]);
    expect(asked).toHaveLength(2);
  });

  test('is not one of the callback, nor one that nobody began', async () => {
    const { jar, cookies } = jarOf();
    const { state } = await begin({ delivery: 'COOKIE' }, requestOf(jar));
    const secret = cookies.get('external-login') ?? '';
    expect(await codeOf(complete({ code: 'c', state }, secret))).toBe('INVALID_GRANT');
    for (const unknown of ['spx_unknown', undefined])
      expect(await codeOf(complete(unknown === undefined ? {} : { state: unknown }, secret))).toBe('INVALID_GRANT');
    expect(noted).toEqual([1, 2, 3].map(() => failed(invalid, null, null)));
  });

  test('links for the account that began it alone, and tells its owner', async () => {
    const { state, handle } = await begin({}, requestOf(undefined, byUser));
    expect(await codeOf(complete({ code: 'c', state }, handle))).toBe('INVALID_GRANT');
    expect(noted).toEqual([failed(invalid, user.id)]);
    const request = await complete({ code: 'c', state }, handle, requestOf(undefined, byUser));
    expect(request.user.id).toBe(user.id);
    expect(mailed).toEqual([`identityLinked ${user.id} The Corporation`]);
    const again = await begin({}, requestOf(undefined, byUser));
    await complete({ code: 'c', state: again.state }, again.handle, requestOf(undefined, byUser));
    expect(mailed).toHaveLength(1);
  });

  test('is over if the provider is none of ours any more', async () => {
    const { state, handle } = await begin();
    const others = createExternalLogins({ ...deps, providers: [] });
    expect(await codeOf(others.complete(requestOf(), { code: 'c', state }, handle ?? ''))).toBe('INVALID_GRANT');
  });

  test('is refused if the provider tells of no proof, and one was asked for', async () => {
    redeem = async () => ({ ...profile, authenticatedAt: null });
    const { state, handle } = await begin({ fresh: true });
    expect(await codeOf(complete({ code: 'c', state }, handle))).toBe('REAUTHENTICATION_REQUIRED');
    expect(noted).toEqual([failed({ reason: 'REAUTHENTICATION_REQUIRED' })]);
  });

  test.each<[string, Error, object | null]>([
    ['an answer', new AppError('FORBIDDEN', 'No.'), { reason: 'FORBIDDEN' }],
    [
      'a check',
      new AppError('INVALID_GRANT', 'No.', { cause: { code: 'OAUTH_NONCE' } }),
      { reason: 'not_accepted', check: 'OAUTH_NONCE' },
    ],
    [
      'a code of another library',
      new AppError('INVALID_GRANT', 'No.', { cause: { code: 'ECONNRESET' } }),
      { reason: 'not_accepted' },
    ],
    ['a cause without a code', new AppError('INVALID_GRANT', 'No.', { cause: {} }), { reason: 'not_accepted' }],
    ['a fault of our own', new Error('a fault'), null],
  ])('is noted with what was refused: %s', async (_, error, reason) => {
    redeem = () => Promise.reject(error);
    const { state, handle } = await begin();
    await expect(complete({ code: 'c', state }, handle)).rejects.toBe(error);
    expect(noted).toEqual(reason === null ? [] : [failed(reason)]);
  });
});

describe('A person who comes back from a provider', () => {
  const answer = (parameters: CallbackParameters, jar = jarOf().jar, name = 'corporate'): Promise<string> =>
    externalLogins.answerCallback(requestOf(jar), name, parameters);
  /** A browser that has begun a sign-in. */
  async function browser(changes: Partial<BeginRequest> = {}, kept: Partial<Record<SallyportCookie, string>> = {}) {
    const made = jarOf(kept);
    const { state } = await begin({ delivery: 'COOKIE', ...changes }, requestOf(made.jar));
    return { ...made, state };
  }

  test('is told nothing if nobody began, or if it was with another provider', async () => {
    const { state, jar } = await browser();
    expect(await codeOf(answer({ code: 'c', state: 'spx_unknown' }, jar))).toBe('INVALID_GRANT');
    expect(await codeOf(answer({ code: 'c' }, jar))).toBe('INVALID_GRANT');
    expect(await codeOf(answer({ code: 'c', state }, jar, 'other'))).toBe('INVALID_GRANT');
    expect(noted).toEqual([1, 2, 3].map(() => failed(invalid, null, null)));
  });

  test('is handed over to a client that completes by itself, of an error only that there was one', async () => {
    const { state } = await begin();
    expect(await answer({ code: 'a code', state, iss: 'https://id.example.com' })).toBe(
      `${app}?code=a+code&state=${state}&iss=https%3A%2F%2Fid.example.com`,
    );
    expect(await answer({ code: 'a code', state })).toBe(`${app}?code=a+code&state=${state}`);
    expect(await answer({ error: 'access_denied', state })).toBe(`${app}?error=FORBIDDEN&state=${state}`);
    expect(signedIn).toEqual([]);
  });

  test('is signed in by cookies, in the browser that began, and its former session ends', async () => {
    former = session;
    const { jar, cookies, state } = await browser({}, { device: 'a former device', refresh: 'a refresh token' });
    expect(await answer({ code: 'c', state }, jar)).toBe(app);
    expect(signedIn).toMatchObject([
      { user: { email: 'ada@example.com' }, methods: ['EXTERNAL'], deviceToken: 'a former device', delivery: 'COOKIE' },
    ]);
    expect(Object.fromEntries(cookies)).toMatchObject({
      access: 'an access token',
      refresh: 'another refresh token',
      device: 'a device',
    });
    expect(ended).toEqual([`${session.id} replaced`]);
  });

  test('ends no session if the browser has none', async () => {
    for (const kept of [{}, { refresh: 'of nobody' }]) {
      const { jar, state } = await browser({}, kept);
      expect(await answer({ code: 'c', state }, jar)).toBe(app);
    }
    expect([ended, looked]).toEqual([[], ['of nobody']]);
  });

  test('is signed in by no other browser', async () => {
    const { state } = await browser();
    for (const kept of [{}, { 'external-login': 'B'.repeat(43) }])
      expect(await answer({ code: 'c', state }, jarOf(kept).jar)).toBe(`${app}?error=INVALID_GRANT`);
    expect([signedIn, noted]).toEqual([[], [failed(invalid), failed(invalid)]]);
  });

  test('goes on without a sign-in if it was to link', async () => {
    const made = jarOf();
    const { state } = await begin({ delivery: 'COOKIE', link: true }, requestOf(made.jar, byUser));
    expect(await answer({ code: 'c', state }, made.jar)).toBe(app);
    expect([signedIn, mailed]).toEqual([[], [`identityLinked ${user.id} The Corporation`]]);
  });

  test.each([
    [undefined, {}],
    [{ challenge: 'x' }, { passkeyOptions: '{"challenge":"x"}' }],
  ])('gets the challenge of a second factor in the fragment (%j)', async (passkeyOptions, further) => {
    const challenge = {
      challenge: 'a challenge',
      methods: ['TOTP' as const, 'PASSKEY' as const],
      expiresIn: 300,
      passkeyOptions,
    };
    signIn = async () => ({ kind: 'challenge', challenge });
    const { jar, cookies, state } = await browser();
    const url = new URL(await answer({ code: 'c', state }, jar));
    expect([url.search, Object.fromEntries(new URLSearchParams(url.hash.slice(1)))]).toEqual([
      '',
      { challenge: 'a challenge', methods: 'TOTP,PASSKEY', expiresIn: '300', ...further },
    ]);
    expect([...cookies.keys()]).toEqual(['external-login']);
  });

  test('gets it in a cookie on a page of our own', async () => {
    const challenge = { challenge: 'a challenge', methods: ['TOTP' as const], expiresIn: 300, passkeyOptions: null };
    signIn = async () => ({ kind: 'challenge', challenge });
    const { jar, cookies, seconds, state } = await browser({ returnTo: `${ownPage}?next=a` });
    expect(await answer({ code: 'c', state }, jar)).toBe(`${ownPage}?next=a&step=factor`);
    expect([seconds.get('challenge'), cookies.has('access')]).toEqual([300, false]);
  });

  test('is told by its code why it was refused, and nothing of a fault of ours', async () => {
    const refused = await browser();
    signIn = () => Promise.reject(new AppError('RATE_LIMITED', 'Too many.'));
    expect(await answer({ code: 'c', state: refused.state }, refused.jar)).toBe(`${app}?error=RATE_LIMITED`);
    const faulty = await browser();
    signIn = () => Promise.reject(new Error('a fault'));
    expect(await codeOf(answer({ code: 'c', state: faulty.state }, faulty.jar))).toBe('a fault');
  });
});

test('The providers are listed in the order of the setting', () => {
  expect(externalLogins.list()).toEqual([provider]);
});
