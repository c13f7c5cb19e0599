import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { enrolledAccount } from '../support/authenticator.ts';
import { makeKey, sendForm } from '../support/oauth.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { listenAt, disposeListeners } from '../support/websocket.ts';

let server: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '127.0.0.1', ENABLE: 'basic-auth,password-grant' });
  admin = await server.signIn('admin');
});
afterAll(async () => {
  await disposeListeners();
  await server.stop();
});

interface Refused {
  readonly outcome: string;
  readonly ipAddress: string;
  readonly requestId: string | null;
  readonly details: { readonly reason: string };
}

const refused = async (): Promise<Refused[]> => {
  const { auditEvents } = await admin.get<{ auditEvents: { nodes: Refused[] } }>(
    '{ auditEvents(filter: { type: "request.refused" }) { nodes { outcome ipAddress requestId details } } }',
  );
  return auditEvents.nodes.filter(({ ipAddress }) => ipAddress === client);
};

let client = '';
let tests = 0;
beforeEach(() => void (client = `198.51.100.${(tests += 1)}`));
const from = (): Record<string, string> => ({ 'x-forwarded-for': client });

const forged = `eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.${'A'.repeat(86)}`;

test('A forged token is an event, once for an IP address however often it comes', async () => {
  for (let count = 0; count < 3; count += 1) {
    const { status } = await server.ask('{ __typename }', {}, { ...from(), authorization: `Bearer ${forged}` });
    expect(status).toBe(401);
  }
  await until(async () => (await refused()).length > 0);
  expect(await refused()).toEqual([
    { outcome: 'FAILURE', ipAddress: client, requestId: expect.any(String), details: { reason: 'forged_token' } },
  ]);
});

test('A forged token of a WebSocket is one, too', async () => {
  const listener = await listenAt(server.url, 'subscription { articlePublished { id } }', {
    headers: from(),
    connectionParams: { authorization: `Bearer ${forged}` },
  });
  expect(await listener.closed).toMatchObject({ code: 4403 });
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ details }) => details.reason)).toEqual(['forged_token']);
});

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test.each<[string, Record<string, string>]>([
  ['a key that cannot be one', { 'x-api-key': 'sp_nonsense' }],
  ['a key that cannot be one, as Bearer', { authorization: 'Bearer sp_nonsense' }],
  ['a scheme that is not known', { authorization: 'Digest username="somebody"' }],
  ['Basic without a colon', { authorization: basic('somebody') }],
  ['Basic that is no Base64', { authorization: 'Basic ***' }],
])('A malformed credential is an event, once for an IP address: %s', async (_, headers) => {
  for (let count = 0; count < 3; count += 1) {
    expect((await server.ask('{ __typename }', {}, { ...from(), ...headers })).status).toBe(401);
  }
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ outcome, details }) => [outcome, details.reason])).toEqual([
    ['FAILURE', 'bad_credential'],
  ]);
});

test('A malformed credential of a WebSocket is one, too, whatever its name', async () => {
  for (const connectionParams of [{ authorization: 'Bearer sp_nonsense' }, { token: 'nonsense' }]) {
    const listener = await listenAt(server.url, 'subscription { articlePublished { id } }', {
      headers: from(),
      connectionParams,
    });
    expect(await listener.closed).toMatchObject({ code: 4403 });
  }
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ details }) => details.reason)).toEqual(['bad_credential']);
});

const grant = { grant_type: 'client_credentials' };
test.each<[string, 'token' | 'introspect', Record<string, string>, Record<string, string>]>([
  ['nothing', 'token', grant, {}],
  ['a token of a user', 'token', grant, { authorization: 'user' }],
  ['Basic that is malformed', 'token', grant, { authorization: basic('somebody') }],
  ['Basic that is no form', 'token', grant, { authorization: basic('%zz:secret') }],
  ['an identifier without its secret', 'token', { ...grant, client_id: 'sp_a', client_secret: 'sp_b_c' }, {}],
  ['nothing, to introspect', 'introspect', { token: 'x' }, {}],
])('A client of /oauth/* that presents %s is an event', async (_, endpoint, form, { authorization }) => {
  const own = authorization === 'user' ? `Bearer ${admin.accessToken}` : authorization;
  const headers = { ...from(), ...(own === undefined ? {} : { authorization: own }) };
  const { status } = await sendForm(server.url, endpoint, form, headers);
  expect(status).toBe(401);
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ outcome, details }) => [outcome, details.reason])).toEqual([
    ['FAILURE', 'bad_client'],
  ]);
});

