import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SecurityEvent } from '../../../src/audit/record.ts';
import { ceremonyRetention } from '../../../src/identity/passkeys/ceremonies.ts';
import { PasskeyCeremony } from '../../../src/identity/passkeys/passkey-ceremony.entity.ts';
import { Passkey } from '../../../src/identity/passkeys/passkey.entity.ts';
import { createPasskeyFactor } from '../../../src/identity/passkeys/passkey.factor.ts';
import { createPasskeys } from '../../../src/identity/passkeys/passkeys.service.ts';
import { relyingPartyOf } from '../../../src/identity/passkeys/relying-party.ts';
import { createVerifyAssertion } from '../../../src/identity/passkeys/verify-assertion.ts';
import { createFactorList } from '../../../src/identity/sign-in/factor-list.ts';
import type { RequestPrincipal } from '../../../src/request/credentials.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { untilWaiting } from '../../support/locks.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { createSoftwareKey } from '../../support/software-key.ts';
import { openTestDatabase, workOf, type OpenedDatabase } from '../../support/unit-of-work.ts';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

const now = new Date('2026-01-02T03:04:05Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const relyingParty = relyingPartyOf('http://localhost:4000', ['https://app.example.com']);
const verifyAssertion = createVerifyAssertion(relyingParty);
const factor = createPasskeyFactor({ relyingParty, verifyAssertion });

const noted: SecurityEvent[] = [];
const mailed: string[] = [];
const removed: string[] = [];
let isOnlyMethod = false;
const passkeys = createPasskeys({
  factorMail: (kind, userId) => void mailed.push(`${kind} ${userId}`),
  factorRemoval: { remove: async (_, __, user, { method }) => void removed.push(`${method} ${user.id}`) },
  factors: createFactorList([factor]),
  recorder: {
    record: (_, __, event) => void noted.push(event),
    note: async (_, event) => (noted.push(event), null),
  },
  relyingParty,
  async requireOtherSignInMethod(_, __, what) {
    if (isOnlyMethod) throw new Error(what);
  },
  verifyAssertion,
});

let ada: User;
let bob: User;
beforeEach(async () => {
  const em = database.fork();
  await em.nativeDelete(PasskeyCeremony, {});
  await em.nativeDelete(Passkey, {});
  await em.nativeDelete(User, {});
  for (const list of [noted, mailed, removed]) list.length = 0;
  isOnlyMethod = false;
  const add = (name: string): Promise<User> =>
    em.transactional((tx) =>
      createUser(
        tx,
        now,
        { email: `${name}@example.com`, displayName: name, passwordHash: null },
        async () => undefined,
      ),
    );
  [ada, bob] = [await add('ada'), await add('bob')];
});

type Key = ReturnType<typeof createSoftwareKey>;
const by = ({ id }: User, credentialVersion = 0): RequestPrincipal => ({
  kind: 'user',
  id,
  roles: [],
  scopes: [],
  credentialVersion,
});
const work = (user?: User, at = now) => workOf(database, at, user === undefined ? undefined : by(user));

interface Options {
  readonly challenge: string;
  readonly timeout: number;
  readonly user: { readonly id: string };
  readonly excludeCredentials: ReadonlyArray<{ id: string }>;
  readonly allowCredentials?: ReadonlyArray<{ id: string }>;
}
const begin = async (user: User): Promise<Options> =>
  (await passkeys.beginRegistration(work(user), user.id)) as Options;
const beginSignIn = async (user?: User): Promise<Options> =>
  (await passkeys.beginSignIn(work(user), user?.id)) as Options;

async function register(user: User, key: Key = createSoftwareKey(), name: string | null = null): Promise<Passkey> {
  return passkeys.finishRegistration(work(user), user.id, key.create(await begin(user)), name);
}
const codeOf = (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => null,
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const factorsOf = async ({ id }: User): Promise<readonly string[]> =>
  (await database.fork().findOneOrFail(User, id)).secondFactors;

describe('A registration', () => {
  test('names the relying party, the person and the passkeys that are there', async () => {
    const first = await register(ada);
    const options = await begin(ada);
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'localhost:4000' },
      user: { id: Buffer.from(ada.id).toString('base64url'), name: 'ada@example.com', displayName: 'ada' },
      timeout: 300_000,
      excludeCredentials: [{ id: first.credentialId, transports: ['internal'] }],
    });
    expect(options.challenge).toMatch(/^[\w-]{43}$/);
  });

  test('adds a passkey under a name, and is noted and told', async () => {
    const found = await register(ada, createSoftwareKey({ isSynced: true }), ' my key ');
    expect(found).toMatchObject({ name: 'my key', isSynced: true, isBackedUp: true, lastUsedAt: null, createdAt: now });
    expect(await register(bob)).toMatchObject({ name: 'Passkey', isSynced: false, isBackedUp: false });
    expect([await factorsOf(ada), mailed[0]]).toEqual([['PASSKEY'], `factorEnrolled ${ada.id}`]);
    expect(noted[0]).toEqual({ type: 'factor.enrolled', subjectId: ada.id, details: { method: 'PASSKEY' } });
  });

  test('has a name that fits', async () => {
    const response = createSoftwareKey().create(await begin(ada));
    for (const name of ['', 'x'.repeat(101)])
      expect(await codeOf(passkeys.finishRegistration(work(ada), ada.id, response, name))).toBe('BAD_USER_INPUT');
    expect(await passkeys.finishRegistration(work(ada), ada.id, response, 'x'.repeat(100))).toBeDefined();
  });

  test('is finished by the account that began it, once, within five minutes', async () => {
    const key = createSoftwareKey();
    const finish = async (user: User, response: unknown, at = now): Promise<unknown> =>
      codeOf(passkeys.finishRegistration(work(user, at), user.id, response, null));
    expect(await finish(bob, key.create(await begin(ada)))).toBe('CONFLICT');
    expect(await finish(ada, key.create(await begin(ada)), after(300_000))).toBe('CONFLICT');
    const response = key.create(await begin(ada));
    expect([await finish(ada, response, after(299_999)), await finish(ada, response)]).toEqual([null, 'CONFLICT']);
    expect(noted.filter(({ type }) => type === 'factor.refused')).toHaveLength(3);
  });

  test('is over once the factors of the account have changed', async () => {
    const response = createSoftwareKey().create(await begin(ada));
    await database.fork().nativeUpdate(User, ada.id, { secondFactors: ['TOTP'] });
    expect(await codeOf(passkeys.finishRegistration(work(ada), ada.id, response, null))).toBe('CONFLICT');
    expect(await database.fork().count(Passkey)).toBe(0);
  });

  test('takes no response of a sign-in’s challenge, and none that is wrong', async () => {
    const options = await begin(ada);
    const crossed = { ...options, challenge: (await beginSignIn()).challenge };
    const finish = (response: unknown): Promise<unknown> =>
      codeOf(passkeys.finishRegistration(work(ada), ada.id, response, null));
    expect(await finish(createSoftwareKey().create(crossed))).toBe('CONFLICT');
    expect(await finish(createSoftwareKey().create(options, { isUserVerified: false }))).toBe('BAD_USER_INPUT');
    for (const wrong of [null, 'text', {}, { response: null }, { response: { clientDataJSON: 5 } }])
      expect(await finish(wrong)).toBe('CONFLICT');
  });

  test('is refused to an account that has changed meanwhile, and for a passkey that is known', async () => {
    const key = createSoftwareKey();
    await register(ada, key);
    expect(await codeOf(register(bob, key))).toBe('CONFLICT');
    await database.fork().nativeUpdate(User, bob.id, { credentialVersion: 1 });
    expect(await codeOf(begin(bob))).toBe('UNAUTHENTICATED');
  });

  test('is refused beyond twenty', async () => {
    for (let count = 0; count < 20; count += 1) await register(ada);
    await expect(register(ada)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'An account has at most 20 passkeys: remove one that is not needed any more.',
    });
    expect(await database.fork().count(Passkey)).toBe(20);
  });
});

