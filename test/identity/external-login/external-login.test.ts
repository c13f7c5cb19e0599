import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { databaseUnavailable } from '../../../src/database/unavailable.ts';
import { issueToken } from '../../../src/identity/accounts/single-use-tokens.ts';
import { ExternalIdentity } from '../../../src/identity/external-login/external-identity.entity.ts';
import { createKeptTokens } from '../../../src/identity/external-login/kept-tokens.ts';
import { complete, enrol, manyClients, registerAccount, type Account } from '../../support/authenticator.ts';
import { createClient, type Answer, type Client } from '../../support/client.ts';
import {
  beginExternalLogin,
  beginExternalLoginDocument,
  codeOf,
  completedOf,
  completeExternalLogin,
} from '../../support/external-login.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../../support/identity-provider.ts';
import { openMailbox } from '../../support/mailbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const origin = 'http://localhost:4000';
const app = 'https://app.example.com/signed-in';
const mobile = 'com.example.app:/signed-in';

let provider: TestIdentityProvider;
let server: TestServer;
beforeAll(async () => {
  const person = (name: string, verified = true) => ({
    email: `${name}@people.example`,
    email_verified: verified,
    name: `The ${name}`,
  });
  const names = [
    'anna',
    'berta',
    'clara',
    'dora',
    'emma',
    'frieda',
    'greta',
    'hanna',
    'ida',
    'jana',
    'karla',
    'kept',
    'lena',
    'mona',
    'nora',
    'olga',
    'paula',
    'quirina',
    'rosa',
    'sina',
  ];
  provider = await startIdentityProvider(
    {
      ...Object.fromEntries(names.map((name) => [name, person(name)])),
      unverified: person('unverified', false),
      viewer: { email: 'viewer@demo.sallyport.test', email_verified: true },
    },
    ['corporate', 'members'].map((name) => `${origin}/auth/external/${name}/callback`),
  );
  const { issuer, clientId, clientSecret } = provider;
  const corporate = {
    name: 'corporate',
    displayName: 'The Corporation',
    issuer,
    clientId,
    clientSecret,
    returnTo: [app, mobile],
    keepTokens: true,
  };
  server = await startServer({
    ...manyClients,
    OIDC_PROVIDERS: JSON.stringify([corporate, { ...corporate, name: 'members', register: false }]),
  });
});
afterAll(async () => {
  await server.stop();
  provider.stop();
});

/** Goes through a sign-in whose client catches the redirect, as a person. */
async function redirectOf(person: string | null, client: Client = server): Promise<URL> {
  return provider.visit((await beginExternalLogin(client, 'corporate')).authorizationUrl, person);
}
const signInAs = async (person: string, client: Client = server): Promise<Answer> =>
  completeExternalLogin(client, await redirectOf(person, client));

/** Links an identity to an account, which goes on by the session that this begins. */
async function linkTo<Linked extends Account>(account: Linked, person: string): Promise<Linked> {
  const { accessToken } = completedOf(await signInAs(person, account));
  return { ...account, ...createClient(server.url, { authorization: `Bearer ${accessToken}` }), accessToken };
}

/** A browser at the app, which keeps cookies. */
function openBrowser() {
  const cookies = new Map<string, string>();
  const keep = (headers: Headers): void => {
    for (const set of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
  };
  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    cookies,
    async begin(): Promise<string> {
      const page = createClient(server.url, { origin, ...(cookies.size === 0 ? {} : { cookie: cookie() }) });
      const { body, headers } = await page.ask(beginExternalLoginDocument, {
        provider: 'corporate',
        delivery: 'COOKIE',
      });
      keep(headers);
      return (body.data as { beginExternalLogin: { authorizationUrl: string } }).beginExternalLogin.authorizationUrl;
    },
    async follow(redirect: URL, init: RequestInit = {}): Promise<Response> {
      const url = server.url + redirect.pathname + redirect.search;
      const response = await fetch(url, { redirect: 'manual', headers: { cookie: cookie() }, ...init });
      keep(response.headers);
      return response;
    },
  };
}
const locationOf = (response: Response): string => response.headers.get('location') ?? `no: ${response.status}`;

