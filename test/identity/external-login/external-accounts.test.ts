import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SecurityEvent } from '../../../src/audit/record.ts';
import { newId } from '../../../src/database/base.entity.ts';
import { requireNotHeld } from '../../../src/identity/accounts/held-email.ts';
import { createMailTemplates } from '../../../src/identity/accounts/mail-templates.ts';
import { issueToken } from '../../../src/identity/accounts/single-use-tokens.ts';
import {
  createAccountOfIdentity,
  type FoundAccount,
} from '../../../src/identity/external-login/account-of-identity.ts';
import {
  createCountIdentities,
  createExternalIdentities,
  removeIdentities,
} from '../../../src/identity/external-login/external-identities.service.ts';
import { ExternalIdentity } from '../../../src/identity/external-login/external-identity.entity.ts';
import {
  findExternalLogin,
  issueExternalLogin,
  newState,
  type NewExternalLogin,
} from '../../../src/identity/external-login/external-login-store.ts';
import { createIdentityMail } from '../../../src/identity/external-login/identity-mail.ts';
import { PendingExternalLogin } from '../../../src/identity/external-login/pending-external-login.entity.ts';
import type { ExternalProfile, Provider } from '../../../src/identity/external-login/provider.ts';
import { Session } from '../../../src/identity/sessions/session.entity.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { postgresUrl } from '../../support/database.ts';
import { inTurnForAccount } from '../../support/locks.ts';
import { newSession } from '../../support/session-rows.ts';
import { openTestDatabase, workOf, type OpenedDatabase } from '../../support/unit-of-work.ts';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