test('A caller of /oauth/* who may not do what it asks for is an event, and names the caller', async () => {
  const viewer = await server.signIn('viewer');
  const key = await makeKey(viewer, ['articles:read']);
  const headers = { ...from(), authorization: `Bearer ${key.secret}` };
  expect((await sendForm(server.url, 'introspect', { token: 'x' }, headers)).status).toBe(403);
  expect((await sendForm(server.url, 'token', { ...grant, scope: 'users:manage' }, headers)).body['error']).toBe(
    'invalid_scope',
  );
  await until(async () => (await refused()).length > 0);
  const { auditEvents } = await admin.get<{ auditEvents: { nodes: object[] } }>(
    '{ auditEvents(first: 1, filter: { type: "request.refused" }) { nodes { outcome details actor { displayName } } } }',
  );
  expect(auditEvents.nodes).toEqual([
    {
      outcome: 'DENIED',
      details: { reason: 'not_allowed', apiKeyId: key.id },
      actor: { displayName: expect.stringMatching(/viewer/i) },
    },
  ]);
});

test('A right password without the second factor of its account is an event where there is no place for the factor', async () => {
  const account = await enrolledAccount(server);
  const authorization = basic(`${account.email}:${account.password}`);
  expect((await server.ask('{ __typename }', {}, { ...from(), authorization })).status).toBe(401);
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ outcome, details }) => [outcome, details.reason])).toEqual([
    ['DENIED', 'needs_factor'],
  ]);
  client = '203.0.113.200';
  const form = { grant_type: 'password', username: account.email, password: account.password };
  expect((await sendForm(server.url, 'token', form, from())).body['error']).toBe('invalid_grant');
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ details }) => details.reason)).toEqual(['needs_factor']);
});

test('A refusal that could not be recorded is recorded when it comes again', async () => {
  const send = () => server.ask('{ __typename }', {}, { ...from(), authorization: `Bearer ${forged}` });
  const connection = server.database.orm.em.getConnection();
  await connection.execute('alter table audit_events rename to audit_events_away');
  try {
    await send();
    await until(() => server.logged.some((line) => line.includes('an event could not be recorded')));
  } finally {
    await connection.execute('alter table audit_events_away rename to audit_events');
  }
  await send();
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ details }) => details.reason)).toEqual(['forged_token']);
});

test('Cookies that come from a foreign origin are an event, and an expired or absent credential is none', async () => {
  const cookie = 'sallyport-access=whatever';
  const send = (headers: Record<string, string>) => server.ask('{ __typename }', {}, { ...from(), ...headers });
  await send({ origin: 'https://evil.example' });
  await send({ cookie: 'theme=dark', origin: 'https://evil.example' });
  expect((await send({ cookie, origin: 'https://evil.example' })).status).toBe(403);
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ outcome, details }) => [outcome, details.reason])).toEqual([
    ['DENIED', 'foreign_origin'],
  ]);
});

test('An operation that is too complex is an event, before or after it ran', async () => {
  const deep = '{ articles(first: 100) { nodes { comments(first: 100) { nodes { author { id } } } } } }';
  const { body } = await server.ask(deep, {}, from());
  expect(body.errors?.[0]?.extensions.code).toBe('OPERATION_TOO_COMPLEX');
  const aliases = Array.from({ length: 40 }, (_, index) => `a${index}: __typename`).join(' ');
  await server.ask(`{ ${aliases} }`, {}, from());
  expect((await refused()).map(({ outcome, details }) => [outcome, details.reason])).toEqual([
    ['DENIED', 'too_complex'],
  ]);
});

test('So is one that no parser is to walk through, and one whose body is too large', async () => {
  const answers = [
    await server.ask(`{ articles(first: ${'['.repeat(200)}`, {}, from()),
    await server.ask(`{ __typename } # ${'x'.repeat(300_000)}`, {}, from()),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 413]);
  await until(async () => (await refused()).length > 1);
  expect((await refused()).map(({ outcome, details }) => [outcome, details.reason]).toSorted()).toEqual([
    ['DENIED', 'too_complex'],
    ['DENIED', 'too_large'],
  ]);
});

test.each(['/oauth/token', '/sign-in'])('A form that is too large is an event: %s', async (path) => {
  const headers = { ...from(), origin: 'http://localhost:4000', 'content-type': 'application/x-www-form-urlencoded' };
  const { status } = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: 'a'.repeat(300_000) });
  expect(status).toBe(413);
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ details }) => details.reason)).toEqual(['too_large']);
});

test('A subscription that is too complex is an event, and one that is invalid is none', async () => {
  const aliases = Array.from({ length: 40 }, (_, index) => `a${index}: id`).join(' ');
  for (const selection of [`{ nothing }`, `{ ${aliases} }`]) {
    const listener = await listenAt(server.url, `subscription { articlePublished ${selection} }`, { headers: from() });
    expect(await listener.heard(1)).toHaveLength(1);
  }
  await until(async () => (await refused()).length > 0);
  expect((await refused()).map(({ details }) => details.reason)).toEqual(['too_complex']);
});
