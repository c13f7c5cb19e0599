import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { demoPassword } from '../../src/app/demo.ts';
import { createRecorder } from '../../src/audit/create-recorder.ts';
import { bySystem } from '../../src/audit/record.ts';
import { createIpLimiter } from '../../src/limits/ip-limiter.ts';
import { createLimiters } from '../../src/limits/limiter.ts';
import type { Client } from '../support/client.ts';
import { createCommandLine } from '../support/command-line.ts';
import { openMailbox } from '../support/mailbox.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../support/server.ts';

interface Event {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly outcome: string;
  readonly actor: { readonly id: string } | null;
  readonly subjectId: string | null;
  readonly sessionId: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

const list = /* GraphQL */ `
  query ($first: Int, $after: String, $filter: AuditFilter) {
    auditEvents(first: $first, after: $after, filter: $filter) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        at
        type
        outcome
        actor {
          id
        }
        subjectId
        sessionId
        ipAddress
        userAgent
        requestId
        details
      }
    }
  }
`;

interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: Event[];
}

let server: TestServer;
let admin: SignedIn;
let count = 0;
beforeAll(async () => {
  server = await startServer();
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

const pageOf = async (variables: object = {}): Promise<Page> =>
  (await admin.get<{ auditEvents: Page }>(list, variables)).auditEvents;

/** What was recorded while something was done, oldest first; without the mails that follow a registration. */
async function recordedBy(work: () => Promise<unknown>): Promise<Event[]> {
  await server.app.outbox.settled();
  const [newest] = (await pageOf({ first: 1 })).nodes;
  await work();
  const { nodes } = await pageOf({ first: 100 });
  const before = nodes.findIndex(({ id }) => id === newest?.id);
  if (before === -1) throw new Error('more was recorded than a page holds');
  return nodes
    .slice(0, before)
    .filter(({ type }) => type !== 'account.verification_requested')
    .toReversed();
}

/** The ids of all events, page by page, once no mail is under way that would add one. */
async function walk(first: number): Promise<{ seen: string[]; totalCount: number }> {
  await server.app.outbox.settled();
  const pages: Page[] = [];
  let after: string | null = null;
  do {
    const page: Page = await pageOf({ first, after });
    pages.push(page);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return {
    seen: pages.flatMap(({ nodes }) => nodes.map(({ id }) => id)),
    totalCount: pages.at(-1)?.totalCount ?? 0,
  };
}

const typesOf = (events: readonly Event[]): string[] => events.map(({ type }) => type);

const register = async (client: Client = server): Promise<SignedIn & { email: string }> => {
  count += 1;
  const email = `person${count}@example.com`;
  const answer = await client.ask(
    'mutation ($input: RegisterInput!) { login: register(input: $input) { ... on AuthTokens { accessToken refreshToken user { id } } } }',
    { input: { email, password: 'correct horse battery', displayName: `Person ${count}` } },
  );
  return { ...signedIn(server.url, answer), email };
};

const login = (email: string, password: string) => server.ask(signInDocument, { input: { email, password } });

describe('An event', () => {
  test('tells who, what, to whom, from where and in which request', async () => {
    const user = await register();
    const [event] = await recordedBy(async () => {
      const { headers, body } = await server.ask(
        signInDocument,
        { input: { email: user.email, password: 'correct horse battery' } },
        { 'user-agent': 'a test' },
      );
      expect(body.errors).toBeUndefined();
      requestId = headers.get('x-request-id');
    });
    expect(event).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      type: 'session.started',
      outcome: 'SUCCESS',
      actor: { id: user.id },
      subjectId: user.id,
      sessionId: expect.any(String),
      ipAddress: '127.0.0.1',
      userAgent: 'a test',
      requestId,
      details: { methods: ['PASSWORD'], systemWork: expect.any(String) },
    });
  });
  let requestId: string | null = null;

  test('of a change that no policy of rows decided on says why, and no other does', async () => {
    const user = await register();
    const events = await recordedBy(async () => {
      await user.get('mutation { updateProfile(input: { displayName: "Vera" }) { displayName } }');
      await user.get('mutation { logout }');
      await server.ask(signInDocument, { input: { email: user.email, password: 'a wrong password' } });
    });
    expect(events.map(({ type, details }) => [type, details?.['systemWork']])).toEqual([
      ['account.profile_updated', undefined],
      ['session.ended', 'sessions begin, go on and end by proofs and by rights over sessions'],
      ['session.start_failed', undefined],
    ]);
  });

  test('is one line of the log as well, however it was written', async () => {
    const events = await recordedBy(async () => {
      const user = await register();
      await user.get('mutation { logout }');
      await server.ask(signInDocument, { input: { email: user.email, password: 'a wrong password' } });
    });
    const lines = server.logged.map((line) => JSON.parse(line) as { msg: string; audit?: { id: string } });
    const told = events.map(({ id }) => lines.filter(({ audit }) => audit?.id === id));
    expect(told).toMatchObject(events.map(({ id, type, outcome }) => [{ msg: type, audit: { id, type, outcome } }]));
    expect(events.map(({ type }) => type)).toEqual([
      'account.registered',
      'session.started',
      'session.ended',
      'session.start_failed',
    ]);
  });

  test('is found by its id, by those who may', async () => {
    const [event] = (await pageOf({ first: 1 })).nodes;
    const find = 'query ($id: ID!) { node(id: $id) { id ... on AuditEvent { type } } }';
    expect(await admin.get(find, { id: event?.id })).toEqual({ node: { id: event?.id, type: event?.type } });
    const viewer = await server.signIn('viewer');
    expect(await viewer.refusal(find, { id: event?.id })).toBe('FORBIDDEN');
    expect(await viewer.refusal(list)).toBe('FORBIDDEN');
    expect(await server.refusal(list)).toBe('UNAUTHENTICATED');
  });
});

describe('What is recorded of accounts', () => {
  test('is their beginning, with the first session', async () => {
    let user: SignedIn | undefined;
    const events = await recordedBy(async () => (user = await register()));
    expect(events).toMatchObject([
      { type: 'account.registered', actor: { id: user?.id }, subjectId: user?.id },
      { type: 'session.started', actor: { id: user?.id }, subjectId: user?.id },
    ]);
  });

  test('is each step by mail', async () => {
    const mailbox = openMailbox(server.config);
    const user = await register();
    const { token } = await mailbox.latestMail(user.email, 'verification');
    const events = await recordedBy(async () => {
      await user.get('mutation ($token: String!) { verifyEmail(token: $token) }', { token });
      await server.get('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email: user.email });
      const reset = await mailbox.latestMail(user.email, 'password-reset');
      await server.get(
        'mutation ($token: String!) { resetPassword(token: $token, newPassword: "a new good password") }',
        {
          token: reset.token,
        },
      );
    });
    expect(events).toMatchObject([
      { type: 'account.email_verified', actor: { id: user.id } },
      { type: 'account.password_reset_requested', actor: null, subjectId: user.id },
      { type: 'account.password_reset', actor: { id: user.id } },
      { type: 'session.ended', actor: { id: user.id }, details: { reason: 'password' } },
    ]);
  });

  test('is a changed profile, a changed password with the sessions that it ended, and the end', async () => {
    const user = await register();
    const events = await recordedBy(async () => {
      await user.get('mutation { updateProfile(input: { displayName: "Another" }) { id } }');
      await user.refusal(changePassword, { current: 'not the password', next: 'another good password' });
      const { changePassword: tokens } = await user.get<{ changePassword: { accessToken: string } }>(changePassword, {
        current: 'correct horse battery',
        next: 'another good password',
      });
      await server.ask('mutation { closeAccount }', {}, { authorization: `Bearer ${tokens.accessToken}` });
    });
    expect(typesOf(events)).toEqual([
      'account.profile_updated',
      'account.password_refused',
      'account.password_changed',
      'session.ended',
      'session.started',
      'account.closed',
      'session.ended',
    ]);
    expect(events.every(({ subjectId }) => subjectId === user.id)).toBe(true);
  });
  const changePassword =
    'mutation ($current: String!, $next: String!) { changePassword(currentPassword: $current, newPassword: $next) { accessToken } }';

  test('is what administrators do to them, and to whom', async () => {
    const user = await register();
    const events = await recordedBy(async () => {
      await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [EDITOR]) { id } }', { id: user.id });
      await user.get('mutation { createApiKey(input: { name: "k", scopes: ["articles:read"] }) { secret } }');
      await admin.get('mutation ($id: ID!) { disableUser(userId: $id, reason: "left") { id } }', { id: user.id });
      await admin.get('mutation ($id: ID!) { enableUser(userId: $id) { id } }', { id: user.id });
    });
    expect(events).toMatchObject([
      { type: 'user.roles_changed', details: { from: ['VIEWER'], to: ['EDITOR'] } },
      { type: 'api_key.created' },
      { type: 'session.ended', details: { reason: 'disabled' }, sessionId: expect.any(String) },
      { type: 'api_key.revoked', actor: { id: admin.id }, subjectId: expect.any(String) },
      { type: 'user.disabled' },
      { type: 'user.enabled' },
    ]);
    for (const event of events.filter(({ type }) => type.startsWith('user.')))
      expect(event).toMatchObject({ actor: { id: admin.id }, subjectId: user.id });
  });

  test('is an invitation, from its sending to the account that comes of it', async () => {
    const mailbox = openMailbox(server.config);
    const events = await recordedBy(async () => {
      await admin.get('mutation { inviteUser(input: { email: "guest@example.com", roles: [EDITOR] }) }');
      const { token } = await mailbox.latestMail('guest@example.com', 'invitation');
      await server.get(
        'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { ... on AuthTokens { scope } } }',
        { input: { token, password: 'correct horse battery', displayName: 'Guest' } },
      );
    });
    expect(events).toMatchObject([
      { type: 'invitation.sent', actor: { id: admin.id }, details: { roles: ['EDITOR'] } },
      { type: 'invitation.accepted', details: { invitationId: events[0]?.details?.['invitationId'] } },
      { type: 'session.started', details: { methods: ['INVITATION'] } },
    ]);
  });
});