const now = new Date('2026-01-02T03:04:05Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const longAgo = new Date(0);

const noted: SecurityEvent[] = [];
const recorder = { record: (_: unknown, __: unknown, event: SecurityEvent) => void noted.push(event) };
const accountOfIdentity = createAccountOfIdentity({
  keptTokens: { seal: async (id, tokens) => `${id} ${JSON.stringify(tokens)}` },
  recorder,
});

const provider: Provider = {
  name: 'corporate',
  displayName: 'The Corporation',
  returnTo: ['https://app.example.com/'],
  keepTokens: false,
  register: true,
  canAskForProof: true,
  authorizationUrl: async () => '',
  redeem: async () => profile,
};
const profile: ExternalProfile = {
  issuer: 'https://id.example.com',
  subject: 'ada',
  email: ' Ada@Example.com',
  isEmailVerified: true,
  displayName: 'Ada',
  authenticatedAt: null,
  tokens: { access_token: 'theirs' },
};

let user: User;
let session: Session;
beforeEach(async () => {
  const em = database.fork();
  await em.nativeDelete(ExternalIdentity, {});
  await em.nativeDelete(PendingExternalLogin, {});
  await em.nativeDelete(User, {});
  noted.length = 0;
  user = await em.transactional((tx) =>
    createUser(tx, now, { email: 'own@example.com', displayName: 'Own', passwordHash: 'hash' }, requireNotHeld),
  );
  session = newSession(em, { user, now, authenticatedAt: after(-60_000) });
  await em.flush();
});

interface Return {
  readonly by?: Partial<Provider>;
  readonly login?: Partial<NewExternalLogin>;
}

/** Goes to the provider; answers the state with which one comes back. */
async function go(login: Partial<NewExternalLogin> = {}): Promise<string> {
  const state = newState();
  await issueExternalLogin(workOf(database, now), {
    state,
    holderSecret: 'a holder',
    provider: provider.name,
    delivery: 'BODY',
    returnTo: provider.returnTo[0],
    isProofAsked: false,
    user: null,
    sessionId: null,
    credentialVersion: null,
    ...login,
  });
  return state;
}

async function comeBackWith(
  state: string,
  person: Partial<ExternalProfile> = {},
  by: Partial<Provider> = {},
): Promise<FoundAccount> {
  const work = workOf(database, now);
  const login = await findExternalLogin(work.em, state);
  if (login === null) throw new Error('not found');
  return work.em.transactional((tx) =>
    accountOfIdentity(tx, work, { provider: { ...provider, ...by }, profile: { ...profile, ...person }, login }),
  );
}

/** Comes back from the provider as a person; with a link, for the account. */
const comeBack = async (person: Partial<ExternalProfile> = {}, { by, login }: Return = {}): Promise<FoundAccount> =>
  comeBackWith(await go(login), person, by);
const link = (): { login: Partial<NewExternalLogin> } => ({
  login: { user: user.id, sessionId: session.id, credentialVersion: 0 },
});
const codeOf = (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => null,
    (error: { code?: string }) => error.code,
  );
const identities = (): Promise<ExternalIdentity[]> =>
  database.fork().find(ExternalIdentity, {}, { populate: ['sealedTokens'], orderBy: { id: 'asc' } });

describe('A person who comes by a provider', () => {
  test('gets an account, whose e-mail the provider vouches for, and finds it the next time', async () => {
    const first = await comeBack();
    expect(first).toMatchObject({ isLinked: true, authenticatedAt: now });
    expect(first.user).toMatchObject({
      email: 'ada@example.com',
      displayName: 'Ada',
      emailVerifiedAt: now,
      emailProvedAt: null,
      passwordHash: null,
    });
    const { id } = first.user;
    expect(noted).toEqual([
      { type: 'account.registered', actorId: id, subjectId: id },
      { type: 'external_identity.linked', actorId: id, subjectId: id, details: { provider: 'corporate' } },
    ]);
    const again = await comeBack({ email: null });
    expect([again.user.id, again.isLinked, again.authenticatedAt]).toEqual([id, false, longAgo]);
    expect(noted).toHaveLength(2);
  });

  test.each<[string, Partial<ExternalProfile>]>([
    ['another subject', { subject: 'bob' }],
    ['the subject of another issuer', { issuer: 'https://other.example.com' }],
  ])('is not taken for another: %s', async (_, other) => {
    const { user: first } = await comeBack();
    const { user: second } = await comeBack({ ...other, email: 'bob@example.com' });
    expect(second.id).not.toBe(first.id);
  });

  test.each<[string, Partial<ExternalProfile>, Partial<Provider>, string]>([
    ['of a provider that makes no accounts', {}, { register: false }, 'FORBIDDEN'],
    ['whose e-mail the provider has not verified', { isEmailVerified: false }, {}, 'FORBIDDEN'],
    ['who has no e-mail there', { email: null }, {}, 'FORBIDDEN'],
    ['whose e-mail is none', { email: 'no e-mail' }, {}, 'FORBIDDEN'],
    ['whose e-mail has an account', { email: 'own@example.com' }, {}, 'CONFLICT'],
    ['whose e-mail is kept for an account', { email: 'kept@example.com' }, {}, 'CONFLICT'],
  ])('%s gets no account', async (_, person, by, code) => {
    const { email } = person;
    const em = database.fork();
    await issueToken(em, now, {
      purpose: 'email-revert',
      email: 'kept@example.com',
      user: em.getReference(User, user.id),
    });
    const message = email === 'kept@example.com' ? /another account/ : /The Corporation/;
    await expect(comeBack(person, { by })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect([await identities(), noted]).toEqual([[], []]);
  });

  test.each([
    [null, 'ada'],
    [' ', 'ada'],
    ['x'.repeat(101), 'ada'],
    [' Ada L. ', 'Ada L.'],
  ])('is called as the provider says, or else by the e-mail: %j', async (displayName, name) => {
    expect((await comeBack({ displayName })).user.displayName).toBe(name);
  });

  test('is not let in to an account that is disabled', async () => {
    const { user: found } = await comeBack();
    await database.fork().nativeUpdate(User, found.id, { status: 'DISABLED' });
    expect(await codeOf(comeBack())).toBe('INVALID_CREDENTIALS');
  });

  test('has tokens that are kept if the setting says so, sealed for the identity, and renewed', async () => {
    await comeBack();
    expect((await identities())[0]?.sealedTokens).toBeNull();
    for (const access_token of ['one', 'two']) {
      await comeBack({ tokens: { access_token } }, { by: { keepTokens: true } });
      const [identity] = await identities();
      expect(identity?.sealedTokens).toBe(`${identity?.id} {"access_token":"${access_token}"}`);
    }
  });

  test('has proved as much as the provider tells, and a new account as much as now', async () => {
    expect((await comeBack({ authenticatedAt: after(-5_000) })).authenticatedAt).toEqual(now);
    expect((await comeBack({ authenticatedAt: after(-5_000) })).authenticatedAt).toEqual(after(-5_000));
  });
});

describe('An identity that is linked', () => {
  test('belongs to the account from then on, whatever its e-mail, and that is noted', async () => {
    const linked = await comeBack({ email: null, isEmailVerified: false }, { ...link(), by: { register: false } });
    expect([linked.user.id, linked.isLinked]).toEqual([user.id, true]);
    expect(noted).toEqual([
      { type: 'external_identity.linked', actorId: user.id, subjectId: user.id, details: { provider: 'corporate' } },
    ]);
    expect((await comeBack()).user.id).toBe(user.id);
    expect((await comeBack({}, link())).isLinked).toBe(false);
  });

  test('is as recent as the session that began it, or as the provider tells', async () => {
    expect((await comeBack({}, link())).authenticatedAt).toEqual(session.authenticatedAt);
    expect((await comeBack({ authenticatedAt: after(-5_000) }, link())).authenticatedAt).toEqual(after(-5_000));
    expect((await comeBack({ authenticatedAt: after(-90_000) }, link())).authenticatedAt).toEqual(
      session.authenticatedAt,
    );
  });

  test('is not that of another account', async () => {
    await comeBack();
    await expect(comeBack({}, link())).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'Another account has this identity of The Corporation already.',
    });
    expect(await identities()).toHaveLength(1);
  });

  test.each<[string, () => Partial<NewExternalLogin>, object]>([
    ['once the account has changed', () => ({ credentialVersion: 1 }), {}],
    ['without a version', () => ({ credentialVersion: null }), {}],
    ['without a session', () => ({ sessionId: null }), {}],
    ['once the session is over', () => ({}), { endedAt: now }],
    ['once the session has run out', () => ({}), { expiresAt: now }],
  ])('is not linked %s', async (_, changes, ofSession) => {
    await database.fork().nativeUpdate(Session, session.id, ofSession);
    const { login } = link();
    expect(await codeOf(comeBack({}, { login: { ...login, ...changes() } }))).toBe('INVALID_GRANT');
    expect(await identities()).toEqual([]);
  });

  test('is not linked to an account that is disabled, and is one of twenty at most', async () => {
    for (let index = 0; index < 20; index += 1) await comeBack({ subject: String(index) }, link());
    await expect(comeBack({ subject: 'more' }, link())).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'An account has at most 20 identities: remove one first.',
    });
    await database.fork().nativeUpdate(User, user.id, { status: 'DISABLED' });
    expect(await codeOf(comeBack({ subject: '1' }, link()))).toBe('INVALID_GRANT');
  });

  test('by two at once is linked by one', async () => {
    const { login } = link();
    const states = [await go(login), await go(login)];
    const linking = states.map((state) => () => codeOf(comeBackWith(state)));
    const tries = await inTurnForAccount(database, user.id, linking);
    // On PGlite one comes after the other, and finds what is linked.
    expect(new Set(tries)).toEqual(new Set([null, ...(postgresUrl === undefined ? [] : ['CONFLICT'])]));
    expect(await identities()).toHaveLength(1);
  });
});

