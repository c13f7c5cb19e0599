import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { createClient, type Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';

const extensionsOf = async (client: Client, document: string, variables: object = {}) =>
  ((await client.ask(document, variables)).body.errors ?? []).map(({ extensions }) => extensions);

describe('In development', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ NODE_ENV: 'development' });
  });
  afterAll(() => server.stop());

  test('a refusal tells its rule, what the caller has, what would suffice, and where the console shows it', async () => {
    const viewer = await server.signIn('viewer');
    const [refused] = await extensionsOf(viewer, '{ mine: me { id } all: users { totalCount } }');
    expect(refused).toMatchObject({
      code: 'FORBIDDEN',
      explain: {
        coordinate: 'Query.users',
        rule: expect.stringContaining('scope users:read'),
        directives: expect.arrayContaining([
          expect.stringMatching(/^@hasScope\(scopes: \[\["users:read"\]\]\) on Query\.users, users\.graphql:\d+$/),
        ]),
        have: { kind: 'user', roles: ['VIEWER'], scopes: expect.arrayContaining(['comments:write']) },
        suffices: ['the scope users:read (ADMIN has it)'],
        console: 'http://localhost:4000/console/matrix?cell=Query.users&as=VIEWER',
      },
    });
    expect(await extensionsOf(server, '{ auditEvents { totalCount } }')).toMatchObject([
      { code: 'UNAUTHENTICATED', explain: { have: { kind: 'anonymous', roles: [], scopes: [] } } },
    ]);
  });

  test('a refusal by a policy tells its condition, whatever fragments and aliases lead there', async () => {
    const document = `
      { list: articles(first: 1) { nodes { ...Written } } }
      fragment Written on Article { by: author { ... on User { mail: email } } }`;
    const [refused] = await extensionsOf(server, document);
    expect(refused).toMatchObject({
      code: 'UNAUTHENTICATED',
      explain: {
        coordinate: 'User.email',
        policies: [expect.stringMatching(/^readPrivate on User: /)],
        suffices: [expect.stringMatching(/^an object that meets readPrivate on User: /)],
        console: 'http://localhost:4000/console/matrix?cell=User.email&as=anonymous',
      },
    });
  });

  test('a step-up is explained as one, and what a service refuses says itself why', async () => {
    const admin = await server.signIn('admin');
    server.wait(16 * 60);
    const { accessToken } = await admin
      .get<{ refresh: { accessToken: string } }>(
        'mutation ($token: String!) { refresh(refreshToken: $token) { accessToken } }',
        { token: admin.refreshToken },
      )
      .then(({ refresh }) => refresh);
    const again = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    const roles = 'mutation ($id: ID!) { setUserRoles(userId: $id, roles: [ADMIN]) { id } }';
    expect(await extensionsOf(again, roles, { id: admin.id })).toMatchObject([
      { code: 'REAUTHENTICATION_REQUIRED', explain: { suffices: ['a recent sign-in, proved by `reauthenticate`'] } },
    ]);
    const [absent] = await extensionsOf(again, 'mutation ($id: ID!) { deleteArticle(id: $id) }', { id: randomUUID() });
    expect(absent).toEqual({ code: 'NOT_FOUND' });
  });

  test('an operation that is refused as a whole is explained path by path', async () => {
    const rejecting = await startServer({ NODE_ENV: 'development', ACCESS_MODE: 'reject' });
    expect(await extensionsOf(rejecting, '{ users { totalCount } auditEvents { totalCount } }')).toMatchObject([
      { explain: { coordinate: 'Query.users' } },
      { explain: { coordinate: 'Query.auditEvents' } },
    ]);
    await rejecting.stop();
  });

  test('TELL_REQUIRED=off leaves the explanation out', async () => {
    const quiet = await startServer({ NODE_ENV: 'development', TELL_REQUIRED: 'off' });
    expect(await extensionsOf(quiet, '{ users { totalCount } }')).toEqual([{ code: 'UNAUTHENTICATED' }]);
    await quiet.stop();
  });
});