const identities = '{ me { id externalIdentities { id provider subject createdAt } } }';

describe('Signing in with a provider', () => {
  test('is offered by name', async () => {
    expect(await server.get('{ identityProviders { name displayName } }')).toEqual({
      identityProviders: ['corporate', 'members'].map((name) => ({ name, displayName: 'The Corporation' })),
    });
  });

  test('asks for a code with PKCE, state and nonce, and the exact callback', async () => {
    const { authorizationUrl, state } = await beginExternalLogin(server, 'corporate');
    const url = new URL(authorizationUrl);
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${origin}/auth/external/corporate/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'openid email profile',
      state,
    });
  });

  test('makes an account whose e-mail is proved, and finds it the next time', async () => {
    const first = completedOf(await signInAs('anna'));
    expect(first).toMatchObject({
      user: { email: 'anna@people.example', emailVerified: true, displayName: 'The anna' },
      session: { methods: ['EXTERNAL'] },
    });
    expect(decodeJwt(first.accessToken)['amr']).toEqual(['external']);
    expect(completedOf(await signInAs('anna')).user.id).toBe(first.user.id);
    const client = createClient(server.url, { authorization: `Bearer ${first.accessToken}` });
    expect(await client.get(identities)).toMatchObject({
      me: { externalIdentities: [{ provider: 'corporate', subject: 'anna' }] },
    });
  });

  test('hands over no account that has the e-mail, proved or not', async () => {
    expect(codeOf(await signInAs('viewer'))).toBe('CONFLICT');
    const stranger = await server.ask(
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on AuthTokens { accessToken } } }',
      { input: { email: 'berta@people.example', password: 'a stranger was here', displayName: 'Stranger' } },
      { 'x-forwarded-for': '192.0.2.99' },
    );
    expect(stranger.body.errors).toBeUndefined();
    expect(codeOf(await signInAs('berta'))).toBe('CONFLICT');
    const { register } = stranger.body.data as { register: { accessToken: string } };
    const client = createClient(server.url, { authorization: `Bearer ${register.accessToken}` });
    expect(await client.get('{ me { emailVerified externalIdentities { id } } }')).toEqual({
      me: { emailVerified: false, externalIdentities: [] },
    });
  });

  test('makes no account for an e-mail that its former account may still take back', async () => {
    const now = server.now();
    await issueToken(server.database.fork(), now, { purpose: 'email-revert', email: 'kept@people.example' });
    expect(codeOf(await signInAs('kept'))).toBe('CONFLICT');
  });

  test('makes no account for an e-mail that the provider has not verified', async () => {
    expect(codeOf(await signInAs('unverified'))).toBe('FORBIDDEN');
  });

  test('makes no account for a stranger if the provider is for members, who link themselves', async () => {
    const account = await registerAccount(server);
    const visit = async (client: Client): Promise<Answer> => {
      const { authorizationUrl } = await beginExternalLogin(client, 'members');
      return completeExternalLogin(client, await provider.visit(authorizationUrl, 'karla'));
    };
    expect(codeOf(await visit(server))).toBe('FORBIDDEN');
    expect(completedOf(await visit(account)).user.email).toBe(account.email);
    expect(completedOf(await visit(server)).user.email).toBe(account.email);
  });

  test('is no recent proof for an account that has another, unless the provider tells that it asked for one', async () => {
    const isRecent = async (accessToken: string): Promise<boolean> => {
      const client = createClient(server.url, { authorization: `Bearer ${accessToken}` });
      return codeOf(await client.ask(beginExternalLoginDocument, { provider: 'corporate' })) === 'no error';
    };
    const { accessToken } = await linkTo(await registerAccount(server), 'lena');
    expect(await isRecent(accessToken)).toBe(true);
    expect(await isRecent(completedOf(await signInAs('lena')).accessToken)).toBe(false);
    const { authorizationUrl } = await beginExternalLogin(server, 'corporate', { fresh: true });
    expect(new URL(authorizationUrl).searchParams.get('max_age')).toBe('0');
    const redirect = await provider.visit(authorizationUrl, 'lena');
    expect(await isRecent(completedOf(await completeExternalLogin(server, redirect)).accessToken)).toBe(true);
  });

  test('is no recent proof if the browser leaves out the question that the provider was to ask', async () => {
    await signInAs('sina');
    const { authorizationUrl } = await beginExternalLogin(server, 'corporate', { fresh: true });
    const silent = new URL(authorizationUrl);
    silent.searchParams.delete('max_age');
    const answer = await completeExternalLogin(server, await provider.visit(silent.href, 'sina'));
    expect(codeOf(answer)).toBe('REAUTHENTICATION_REQUIRED');
    const { accessToken } = completedOf(await signInAs('sina'));
    const client = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    expect(await client.refusal(beginExternalLoginDocument, { provider: 'corporate' })).toBe(
      'REAUTHENTICATION_REQUIRED',
    );
  });

  test('keeps the tokens of the provider sealed, where the setting says so', async () => {
    const { user } = completedOf(await signInAs('clara'));
    const [row] = await server.database
      .fork()
      .find(ExternalIdentity, { user: user.id }, { populate: ['sealedTokens'] });
    expect(row?.sealedTokens).toMatch(/^eyJ[\w-]+\.\.[\w.-]+$/);
    await expect(createKeptTokens(Buffer.alloc(32)).open(row?.id ?? '', row?.sealedTokens ?? '')).rejects.toThrow();
  });
});