describe('The identities of an account', () => {
  const mailed: string[] = [];
  let isOnly = false;
  const configured = [
    { name: 'other', displayName: 'Other' },
    { name: 'corporate', displayName: 'The Corporation' },
  ];
  const externalIdentities = createExternalIdentities({
    identityMail: (kind, userId, name) => void mailed.push(`${kind} ${userId} ${name}`),
    providers: configured,
    recorder,
    async requireOtherSignInMethod(_, __, what) {
      if (isOnly) throw new Error(what);
    },
  });
  const unlink = (id: string, of = user, credentialVersion = 0): Promise<void> =>
    externalIdentities.unlink(
      workOf(database, now, { kind: 'user', id: of.id, roles: [], scopes: [], credentialVersion }),
      of.id,
      id,
    );
  beforeEach(() => {
    mailed.length = 0;
    isOnly = false;
  });

  test('are removed by their owner alone, and that is noted and told', async () => {
    await comeBack({}, link());
    const [identity] = await identities();
    const id = identity?.id ?? '';
    const { user: other } = await comeBack({ subject: 'bob' });
    noted.length = 0;
    expect(await codeOf(unlink(id, other))).toBe('NOT_FOUND');
    expect(await codeOf(unlink('none'))).toBe('BAD_USER_INPUT');
    expect(await codeOf(unlink(id, user, 1))).toBe('UNAUTHENTICATED');
    await unlink(id);
    expect(await identities()).toHaveLength(1);
    expect(noted).toEqual([
      { type: 'external_identity.unlinked', subjectId: user.id, details: { provider: 'corporate' } },
    ]);
    expect(mailed).toEqual([`identityUnlinked ${user.id} The Corporation`]);
  });

  test('stay if nothing else lets their owner in, but for those of providers that are gone', async () => {
    await comeBack({}, link());
    await comeBack({ subject: 'gone' }, { ...link(), by: { name: 'gone' } });
    const [one, gone] = await identities();
    isOnly = true;
    await expect(unlink(one?.id ?? '')).rejects.toThrow('This identity');
    await unlink(gone?.id ?? '');
    expect(mailed).toEqual([`identityUnlinked ${user.id} gone`]);
    expect(await createCountIdentities(configured)(database.fork(), user.id)).toBe(1);
    expect(await createCountIdentities([])(database.fork(), user.id)).toBe(0);
  });

  test('go with the account, and every link that waits', async () => {
    await comeBack({}, link());
    await removeIdentities(database.fork(), workOf(database, now), user.id);
    expect([await identities(), await database.fork().count(PendingExternalLogin)]).toEqual([[], 0]);
  });
});

test('The owner of an account that is there is told of an identity', async () => {
  const written: unknown[] = [];
  const sending: Array<Promise<void>> = [];
  const tell = createIdentityMail({
    send: (kind, compose) =>
      sending.push(
        compose(database.fork(), createMailTemplates('https://app.example.com')).then(
          (mail) => void written.push([kind, mail?.kind, mail?.to]),
        ),
      ) > 0,
  });
  tell('identityLinked', user.id, 'The Corporation');
  tell('identityUnlinked', newId(now), 'The Corporation');
  await Promise.all(sending);
  expect(written).toEqual(
    expect.arrayContaining([
      ['identity-linked', 'identity-linked', 'own@example.com'],
      ['identity-unlinked', undefined, undefined],
    ]),
  );
});
