import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  challengeDocument,
  challengeOf as openChallenge,
  complete,
  completeDocument,
  enrolledAccount,
  manyClients,
  registerAccount,
  type Account,
} from '../../support/authenticator.ts';
import { createClient, type Client } from '../../support/client.ts';
import { openMailbox } from '../../support/mailbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { createSoftwareKey, type Forgery } from '../../support/software-key.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    ...manyClients,
    PASSKEY_ORIGINS: 'https://app.example.com,android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    PASSKEY_APPS: '{"ios":["TEAMID1234.com.example.app"],"android":[{"package":"com.example.app","sha256":["AB:CD"]}]}',
  });
});
afterAll(() => server.stop());

type Key = ReturnType<typeof createSoftwareKey>;
type Options = Parameters<Key['create']>[0];

const begin = 'mutation { beginPasskeyRegistration }';
const finish =
  'mutation ($response: JSON!, $name: String) { finishPasskeyRegistration(response: $response, name: $name) { id name lastUsedAt } }';
const beginLogin = 'mutation { beginPasskeyLogin }';
const finishLogin = /* GraphQL */ `
  mutation ($response: JSON!, $delivery: TokenDelivery) {
    finishPasskeyLogin(response: $response, delivery: $delivery) {
      accessToken
      user {
        email
      }
      session {
        methods
      }
    }
  }
`;
const remove = 'mutation ($id: ID!) { removePasskey(id: $id) }';
const reauthenticate =
  'mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { accessToken session { methods } } }';

interface SignedIn {
  readonly finishPasskeyLogin: { readonly accessToken: string; readonly user: { readonly email: string } };
}

const optionsOf = async (client: Client): Promise<Options> =>
  (await client.get<{ beginPasskeyRegistration: Options }>(begin)).beginPasskeyRegistration;

/** Adds a passkey to an account, and answers its id. */
async function register(account: Client, key: Key, name?: string): Promise<string> {
  const response = key.create(await optionsOf(account));
  const { finishPasskeyRegistration } = await account.get<{ finishPasskeyRegistration: { id: string } }>(finish, {
    response,
    name,
  });
  return finishPasskeyRegistration.id;
}

async function accountWithPasskey(
  settings: Parameters<typeof createSoftwareKey>[0] = {},
): Promise<Account & { key: Key; id: string }> {
  const account = await registerAccount(server);
  const key = createSoftwareKey(settings);
  return { ...account, key, id: await register(account, key) };
}

const loginOptions = async (client: Client = server): Promise<Options> =>
  (await client.get<{ beginPasskeyLogin: Options }>(beginLogin)).beginPasskeyLogin;

async function signIn(key: Key): Promise<Client & { readonly accessToken: string }> {
  const { finishPasskeyLogin } = await server.get<SignedIn>(finishLogin, { response: key.get(await loginOptions()) });
  const { accessToken } = finishPasskeyLogin;
  return { accessToken, ...createClient(server.url, { authorization: `Bearer ${accessToken}` }) };
}