describe('What a provider sent is good', () => {
  test('once', async () => {
    const redirect = await redirectOf('anna');
    expect(codeOf(await completeExternalLogin(server, redirect))).toBe('no error');
    expect(codeOf(await completeExternalLogin(server, redirect))).toBe('INVALID_GRANT');
  });

  test('for one of many at the same time', async () => {
    const redirect = await redirectOf('anna');
    const answers = await Promise.all(Array.from({ length: 20 }, () => completeExternalLogin(server, redirect)));
    expect(answers.map(codeOf).filter((code) => code === 'no error')).toHaveLength(1);
  });

  test('with the state that was begun for it', async () => {
    const [one, other] = [await redirectOf('anna'), await redirectOf('clara')];
    const code = other.searchParams.get('code');
    expect(codeOf(await completeExternalLogin(server, one, { code }))).toBe('INVALID_GRANT');
    expect(codeOf(await completeExternalLogin(server, other, { state: `spx_${'A'.repeat(43)}` }))).toBe(
      'INVALID_GRANT',
    );
  });

  test('for the client that began, by a handle that is in no URL', async () => {
    const { authorizationUrl, handle } = await beginExternalLogin(server, 'corporate');
    const redirect = await provider.visit(authorizationUrl, 'anna');
    const handed = new URL(locationOf(await openBrowser().follow(redirect)));
    expect(handle).toMatch(/^[\w-]{43}$/);
    expect(authorizationUrl + handed.href).not.toContain(handle);
    const other = await beginExternalLogin(server, 'corporate');
    for (const stolen of [undefined, null, '', handed.searchParams.get('state'), other.handle])
      expect(codeOf(await completeExternalLogin(server, handed, { handle: stolen }))).toBe('INVALID_GRANT');
    expect(codeOf(await completeExternalLogin(server, handed))).toBe('no error');
  });

  test('with the issuer that sent it (RFC 9207)', async () => {
    for (const iss of [undefined, 'https://evil.example']) {
      const redirect = await redirectOf('anna');
      expect(codeOf(await completeExternalLogin(server, redirect, { iss }))).toBe('INVALID_GRANT');
    }
  });

  test('for ten minutes', async () => {
    const redirect = await redirectOf('anna');
    server.wait(601);
    expect(codeOf(await completeExternalLogin(server, redirect))).toBe('INVALID_GRANT');
  });
});

test('Unknown providers and return URLs that are not listed letter by letter are refused', async () => {
  expect(await server.refusal(beginExternalLoginDocument, { provider: 'nobody' })).toBe('BAD_USER_INPUT');
  for (const returnTo of [`${app}/`, `${app}?next=1`, 'https://app.example.com.evil.example/signed-in', 'javascript:1'])
    expect(await server.refusal(beginExternalLoginDocument, { provider: 'corporate', returnTo })).toBe(
      'BAD_USER_INPUT',
    );
});

