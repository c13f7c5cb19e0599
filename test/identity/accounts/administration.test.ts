import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { manyClients } from '../../support/authenticator.ts';
import { createClient } from '../../support/client.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';

let server: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer(manyClients);
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

const setRoles = 'mutation ($id: ID!, $roles: [Role!]!) { setUserRoles(userId: $id, roles: $roles) { roles } }';
const disable = 'mutation ($id: ID!) { disableUser(userId: $id, reason: "left the team") { status } }';
const enable = 'mutation ($id: ID!) { enableUser(userId: $id) { status } }';
const revoke = 'mutation ($id: ID!) { revokeUserSessions(userId: $id) }';
const me = '{ me { roles } }';
const missing = '01900000-0000-7000-8000-000000000000';

let count = 0;
let user: SignedIn;
const password = 'correct horse battery';
const emailOf = (number: number): string => `user${number}@example.com`;
const signInAs = async (number: number): Promise<SignedIn> =>
  signedIn(server.url, await server.ask(signInDocument, { input: { email: emailOf(number), password } }));

beforeEach(async () => {
  count += 1;
  const register =
    'mutation ($input: RegisterInput!) { login: register(input: $input) { ... on AuthTokens { accessToken refreshToken user { id } } } }';
  const input = { email: emailOf(count), password, displayName: `User ${count}` };
  user = signedIn(server.url, await server.ask(register, { input }, { 'x-forwarded-for': `192.0.2.${count}` }));
});

const isSignedOut = async ({ accessToken }: SignedIn): Promise<boolean> =>
  (await createClient(server.url, { authorization: `Bearer ${accessToken}` }).ask(me)).status === 401;

describe('Roles', () => {
  test('that are given bind the very next request', async () => {
    expect(await admin.get(setRoles, { id: user.id, roles: ['EDITOR', 'EDITOR'] })).toEqual({
      setUserRoles: { roles: ['EDITOR'] },
    });
    expect(await user.get(me)).toEqual({ me: { roles: ['EDITOR'] } });
    expect(await user.get('mutation { createArticle(input: { title: "t", body: "b" }) { status } }')).toEqual({
      createArticle: { status: 'DRAFT' },
    });
    await admin.get(setRoles, { id: user.id, roles: [] });
    expect(await user.refusal('mutation { createArticle(input: { title: "t", body: "b" }) { status } }')).toBe(
      'FORBIDDEN',
    );
  });

  test('are not handed out, or taken away, by those who do not hold them', async () => {
    const scopes = ['users:manage', 'users:read', 'articles', 'comments'];
    const input = { email: 'admin@demo.sallyport.test', password: 'sallyport-demo', scopes };
    const narrowed = signedIn(server.url, await server.ask(signInDocument, { input }));
    expect(await narrowed.get(setRoles, { id: user.id, roles: ['EDITOR'] })).toEqual({
      setUserRoles: { roles: ['EDITOR'] },
    });
    expect(await narrowed.refusal(setRoles, { id: user.id, roles: ['ADMIN'] })).toBe('FORBIDDEN');
    expect(await narrowed.refusal(setRoles, { id: admin.id, roles: [] })).toBe('FORBIDDEN');
    expect(await narrowed.refusal(disable, { id: admin.id })).toBe('FORBIDDEN');
  });

  test('cannot leave the system without an administrator', async () => {
    expect(await admin.refusal(setRoles, { id: admin.id, roles: ['EDITOR'] })).toBe('CONFLICT');
    expect(await admin.refusal(disable, { id: admin.id })).toBe('CONFLICT');
    expect(await admin.get(me)).toEqual({ me: { roles: ['ADMIN'] } });
  });

  test('are changed without a look at every user there is', async () => {
    const sql = <Row>(text: string, params: unknown[] = []): Promise<Row[]> =>
      server.database.orm.em.getConnection().execute<Row[]>(text, params);
    await sql(
      `insert into users (id, created_at, email, display_name, roles, status, credential_version)
       select gen_random_uuid(), now(), 'crowd' || n || '@example.com', 'Crowd', '{EDITOR}', 'ACTIVE', 0
         from generate_series(1, 20000) as n`,
    );
    await sql('analyze users');
    await server.app.outbox.settled();
    server.statements.length = 0;
    await admin.get(setRoles, { id: user.id, roles: ['EDITOR'] });
    const [locking = ''] = server.statements.filter((statement) => /for update/.test(statement));
    const text = /select .* for update/.exec(locking)?.[0] ?? '';
    const plan = JSON.stringify(await sql(`explain ${text}`, [user.id, '{ADMIN}', admin.id]));
    expect(plan).toContain('users_administrators_index');
    expect(plan).not.toContain('Seq Scan');
    await sql(`delete from users where display_name = 'Crowd'`);
  });

  test('of two administrators who remove each other at the same moment keep one', async () => {
    await admin.get(setRoles, { id: user.id, roles: ['ADMIN'] });
    const answers = await Promise.all([
      admin.ask(setRoles, { id: user.id, roles: ['VIEWER'] }),
      user.ask(setRoles, { id: admin.id, roles: ['VIEWER'] }),
    ]);
    expect(answers.filter(({ body }) => body.errors === undefined)).toHaveLength(1);
    const rows = await server.database
      .fork()
      .getConnection()
      .execute(`select 1 from users where 'ADMIN' = any (roles) and status = 'ACTIVE'`);
    expect(rows.length).toBeGreaterThanOrEqual(1);
    await server.database.fork().getConnection().execute(`update users set roles = '{ADMIN}' where id = ?`, [admin.id]);
    await server.database.fork().getConnection().execute(`update users set roles = '{VIEWER}' where id = ?`, [user.id]);
  });
});