describe('Registering a passkey', () => {
  test('asks for a discoverable key with user verification, and tells nothing about the person in its handle', async () => {
    const account = await registerAccount(server);
    expect(await optionsOf(account)).toMatchObject({
      rp: { id: 'localhost', name: 'localhost:4000' },
      user: { name: account.email, displayName: 'Owner' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
      timeout: 300_000,
      excludeCredentials: [],
    });
  });

  test('adds it under a name, counts as a factor, and tells the owner', async () => {
    const account = await registerAccount(server);
    await register(account, createSoftwareKey(), 'my phone');
    expect(await account.get('{ me { mfaEnabled passkeys { name lastUsedAt } } }')).toEqual({
      me: { mfaEnabled: true, passkeys: [{ name: 'my phone', lastUsedAt: null }] },
    });
    await openMailbox(server.config).latestMail(account.email, 'factor-enrolled');
  });

  test('of a second one takes a fresh factor, and leaves out the first', async () => {
    const { key, ...account } = await accountWithPasskey();
    expect(await account.refusal(begin)).toBe('MFA_REQUIRED');
    const fresh = await signIn(key);
    const options = await optionsOf(fresh);
    expect(options).toMatchObject({ excludeCredentials: [{ id: expect.any(String) }] });
    await fresh.get(finish, { response: createSoftwareKey().create(options) });
  });

  const forgeries: Array<{ what: string; forgery: Forgery }> = [
    { what: 'another origin', forgery: { origin: 'https://evil.example' } },
    { what: 'another site', forgery: { rpId: 'evil.example' } },
    { what: 'no user verification', forgery: { isUserVerified: false } },
    { what: 'the type of a sign-in', forgery: { type: 'webauthn.get' } },
  ];
  test.each(forgeries)('is refused from $what', async ({ forgery }) => {
    const account = await registerAccount(server);
    const response = createSoftwareKey().create(await optionsOf(account), forgery);
    expect(await account.refusal(finish, { response })).toBe('BAD_USER_INPUT');
  });

  test('is refused with a challenge that is made up, used, late, of another user or of another flow', async () => {
    const account = await registerAccount(server);
    const options = await optionsOf(account);
    const key = createSoftwareKey();
    expect(await account.refusal(finish, { response: key.create({ ...options, challenge: 'A'.repeat(43) }) })).toBe(
      'CONFLICT',
    );
    expect(
      await account.refusal(finish, {
        response: key.create({ ...options, ...(await loginOptions()), user: options.user }),
      }),
    ).toBe('CONFLICT');
    const other = await registerAccount(server);
    expect(await other.refusal(finish, { response: key.create(options) })).toBe('CONFLICT');
    const late = await optionsOf(account);
    server.wait(301);
    expect(await account.refusal(finish, { response: key.create(late) })).toBe('CONFLICT');
    expect(await account.refusal(finish, { response: 'no response' })).toBe('CONFLICT');
    const response = key.create(await optionsOf(account));
    await account.get(finish, { response });
    expect(await account.refusal(finish, { response })).toBe('CONFLICT');
  });

  test('is refused if the passkey is registered already, with whatever account', async () => {
    const { key } = await accountWithPasskey();
    const other = await registerAccount(server);
    expect(await other.refusal(finish, { response: key.create(await optionsOf(other)) })).toBe('CONFLICT');
  });

  test('is recorded if it is refused, whatever is wrong with it', async () => {
    const { key } = await accountWithPasskey();
    const account = await registerAccount(server);
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    const response = createSoftwareKey().create(await optionsOf(account), { origin: 'https://evil.example' });
    await account.refusal(finish, { response });
    await account.refusal(finish, { response });
    await account.refusal(finish, { response: key.create(await optionsOf(account)) });
    const admin = await server.signIn('admin');
    const { auditEvents } = await admin.get<{ auditEvents: { nodes: object[] } }>(
      '{ auditEvents(first: 3, filter: { type: "factor.refused" }) { nodes { subjectId details } } }',
    );
    const codes = ['CONFLICT', 'CONFLICT', 'BAD_USER_INPUT'];
    expect(auditEvents.nodes).toEqual(
      codes.map((code) => ({ subjectId: me.id, details: { proof: 'enrolment', method: 'PASSKEY', code } })),
    );
  });
});

describe('Signing in by a passkey', () => {
  test('needs no user name, and counts as two factors', async () => {
    const { key, email } = await accountWithPasskey();
    const { finishPasskeyLogin } = await server.get<SignedIn>(finishLogin, { response: key.get(await loginOptions()) });
    expect(finishPasskeyLogin).toMatchObject({ user: { email }, session: { methods: ['PASSKEY'] } });
    const { amr } = decodeJwt(finishPasskeyLogin.accessToken);
    expect(amr).toEqual(['user', 'hwk', 'mfa']);
    const fresh = createClient(server.url, { authorization: `Bearer ${finishPasskeyLogin.accessToken}` });
    expect(await fresh.get('mutation { regenerateRecoveryCodes { codes } }')).toHaveProperty('regenerateRecoveryCodes');
  });

  test('by one that is synced says so, and a refreshed token says the same', async () => {
    const { key } = await accountWithPasskey({ isSynced: true, countsUses: false });
    expect(decodeJwt((await signIn(key)).accessToken)).toMatchObject({ amr: ['user', 'swk', 'mfa'] });
    expect(decodeJwt((await signIn(key)).accessToken)).toMatchObject({ amr: ['user', 'swk', 'mfa'] });
  });

  test('notes whether the key has a copy elsewhere, each time anew', async () => {
    const { key, id } = await accountWithPasskey({ isSynced: true });
    const isBackedUp = async (): Promise<unknown> => {
      const [row] = await server.database.orm.em
        .fork()
        .execute<Array<{ is_backed_up: boolean }>>('select is_backed_up from passkeys where id = ?', [id]);
      return row?.is_backed_up;
    };
    expect(await isBackedUp()).toBe(true);
    for (const now of [false, true]) {
      await server.get(finishLogin, { response: key.get(await loginOptions(), { isBackedUp: now }) });
      expect(await isBackedUp()).toBe(now);
    }
  });

  test('answers in cookies if that is asked for', async () => {
    const { key } = await accountWithPasskey();
    const variables = { response: key.get(await loginOptions()), delivery: 'COOKIE' };
    const answer = await server.ask(finishLogin, variables, { origin: 'http://localhost:4000' });
    expect(answer.body.data).toMatchObject({ finishPasskeyLogin: { accessToken: null } });
    expect(answer.headers.getSetCookie()).toHaveLength(3);
  });

  test('is accepted from an origin that is set, of a related site or a mobile app', async () => {
    const { key } = await accountWithPasskey();
    for (const origin of server.config.passkeys.origins) {
      const response = key.get(await loginOptions(), { origin });
      expect(await server.get(finishLogin, { response })).toHaveProperty('finishPasskeyLogin.accessToken');
    }
  });

  const forgeries: Array<{ what: string; forgery: Forgery }> = [
    { what: 'another origin', forgery: { origin: 'https://evil.example' } },
    { what: 'another site', forgery: { rpId: 'evil.example' } },
    { what: 'no user verification', forgery: { isUserVerified: false } },
    { what: 'a signature of another key', forgery: { isSigned: false } },
    { what: 'a counter that stands still', forgery: { counter: 1 } },
    { what: 'the type of a registration', forgery: { type: 'webauthn.create' } },
    { what: 'a challenge that is made up', forgery: { challenge: 'B'.repeat(43) } },
    { what: 'the handle of another user', forgery: { userHandle: Buffer.from('another user').toString('base64url') } },
    { what: 'a passkey that nobody has', forgery: { credentialId: Buffer.alloc(32).toString('base64url') } },
  ];
  test.each(forgeries)('is refused with $what, alike', async ({ forgery }) => {
    const { key } = await accountWithPasskey();
    await signIn(key);
    const response = key.get(await loginOptions(), forgery);
    expect(await server.refusal(finishLogin, { response })).toBe('INVALID_CREDENTIALS');
  });

  test('is good for one response, within five minutes', async () => {
    const { key } = await accountWithPasskey();
    const options = await loginOptions();
    await server.get(finishLogin, { response: key.get(options) });
    expect(await server.refusal(finishLogin, { response: key.get(options) })).toBe('INVALID_CREDENTIALS');
    const late = await loginOptions();
    server.wait(301);
    expect(await server.refusal(finishLogin, { response: key.get(late) })).toBe('INVALID_CREDENTIALS');
    expect(await server.refusal(finishLogin, { response: null })).not.toBe('no error');
    expect(await server.refusal(finishLogin, { response: { id: 1, response: [] } })).toBe('INVALID_CREDENTIALS');
  });

  test('is refused to a disabled account', async () => {
    const { key, ...account } = await accountWithPasskey();
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    const admin = await server.signIn('admin');
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: me.id });
    const response = key.get(await loginOptions());
    expect(await server.refusal(finishLogin, { response })).toBe('INVALID_CREDENTIALS');
  });
});

