import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createClient } from '../../support/client.ts';
import { scopesOf } from '../../support/scopes.ts';
import { signInDocument, startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const register = /* GraphQL */ `
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      ... on AuthTokens {
        accessToken
        refreshToken
        scope
        user {
          id
          email
          emailVerified
          roles
        }
        session {
          current
        }
      }
    }
  }
`;
const editor = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };
const errorOf = async (document: string, input: object): Promise<Record<string, unknown> | undefined> =>
  (await server.ask(document, { input })).body.errors?.[0]?.extensions;

describe('Registering', () => {
  test('makes an account that works at once, unverified and with the smallest role', async () => {
    const input = { email: ' Nora@Example.COM ', password: 'correct horse battery', displayName: 'Nora' };
    const { register: tokens } = await server.get<{ register: { accessToken: string } }>(register, { input });
    expect(tokens).toMatchObject({
      scope: scopesOf('VIEWER').join(' '),
      user: { email: 'nora@example.com', emailVerified: false, roles: ['VIEWER'] },
      session: { current: true },
    });
    const nora = createClient(server.url, { authorization: `Bearer ${tokens.accessToken}` });
    expect(await nora.get('{ me { displayName } }')).toEqual({ me: { displayName: 'Nora' } });
  });

  test('with an e-mail that has an account, in whatever spelling, is a conflict', async () => {
    const input = { email: 'EDITOR@demo.sallyport.test', password: 'correct horse battery', displayName: 'Copy' };
    expect(await errorOf(register, input)).toMatchObject({ code: 'CONFLICT' });
  });

  test.each([
    ['a short password', { password: 'short' }, 'input.password', 'too_short'],
    ['an overlong password', { password: 'x'.repeat(129) }, 'input.password', 'too_long'],
    ['a blank name', { displayName: '  ' }, 'input.displayName', 'empty'],
    ['an overlong name', { displayName: 'x'.repeat(101) }, 'input.displayName', 'too_long'],
    ['a name that cannot be stored', { displayName: 'a\u0000b' }, 'input.displayName', 'invalid_characters'],
    ['an e-mail that is none', { email: 'nobody' }, 'input.email', 'invalid_value'],
    ['an e-mail that a mail would read otherwise', { email: '<admin@example.com' }, 'input.email', 'invalid_value'],
    ['the e-mail of a closed account', { email: 'x@closed.invalid' }, 'input.email', 'invalid_value'],
    ['an e-mail with a mark that nobody sees', { email: 'admin\u200b@example.com' }, 'input.email', 'invalid_value'],
    ['a name that nobody sees', { displayName: '\u200b\u200d' }, 'input.displayName', 'empty'],
  ])('with %s is refused, naming the field, and leaves nothing behind', async (_, change, field, problem) => {
    const input = { email: 'bad@example.com', password: 'correct horse battery', displayName: 'Bad', ...change };
    expect(await errorOf(register, input)).toEqual({ code: 'BAD_USER_INPUT', field, problem });
    const found = await server.database
      .fork()
      .getConnection()
      .execute(`select 1 from users where email = 'bad@example.com'`);
    expect(found).toEqual([]);
  });

  test('is refused if registration is closed', async () => {
    const closed = await startServer({ REGISTRATION: 'closed' });
    const input = { email: 'late@example.com', password: 'correct horse battery', displayName: 'Late' };
    expect(await closed.refusal(register, { input })).toBe('FORBIDDEN');
    await closed.stop();
  });
});