describe('An identity', () => {
  test('is linked by the access token of its account, whatever its e-mail, and signs in to it', async () => {
    const account = await registerAccount(server);
    const linked = completedOf(await signInAs('unverified', account));
    expect(linked.user.email).toBe(account.email);
    expect(completedOf(await signInAs('unverified')).user.id).toBe(linked.user.id);
    await openMailbox(server.config).latestMail(account.email, 'identity-linked');
    const other = await registerAccount(server);
    expect(codeOf(await signInAs('unverified', other))).toBe('CONFLICT');
  });

  test('is linked by the one who began alone', async () => {
    const [account, other] = [await registerAccount(server), await registerAccount(server)];
    const redirect = await redirectOf('dora', account);
    expect(codeOf(await completeExternalLogin(server, redirect))).toBe('INVALID_GRANT');
    expect(codeOf(await completeExternalLogin(other, redirect))).toBe('INVALID_GRANT');
    expect(codeOf(await completeExternalLogin(account, redirect))).toBe('no error');
  });

  test('is linked after a recent sign-in alone', async () => {
    const account = await registerAccount(server);
    const client = createClient(server.url, { authorization: `Bearer ${account.accessToken}` });
    server.wait(14 * 60);
    await beginExternalLogin(client, 'corporate');
    const { body } = await server.ask('mutation ($token: String) { refresh(refreshToken: $token) { accessToken } }', {
      token: account.refreshToken,
    });
    const { refresh } = body.data as { refresh: { accessToken: string } };
    server.wait(2 * 60);
    const later = createClient(server.url, { authorization: `Bearer ${refresh.accessToken}` });
    expect(await later.refusal(beginExternalLoginDocument, { provider: 'corporate' })).toBe(
      'REAUTHENTICATION_REQUIRED',
    );
    expect(await server.refusal(beginExternalLoginDocument, { provider: 'corporate', link: true })).toBe(
      'UNAUTHENTICATED',
    );
  });

  test('is removed by its owner, unless nothing else lets them in', async () => {
    const account = await linkTo(await registerAccount(server), 'emma');
    const listed = await account.get<{ me: { externalIdentities: Array<{ id: string }> } }>(identities);
    const [identity] = listed.me.externalIdentities;
    const unlink = 'mutation ($id: ID!) { unlinkExternalIdentity(id: $id) }';
    const other = await registerAccount(server);
    expect(await other.refusal(unlink, identity)).toBe('NOT_FOUND');
    expect(await account.get(unlink, identity)).toEqual({ unlinkExternalIdentity: true });
    await openMailbox(server.config).latestMail(account.email, 'identity-unlinked');

    const { accessToken } = completedOf(await signInAs('frieda'));
    const passwordless = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    const only = await passwordless.get<{ me: { externalIdentities: Array<{ id: string }> } }>(identities);
    expect(await passwordless.refusal(unlink, only.me.externalIdentities[0])).toBe('CONFLICT');
  });

  test('is shown to its owner in person alone', async () => {
    const { user } = completedOf(await signInAs('greta'));
    const admin = await server.signIn('admin');
    const { body } = await admin.ask(
      'query ($id: ID!) { node(id: $id) { ... on User { externalIdentities { id } } } }',
      {
        id: user.id,
      },
    );
    expect(body.data).toEqual({ node: { externalIdentities: null } });
  });

  test('of a disabled account signs no one in', async () => {
    const { user } = completedOf(await signInAs('hanna'));
    const admin = await server.signIn('admin');
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: user.id });
    expect(codeOf(await signInAs('hanna'))).toBe('INVALID_CREDENTIALS');
  });

  test('never stands in for the second factor of its account', async () => {
    const enrolled = await enrol(server, await linkTo(await registerAccount(server), 'ida'));
    const { challenge, methods } = completedOf(await signInAs('ida'));
    expect(methods).toEqual(['TOTP', 'RECOVERY_CODE']);
    const { session } = await complete(server, challenge, { code: enrolled.nextCode() });
    expect(session.methods).toEqual(['EXTERNAL', 'TOTP']);
    expect(await enrolled.refusal(beginExternalLoginDocument, { provider: 'corporate' })).toBe('MFA_REQUIRED');
  });
});