describe('A passkey beside a password', () => {
  interface Challenge {
    readonly login: { readonly challenge: string; readonly methods: string[]; readonly passkeyOptions: Options };
  }
  const challengeOf = async ({ email, password }: Account): Promise<Challenge['login']> =>
    (await server.get<Challenge>(challengeDocument, { input: { email, password } })).login;

  test('answers the challenge of that sign-in alone', async () => {
    const { key, ...account } = await accountWithPasskey();
    const first = await challengeOf(account);
    expect(first).toMatchObject({ methods: ['PASSKEY'], passkeyOptions: { userVerification: 'required' } });
    const second = await challengeOf(account);
    const crossed = { challenge: first.challenge, passkey: key.get(second.passkeyOptions) };
    expect(await server.refusal(completeDocument, { input: crossed })).toBe('INVALID_CREDENTIALS');
    const loose = { challenge: first.challenge, passkey: key.get(await loginOptions()) };
    expect(await server.refusal(completeDocument, { input: loose })).toBe('INVALID_CREDENTIALS');
    const input = { challenge: first.challenge, passkey: key.get(first.passkeyOptions) };
    const { completeMfa } = await server.get<{ completeMfa: { accessToken: string } }>(completeDocument, { input });
    expect(decodeJwt(completeMfa.accessToken)).toMatchObject({ amr: ['pwd', 'user', 'hwk', 'mfa'] });
  });

  test('of another account is refused', async () => {
    const account = await accountWithPasskey();
    const other = await accountWithPasskey();
    const { challenge, passkeyOptions } = await challengeOf(account);
    const input = { challenge, passkey: other.key.get(passkeyOptions) };
    expect(await server.refusal(completeDocument, { input })).toBe('INVALID_CREDENTIALS');
  });

  test('makes a session fresh, by options that its own user asked for', async () => {
    const { key, ...account } = await accountWithPasskey();
    const foreign = key.get(await loginOptions());
    expect(await account.refusal(reauthenticate, { input: { passkey: foreign } })).toBe('INVALID_CREDENTIALS');
    const passkey = key.get(await loginOptions(account));
    const { reauthenticate: stepped } = await account.get<{ reauthenticate: { accessToken: string } }>(reauthenticate, {
      input: { passkey },
    });
    expect(decodeJwt(stepped.accessToken)).toMatchObject({ amr: ['user', 'pwd', 'hwk', 'mfa'] });
  });
});