describe('A sign-in by a passkey', () => {
  const prove = (response: unknown, at = now) => passkeys.prove(work(undefined, at), response);

  test.each([
    [true, 'swk'],
    [false, 'hwk'],
  ])('counts as two factors, and tells whether the key is synced (%s): %s', async (isSynced, kind) => {
    const key = createSoftwareKey({ isSynced });
    const { id } = await register(ada, key);
    const options = await beginSignIn();
    expect(options).toMatchObject({ rpId: 'localhost', timeout: 300_000, userVerification: 'required' });
    expect(options.allowCredentials).toBeUndefined();
    const { user, ...request } = await prove(key.get(options), after(1000));
    expect([user.id, request]).toEqual([ada.id, { methods: ['PASSKEY'], furtherAmr: [kind], isMultiFactor: true }]);
    expect(await database.fork().findOneOrFail(Passkey, id)).toMatchObject({ lastUsedAt: after(1000), counter: 2 });
  });

  test('is refused alike, and noted, for a passkey that nobody has and for an account that is disabled', async () => {
    const key = createSoftwareKey();
    await register(ada, key);
    noted.length = 0;
    const refused = { code: 'INVALID_CREDENTIALS', message: 'The passkey was not accepted: begin again.' };
    const userHandle = Buffer.from(ada.id).toString('base64url');
    const unknown = createSoftwareKey().get(await beginSignIn(), { userHandle });
    await expect(prove(unknown)).rejects.toMatchObject(refused);
    await database.fork().nativeUpdate(User, ada.id, { status: 'DISABLED' });
    await expect(prove(key.get(await beginSignIn()))).rejects.toMatchObject(refused);
    const event = { type: 'session.start_failed', outcome: 'FAILURE' };
    expect(noted).toEqual([
      { ...event, subjectId: null, details: { reason: 'wrong_passkey' } },
      { ...event, subjectId: ada.id, details: { reason: 'disabled' } },
    ]);
  });

  test('is good for one response, within five minutes', async () => {
    const key = createSoftwareKey();
    await register(ada, key);
    const late = key.get(await beginSignIn());
    expect(await codeOf(prove(late, after(300_000)))).toBe('INVALID_CREDENTIALS');
    expect(await codeOf(prove(late, after(299_999)))).toBeNull();
    expect(await codeOf(prove(late))).toBe('INVALID_CREDENTIALS');
  });

  test.each<[string, Parameters<Key['get']>[1]]>([
    ['without user verification', { isUserVerified: false }],
    ['of another site', { rpId: 'evil.example' }],
    ['of another origin', { origin: 'https://evil.example' }],
    ['with a signature of another key', { isSigned: false }],
    ['with a counter that stands still', { counter: 1 }],
    ['of another user', { userHandle: Buffer.from('another').toString('base64url') }],
  ])('is refused %s', async (_, forgery) => {
    const key = createSoftwareKey();
    await register(ada, key);
    expect(await codeOf(prove(key.get(await beginSignIn(), forgery)))).toBe('INVALID_CREDENTIALS');
    expect(await codeOf(prove(key.get(await beginSignIn(), { userHandle: null })))).toBeNull();
  });

  test('is refused for a response that is none', async () => {
    const key = createSoftwareKey();
    await register(ada, key);
    const response = key.get(await beginSignIn());
    const answering = (challenge: unknown): object => ({
      ...response,
      response: { clientDataJSON: Buffer.from(JSON.stringify({ challenge })).toString('base64url') },
    });
    const challenges = ['a\u0000b', 5, { a: 1 }, null].map(answering);
    for (const wrong of [null, {}, { ...response, id: 5 }, ...challenges])
      expect(await codeOf(prove(wrong))).toBe('INVALID_CREDENTIALS');
  });

  test('takes options that somebody who is signed in asked for, and sees the key as it is now', async () => {
    const key = createSoftwareKey();
    await register(ada, key);
    const unit = work();
    for (const options of [await beginSignIn(bob), await beginSignIn()])
      expect((await passkeys.prove(unit, key.get(options))).user.id).toBe(ada.id);
  });

  testOnPostgres('of two at the same moment is one: a copied key falls behind', async () => {
    const key = createSoftwareKey();
    const { id } = await register(ada, key);
    const responses = [key.get(await beginSignIn()), key.get(await beginSignIn())];
    const { proving } = await database.fork().transactional(async (tx) => {
      await tx.execute('select 1 from passkeys where id = ? for update', [id]);
      const begun = responses.map((response) => codeOf(prove(response)));
      await untilWaiting(database, 2);
      return { proving: begun };
    });
    expect((await Promise.all(proving)).toSorted()).toEqual(['INVALID_CREDENTIALS', null]);
  });
});