describe('Disabling a user', () => {
  test('ends every session at once, and closes every door', async () => {
    const second = await signInAs(count);
    expect(await admin.get(disable, { id: user.id })).toEqual({ disableUser: { status: 'DISABLED' } });
    expect([await isSignedOut(user), await isSignedOut(second)]).toEqual([true, true]);
    expect(
      await server.refusal('mutation ($t: String) { refresh(refreshToken: $t) { scope } }', { t: user.refreshToken }),
    ).toBe('INVALID_GRANT');
    expect(await server.refusal(signInDocument, { input: { email: emailOf(count), password } })).toBe(
      'INVALID_CREDENTIALS',
    );
  });

  test('keeps the reason for those who may read users, until the account is enabled again', async () => {
    const reason = 'query ($id: ID!) { node(id: $id) { ... on User { displayName disabledReason } } }';
    const shown = async (reader: SignedIn): Promise<unknown> => (await reader.ask(reason, { id: user.id })).body.data;
    const other = await server.signIn('viewer');
    await admin.get(disable, { id: user.id });
    expect(await shown(admin)).toEqual({ node: { displayName: `User ${count}`, disabledReason: 'left the team' } });
    expect(await shown(other)).toEqual({ node: { displayName: `User ${count}`, disabledReason: null } });
    expect(await other.refusal(reason, { id: user.id })).toBe('FORBIDDEN');
    await admin.get(enable, { id: user.id });
    expect(await shown(admin)).toEqual({ node: { displayName: `User ${count}`, disabledReason: null } });
  });

  test('and enabling again lets the user sign in anew, and revives nothing', async () => {
    await admin.get(disable, { id: user.id });
    expect(await admin.get(enable, { id: user.id })).toEqual({ enableUser: { status: 'ACTIVE' } });
    expect(await isSignedOut(user)).toBe(true);
    expect(await (await signInAs(count)).get(me)).toEqual({ me: { roles: ['VIEWER'] } });
  });
});