describe('Signing in', () => {
  test('answers alike for an unknown e-mail, a wrong password and a disabled account', async () => {
    const disabled = { email: 'disabled@example.com', password: 'correct horse battery' };
    await server.get(register, { input: { ...disabled, displayName: 'Gone' } });
    await server.database
      .fork()
      .getConnection()
      .execute(`update users set status = 'DISABLED' where email = ?`, [disabled.email]);
    const answers = await Promise.all(
      [
        { ...editor, email: 'nobody@example.com' },
        { ...editor, password: 'wrong password' },
        disabled,
        { email: 'no e-mail', password: '' },
      ].map((input) => server.ask(signInDocument, { input })),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers[0]?.body.errors?.[0]?.extensions).toEqual({ code: 'INVALID_CREDENTIALS' });
  });

  test('issues a token as RFC 9068 has it, signed with a key that is published', async () => {
    const { accessToken, id } = await server.signIn('editor');
    const claims = decodeJwt(accessToken);
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) });
    expect(Object.keys(claims).toSorted()).toEqual([
      'amr',
      'aud',
      'auth_time',
      'client_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'nbf',
      'roles',
      'scope',
      'sid',
      'sub',
      'ver',
    ]);
    expect(claims).toMatchObject({ sub: id, iss: 'http://localhost:4000', aud: 'http://localhost:4000', amr: ['pwd'] });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
    const { keys } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as {
      keys: Array<Record<string, string>>;
    };
    expect(keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(accessToken).kid);
    expect(keys.every((key) => key['d'] === undefined)).toBe(true);
  });

  test('may be narrowed to some of the own scopes, and holds only the roles that these cover', async () => {
    const input = { ...editor, scopes: scopesOf('VIEWER') };
    const { login } = await server.get<{ login: { accessToken: string; scope: string } }>(signInDocument, { input });
    expect(login.scope).toBe(scopesOf('VIEWER').join(' '));
    const narrowed = createClient(server.url, { authorization: `Bearer ${login.accessToken}` });
    expect(decodeJwt(login.accessToken)['roles']).toEqual(['VIEWER']);
    expect(await narrowed.refusal('mutation { createArticle(input: { title: "a", body: "b" }) { id } }')).toBe(
      'FORBIDDEN',
    );
  });

  test.each([
    ['a scope that reads as several', ['articles:read:x * users:manage']],
    ['a scope that is nothing', ['']],
    ['more scopes than anybody needs', Array.from({ length: 51 }, (_, index) => `articles:read:${index}`)],
    ['an overlong scope', [`articles:read:${'x'.repeat(100)}`]],
  ])('with %s is bad input', async (_, scopes) => {
    expect(await errorOf(signInDocument, { ...editor, scopes })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.scopes',
    });
  });

  test.each([
    ['an e-mail with a NUL', { email: 'a\u0000@example.com' }],
    ['an e-mail of marks without end', { email: `a${'\u0300'.repeat(30_000)}${'\u0316'.repeat(30_000)}@example.com` }],
    ['a password of marks without end', { password: `a${'\u0300'.repeat(30_000)}${'\u0316'.repeat(30_000)}` }],
  ])('with %s is as wrong as with any other', async (_, change) => {
    expect(await errorOf(signInDocument, { ...editor, ...change })).toEqual({ code: 'INVALID_CREDENTIALS' });
  });

  test('cannot be widened beyond the own scopes', async () => {
    const viewer = { ...editor, email: 'viewer@demo.sallyport.test' };
    expect(await errorOf(signInDocument, { ...viewer, scopes: ['articles:write'] })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await errorOf(signInDocument, { ...viewer, scopes: ['*'] })).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('renews a hash whose parameters have risen since', async () => {
    const em = server.database.fork().getConnection();
    const hashOf = async (): Promise<string> =>
      (
        await em.execute<Array<{ password_hash: string }>>('select password_hash from users where email = ?', [
          editor.email,
        ])
      )[0]?.password_hash ?? '';
    const { default: argon2 } = await import('argon2');
    const weak = await argon2.hash(editor.password, { type: 2, memoryCost: 256, timeCost: 1, parallelism: 1 });
    await em.execute('update users set password_hash = ? where email = ?', [weak, editor.email]);
    await server.signIn('editor');
    expect(await hashOf()).toContain('$m=1024,');
    await server.signIn('editor');
  });

  test('ignores a stored hash that would cost more than the ceilings allow', async () => {
    const em = server.database.fork().getConnection();
    const [stored] = await em.execute<Array<{ password_hash: string }>>(
      'select password_hash from users where email = ?',
      ['moderator@demo.sallyport.test'],
    );
    await em.execute('update users set password_hash = ? where email = ?', [
      stored?.password_hash.replace(/m=\d+/, 'm=4194304'),
      'moderator@demo.sallyport.test',
    ]);
    expect(await errorOf(signInDocument, { ...editor, email: 'moderator@demo.sallyport.test' })).toEqual({
      code: 'INVALID_CREDENTIALS',
    });
  });

  test('stands alone in its operation, so that nothing beside it runs', async () => {
    const two =
      'mutation ($input: LoginInput!) { a: login(input: $input) { __typename } b: login(input: $input) { __typename } }';
    const { body } = await server.ask(two, { input: editor });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
    const besides =
      'mutation ($input: LoginInput!) { ...F createArticle(input: { title: "t", body: "b" }) { id } } fragment F on Mutation { login(input: $input) { __typename } }';
    expect(await errorOf(besides, editor)).toEqual({ code: 'BAD_REQUEST' });
    expect(
      await errorOf('mutation ($input: LoginInput!) { __typename login(input: $input) { __typename } }', editor),
    ).toBeUndefined();
  });

  test('shows what the new session may see, below itself', async () => {
    const own =
      'mutation ($input: LoginInput!) { login(input: $input) { ... on AuthTokens { user { email scopes } session { current } } } }';
    const { login } = await server.get<{ login: object }>(own, { input: editor });
    expect(login).toMatchObject({
      user: { email: editor.email, scopes: expect.arrayContaining(['articles:write']) },
      session: { current: true },
    });
  });

  test('from one IP address waits its turn while another sends as many as it can', async () => {
    const slow = await startServer({
      ARGON2_CONCURRENCY: '1',
      ARGON2_MEMORY_KIB: '19456',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const order: string[] = [];
    const attempt = (ipAddress: string, index: number) =>
      slow
        .ask(
          signInDocument,
          { input: { email: `${ipAddress}-${index}@example.com`, password: 'wrong one' } },
          { 'x-forwarded-for': ipAddress },
        )
        .then(({ status }) => void order.push(`${ipAddress} ${status}`));
    const flood = Array.from({ length: 70 }, (_, index) => attempt('192.0.2.1', index));
    while (!order.includes('192.0.2.1 503')) await new Promise((resolve) => setTimeout(resolve, 5));
    await attempt('192.0.2.2', 0);
    expect(order).toContain('192.0.2.2 200');
    expect(order.length).toBeLessThan(70);
    await Promise.all(flood);
    const events = '{ auditEvents(filter: { type: "request.refused" }) { nodes { ipAddress details } } }';
    expect(await (await slow.signIn('admin')).get(events)).toEqual({
      auditEvents: { nodes: [{ ipAddress: '192.0.2.1', details: { reason: 'too_busy' } }] },
    });
    await slow.stop();
  });

  test('under a flood answers 503 for what does not fit the queue, and serves the rest', async () => {
    const slow = await startServer({
      ARGON2_MEMORY_KIB: '19456',
      ARGON2_CONCURRENCY: '1',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    // Everybody from an IP address of their own, or the limits would end the flood before the queue does.
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        slow.ask(
          signInDocument,
          { input: { email: `nobody${index}@example.com`, password: 'wrong one' } },
          { 'x-forwarded-for': `192.0.${index >> 8}.${index & 255}` },
        ),
      ),
    );
    const codes = new Set(answers.map(({ body }) => body.errors?.[0]?.extensions.code));
    expect([...codes].toSorted()).toEqual(['INVALID_CREDENTIALS', 'SERVICE_UNAVAILABLE']);
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.headers.get('retry-after')).toBe('2');
    await slow.stop();
  });
});

describe('A profile', () => {
  test('is changed by its owner', async () => {
    const viewer = await server.signIn('viewer');
    const change = 'mutation ($name: String) { updateProfile(input: { displayName: $name }) { displayName } }';
    expect(await viewer.get(change, { name: ' Vera V. ' })).toEqual({ updateProfile: { displayName: 'Vera V.' } });
    expect(await viewer.refusal(change, { name: '' })).toBe('BAD_USER_INPUT');
    expect(await server.refusal(change, { name: 'Nobody' })).toBe('UNAUTHENTICATED');
  });
});
