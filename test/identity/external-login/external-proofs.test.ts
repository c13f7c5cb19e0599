import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  consumeExternalLogin,
  createLoginSecrets,
  findExternalLogin,
  isBegunBy,
  issueExternalLogin,
  newHolderSecret,
  newState,
} from '../../../src/identity/external-login/external-login-store.ts';
import { externalLoginFeature } from '../../../src/identity/external-login/external-login.feature.ts';
import { linkingOf } from '../../../src/identity/external-login/linking.ts';
import { PendingExternalLogin } from '../../../src/identity/external-login/pending-external-login.entity.ts';
import { provedAtOf, requireAskedProof } from '../../../src/identity/external-login/proved-at.ts';
import type { CredentialSource, RequestPrincipal } from '../../../src/request/credentials.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { openTestDatabase, workOf, type OpenedDatabase } from '../../support/unit-of-work.ts';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

const now = new Date('2026-01-02T03:04:05Z');
const seconds = now.getTime() / 1000;
const before = (ms: number): Date => new Date(now.getTime() - ms);

describe('An identity is linked', () => {
  const id = '01900000-0000-7000-8000-000000000001';
  const user: RequestPrincipal & { kind: 'user' } = {
    kind: 'user',
    id,
    roles: [],
    scopes: [],
    sessionId: 'a session',
    credentialVersion: 3,
    authTime: seconds - 900,
  };
  const linking = (
    principal: RequestPrincipal,
    link: boolean | null | undefined,
    source: CredentialSource = 'bearer',
  ) => linkingOf({ principal, credential: { source }, now }, link);
  const noLink = { user: null, sessionId: null, credentialVersion: null };
  const linked = { user: id, sessionId: 'a session', credentialVersion: 3 };

  test.each<[string, RequestPrincipal, boolean | null | undefined, CredentialSource, object]>([
    ['if the client says so, with cookies, too', user, true, 'cookie', linked],
    ['to the account of an access token', user, undefined, 'bearer', linked],
    ['to the account of an access token if nothing is said', user, null, 'bearer', linked],
    ['not if the client says so', user, false, 'bearer', noLink],
    ['not by cookies alone', user, null, 'cookie', noLink],
    ['not by an API key', { ...user, kind: 'apiKey', userId: id }, null, 'bearer', noLink],
    ['not by a caller who is nobody', { kind: 'anonymous' }, null, 'none', noLink],
    [
      'beside a second factor that was proved just now',
      { ...user, hasFactor: true, mfaAt: seconds - 900 },
      true,
      'bearer',
      linked,
    ],
    ['beside no second factor', { ...user, hasFactor: false, mfaAt: null }, true, 'bearer', linked],
  ])('%s', (_, principal, link, source, expected) => {
    expect(linking(principal, link, source)).toEqual(expected);
  });

  test.each<[string, RequestPrincipal, string]>([
    ['nobody', { kind: 'anonymous' }, 'UNAUTHENTICATED'],
    ['an API key', { ...user, kind: 'apiKey', userId: id }, 'UNAUTHENTICATED'],
    ['a sign-in of long ago', { ...user, authTime: seconds - 901 }, 'REAUTHENTICATION_REQUIRED'],
    ['a sign-in of which nothing is known', { ...user, authTime: null }, 'REAUTHENTICATION_REQUIRED'],
    ['a second factor of long ago', { ...user, hasFactor: true, mfaAt: seconds - 901 }, 'MFA_REQUIRED'],
    ['a second factor that was never proved', { ...user, hasFactor: true }, 'MFA_REQUIRED'],
    ['a session that was narrowed', { ...user, isNarrowed: true }, 'FORBIDDEN'],
  ])('not by %s', (_, principal, code) => {
    expect(() => linking(principal, true)).toThrow(expect.objectContaining({ code }));
  });
});

describe('A proof for which a provider was asked', () => {
  const provider = { canAskForProof: true, displayName: 'The Corporation' };
  const login = { createdAt: now, isProofAsked: true, user: null };
  const asked = (authenticatedAt: Date | null, changes: object = {}, by: object = {}): void =>
    requireAskedProof({
      provider: { ...provider, ...by },
      profile: { authenticatedAt },
      login: { ...login, ...changes },
    });

  test('may be a quarter of an hour old', () => {
    for (const proved of [now, before(900_000)]) expect(() => asked(proved)).not.toThrow();
  });

  test('is none if it is older, or if the provider tells of none', () => {
    for (const proved of [before(900_001), null])
      expect(() => asked(proved)).toThrow(
        expect.objectContaining({
          code: 'REAUTHENTICATION_REQUIRED',
          message: expect.stringMatching(/^The Corporation did not confirm/),
        }),
      );
  });

  test('is not needed where none was asked, where none can be asked, and for a link', () => {
    const em = database.fork();
    const user = em.getReference(User, '01900000-0000-7000-8000-000000000001');
    expect(() => asked(null, { isProofAsked: false })).not.toThrow();
    expect(() => asked(null, {}, { canAskForProof: false })).not.toThrow();
    expect(() => asked(null, { user })).not.toThrow();
  });
});