describe('In production', () => {
  let server: TestServer;
  let admin: Client;
  let user: Client;
  beforeAll(async () => {
    server = await startServer({
      NODE_ENV: 'production',
      DEMO: 'off',
      REGISTRATION: 'open',
      ALLOW_INSECURE: 'public-url,database,redis',
      MASTER_KEY: randomBytes(32).toString('base64'),
    });
    user = await registered();
    admin = await registered();
    await server.database
      .fork()
      .getConnection()
      .execute(`update users set roles = '{ADMIN}' where display_name = 'Number 2'`);
  });
  afterAll(() => server.stop());

  let number = 0;
  async function registered(): Promise<Client> {
    number += 1;
    const input = { email: `number.${number}@example.com`, password: randomUUID(), displayName: `Number ${number}` };
    const { register } = await server.get<{ register: { accessToken: string } }>(
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on AuthTokens { accessToken } } }',
      { input },
    );
    return createClient(server.url, { authorization: `Bearer ${register.accessToken}` });
  }

  const eventOf = async (id: unknown): Promise<unknown> =>
    (
      await admin.get<{ node: unknown }>(
        'query ($id: ID!) { node(id: $id) { ... on AuditEvent { type outcome actor { displayName } details } } }',
        { id },
      )
    ).node;

  test('a refused query carries the id of its event alone, and the same refusal later carries the same', async () => {
    const document = '{ me { id } users { totalCount } }';
    const refused = await extensionsOf(user, document);
    const refusalId = refused[0]?.['refusalId'];
    expect(refused).toEqual([{ code: 'FORBIDDEN', refusalId: expect.any(String) }]);
    expect(await eventOf(refusalId)).toEqual({
      type: 'read.refused',
      outcome: 'DENIED',
      actor: { displayName: 'Number 1' },
      details: { fields: ['Query.users'], code: 'FORBIDDEN' },
    });
    expect((await extensionsOf(user, document))[0]).toEqual({ code: 'FORBIDDEN', refusalId });
    server.wait(11 * 60);
    const later = (await extensionsOf(user, document))[0]?.['refusalId'];
    expect(later).not.toBe(refusalId);
    expect(await eventOf(later)).toMatchObject({ type: 'read.refused' });
    // Somebody else is another caller.
    expect((await extensionsOf(server, '{ users { totalCount } }'))[0]).toEqual({
      code: 'UNAUTHENTICATED',
      refusalId: expect.any(String),
    });
  });

  test('fragments that double at each step, and are skipped, do not keep the id of a refusal waiting', async () => {
    const steps = 30;
    const fragments = Array.from({ length: steps }, (_, step) => {
      const next = step + 1 === steps ? '__typename' : `...F${step + 1} ...F${step + 1}`;
      return `fragment F${step} on Query { ${next} }`;
    });
    const document = `{ ...F0 @skip(if: true) auditEvents(first: 1) { nodes { id } } } ${fragments.join(' ')}`;
    expect(await extensionsOf(user, document)).toEqual([{ code: 'FORBIDDEN', refusalId: expect.any(String) }]);
  });

  test('a refused mutation carries the id of its event, each field its own', async () => {
    const document = `mutation {
      a: createArticle(input: { title: "t", body: "b" }) { id }
      b: inviteUser(input: { email: "x@example.com", roles: [] })
    }`;
    const refused = await extensionsOf(user, document);
    expect(refused).toEqual(Array.from({ length: 2 }, () => ({ code: 'FORBIDDEN', refusalId: expect.any(String) })));
    expect(await Promise.all(refused.map(({ refusalId }) => eventOf(refusalId)))).toMatchObject([
      { type: 'mutation.refused', details: { field: 'createArticle' } },
      { type: 'mutation.refused', details: { field: 'inviteUser' } },
    ]);
  });

  test('what was allowed but failed, and an answer without a refusal, carry none', async () => {
    const { body } = await user.ask('{ articles(first: 0) { totalCount } }');
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(body.errors?.[0]?.extensions).not.toHaveProperty('refusalId');
  });
});
