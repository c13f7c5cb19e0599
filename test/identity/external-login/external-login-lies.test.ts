import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Answer } from '../../support/client.ts';
import {
  beginExternalLogin,
  beginExternalLoginDocument,
  codeOf,
  completedOf,
  completeExternalLoginDocument,
} from '../../support/external-login.ts';
import { startLyingProvider, type Lies, type LyingProvider, type Mode } from '../../support/lying-provider.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let liar: LyingProvider;
let server: TestServer;
beforeAll(async () => {
  liar = await startLyingProvider();
  const { base, clientId, clientSecret, applePrivateKey } = liar;
  const client = { clientId, clientSecret, returnTo: ['https://app.example.com/'] };
  const providers = [
    { ...client, name: 'liar', issuer: `${base}/liar` },
    { ...client, name: 'slash', issuer: `${base}/slash/` },
    { ...client, name: 'down', issuer: `${base}/down` },
    { ...client, preset: 'github', issuer: `${base}/github` },
    { ...client, preset: 'github', name: 'elsewhere', issuer: `${base}/github`, apiUrl: `${base}/api.github/` },
    { ...client, preset: 'discord', issuer: `${base}/discord` },
    {
      ...client,
      preset: 'apple',
      issuer: `${base}/apple`,
      clientSecret: undefined,
      teamId: 'TEAM123456',
      keyId: 'KEY1234567',
      privateKey: applePrivateKey,
    },
  ];
  server = await startServer({ OIDC_PROVIDERS: JSON.stringify(providers) });
});
afterAll(async () => {
  await server.stop();
  liar.stop();
});

/** The ends of the names that the providers give themselves in their answers (RFC 9207); Discord gives none. */
const endsOfIssuers = new Map([
  ['liar', ''],
  ['apple', ''],
  ['slash', '/'],
  ['github', '/login/oauth'],
]);
/** What a client finds in the URL: `null`, as `URLSearchParams` has it, of a provider that gives no name. */
const issuerOf = (provider: string): string | null => {
  const end = endsOfIssuers.get(provider);
  return end === undefined ? null : `${liar.base}/${provider}${end}`;
};

/** Comes back from a provider with some code, while it says these lies; it may have been asked for more than that. */
async function signInBy(provider: string, lies: Lies, asked: object = {}, iss = issuerOf(provider)): Promise<Answer> {
  liar.lie({});
  const { authorizationUrl, state, handle } = await beginExternalLogin(server, provider, asked);
  liar.lie(lies, new URL(authorizationUrl).searchParams.get('nonce') ?? undefined);
  return server.ask(completeExternalLoginDocument, { code: 'a code', state, iss, handle });
}

/** Tells when the person of a sign-in was asked for a proof. */
function provedAtOf(answer: Answer): unknown {
  const { auth_time: at, iat } = decodeJwt(completedOf(answer).accessToken);
  if (at === 0) return 'long ago';
  return at === iat ? 'now' : at;
}

const past = Math.floor(Date.now() / 1000) - 3600;