describe('An e-mail for which the provider alone has vouched', () => {
  const newPassword = 'proved by the mailbox';

  /** Sets a new password by the mail to a person. */
  async function resetBy(email: string): Promise<void> {
    const mailbox = openMailbox(server.config);
    const before = mailbox.all().filter(({ to, kind }) => to === email && kind === 'password-reset').length;
    await server.get('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
    const token = (await mailbox.mails(email, 'password-reset', before + 1)).at(-1)?.token;
    await server.get('mutation ($token: String!, $to: String!) { resetPassword(token: $token, newPassword: $to) }', {
      token,
      to: newPassword,
    });
  }

  const canSignIn = async (email: string): Promise<boolean> => {
    const { body } = await server.ask(
      'mutation ($input: LoginInput!) { login(input: $input) { __typename } }',
      { input: { email, password: newPassword } },
      { 'x-forwarded-for': '192.0.2.201' },
    );
    return body.errors === undefined;
  };

  test('is proved by the first mail that its owner answers, and nothing from before counts any more', async () => {
    const { accessToken, user } = completedOf(await signInAs('mona'));
    const squatter = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    const { createApiKey } = await squatter.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "kept", scopes: ["articles:read"] }) { secret } }',
    );
    const byKey = createClient(server.url, { authorization: `Bearer ${createApiKey.secret}` });
    expect(await byKey.ask('{ __typename }')).toMatchObject({ status: 200 });
    await resetBy(user.email);
    expect(await canSignIn(user.email)).toBe(true);
    expect(codeOf(await signInAs('mona'))).toBe('CONFLICT');
    expect([codeOf(await squatter.ask('{ me { id } }')), codeOf(await byKey.ask('{ __typename }'))]).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
    ]);
  });

  test('that its owner has proved by a mail before keeps its identities when the password is forgotten', async () => {
    const { accessToken, user } = completedOf(await signInAs('nora'));
    const owner = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    await owner.get('mutation { requestEmailVerification }');
    const { token } = await openMailbox(server.config).latestMail(user.email, 'verification');
    await owner.get('mutation ($token: String!) { verifyEmail(token: $token) }', { token });
    await resetBy(user.email);
    expect(completedOf(await signInAs('nora')).user.id).toBe(user.id);
  });

  test('takes no second factor away: the mailbox alone is not enough, and everything stays', async () => {
    const { accessToken, user } = completedOf(await signInAs('olga'));
    const client = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    const account = { ...client, accessToken, refreshToken: '', email: user.email, password: newPassword };
    const enrolled = await enrol(server, account);
    await resetBy(user.email);
    const { challenge, methods } = completedOf(await signInAs('olga'));
    expect(methods).toEqual(['TOTP', 'RECOVERY_CODE']);
    const { session } = await complete(server, challenge, { code: enrolled.nextCode() });
    expect(session.methods).toEqual(['EXTERNAL', 'TOTP']);
  });

  /** Signs a stranger in by the provider, who adds an authenticator; then the owner of the e-mail sets a password. */
  async function sharedAccount(name: string) {
    const { accessToken, user } = completedOf(await signInAs(name));
    const client = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    const { nextCode } = await enrol(server, {
      ...client,
      accessToken,
      refreshToken: '',
      email: user.email,
      password: newPassword,
    });
    await resetBy(user.email);
    return { email: user.email, id: user.id, nextCode };
  }

  /** Signs the stranger in by the provider and the authenticator, with a proof that is fresh. */
  async function strangerAgain(name: string, nextCode: () => string): Promise<Client> {
    const { challenge } = completedOf(await signInAs(name));
    const { accessToken } = await complete(server, challenge, { code: nextCode() });
    return createClient(server.url, { authorization: `Bearer ${accessToken}` });
  }

  async function expectOwnersAlone(name: string, email: string): Promise<void> {
    await resetBy(email);
    expect(await canSignIn(email)).toBe(true);
    expect(codeOf(await signInAs(name))).toBe('CONFLICT');
  }

  test('loses the password of its owner with a stranger’s second factor: the account is not shared', async () => {
    const { email, nextCode } = await sharedAccount('paula');
    const stranger = await strangerAgain('paula', nextCode);
    await stranger.get('mutation { disableTotp }');
    expect(codeOf(await stranger.ask('{ me { id } }'))).toBe('UNAUTHENTICATED');
    expect(await canSignIn(email)).toBe(false);
    await expectOwnersAlone('paula', email);
  });

  test('keeps nothing of a stranger when an administrator takes the second factor away', async () => {
    const { email, id, nextCode } = await sharedAccount('quirina');
    const stranger = await strangerAgain('quirina', nextCode);
    const { createApiKey } = await stranger.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "kept", scopes: ["articles:read"] }) { secret } }',
    );
    const byKey = createClient(server.url, { authorization: `Bearer ${createApiKey.secret}` });
    const admin = await server.signIn('admin');
    await admin.get('mutation ($id: ID!) { resetUserFactors(userId: $id) { id } }', { id });
    const mail = await openMailbox(server.config).latestMail(email, 'factors-reset');
    expect(mail.text.replaceAll(/\s+/g, ' ')).toContain('you have forgotten your password');
    expect([codeOf(await stranger.ask('{ me { id } }')), codeOf(await byKey.ask('{ __typename }'))]).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
    ]);
    expect([await canSignIn(email), codeOf(await signInAs('quirina'))]).toEqual([false, 'CONFLICT']);
    await expectOwnersAlone('quirina', email);
  });

  test('is not proved by a password that was set beside a stranger’s second factor', async () => {
    const { email, nextCode } = await sharedAccount('rosa');
    const stranger = await strangerAgain('rosa', nextCode);
    await stranger.get('mutation { requestEmailVerification }');
    const { token } = await openMailbox(server.config).latestMail(email, 'verification');
    const verify = 'mutation ($token: String!, $password: String!) { verifyEmail(token: $token, password: $password) }';
    expect(await server.refusal(verify, { token, password: newPassword })).toBe('MFA_REQUIRED');
    await stranger.get('mutation { disableTotp }');
    await expectOwnersAlone('rosa', email);
  });
});