describe('A passkey as a second factor', () => {
  const account = ({ id }: User) => ({ id, secondFactors: ['PASSKEY'] });

  test('answers the challenge of its sign-in alone, by a passkey of its account', async () => {
    const [key, other] = [createSoftwareKey(), createSoftwareKey()];
    const { credentialId } = await register(ada, key);
    await register(bob, other);
    const challenge = async () => {
      const asked = await factor.challenge?.(work(), account(ada));
      if (asked === undefined) throw new Error('no challenge');
      return { options: asked.passkeyOptions as Options, state: asked.state };
    };
    const verify = (proof: unknown, state?: unknown, user = ada) =>
      factor.verify(work(user), { account: account(user), proof, state });
    const { options, state } = await challenge();
    expect(options.allowCredentials).toMatchObject([{ id: credentialId, transports: ['internal'] }]);
    expect(await verify(key.get(options), state)).toEqual({ amr: ['hwk'] });
    const [first, second] = [await challenge(), await challenge()];
    expect(await verify(key.get(second.options), first.state)).toBeNull();
    expect(await verify(other.get(first.options), first.state)).toBeNull();
    const foreign = await challenge();
    expect(await verify(other.get(foreign.options), foreign.state, bob)).toBeNull();
    const loose = await challenge();
    expect(await verify(key.get(loose.options))).toBeNull();
  });

  test('is proved anew by options that its own user asked for', async () => {
    const key = createSoftwareKey();
    await register(ada, key);
    const verify = async (options: Options) =>
      factor.verify(work(ada), { account: account(ada), proof: key.get(options), state: undefined });
    expect(await verify(await beginSignIn())).toBeNull();
    expect(await verify(await beginSignIn(bob))).toBeNull();
    const own = await beginSignIn(ada);
    expect(own.allowCredentials).toHaveLength(1);
    expect(await verify(own)).toEqual({ amr: ['hwk'] });
  });

  test('is too long to be guessed: no attempts are counted', () => {
    expect(factor).toMatchObject({ isGuessable: false, proofField: 'passkey', amr: ['user'] });
  });

  test('is taken away with what waits for it; or, since a moment, what was added from then on', async () => {
    await register(ada);
    await beginSignIn(ada);
    await beginSignIn(bob);
    const remains = async (): Promise<boolean | undefined> => factor.remains?.(database.fork(), ada.id);
    await factor.removeAll(database.fork(), work(), ada.id, after(1));
    expect([await remains(), await database.fork().count(PasskeyCeremony)]).toEqual([true, 1]);
    await factor.removeAll(database.fork(), work(), ada.id);
    expect(await remains()).toBe(false);
    expect([factor.isEnrolled(account(ada)), factor.isEnrolled({ id: ada.id, secondFactors: [] })]).toEqual([
      true,
      false,
    ]);
  });
});

