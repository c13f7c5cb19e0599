import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../../support/client.ts';
import { forge } from '../../support/forged-tokens.ts';
import { openMailbox } from '../../support/mailbox.ts';
import { basic, makeKey, sendForm, type ApiKey, type Parameters } from '../../support/oauth.ts';
import { signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';
import { connectAt } from '../../support/websocket.ts';

const origin = 'http://localhost:4000';
let server: TestServer;
let admin: SignedIn;
let editor: SignedIn;
let key: ApiKey;
/** Every kind of token, by its name; what was made of a genuine access token is named after what is wrong with it. */
let tokens: Record<string, string>;
let forged: string[];

beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '127.0.0.1' });
  [admin, editor] = [await server.signIn('admin'), await server.signIn('editor')];
  key = await makeKey(editor, ['articles:read']);
  const { genuine = '', ...bad } = await forge(server, editor.accessToken);
  expect((await createClient(server.url, { authorization: `Bearer ${genuine}` }).ask(me)).status).toBe(200);
  forged = Object.keys(bad);
  const { body } = await sendForm(
    server.url,
    'token',
    { grant_type: 'client_credentials' },
    { 'x-api-key': key.secret },
  );
  tokens = {
    ...bad,
    ...(await mailedTokens()),
    'access token': editor.accessToken,
    'access token of a key': String(body['access_token']),
    'refresh token': editor.refreshToken,
    'API key': key.secret,
    'prefix of a key': key.prefix,
    'device token': await deviceToken(),
    'altered refresh token': `${editor.refreshToken.slice(0, -3)}AAA`,
    'truncated refresh token': editor.refreshToken.slice(0, -4),
    'padded refresh token': `${editor.refreshToken}=`,
    'altered API key': `${key.secret.slice(0, -3)}AAA`,
    'truncated API key': key.secret.slice(0, -1),
    'nothing in particular': 'nonsense',
    'a long text': 'x'.repeat(7_000),
  };
});
afterAll(() => server.stop());

const me = '{ me { id } }';

async function mailedTokens(): Promise<Record<string, string>> {
  const mailbox = openMailbox(server.config);
  const email = 'wrong@example.com';
  await server.ask(
    `mutation { register(input: { email: "${email}", password: "correct horse battery", displayName: "W" }) { __typename } }`,
  );
  await server.ask(`mutation { requestPasswordReset(email: "${email}") }`);
  await admin.get('mutation { inviteUser(input: { email: "invited@example.com", roles: [VIEWER] }) }');
  return {
    'verification token': (await mailbox.latestMail(email, 'verification')).token,
    'reset token': (await mailbox.latestMail(email, 'password-reset')).token,
    'invitation token': (await mailbox.latestMail('invited@example.com', 'invitation')).token,
  };
}

async function deviceToken(): Promise<string> {
  const input = { email: 'viewer@demo.sallyport.test', password: 'sallyport-demo' };
  const { body } = await server.ask(signInDocument.replace('scope', 'scope deviceToken'), { input });
  return (body.data as { login: { deviceToken: string } }).login.deviceToken;
}

let lastClient = 0;
/** Each from an IP address of its own, so that no limit stands in for a refusal. */
const elsewhere = (): { 'x-forwarded-for': string } => {
  lastClient += 1;
  return { 'x-forwarded-for': `198.18.${lastClient >> 8}.${lastClient & 255}` };
};

async function ask(query: string, variables: object, headers: Record<string, string> = {}): Promise<unknown> {
  const { status, body } = await server.ask(query, variables, { ...elsewhere(), ...headers });
  const extensions = body.errors?.[0]?.extensions;
  return [status, extensions?.code ?? null, ...[extensions?.['problem'] ?? []].flat(), body.data ?? null];
}

async function send(
  endpoint: 'token' | 'revoke' | 'introspect',
  parameters: Parameters,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const { status, body } = await sendForm(server.url, endpoint, parameters, { ...elsewhere(), ...headers });
  return [status, body['error'] ?? body];
}

interface Door {
  readonly name: string;
  /** Whose door it is: these are not tried. */
  readonly wants: readonly string[];
  readonly present: (token: string) => Promise<unknown>;
  /** The one answer to all others. */
  readonly answer: unknown;
}

const bearers = ['access token', 'access token of a key', 'API key'];
const query = '{ __typename }';
const invalidLink = [200, 'BAD_USER_INPUT', 'invalid_token', null];
const refresh = 'mutation ($token: String!) { refresh(refreshToken: $token) { scope } }';
const logout = 'mutation ($token: String!) { logout(refreshToken: $token) }';
const verify = 'mutation ($token: String!) { verifyEmail(token: $token, password: "correct horse battery") }';
const reset = 'mutation ($token: String!) { resetPassword(token: $token, newPassword: "another good one") }';
const accept =
  'mutation ($token: String!) { acceptInvitation(input: { token: $token, password: "correct horse battery", displayName: "I" }) { __typename } }';
const clientCredentials = { grant_type: 'client_credentials' };