describe('The callback', () => {
  test('signs in by cookies, where the sign-in was begun, and goes to the listed URL', async () => {
    const browser = openBrowser();
    const redirect = await provider.visit(await browser.begin(), 'anna');
    const stranger = await openBrowser().follow(redirect);
    expect(locationOf(stranger)).toBe(`${app}?error=INVALID_GRANT`);
    expect(stranger.headers.getSetCookie()).toEqual([]);
    const response = await browser.follow(redirect);
    expect([response.status, locationOf(response)]).toEqual([303, app]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect([...browser.cookies.keys()]).toEqual(
      expect.arrayContaining(['sallyport-access', 'sallyport-refresh', 'sallyport-device']),
    );
  });

  test('ends the session that the browser had', async () => {
    const browser = openBrowser();
    const sessions = new Set<string>();
    for (const person of ['clara', 'anna']) {
      await browser.follow(await provider.visit(await browser.begin(), person));
      sessions.add(browser.cookies.get('sallyport-access') ?? '');
    }
    const answers = await Promise.all(
      [...sessions].map((token) =>
        createClient(server.url, { authorization: `Bearer ${token}` }).ask('{ me { email } }'),
      ),
    );
    expect(answers.map(codeOf)).toEqual(['UNAUTHENTICATED', 'no error']);
  });

  test('keeps two tabs apart, and answers the back button', async () => {
    const browser = openBrowser();
    const [one, other] = [await browser.begin(), await browser.begin()];
    const redirects = [await provider.visit(other, 'clara'), await provider.visit(one, 'anna')];
    for (const redirect of redirects) expect(locationOf(await browser.follow(redirect))).toBe(app);
    for (const redirect of redirects)
      expect(locationOf(await browser.follow(redirect))).toBe(`${app}?error=INVALID_GRANT`);
  });

  test('tells that the person refused, and nothing of what the provider wrote', async () => {
    const browser = openBrowser();
    const redirect = await provider.visit(await browser.begin(), null);
    expect(redirect.href).toContain('script');
    const response = await browser.follow(redirect);
    expect(locationOf(response)).toBe(`${app}?error=FORBIDDEN`);
    expect(await response.text()).toBe('');
  });

  test('repeats an answer that came as a form, for the cookies to come along', async () => {
    const browser = openBrowser();
    const redirect = await provider.visit(await browser.begin(), 'anna');
    const body = new URLSearchParams([...redirect.searchParams, ['user', '{"name":{}}']]);
    const repeated = await browser.follow(new URL(redirect.pathname, redirect), { method: 'POST', body, headers: {} });
    expect(repeated.status).toBe(303);
    const next = new URL(locationOf(repeated), redirect);
    expect(next.searchParams.get('user')).toBeNull();
    expect(locationOf(await browser.follow(next))).toBe(app);
  });

  test('gives the challenge of a second factor to the page alone', async () => {
    const enrolled = await enrol(server, await linkTo(await registerAccount(server), 'jana'));
    const browser = openBrowser();
    const location = locationOf(await browser.follow(await provider.visit(await browser.begin(), 'jana')));
    const fragment = new URLSearchParams(new URL(location).hash.slice(1));
    expect(new URL(location).search).toBe('');
    expect(fragment.get('methods')).toBe('TOTP,RECOVERY_CODE');
    expect([...browser.cookies.keys()]).not.toContain('sallyport-access');
    const page = createClient(server.url, { origin });
    const { headers } = await page.ask(
      'mutation ($input: CompleteMfaInput!) { completeMfa(input: $input) { tokenType } }',
      {
        input: { challenge: fragment.get('challenge'), code: enrolled.nextCode() },
      },
    );
    expect(headers.getSetCookie().join()).toContain('sallyport-access=');
  });

  test('hands the answer to a client that completes by itself, in its own URL', async () => {
    const { authorizationUrl } = await beginExternalLogin(server, 'corporate', { returnTo: mobile });
    const response = await openBrowser().follow(await provider.visit(authorizationUrl, 'anna'));
    const handed = new URL(locationOf(response));
    expect(handed.href).toMatch(/^com\.example\.app:\/signed-in\?code=/);
    expect(codeOf(await completeExternalLogin(server, handed))).toBe('no error');
  });

  test('cannot be stood in for by the mutation', async () => {
    const browser = openBrowser();
    const redirect = await provider.visit(await browser.begin(), 'anna');
    expect(codeOf(await completeExternalLogin(server, redirect))).toBe('INVALID_GRANT');
    expect(locationOf(await browser.follow(redirect))).toBe(app);
  });

  test('leads an answer of no sign-in to the page, and says of anything else what it is', async () => {
    const callback = `${server.url}/auth/external/corporate/callback`;
    const visit = (query: string): Promise<Response> => fetch(`${callback}?${query}`, { redirect: 'manual' });
    const ofNoSignIn = await visit('code=a&state=b');
    // Whoever was led here is a person, who is told on a page and can begin anew.
    expect([ofNoSignIn.status, locationOf(ofNoSignIn)]).toEqual([303, `${origin}/sign-in?error=INVALID_GRANT`]);
    expect((await fetch(callback, { method: 'HEAD' })).status).toBe(405);
    expect((await visit('state=a&state=b')).status).toBe(400);
    const outage = jest.spyOn(server.database, 'fork').mockImplementation(() => {
      throw databaseUnavailable();
    });
    const refused = await visit('code=a&state=b');
    outage.mockRestore();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  });
});

test('Every refusal is recorded with the provider and the reason', async () => {
  const admin = await server.signIn('admin');
  const { auditEvents } = await admin.get<{ auditEvents: { nodes: Array<{ details: object }> } }>(
    '{ auditEvents(first: 100, filter: { type: "session.start_failed" }) { nodes { details } } }',
  );
  const details = auditEvents.nodes.map((node) => node.details);
  expect(details).toContainEqual({ method: 'EXTERNAL', provider: 'corporate', reason: 'CONFLICT' });
  expect(details).toContainEqual({
    method: 'EXTERNAL',
    provider: 'corporate',
    reason: 'denied',
    check: 'OAUTH_AUTHORIZATION_RESPONSE_ERROR',
  });
});