describe('What is recorded of e-mails', () => {
  test('is each step to another one', async () => {
    const mailbox = openMailbox(server.config);
    const user = await register();
    await mailbox.latestMail(user.email, 'verification');
    const events = await recordedBy(async () => {
      await user.get(
        'mutation ($password: String) { requestEmailChange(newEmail: "moved@example.com", password: $password) }',
        { password: 'correct horse battery' },
      );
      const { token } = await mailbox.latestMail('moved@example.com', 'email-change');
      await user.get('mutation ($token: String!) { verifyEmail(token: $token) }', { token });
    });
    expect(events).toMatchObject([
      { type: 'account.email_change_requested', actor: { id: user.id }, subjectId: user.id },
      { type: 'account.email_changed', actor: { id: user.id }, subjectId: user.id },
    ]);
  });

  test('is the account that comes of a confirmed registration, and nothing before', async () => {
    const confirmed = await startServer({ REGISTRATION: 'confirmed' });
    const mailbox = openMailbox(confirmed.config);
    const operator = await confirmed.signIn('admin');
    const types = async () => {
      const { auditEvents } = await operator.get<{ auditEvents: Page }>(list, { first: 100 });
      return typesOf(auditEvents.nodes);
    };
    const input = { email: 'new@example.com', password: 'correct horse battery', displayName: 'New' };
    await confirmed.get('mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', { input });
    const { token } = await mailbox.latestMail(input.email, 'registration');
    expect(await types()).toEqual(['session.started']);
    await confirmed.get(
      'mutation ($token: String!, $password: String!) { verifyEmail(token: $token, password: $password) }',
      {
        token,
        password: input.password,
      },
    );
    expect(await types()).toEqual(['account.registered', 'session.started']);
    await confirmed.stop();
  });
});