const doors: Door[] = [
  {
    name: 'Bearer at /graphql',
    wants: bearers,
    present: (token) => ask(query, {}, { authorization: `Bearer ${token}` }),
    answer: [401, 'UNAUTHENTICATED', null],
  },
  {
    name: 'X-API-Key at /graphql',
    wants: ['API key'],
    present: (token) => ask(query, {}, { 'x-api-key': token }),
    answer: [401, 'UNAUTHENTICATED', null],
  },
  {
    name: 'Basic at /graphql',
    wants: [],
    present: (token) => ask(query, {}, { authorization: basic(token, '') }),
    answer: [401, 'UNAUTHENTICATED', null],
  },
  {
    name: 'the URL of /graphql',
    wants: [],
    present: async (token) =>
      (await fetch(`${server.url}/graphql?query=${query}&api_key=${encodeURIComponent(token)}`)).status,
    answer: 401,
  },
  {
    name: 'the URL of /graphql, as a list',
    wants: [],
    present: async (token) =>
      (await fetch(`${server.url}/graphql?query=${query}&api_key[]=${encodeURIComponent(token)}`)).status,
    answer: 401,
  },
  {
    name: 'the access cookie',
    wants: ['access token'],
    present: (token) => ask(query, {}, { origin, cookie: `sallyport-access=${token}` }),
    answer: [401, 'UNAUTHENTICATED', null],
  },
  {
    name: 'the refresh cookie',
    wants: ['refresh token'],
    present: (token) => ask('mutation { refresh { scope } }', {}, { origin, cookie: `sallyport-refresh=${token}` }),
    answer: [200, 'INVALID_GRANT', null],
  },
  {
    name: 'refresh',
    wants: ['refresh token'],
    present: (token) => ask(refresh, { token }),
    answer: [200, 'INVALID_GRANT', null],
  },
  {
    name: 'logout',
    wants: ['refresh token'],
    present: (token) => ask(logout, { token }),
    answer: [200, null, { logout: true }],
  },
  {
    name: 'verifyEmail',
    wants: ['verification token'],
    present: (token) => ask(verify, { token }),
    answer: invalidLink,
  },
  { name: 'resetPassword', wants: ['reset token'], present: (token) => ask(reset, { token }), answer: invalidLink },
  {
    name: 'acceptInvitation',
    wants: ['invitation token'],
    present: (token) => ask(accept, { token }),
    answer: invalidLink,
  },
  {
    name: 'the grant refresh_token',
    wants: ['refresh token'],
    present: (token) => send('token', { grant_type: 'refresh_token', refresh_token: token }),
    answer: [400, 'invalid_grant'],
  },
  ...[
    ['Bearer', (token: string) => [clientCredentials, { authorization: `Bearer ${token}` }] as const],
    ['X-API-Key', (token: string) => [clientCredentials, { 'x-api-key': token }] as const],
    ['Basic', (token: string) => [clientCredentials, { authorization: basic(token.slice(0, 35), token) }] as const],
    [
      'the form',
      (token: string) => [{ ...clientCredentials, client_id: token.slice(0, 35), client_secret: token }, {}] as const,
    ],
  ].map(([way, request]): Door => ({
    name: `the grant client_credentials by ${String(way)}`,
    wants: ['API key'],
    present: (token) =>
      send('token', ...(request as (text: string) => readonly [Parameters, Record<string, string>])(token)),
    answer: [401, 'invalid_client'],
  })),
  {
    name: 'revoke',
    wants: ['access token', 'refresh token', 'API key', 'access token of a key'],
    present: (token) => send('revoke', { token }),
    answer: [200, {}],
  },
  {
    name: 'introspect',
    wants: ['access token', 'refresh token', 'API key', 'access token of a key'],
    present: (token) => send('introspect', { token }, { authorization: `Bearer ${admin.accessToken}` }),
    answer: [200, { active: false }],
  },
  {
    name: 'introspect, by whoever asks',
    wants: bearers,
    present: (token) => send('introspect', { token: 'x' }, { authorization: `Bearer ${token}` }),
    answer: [401, 'invalid_client'],
  },
  { name: 'a connection', wants: bearers, present: (token) => connectAt(server.url, `Bearer ${token}`), answer: 4403 },
];

describe('Every token at every wrong door', () => {
  test.each(doors)('is answered alike: $name', async ({ wants, present, answer }) => {
    const answers: Record<string, unknown> = {};
    for (const [kind, token] of Object.entries(tokens)) {
      if (!wants.includes(kind)) answers[kind] = await present(token);
    }
    expect(Object.keys(answers).length).toBeGreaterThan(forged.length + 8);
    expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((kind) => [kind, answer])));
  });

  test('leaves every genuine one in force, and reports no defect of ours', async () => {
    for (const kind of bearers) {
      const client = createClient(server.url, { authorization: `Bearer ${tokens[kind]}` });
      expect((await client.ask(me)).body.data).toEqual({ me: { id: editor.id } });
    }
    expect(
      await send('introspect', { token: editor.refreshToken }, { authorization: `Bearer ${admin.accessToken}` }),
    ).toEqual([200, expect.objectContaining({ active: true })]);
    expect(await ask(verify, { token: tokens['verification token'] })).toEqual([200, null, { verifyEmail: true }]);
    expect(await ask(reset, { token: tokens['reset token'] })).toEqual([200, null, { resetPassword: true }]);
    expect(await ask(accept, { token: tokens['invitation token'] })).toMatchObject([200, null, {}]);
    expect(server.logged.filter((line) => line.includes('unexpected error'))).toEqual([]);
  });
});