describe('Of a provider that lies', () => {
  test('the truth is believed, so that the lies below are what is refused', async () => {
    expect(completedOf(await signInBy('liar', {})).user.email).toBe('person@people.example');
  });

  test('the truth is believed, too, if its issuer has a path that ends in a slash', async () => {
    const claims = { sub: 'slash', email: 'slash@people.example' };
    expect(completedOf(await signInBy('slash', { claims })).user.email).toBe(claims.email);
    expect(codeOf(await signInBy('slash', { claims: { ...claims, iss: `${liar.base}/slash` } }))).toBe('INVALID_GRANT');
  });

  const lies: Array<[string, Lies]> = [
    ['another audience', { claims: { aud: 'somebody-else' } }],
    ['another authorized party', { claims: { azp: 'somebody-else' } }],
    ['several audiences without an authorized party', { claims: { aud: ['sallyport-test', 'somebody-else'] } }],
    ['another nonce', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['an ID token that has expired', { claims: { iat: past - 60, exp: past } }],
    ['an ID token without a subject', { claims: { sub: undefined } }],
    ['a subject that is too long to store', { claims: { sub: 'x'.repeat(300) } }],
    ['a signature by another key', { signature: 'other key' }],
    ['no signature', { signature: 'none' }],
    ['a signature by the client secret', { signature: 'client secret' }],
    ['somebody else as userinfo', { claims: { email: undefined }, userInfo: { sub: 'victim', email: 'v@x.example' } }],
    ['a code that was used', { mode: 'refused code' }],
  ];
  test.each(lies)('%s is refused, and signs no one in', async (_, said) => {
    const answer = await signInBy('liar', said);
    expect(codeOf(answer)).toBe('INVALID_GRANT');
    expect(JSON.stringify(answer.body)).not.toContain('script');
  });

  test('a proof of long ago is not recent, and one in the future is of now', async () => {
    const sso = { sub: 'sso', email: 'sso@people.example' };
    const provedAt = async (claims: object): Promise<unknown> =>
      provedAtOf(await signInBy('liar', { claims: { ...sso, ...claims } }));
    expect(await provedAt({ auth_time: past })).toBe('now');
    expect(await provedAt({ auth_time: past })).toBe(past);
    expect(await provedAt({ auth_time: past + 86_400 })).toBe('now');
  });

  test('a proof of which it does not tell was long ago, but for the account that the sign-in makes', async () => {
    const claims = { sub: 'silent', email: 'silent@people.example' };
    expect(provedAtOf(await signInBy('liar', { claims }))).toBe('now');
    expect(provedAtOf(await signInBy('liar', { claims }))).toBe('long ago');
  });

  test('a proof for which it was asked, and of which it does not tell, is none', async () => {
    const claims = { sub: 'asked', email: 'asked@people.example' };
    const answered = (said: object): Promise<Answer> =>
      signInBy('liar', { claims: { ...claims, ...said } }, { fresh: true });
    expect(codeOf(await answered({}))).toBe('REAUTHENTICATION_REQUIRED');
    expect(codeOf(await answered({ auth_time: past }))).toBe('REAUTHENTICATION_REQUIRED');
    const now = Math.floor(Date.now() / 1000);
    expect(codeOf(await answered({ auth_time: now - 60 }))).toBe('no error');
    expect(codeOf(await answered({}))).toBe('REAUTHENTICATION_REQUIRED');
  });

  test('an e-mail without a word that it is verified makes no account', async () => {
    const claims = { sub: 'another', email: 'other@people.example', email_verified: 'yes' };
    expect(codeOf(await signInBy('liar', { claims }))).toBe('FORBIDDEN');
  });
});

describe('A provider in trouble', () => {
  const modes: Mode[] = ['huge', 'redirect', 'failing', 'nonsense'];
  test.each(modes)('whose answer is %s, is reported as one that does not answer', async (mode) => {
    const answer = await signInBy('liar', { mode });
    expect(codeOf(answer)).toBe(mode === 'nonsense' ? 'INVALID_GRANT' : 'SERVICE_UNAVAILABLE');
    expect(JSON.stringify(answer.body)).not.toContain('script');
    expect(liar.asked).not.toContain('/elsewhere/token');
  });

  test('is asked for its metadata again once it works', async () => {
    liar.lie({ mode: 'failing' });
    expect(await server.refusal(beginExternalLoginDocument, { provider: 'down' })).toMatch(/UNAVAILABLE|INVALID_GRANT/);
    const admin = await server.signIn('admin');
    const { auditEvents } = await admin.get<{ auditEvents: { nodes: object[] } }>(
      '{ auditEvents(filter: { type: "request.refused" }) { nodes { outcome details } } }',
    );
    expect(auditEvents.nodes).toEqual([{ outcome: 'DENIED', details: { reason: 'unavailable' } }]);
    liar.lie({});
    expect((await beginExternalLogin(server, 'down')).authorizationUrl).toContain('/down/authorize');
  });

  test('that never answers holds up no other door', async () => {
    let isOver = false;
    const waiting = signInBy('liar', { mode: 'never' }).finally(() => (isOver = true));
    await server.signIn('viewer');
    expect((await beginExternalLogin(server, 'github')).state).toMatch(/^spx_/);
    expect(isOver).toBe(false);
    liar.release();
    const again = setInterval(() => liar.release(), 100);
    expect(codeOf(await waiting)).toBe('SERVICE_UNAVAILABLE');
    clearInterval(again);
  });
});

describe('A provider of plain OAuth', () => {
  test('is asked with PKCE and without a nonce', async () => {
    const { authorizationUrl } = await beginExternalLogin(server, 'github');
    const { searchParams } = new URL(authorizationUrl);
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('nonce')).toBeNull();
    expect(searchParams.get('scope')).toBe('read:user user:email');
  });

  test('of GitHub’s kind signs in by the primary e-mail, if it is verified', async () => {
    const user = { id: 42, login: 'octo', name: null, email: 'public@people.example' };
    const secondary = { email: 'secondary@people.example', primary: false, verified: true };
    const primary = { email: 'octo@people.example', primary: true, verified: true };
    const lies = { user, emails: [secondary, { ...primary, verified: false }] };
    expect(codeOf(await signInBy('github', lies))).toBe('FORBIDDEN');
    const signedIn = completedOf(await signInBy('github', { user, emails: [secondary, primary] }));
    expect(signedIn.user).toMatchObject({ email: primary.email, displayName: 'octo' });
  });

  test('of GitHub’s kind is asked who somebody is where its API is, below its URL or elsewhere', async () => {
    const pathsAsked = async (provider: string): Promise<string[]> => {
      const user = { id: 45, login: provider, name: null };
      const lies = { user, emails: [{ email: `${provider}@people.example`, primary: true, verified: true }] };
      liar.asked.length = 0;
      completedOf(await signInBy(provider, lies, {}, `${liar.base}/github/login/oauth`));
      return liar.asked;
    };
    const token = '/github/login/oauth/access_token';
    expect(await pathsAsked('github')).toEqual([token, '/github/api/v3/user', '/github/api/v3/user/emails']);
    expect(await pathsAsked('elsewhere')).toEqual([token, '/api.github/user', '/api.github/user/emails']);
  });

  test('of GitHub’s kind that names another issuer in its answer, or its bare URL, is refused', async () => {
    const user = { id: 44, login: 'mix', name: null };
    const lies = { user, emails: [{ email: 'mix@people.example', primary: true, verified: true }] };
    const answerAs = async (iss: string): Promise<string> => codeOf(await signInBy('github', lies, {}, iss));
    expect(await answerAs('https://evil.example/login/oauth')).toBe('INVALID_GRANT');
    expect(await answerAs(`${liar.base}/github`)).toBe('INVALID_GRANT');
    expect(await answerAs(`${liar.base}/github/login/oauth`)).toBe('no error');
  });

  test('cannot be asked for a proof: a sign-in for one counts, and no other', async () => {
    const user = { id: 43, login: 'hex', name: null };
    const lies = { user, emails: [{ email: 'hex@people.example', primary: true, verified: true }] };
    expect(provedAtOf(await signInBy('github', lies))).toBe('now');
    expect(provedAtOf(await signInBy('github', lies))).toBe('long ago');
    expect(provedAtOf(await signInBy('github', lies, { fresh: true }))).toBe('now');
  });

  test('of Discord’s kind signs in by its e-mail, if it is verified', async () => {
    const user = { id: '80351110224678912', username: 'nelly', global_name: 'Nelly', email: 'nelly@people.example' };
    expect(codeOf(await signInBy('discord', { user: { ...user, verified: false } }))).toBe('FORBIDDEN');
    expect(completedOf(await signInBy('discord', { user: { ...user, verified: true } })).user.displayName).toBe(
      'Nelly',
    );
  });

  test.each([
    ['nobody', { user: { login: 'octo' }, emails: [] }],
    ['a list', { user: [], emails: [] }],
    ['nothing', { user: null, emails: null }],
  ])('that names %s is refused', async (_, lies) => {
    expect(codeOf(await signInBy('github', lies))).toBe('INVALID_GRANT');
  });
});

test('Apple is asked for a form, and by a secret that the developer’s key has just signed', async () => {
  const { authorizationUrl } = await beginExternalLogin(server, 'apple');
  expect(new URL(authorizationUrl).searchParams.get('response_mode')).toBe('form_post');
  const claims = { sub: 'apple', email: 'apple@people.example', email_verified: 'true' };
  expect(completedOf(await signInBy('apple', { claims })).user.email).toBe('apple@people.example');
});