describe('What is recorded of sessions', () => {
  test('is a sign-in that failed, and why, which the answer does not tell', async () => {
    const user = await register();
    const disabled = await register();
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: disabled.id });
    const events = await recordedBy(async () => {
      await login(user.email, 'a wrong password');
      await login('nobody@example.com', 'a wrong password');
      await login(disabled.email, 'correct horse battery');
    });
    expect(events).toMatchObject([
      {
        type: 'session.start_failed',
        outcome: 'FAILURE',
        actor: null,
        subjectId: user.id,
        details: { reason: 'wrong_password' },
      },
      { type: 'session.start_failed', outcome: 'FAILURE', subjectId: null, details: { reason: 'unknown_account' } },
      { type: 'session.start_failed', outcome: 'FAILURE', subjectId: disabled.id, details: { reason: 'disabled' } },
    ]);
  });

  test('is an account on which a stranger tries too many passwords', async () => {
    const user = await register();
    const events = await recordedBy(async () => {
      for (let tries = 0; tries < 12; tries += 1) await login(user.email, 'a wrong password');
    });
    const failed = events.filter(({ type }) => type === 'session.start_failed');
    expect(new Set(failed.map(({ subjectId }) => subjectId))).toEqual(new Set([user.id]));
    expect(failed.map(({ details }) => details?.['reason'])).toEqual([
      ...Array.from({ length: 10 }, () => 'wrong_password'),
      'too_many_attempts',
      'too_many_attempts',
    ]);
  });

  test('is the reuse of a refresh token, and not its use', async () => {
    const user = await register();
    const refresh = (token: string) =>
      server.ask('mutation ($token: String) { refresh(refreshToken: $token) { refreshToken } }', { token });
    const events = await recordedBy(async () => {
      const { body } = await refresh(user.refreshToken);
      await refresh((body.data as { refresh: { refreshToken: string } }).refresh.refreshToken);
      await refresh(user.refreshToken);
      await refresh(user.refreshToken);
      await refresh('no token');
    });
    expect(events).toMatchObject([
      { type: 'session.reuse_detected', outcome: 'DENIED', actor: null, subjectId: user.id },
      { type: 'session.refresh_failed', outcome: 'FAILURE', subjectId: user.id, sessionId: expect.any(String) },
      { type: 'session.refresh_failed', outcome: 'FAILURE', subjectId: null, sessionId: null },
    ]);
  });

  test('is who ended them: their user, or another', async () => {
    const user = await register();
    const other = signedIn(server.url, await login(user.email, 'correct horse battery'));
    const events = await recordedBy(async () => {
      await server.get('mutation ($token: String) { logout(refreshToken: $token) }', { token: user.refreshToken });
      await admin.get('mutation ($id: ID!) { revokeUserSessions(userId: $id) }', { id: other.id });
    });
    expect(events.filter(({ type }) => type === 'session.ended')).toMatchObject([
      { actor: { id: user.id }, details: { reason: 'logout' } },
      { actor: { id: admin.id }, subjectId: user.id, details: { reason: 'revoked' } },
    ]);
  });
});