describe('A passkey of an account', () => {
  test('is renamed by its owner alone', async () => {
    const { id } = await register(ada);
    expect(await passkeys.rename(work(ada), ada.id, id, ' a key ')).toMatchObject({ name: 'a key' });
    expect(await database.fork().findOneOrFail(Passkey, id)).toMatchObject({ name: 'a key' });
    expect(await codeOf(passkeys.rename(work(bob), bob.id, id, 'mine'))).toBe('NOT_FOUND');
    expect(await codeOf(passkeys.rename(work(ada), ada.id, id, ' '))).toBe('BAD_USER_INPUT');
    expect(await codeOf(passkeys.rename(work(ada), ada.id, 'none', 'a'))).toBe('BAD_USER_INPUT');
  });

  test('is removed by its owner, which is noted and told, and the last one ends the factor', async () => {
    const [one, other] = [await register(ada), await register(ada)];
    expect(await codeOf(passkeys.remove(work(bob), bob.id, one.id))).toBe('NOT_FOUND');
    noted.length = 0;
    mailed.length = 0;
    await passkeys.remove(work(ada), ada.id, one.id);
    expect(removed).toEqual([]);
    await passkeys.remove(work(ada), ada.id, other.id);
    expect(removed).toEqual([`PASSKEY ${ada.id}`]);
    const event = { type: 'factor.removed', subjectId: ada.id, details: { method: 'PASSKEY' } };
    expect([noted, mailed]).toEqual([
      [event, event],
      [`factorRemoved ${ada.id}`, `factorRemoved ${ada.id}`],
    ]);
    expect(await database.fork().count(Passkey)).toBe(0);
  });

  test('stays if nothing else lets its owner in, or if the account has changed meanwhile', async () => {
    const { id } = await register(ada);
    isOnlyMethod = true;
    expect(await codeOf(passkeys.remove(work(ada), ada.id, id))).toBe('This passkey');
    isOnlyMethod = false;
    await database.fork().nativeUpdate(User, ada.id, { credentialVersion: 1 });
    expect(await codeOf(passkeys.remove(work(ada), ada.id, id))).toBe('UNAUTHENTICATED');
    expect(await database.fork().count(Passkey)).toBe(1);
  });
});

test('Ceremonies to which no response came are removed once they are over', async () => {
  await beginSignIn();
  const runAt = (ms: number): Promise<number> =>
    ceremonyRetention.run({
      fork: database.fork,
      now: after(ms),
      pause: async () => undefined,
      log: { warn: () => undefined },
    });
  expect([await runAt(300_000), await runAt(300_001)]).toEqual([0, 1]);
});