describe('A passkey of an account', () => {
  test('is renamed, listed and removed by its owner alone', async () => {
    const { key, id, ...account } = await accountWithPasskey();
    const other = await registerAccount(server);
    const rename = 'mutation ($id: ID!, $name: String!) { renamePasskey(id: $id, name: $name) { name } }';
    expect(await other.refusal(rename, { id, name: 'mine' })).toBe('NOT_FOUND');
    expect(await other.get('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
    expect(await account.get(rename, { id, name: 'a key' })).toEqual({ renamePasskey: { name: 'a key' } });
    expect(await account.refusal(remove, { id })).toBe('MFA_REQUIRED');
    const fresh = await signIn(key);
    const signals = '{ me { passkeySignals } }';
    expect(await fresh.get(signals)).toMatchObject({
      me: { passkeySignals: { rpId: 'localhost', allAcceptedCredentialIds: [expect.any(String)] } },
    });
    expect(await fresh.get(remove, { id })).toEqual({ removePasskey: true });
    expect(await fresh.get(signals)).toMatchObject({ me: { passkeySignals: { allAcceptedCredentialIds: [] } } });
    expect(await fresh.get('{ me { mfaEnabled } }')).toEqual({ me: { mfaEnabled: false } });
    expect(await server.refusal(finishLogin, { response: key.get(await loginOptions()) })).toBe('INVALID_CREDENTIALS');
    await openMailbox(server.config).latestMail(account.email, 'factor-removed');
  });

  test('takes recovery codes and trusted devices along if it was the last factor, and the password is enough again', async () => {
    const account = await enrolledAccount(server);
    const proof = { code: account.nextCode(), trustDevice: true };
    const { accessToken, deviceToken } = await complete(server, await openChallenge(server, account), proof);
    const owner = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    const key = createSoftwareKey();
    const id = await register(owner, key);
    await owner.get('mutation { disableTotp }');
    const factors = '{ me { mfaEnabled secondFactors recoveryCodesLeft trustedDevices { name } } }';
    expect(await owner.get(factors)).toMatchObject({
      me: { mfaEnabled: true, secondFactors: ['PASSKEY', 'RECOVERY_CODE'], recoveryCodesLeft: 10 },
    });
    await openChallenge(server, account);
    await (await signIn(key)).get(remove, { id });
    expect(await owner.get(factors)).toEqual({
      me: { mfaEnabled: false, secondFactors: [], recoveryCodesLeft: 0, trustedDevices: [] },
    });
    const { email, password } = account;
    for (const input of [
      { email, password },
      { email, password, deviceToken },
    ])
      expect(await server.get(challengeDocument, { input })).toMatchObject({
        login: { accessToken: expect.any(String) },
      });
  });

  describe('without a password', () => {
    /** An account that has nothing but passkeys. */
    async function onlyPasskeys(count: number): Promise<{ owner: Client; ids: string[] }> {
      const { key, id, email, ...account } = await accountWithPasskey();
      await server.database.orm.em.fork().execute('update users set password_hash = null where email = ?', [email]);
      const owner = await signIn(key);
      const ids = [id];
      while (ids.length < count) ids.push(await register(owner, createSoftwareKey()));
      expect(await account.get('{ me { hasPassword } }')).toEqual({ me: { hasPassword: false } });
      return { owner, ids };
    }

    test('stays if nothing else lets its owner in', async () => {
      const { owner, ids } = await onlyPasskeys(1);
      expect(await owner.refusal(remove, { id: ids[0] })).toBe('CONFLICT');
    });

    test('is removed if another is left, and of two that are removed at once one stays', async () => {
      const { owner, ids } = await onlyPasskeys(3);
      expect(await owner.get(remove, { id: ids[0] })).toEqual({ removePasskey: true });
      const answers = await Promise.all(ids.slice(1).map((id) => owner.ask(remove, { id })));
      const refused = answers.flatMap(({ body }) => body.errors?.map(({ extensions }) => extensions.code) ?? []);
      expect(refused).toEqual(['CONFLICT']);
      expect(await owner.get('{ me { passkeys { id } secondFactors } }')).toMatchObject({
        me: { passkeys: [{ id: expect.any(String) }], secondFactors: ['PASSKEY'] },
      });
    });
  });
});

test('The files by which browsers and mobile apps learn whose passkeys they may use are served if they are set', async () => {
  const read = async (path: string): Promise<unknown> => (await fetch(`${server.url}/.well-known/${path}`)).json();
  expect(await read('webauthn')).toEqual({ origins: ['https://app.example.com'] });
  expect(await read('apple-app-site-association')).toEqual({
    webcredentials: { apps: ['TEAMID1234.com.example.app'] },
  });
  expect(await read('assetlinks.json')).toMatchObject([
    { target: { package_name: 'com.example.app', sha256_cert_fingerprints: ['AB:CD'] } },
  ]);
});