describe('Sessions', () => {
  const list = '{ me { sessions { id current } } }';

  test('are listed to their user, and ended one by one', async () => {
    const second = await signInAs(count);
    const { me: found } = await second.get<{ me: { sessions: Array<{ id: string; current: boolean }> } }>(list);
    expect(found.sessions.map(({ current }) => current)).toEqual([true, false]);
    const other = found.sessions[1];
    expect(
      await second.get('mutation ($id: ID!) { revokeSession(id: $id) { id endedAt } }', { id: other?.id }),
    ).toEqual({
      revokeSession: { id: other?.id, endedAt: expect.any(String) },
    });
    expect([await isSignedOut(user), await isSignedOut(second)]).toEqual([true, false]);
  });

  test('of others are neither seen nor ended without the right to', async () => {
    const viewer = await server.signIn('viewer');
    const { me: found } = await user.get<{ me: { sessions: Array<{ id: string }> } }>(list);
    const [session] = found.sessions;
    expect(await viewer.refusal('mutation ($id: ID!) { revokeSession(id: $id) { id } }', session)).toBe('NOT_FOUND');
    const { body } = await viewer.ask('query ($id: ID!) { node(id: $id) { ... on User { sessions { id } } } }', {
      id: user.id,
    });
    expect(body).toMatchObject({ data: { node: { sessions: null } }, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await isSignedOut(user)).toBe(false);
  });

  test('are ended everywhere, or everywhere else', async () => {
    const [second, third] = [await signInAs(count), await signInAs(count)];
    expect(await third.get('mutation { logoutEverywhere(keepCurrent: true) }')).toEqual({ logoutEverywhere: 2 });
    expect([await isSignedOut(user), await isSignedOut(second), await isSignedOut(third)]).toEqual([true, true, false]);
    expect(await third.get('mutation { logoutEverywhere }')).toEqual({ logoutEverywhere: 1 });
    expect(await isSignedOut(third)).toBe(true);
  });

  test('of a user are ended by those who may', async () => {
    const second = await signInAs(count);
    expect(await user.refusal(revoke, { id: user.id })).toBe('FORBIDDEN');
    expect(await admin.get(revoke, { id: user.id })).toEqual({ revokeUserSessions: 2 });
    expect([await isSignedOut(user), await isSignedOut(second)]).toEqual([true, true]);
  });
});

describe('A session that was narrowed', () => {
  test.each([
    'mutation { requestEmailChange(newEmail: "elsewhere@example.com") }',
    'mutation { closeAccount }',
    'mutation { logoutEverywhere }',
    'mutation { updateProfile(input: { displayName: "Other" }) { id } }',
    'mutation { changePassword(currentPassword: "correct horse battery", newPassword: "another good one") { scope } }',
  ])('cannot give the account away, or end it (%s)', async (mutation) => {
    const input = { email: emailOf(count), password, scopes: ['articles:read'] };
    const narrowed = signedIn(server.url, await server.ask(signInDocument, { input }));
    expect(await narrowed.refusal(mutation)).toBe('FORBIDDEN');
  });
});

describe('Changing the password', () => {
  const change =
    'mutation ($from: String!, $to: String!) { changePassword(currentPassword: $from, newPassword: $to) { accessToken session { current } user { id } } }';

  test('replaces the session, and ends all others', async () => {
    const second = await signInAs(count);
    const { changePassword } = await user.get<{ changePassword: { accessToken: string } }>(change, {
      from: password,
      to: 'another good one',
    });
    expect(changePassword).toMatchObject({ session: { current: true }, user: { id: user.id } });
    expect([await isSignedOut(user), await isSignedOut(second)]).toEqual([true, true]);
    expect(await createClient(server.url, { authorization: `Bearer ${changePassword.accessToken}` }).get(me)).toEqual({
      me: { roles: ['VIEWER'] },
    });
    expect(await server.refusal(signInDocument, { input: { email: emailOf(count), password } })).toBe(
      'INVALID_CREDENTIALS',
    );
  });

  test('takes the present password and a fit new one', async () => {
    expect(await user.refusal(change, { from: 'wrong', to: 'another good one' })).toBe('INVALID_CREDENTIALS');
    expect(await user.refusal(change, { from: password, to: 'short' })).toBe('BAD_USER_INPUT');
    expect(await isSignedOut(user)).toBe(false);
  });
});

describe('The list of users', () => {
  const users = 'query ($search: String) { users(search: $search) { totalCount nodes { email roles } } }';

  test('is for those who may read users, and finds them by name and e-mail', async () => {
    expect(await user.refusal(users)).toBe('FORBIDDEN');
    expect(await server.refusal(users)).toBe('UNAUTHENTICATED');
    expect(await admin.get(users, { search: 'Edgar' })).toEqual({
      users: { totalCount: 1, nodes: [{ email: 'editor@demo.sallyport.test', roles: ['EDITOR'] }] },
    });
    expect(await admin.get(users, { search: emailOf(count) })).toMatchObject({ users: { totalCount: 1 } });
  });
});

test('A user who is not there is not found, whatever is tried on it', async () => {
  for (const document of [disable, enable, revoke])
    expect(await admin.refusal(document, { id: missing })).toBe('NOT_FOUND');
  expect(await admin.refusal(setRoles, { id: missing, roles: [] })).toBe('NOT_FOUND');
  expect(await admin.refusal(disable, { id: 'nonsense' })).toBe('BAD_USER_INPUT');
});