describe('The moment of a proof', () => {
  let passwordless: User;
  let withPassword: User;
  beforeAll(async () => {
    const add = (name: string, passwordHash: string | null): Promise<User> =>
      database
        .fork()
        .transactional((tx) =>
          createUser(tx, now, { email: `${name}@example.com`, displayName: name, passwordHash }, async () => undefined),
        );
    passwordless = await add('passwordless', null);
    withPassword = await add('password', 'a hash');
  });

  const longAgo = new Date(0);
  const provedAt = (
    user: User,
    authenticatedAt: Date | null,
    { canAskForProof = false, isProofAsked = true, secondFactors = [] as string[] } = {},
  ): Promise<Date> => {
    const em = database.fork();
    const account = em.map(User, { id: user.id, secondFactors });
    return provedAtOf(em, now, {
      user: account,
      provider: { canAskForProof, displayName: 'The Corporation' },
      profile: { authenticatedAt },
      login: { createdAt: now, isProofAsked, user: null },
    });
  };

  test('is what the provider tells, and never later than now', async () => {
    expect(await provedAt(withPassword, before(5_000))).toEqual(before(5_000));
    expect(await provedAt(withPassword, before(-5_000))).toEqual(now);
  });

  test('of which a provider that can be asked tells nothing is long ago', async () => {
    expect(await provedAt(passwordless, null, { canAskForProof: true })).toEqual(longAgo);
  });

  test('of a provider that cannot be asked is now if nothing else proves the account, and a proof was asked', async () => {
    expect(await provedAt(passwordless, null)).toEqual(now);
    expect(await provedAt(passwordless, null, { isProofAsked: false })).toEqual(longAgo);
    expect(await provedAt(withPassword, null)).toEqual(longAgo);
    expect(await provedAt(passwordless, null, { secondFactors: ['TOTP'] })).toEqual(longAgo);
  });
});

describe('A sign-in with a provider', () => {
  const begin = async (state: string, holderSecret: string): Promise<PendingExternalLogin> => {
    await issueExternalLogin(workOf(database, now), {
      state,
      holderSecret,
      provider: 'corporate',
      delivery: 'BODY',
      returnTo: 'https://app.example.com/',
      isProofAsked: false,
      user: null,
      sessionId: null,
      credentialVersion: null,
    });
    const found = await findExternalLogin(database.fork(), state);
    if (found === null) throw new Error('not found');
    return found;
  };

  test('is found by its state, and begun by its holder alone', async () => {
    const [state, holder] = [newState(), newHolderSecret()];
    const login = await begin(state, holder);
    expect([isBegunBy(login, holder), isBegunBy(login, newHolderSecret()), isBegunBy(login, '')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await findExternalLogin(database.fork(), newState())).toBeNull();
    const stored = JSON.stringify(await database.fork().findOneOrFail(PendingExternalLogin, login.id));
    expect([stored.includes(state), stored.includes(holder)]).toEqual([false, false]);
    expect([state, holder]).toEqual([expect.stringMatching(/^spx_[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/)]);
  });

  test('that no holder is known of is nobody’s', async () => {
    const login = await begin(newState(), newHolderSecret());
    login.holderHash = null;
    expect(isBegunBy(login, '')).toBe(false);
  });

  test('is used once, within ten minutes', async () => {
    const invalid = { code: 'INVALID_GRANT' };
    const login = await begin(newState(), newHolderSecret());
    const after = (ms: number) => workOf(database, new Date(now.getTime() + ms));
    await expect(consumeExternalLogin(after(600_000), login)).rejects.toMatchObject(invalid);
    await consumeExternalLogin(after(599_999), login);
    await expect(consumeExternalLogin(after(0), login)).rejects.toMatchObject(invalid);
  });

  test('is removed a day after it has expired', async () => {
    await database.fork().nativeDelete(PendingExternalLogin, {});
    await begin(newState(), newHolderSecret());
    const [retention] = externalLoginFeature.jobs();
    const runAt = async (ms: number): Promise<number | undefined> =>
      retention?.run({
        fork: database.fork,
        now: new Date(now.getTime() + ms),
        pause: async () => undefined,
        log: { warn: () => undefined },
      });
    expect([await runAt(600_000 + 86_400_000), await runAt(600_001 + 86_400_000)]).toEqual([0, 1]);
  });

  test('has secrets of its state, of its holder and of this server', () => {
    const secretsOf = createLoginSecrets(Buffer.alloc(32, 1));
    const own = secretsOf('state', 'holder');
    expect(secretsOf('state', 'holder')).toEqual(own);
    const others = [
      secretsOf('another state', 'holder'),
      secretsOf('state', 'another holder'),
      createLoginSecrets(Buffer.alloc(32, 2))('state', 'holder'),
    ];
    const all = [own, ...others].flatMap(({ codeVerifier, nonce }) => [codeVerifier, nonce]);
    expect(new Set(all).size).toBe(8);
    for (const secret of all) expect(secret).toMatch(/^[\w-]{43}$/);
  });
});