describe('What is recorded of API keys', () => {
  test('is their beginning and end, and that an event came by one', async () => {
    const key = 'mutation { createApiKey(input: { name: "ci", scopes: ["*"] }) { secret apiKey { id } } }';
    const [created] = await recordedBy(async () => {
      const { createApiKey } = await admin.get<{ createApiKey: { secret: string; apiKey: { id: string } } }>(key);
      ({ secret, apiKey } = createApiKey);
    });
    expect(created).toMatchObject({
      type: 'api_key.created',
      actor: { id: admin.id },
      subjectId: apiKey.id,
      details: { scopes: ['*'] },
    });
    const user = await register();
    const byKey = await recordedBy(() =>
      server.ask('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: user.id }, { 'x-api-key': secret }),
    );
    expect(byKey.find(({ type }) => type === 'user.disabled')).toMatchObject({
      actor: { id: admin.id },
      sessionId: null,
      details: { apiKeyId: apiKey.id },
    });
    const [revoked] = await recordedBy(() =>
      admin.get('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: apiKey.id }),
    );
    expect(revoked).toMatchObject({ type: 'api_key.revoked', actor: { id: admin.id }, subjectId: apiKey.id });
  });
  let secret = '';
  let apiKey = { id: '' };
});

describe('An API key that is refused', () => {
  const makeKey = async (owner: Client, input: object = {}): Promise<{ id: string; secret: string }> => {
    const { createApiKey } = await owner.get<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }',
      { input: { name: 'k', scopes: ['articles:read'], ...input } },
    );
    return { id: createApiKey.apiKey.id, secret: createApiKey.secret };
  };
  const altered = (secret: string): string => secret.slice(0, 40) + (secret[40] === 'A' ? 'B' : 'A') + secret.slice(41);
  const use = (secret: string) => server.ask('{ __typename }', {}, { 'x-api-key': secret, 'user-agent': 'a program' });
  const byClient = (path: string, secret: string) =>
    fetch(`${server.url}/oauth/${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${secret.slice(0, 35)}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', token: 'x' }),
    });

  test('is recorded with the reason, which the answer does not tell', async () => {
    const [owner, disabled] = [await register(), await register()];
    const [living, revoked, ofDisabled] = [await makeKey(owner), await makeKey(owner), await makeKey(disabled)];
    const elsewhere = await makeKey(owner, { networks: ['192.0.2.0/24'] });
    const expired = await makeKey(owner, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    await owner.get('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', revoked);
    const sql = (text: string, id: string) => server.database.orm.em.getConnection().execute(text, [id]);
    await sql(`update api_keys set expires_at = now() - interval '1 s' where id = ?`, expired.id);
    await sql(`update users set status = 'DISABLED' where id = ?`, disabled.id);
    const nobodys = `sp_01900000000070008000000000000000${living.secret.slice(35)}`;
    const refused = [
      altered(living.secret),
      revoked.secret,
      expired.secret,
      ofDisabled.secret,
      elsewhere.secret,
      nobodys,
    ];
    const events = await recordedBy(async () => {
      for (const secret of refused) expect((await use(secret)).status).toBe(401);
      await use(living.secret);
    });
    expect(events.map(({ subjectId, details }) => [subjectId, details])).toEqual([
      [living.id, { reason: 'wrong_secret' }],
      [revoked.id, { reason: 'revoked' }],
      [expired.id, { reason: 'expired' }],
      [ofDisabled.id, { reason: 'disabled' }],
      [elsewhere.id, { reason: 'network' }],
      [null, { reason: 'unknown' }],
    ]);
    expect(events[0]).toMatchObject({
      type: 'api_key.refused',
      outcome: 'FAILURE',
      actor: null,
      sessionId: null,
      ipAddress: '127.0.0.1',
      userAgent: 'a program',
      requestId: expect.any(String),
    });
    for (const secret of refused) expect(JSON.stringify([events, server.logged])).not.toContain(secret.slice(36));
  });

  test('is recorded as well if a client of OAuth presents it, or a token that it got before', async () => {
    const owner = await register();
    const key = await makeKey(owner);
    const { access_token: token } = (await (await byClient('token', key.secret)).json()) as { access_token: string };
    const asBearer = { authorization: `Bearer ${token}` };
    expect((await server.ask('{ __typename }', {}, asBearer)).status).toBe(200);
    await owner.get('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', key);
    const events = await recordedBy(async () => {
      for (const path of ['token', 'introspect', 'revoke']) expect((await byClient(path, key.secret)).status).toBe(401);
      expect((await byClient('token', altered(key.secret))).status).toBe(401);
      expect((await server.ask('{ __typename }', {}, asBearer)).status).toBe(401);
    });
    expect(events.map(({ type, subjectId, details }) => [type, subjectId, details?.['reason']])).toEqual([
      ['api_key.refused', key.id, 'revoked'],
      ['api_key.refused', key.id, 'revoked'],
      ['api_key.refused', key.id, 'revoked'],
      ['api_key.refused', key.id, 'wrong_secret'],
      ['api_key.refused', key.id, 'revoked'],
    ]);
  });
});

test('What the command line does is recorded, without an actor', async () => {
  const commandLine = await createCommandLine({ MASTER_KEY: Buffer.alloc(32, 1).toString('base64') });
  commandLine.write('accounts.ndjson', '{"email":"moved@example.com","displayName":"Moved"}\n');
  for (const command of [
    'keys list',
    'keys generate',
    'keys rotate',
    'users create --email new@example.com --role EDITOR',
    'users import accounts.ndjson',
  ])
    expect(await commandLine.run(...command.split(' '))).toMatchObject({ code: 0 });
  const opened = await startServer({}, commandLine.location);
  const execute = (sql: string) => opened.database.orm.em.getConnection().execute(sql);
  const rows = await execute('select type, actor_id, ip_address, request_id from audit_events order by at, id');
  const byNobody = { actor_id: null, ip_address: null, request_id: null };
  expect(rows).toEqual(
    ['signing_key.generated', 'signing_key.rotated', 'invitation.sent', 'account.imported'].map((type) => ({
      type,
      ...byNobody,
    })),
  );
  // Each has made its month before, as a server does.
  expect(await execute('select type from audit_events_default')).toEqual([]);
  await opened.stop();
  await commandLine.remove();
});

describe('A mutation that is refused', () => {
  const remove = 'mutation ($id: ID!) { gone: deleteArticle(id: $id) }';

  test('by the rules of the schema is recorded with the field, the code and the object', async () => {
    const viewer = await server.signIn('viewer');
    const { articles } = await admin.get<{ articles: { nodes: Array<{ id: string }> } }>(
      '{ articles(first: 1) { nodes { id } } }',
    );
    const { id } = articles.nodes[0] ?? { id: '' };
    const events = await recordedBy(async () => {
      expect(await viewer.refusal(remove, { id })).toBe('FORBIDDEN');
      expect(await server.refusal(remove, { id })).toBe('UNAUTHENTICATED');
    });
    expect(events).toMatchObject([
      {
        type: 'mutation.refused',
        outcome: 'DENIED',
        actor: { id: viewer.id },
        subjectId: id,
        details: { field: 'deleteArticle', code: 'FORBIDDEN' },
      },
      { type: 'mutation.refused', actor: null, subjectId: id, details: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  test('is recorded field by field, those that were not refused left out', async () => {
    const viewer = await server.signIn('viewer');
    const { articles } = await viewer.get<{ articles: { nodes: Array<{ id: string }> } }>(
      '{ articles(first: 1) { nodes { id } } }',
    );
    const events = await recordedBy(() =>
      viewer.ask(
        `mutation ($id: ID!) {
          addComment(articleId: $id, body: "b") { id }
          a: createArticle(input: { title: "t", body: "b" }) { id }
          b: inviteUser(input: { email: "x@example.com", roles: [] })
        }`,
        articles.nodes[0],
      ),
    );
    expect(events.map(({ details }) => details?.['field']).toSorted()).toEqual(['createArticle', 'inviteUser']);
  });

  test('by a key is recorded as well, and names it', async () => {
    const editor = await server.signIn('editor');
    const { createApiKey } = await editor.get<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
      'mutation { createApiKey(input: { name: "k", scopes: ["articles:read"] }) { secret apiKey { id } } }',
    );
    const events = await recordedBy(() =>
      server.ask(
        'mutation { createArticle(input: { title: "t", body: "b" }) { id } }',
        {},
        { 'x-api-key': createApiKey.secret },
      ),
    );
    expect(events).toMatchObject([
      {
        type: 'mutation.refused',
        actor: { id: editor.id },
        sessionId: null,
        details: { field: 'createArticle', code: 'FORBIDDEN', apiKeyId: createApiKey.apiKey.id },
      },
    ]);
  });

  test('is recorded whatever its variables are by default', async () => {
    const id = '0192c2a0-0000-7000-8000-000000000000';
    const byDefault = `mutation ($id: ID! = "${id}", $isAsked: Boolean = true) { gone: deleteArticle(id: $id) @include(if: $isAsked) }`;
    const events = await recordedBy(async () => {
      expect(await server.refusal(byDefault)).toBe('UNAUTHENTICATED');
      expect(await admin.refusal(byDefault)).toBe('NOT_FOUND');
    });
    expect(events).toMatchObject([
      { type: 'mutation.refused', actor: null, subjectId: id, details: { field: 'deleteArticle' } },
      { type: 'mutation.refused', actor: { id: admin.id }, subjectId: id, details: { code: 'NOT_FOUND' } },
    ]);
    const notAsked =
      'mutation ($isAsked: Boolean = false) { __typename gone: deleteArticle(id: "") @include(if: $isAsked) }';
    expect(await recordedBy(() => admin.get(notAsked))).toEqual([]);
  });

  test('because its credential has ended is recorded', async () => {
    const user = await register();
    await user.get('mutation { logout }');
    const events = await recordedBy(() => user.ask('mutation { updateProfile(input: { displayName: "x" }) { id } }'));
    expect(events.filter(({ type }) => type === 'mutation.refused')).toMatchObject([
      { details: { field: 'updateProfile', code: 'UNAUTHENTICATED' } },
    ]);
  });

  test('because its credential has ended is recorded even if its variables cannot be read', async () => {
    const user = await register();
    await user.get('mutation { logout }');
    const document = 'mutation ($id: ID!, $skip: Boolean!) { deleteArticle(id: $id) @skip(if: $skip) }';
    const events = await recordedBy(() => user.ask(document, { id: [] }));
    expect(events).toMatchObject([
      { type: 'mutation.refused', details: { field: 'deleteArticle', code: 'UNAUTHENTICATED' } },
    ]);
  });

  test('and a query that is refused is not', async () => {
    expect(await recordedBy(() => server.refusal(list))).toEqual([]);
  });
});

describe('The log', () => {
  test('is read page by page, newest first, each event once', async () => {
    const { seen, totalCount } = await walk(7);
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
    expect(seen.length).toBe(totalCount);
    expect(seen.length).toBeGreaterThan(30);
  });

  test('is counted without any of its events being read', async () => {
    const { totalCount } = await walk(7);
    const { auditEvents } = await admin.get<{ auditEvents: object }>('{ auditEvents(first: 1) { totalCount } }');
    expect(auditEvents).toEqual({ totalCount });
  });

  test('is read backwards as it is read forwards', async () => {
    interface Back {
      readonly auditEvents: {
        readonly edges: Array<{ node: { id: string } }>;
        readonly pageInfo: { hasPreviousPage: boolean; startCursor: string };
      };
    }
    const forwards = await walk(7);
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const { auditEvents }: Back = await admin.get<Back>(
        'query ($before: String) { auditEvents(last: 9, before: $before) { edges { cursor node { id } } pageInfo { hasPreviousPage startCursor } } }',
        { before },
      );
      seen.unshift(...auditEvents.edges.map(({ node }) => node.id));
      before = auditEvents.pageInfo.hasPreviousPage ? auditEvents.pageInfo.startCursor : null;
    } while (before !== null);
    expect(seen).toEqual(forwards.seen);
  });

  test('is narrowed by type, outcome, actor and span', async () => {
    const all = (await pageOf({ first: 100 })).nodes;
    const middle = all[Math.floor(all.length / 2)];
    const at = new Date(middle?.at ?? 0);
    const filters: Array<[object, (event: Event) => boolean]> = [
      [{ type: 'session.started' }, ({ type }) => type === 'session.started'],
      [{ outcome: 'DENIED' }, ({ outcome }) => outcome === 'DENIED'],
      [{ outcome: 'FAILURE', type: 'session.start_failed' }, ({ type }) => type === 'session.start_failed'],
      [{ actorId: admin.id }, ({ actor }) => actor?.id === admin.id],
      [{ since: middle?.at }, (event) => new Date(event.at) >= at],
      [{ until: middle?.at }, (event) => new Date(event.at) < at],
    ];
    for (const [filter, keeps] of filters) {
      const { nodes, totalCount } = await pageOf({ first: 100, filter });
      const expected = all.filter(keeps).map(({ id }) => id);
      expect(expected.length).toBeGreaterThan(0);
      expect(nodes.slice(0, expected.length).map(({ id }) => id)).toEqual(expected);
      expect(totalCount).toBeGreaterThanOrEqual(expected.length);
      expect(nodes.filter((event) => !keeps(event))).toEqual([]);
    }
  });

  test.each([
    [{ first: 101 }, 'first'],
    [{ after: 'x' }, 'after'],
    [{ filter: { actorId: 'x' } }, 'filter.actorId'],
    [{ filter: { type: '\u0000' } }, 'filter.type'],
  ])('tells what is wrong with a question (%j)', async (variables, field) => {
    const { body } = await admin.ask(list, variables);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  test('shows no password, token, key or e-mail that was used', async () => {
    const user = await register();
    await login(user.email, 'a secret that was mistyped');
    await login('mistyped-secret@example.com', demoPassword);
    const everything = JSON.stringify([(await pageOf({ first: 100 })).nodes, server.logged]);
    for (const secret of [
      demoPassword,
      'correct horse battery',
      'a secret that was mistyped',
      'mistyped-secret',
      user.email,
      user.accessToken,
      user.refreshToken,
    ])
      expect(everything).not.toContain(secret);
  });
});

describe('A flood of failures', () => {
  const noted = async (limited: boolean): Promise<{ ids: Array<string | null>; recorded: unknown[] }> => {
    const failures: unknown[] = [];
    const limiterOf = (name: string, points: number) =>
      createIpLimiter(createLimiters(null), { name, points, windowSeconds: 60 });
    const recorder = createRecorder({
      orm: server.database.orm,
      afterCommit: () => undefined,
      log: { info: () => undefined, error: (failure: unknown) => void failures.push(failure) },
      ...(limited ? { failures: { recorded: limiterOf('recorded', 2), omitted: limiterOf('omitted', 1) } } : {}),
    });
    const ids: Array<string | null> = [];
    const recorded = await recordedBy(async () => {
      for (const [ipAddress, outcome] of [
        ['192.0.2.1', 'FAILURE'],
        ['192.0.2.1', 'DENIED'],
        ['192.0.2.1', 'FAILURE'],
        ['192.0.2.1', 'FAILURE'],
        ['192.0.2.1', 'SUCCESS'],
        ['192.0.2.1', undefined],
        ['192.0.2.2', 'FAILURE'],
        [null, 'FAILURE'],
        [null, 'FAILURE'],
        [null, 'FAILURE'],
      ] as const) {
        const by = { ...bySystem(new Date()), ipAddress };
        ids.push(await recorder.note(by, { type: 'token.issued', ...(outcome === undefined ? {} : { outcome }) }));
      }
    });
    expect(failures).toEqual([]);
    // Each is known by the id of its row.
    const rows = recorded.filter(({ type }) => type === 'token.issued');
    expect(ids.filter((id) => id !== null)).toEqual(rows.map(({ id }) => id));
    return { ids, recorded: recorded.map(({ type, outcome, ipAddress }) => [type, outcome, ipAddress]) };
  };

  test('is cut short for its IP address alone, and no success is omitted', async () => {
    const { ids, recorded } = await noted(true);
    expect(ids.map((id) => id !== null)).toEqual([true, true, false, false, true, true, true, true, true, true]);
    expect(recorded).toEqual([
      ['token.issued', 'FAILURE', '192.0.2.1'],
      ['token.issued', 'DENIED', '192.0.2.1'],
      ['failures.omitted', 'DENIED', '192.0.2.1'],
      ['token.issued', 'SUCCESS', '192.0.2.1'],
      ['token.issued', 'SUCCESS', '192.0.2.1'],
      ['token.issued', 'FAILURE', '192.0.2.2'],
      ['token.issued', 'FAILURE', null],
      ['token.issued', 'FAILURE', null],
      ['token.issued', 'FAILURE', null],
    ]);
  });

  test('is recorded whole where there is no limit, as on the command line', async () => {
    const { ids, recorded } = await noted(false);
    expect(ids).not.toContain(null);
    expect(recorded).toHaveLength(ids.length);
  });

  test('is recorded up to a limit for each IP address, which is recorded, too; what succeeds always is', async () => {
    const flooded = await startServer({ TRUSTED_PROXIES: '127.0.0.1' });
    const from = (ipAddress: string) => ({ 'x-forwarded-for': ipAddress });
    const twenty = `mutation { ${Array.from({ length: 20 }, (_, index) => `a${index}: requestEmailVerification`).join(' ')} }`;
    const flood = () => flooded.ask(twenty, {}, from('192.0.2.1'));
    for (let rounds = 0; rounds < 99; rounds += 1) await Promise.all(Array.from({ length: 5 }, flood));
    // The last ones one by one, so that their order is known.
    for (let times = 0; times < 6; times += 1) await flood();
    const known = { input: { email: 'admin@demo.sallyport.test', password: demoPassword } };
    const wrong = { input: { ...known.input, password: 'not this one' } };
    await flooded.ask(signInDocument, wrong, from('192.0.2.1'));
    await flooded.ask(signInDocument, wrong, from('192.0.2.2'));
    const reader = signedIn(flooded.url, await flooded.ask(signInDocument, known, from('192.0.2.1')));
    const {
      auditEvents: { totalCount, nodes },
    } = await reader.get<{ auditEvents: Page }>(list, { first: 4 });
    expect(nodes.map(({ type, outcome, ipAddress }) => [type, outcome, ipAddress])).toEqual([
      ['session.started', 'SUCCESS', '192.0.2.1'],
      ['session.start_failed', 'FAILURE', '192.0.2.2'],
      ['failures.omitted', 'DENIED', '192.0.2.1'],
      ['mutation.refused', 'DENIED', '192.0.2.1'],
    ]);
    expect(nodes[2]?.details).toEqual({ seconds: expect.any(Number) });
    expect(totalCount).toBe(10_000 + 3);
    await flooded.stop();
  });
});

describe('The hours of the log', () => {
  const hours = async (until: Date | null, client: Client = admin) =>
    (
      await client.get<{ auditHours: Array<{ at: string; events: number; more: boolean }> }>(
        'query ($until: DateTime) { auditHours(until: $until) { at events more } }',
        { until: until?.toISOString() ?? null },
      )
    ).auditHours;
  const insert = (at: Date, many: number) =>
    server.database.orm.em.getConnection().execute(
      `insert into "audit_events" ("id", "at", "type", "outcome")
        select gen_random_uuid(), ?::timestamptz, 'token.issued', 'SUCCESS' from generate_series(1, ?)`,
      [at.toISOString(), many],
    );

  test('count the events of each, oldest first, and no more than a thousand', async () => {
    const noon = new Date('2020-05-05T12:00:00.000Z');
    await insert(noon, 2);
    await insert(new Date('2020-05-05T11:59:59.999Z'), 1_000);
    await insert(new Date('2020-05-05T10:00:00.000Z'), 1_001);
    server.statements.length = 0;
    const answered = await hours(new Date('2020-05-05T12:34:56.000Z'));
    expect(server.statements.filter((text) => /order by e\."at" limit \$2/.test(text))).toHaveLength(1);
    expect(answered).toHaveLength(24);
    expect(answered[0]?.at).toBe('2020-05-04T13:00:00.000Z');
    expect(answered.slice(-4)).toEqual([
      { at: '2020-05-05T09:00:00.000Z', events: 0, more: false },
      { at: '2020-05-05T10:00:00.000Z', events: 1_000, more: true },
      { at: '2020-05-05T11:00:00.000Z', events: 1_000, more: false },
      { at: '2020-05-05T12:00:00.000Z', events: 2, more: false },
    ]);
    expect((await hours(null)).at(-1)?.events).toBeGreaterThan(0);
  });

  test('are none before the year 1, and all of it are counted', async () => {
    expect((await hours(new Date('0001-01-01T23:00:00.000Z')))[0]?.at).toBe('0001-01-01T00:00:00.000Z');
    const { body } = await admin.ask('{ auditHours(until: "0001-01-01T22:59:59.999Z") { at } }');
    expect(body.errors?.[0]).toMatchObject({
      message: '`until` must be 0001-01-01T23:00:00Z or later.',
      extensions: { code: 'BAD_USER_INPUT', field: 'until', problem: 'out_of_range' },
    });
  });

  test('are for those who may read the log', async () => {
    expect(await (await server.signIn('moderator')).refusal('{ auditHours { events } }')).toBe('FORBIDDEN');
  });
});

describe('Without the log', () => {
  const rename = (from: string, to: string) =>
    server.database.orm.em.getConnection().execute(`alter table "${from}" rename to "${to}"`);

  test('nothing happens that belongs into it, and what is refused stays refused', async () => {
    const viewer = await server.signIn('viewer');
    await rename('audit_events', 'audit_events_away');
    try {
      expect(
        await server.refusal(signInDocument, {
          input: { email: 'viewer@demo.sallyport.test', password: demoPassword },
        }),
      ).toBe('INTERNAL_SERVER_ERROR');
      expect(await viewer.refusal('mutation { logoutEverywhere }')).toBe('INTERNAL_SERVER_ERROR');
      expect(await viewer.get('{ session { current } }')).toEqual({ session: { current: true } });
      expect(await viewer.refusal('mutation { inviteUser(input: { email: "x@example.com", roles: [] }) }')).toBe(
        'FORBIDDEN',
      );
    } finally {
      await rename('audit_events_away', 'audit_events');
    }
    expect(server.logged.join('')).toContain('an event could not be recorded');
  });
});
