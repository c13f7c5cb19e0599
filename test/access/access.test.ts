import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JSONWebKeySet } from 'jose';
import { matrixText } from '../../src/access/matrix-text.ts';
import { createRights } from '../../src/access/rights-of-roles.ts';
import { verifyPage } from '../../src/access/signed-page.ts';
import { accessMatrix, type FieldAccess } from '../../src/authorization/index.ts';
import { printSchema } from '../../src/cli/schema.ts';
import { enrol, registerAccount } from '../support/authenticator.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';

let server: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer({ INTROSPECTION: 'visible', TELL_REQUIRED: 'on' });
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

const committed = (name: string): string => readFileSync(join(import.meta.dirname, '../__snapshots__', name), 'utf8');

describe('What is committed', () => {
  test('is the schema as it is (`npm run print` renews it)', () => {
    expect(printSchema()).toBe(committed('schema.graphql'));
  });

  test('is who can see what, as the running server has it (`npm run print` renews it)', () => {
    expect(matrixText(accessMatrix(server.app.schema), 'markdown')).toBe(committed('access-matrix.md'));
  });
});

describe('A refusal', () => {
  test('tells what would suffice, if the setting says so', async () => {
    const refusals = async (document: string): Promise<unknown> =>
      (await (await server.signIn('editor')).ask(document)).body.errors?.map(({ extensions }) => extensions);
    expect(await refusals('{ accessMatrix { coordinate } }')).toEqual([
      { code: 'FORBIDDEN', required: [[{ scopes: ['access:simulate'] }]] },
    ]);
    expect(await refusals(`mutation { enableUser(userId: "${admin.id}") { id } }`)).toEqual([
      { code: 'FORBIDDEN', required: [[{ scopes: ['users:manage'] }]] },
    ]);
  });
});

describe('A dry run', () => {
  const dryRun = { 'x-dry-run': 'true' };
  const document = `mutation ($id: ID!) { deleteArticle(id: $id) enableUser(userId: $id) { id email } }`;
  const ask = async (headers: Readonly<Record<string, string>>, query = document): Promise<Answered> => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables: { id: admin.id } }),
    });
    return { headers: answer.headers, ...((await answer.json()) as Omit<Answered, 'headers'>) };
  };
  interface Answered {
    readonly headers: Headers;
    readonly data?: unknown;
    readonly errors?: ReadonlyArray<{ readonly extensions: { readonly code: string } }>;
    readonly extensions?: { readonly access: { readonly allowed: boolean; readonly decisions: readonly object[] } };
  }

  test('tells those who may simulate access what they would be refused, and runs nothing', async () => {
    const { data, errors, extensions } = await ask({ ...dryRun, authorization: `Bearer ${admin.accessToken}` });
    expect({ data, errors }).toEqual({ data: null });
    expect(extensions?.access).toMatchObject({
      allowed: true,
      decisions: expect.arrayContaining([
        expect.objectContaining({ coordinate: 'Mutation.deleteArticle', outcome: 'ALLOWED' }),
        expect.objectContaining({ coordinate: 'Mutation.enableUser', outcome: 'ALLOWED' }),
      ]),
    });
  });

  test('is for no one else, and is switched on by one word alone', async () => {
    const editor = await server.signIn('editor');
    const asEditor = await ask({ ...dryRun, authorization: `Bearer ${editor.accessToken}` });
    expect(asEditor.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(asEditor.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="access:simulate"');
    expect((await ask(dryRun)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const mistyped = await ask({ 'x-dry-run': 'yes', authorization: `Bearer ${admin.accessToken}` });
    expect(mistyped.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
  });

  test('is, like any request, told which scopes it lacks, in the way of OAuth, if it lacks nothing else', async () => {
    const editor = await server.signIn('editor');
    const headers = { authorization: `Bearer ${editor.accessToken}` };
    const { errors, headers: answered } = await ask(
      headers,
      'query ($id: ID!) { accessMatrix { coordinate } node(id: $id) { id } }',
    );
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(answered.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="access:simulate"');
    const whole = await ask(headers, 'mutation ($id: ID!) { enableUser(userId: $id) { id } }');
    expect(whole.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="users:manage"');
    const role = await ask(headers, 'mutation ($id: ID!) { updateArticle(id: $id, input: { authorId: $id }) { id } }');
    expect(role.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(role.headers.get('www-authenticate')).toBeNull();
    expect((await ask({}, '{ accessMatrix { coordinate } }')).headers.get('www-authenticate')).toBeNull();
  });
});

describe('The access matrix', () => {
  test('says on which directives, with file and line, and on which policies a line stands, and what may surprise', async () => {
    const query =
      '{ accessMatrix { coordinate rules { coordinate directive place } policies { type action condition } warnings } }';
    type Grounds = { readonly coordinate: string; readonly rules: readonly object[] };
    const { accessMatrix: lines } = await admin.get<{ accessMatrix: Grounds[] }>(query);
    const at = (coordinate: string) => lines.find((line) => line.coordinate === coordinate);
    const sdl = readFileSync(join(import.meta.dirname, '../../schema/users.graphql'), 'utf8').split('\n');
    const lineOfEmail = sdl.findIndex((line) => line.includes('email: EmailAddress @can')) + 1;
    expect(at('User.email')).toMatchObject({
      rules: expect.arrayContaining([
        { coordinate: 'User.email', directive: '@can(action: "readPrivate")', place: `users.graphql:${lineOfEmail}` },
      ]),
      policies: [{ type: 'User', action: 'readPrivate', condition: expect.stringContaining('users:read') }],
      warnings: [],
    });
    expect(at('Article.body')?.rules).toContainEqual(expect.objectContaining({ coordinate: 'Article' }));
    expect(at('Query.users')).toMatchObject({ warnings: [expect.stringContaining('null lands on `data`')] });
  });

  const matrix = '{ accessMatrix { coordinate requirement anonymous roles { role outcome } } }';

  test('is shown to those who may simulate access, and to no one else', async () => {
    const { accessMatrix: lines } = await admin.get<{ accessMatrix: object[] }>(matrix);
    expect(lines).toContainEqual({
      coordinate: 'Mutation.createArticle',
      requirement: expect.stringContaining('articles:write'),
      anonymous: 'DENIED',
      roles: expect.arrayContaining([
        { role: 'VIEWER', outcome: 'DENIED' },
        { role: 'EDITOR', outcome: expect.not.stringMatching('DENIED') },
        { role: 'MODERATOR', outcome: 'DENIED' },
        { role: 'ADMIN', outcome: expect.not.stringMatching('DENIED') },
      ]),
    });
    expect(await server.refusal(matrix)).toBe('UNAUTHENTICATED');
    expect(await (await server.signIn('editor')).refusal(matrix)).toBe('FORBIDDEN');
  });

  test('goes with every scope but that of all, in their order, and the roles that hold it', async () => {
    const { accessScopes } = await admin.get<{ accessScopes: Array<{ scope: string; roles: string[] }> }>(
      '{ accessScopes { scope roles } }',
    );
    const scopes = accessScopes.map(({ scope }) => scope);
    expect(scopes).toEqual([...new Set(scopes)].toSorted());
    expect(scopes).not.toContain('*');
    const holders = new Map(accessScopes.map((one) => [one.scope, one.roles]));
    expect(holders.get('articles:read')).toEqual(expect.arrayContaining(['VIEWER', 'EDITOR', 'MODERATOR', 'ADMIN']));
    expect(holders.get('articles:write')).toEqual(['EDITOR', 'ADMIN']);
    expect(holders.get('signing-keys:rotate')).toEqual(['ADMIN']);
  });

  test('prints as a table, as Markdown and as CSV', () => {
    const line: FieldAccess = {
      coordinate: 'Query.a',
      requirement: 'scope "x", y',
      anonymous: 'DENIED',
      roles: [{ role: 'VIEWER', outcome: 'ALLOWED' }],
    };
    expect(matrixText([line], 'table')).toBe(
      'coordinate  anonymous  VIEWER  requirement\nQuery.a     no         yes     scope "x", y\n',
    );
    expect(matrixText([line], 'markdown')).toContain('| Query.a | no | yes | scope "x", y |');
    expect(matrixText([line], 'csv')).toBe(
      'coordinate,anonymous,VIEWER,requirement\nQuery.a,no,yes,"scope ""x"", y"\n',
    );
  });
});

describe('Simulating access', () => {
  const simulate =
    'query ($input: SimulateAccessInput!) { simulateAccess(input: $input) { allowed decisions { path coordinate outcome reason } } }';
  const operation =
    'mutation Write($title: String!) { createArticle(input: { title: $title, body: "b" }) { id author { email } } }';
  interface Report {
    readonly simulateAccess: {
      readonly allowed: boolean;
      readonly decisions: Array<{ coordinate: string; outcome: string }>;
    };
  }
  const simulated = async (input: object) =>
    (await admin.get<Report>(simulate, { input: { operation, variables: { title: 't' }, ...input } })).simulateAccess;

  test('tells what anonymous, a role and a user would be refused, and runs nothing', async () => {
    const before = await admin.get('{ articles { totalCount } }');
    expect(await simulated({})).toMatchObject({
      allowed: false,
      decisions: [{ coordinate: 'Mutation.createArticle', outcome: 'DENIED' }],
    });
    expect((await simulated({ roles: ['VIEWER'] })).allowed).toBe(false);
    expect((await simulated({ roles: ['EDITOR'] })).allowed).toBe(true);
    expect((await simulated({ userId: (await server.signIn('editor')).id })).allowed).toBe(true);
    expect((await simulated({ userId: (await server.signIn('editor')).id, scopes: ['comments:write'] })).allowed).toBe(
      false,
    );
    expect(await admin.get('{ articles { totalCount } }')).toEqual(before);
  });

  const inviting = 'mutation { inviteUser(input: { email: "new@example.com", roles: [VIEWER] }) }';

  test('takes the caller as one who has just signed in, with a second factor only if the account has one', async () => {
    expect((await simulated({ operation: inviting, roles: ['ADMIN'] })).allowed).toBe(true);
    expect((await simulated({ operation: inviting, scopes: ['users:manage'] })).allowed).toBe(true);
    expect((await simulated({ operation: inviting, roles: ['EDITOR'] })).allowed).toBe(false);
    expect((await simulated({ operation: inviting, userId: admin.id })).allowed).toBe(true);

    const removing = { operation: 'mutation { disableTotp }' };
    const account = await registerAccount(server);
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    expect(await simulated({ ...removing, userId: me.id })).toMatchObject({
      allowed: false,
      decisions: [{ outcome: 'DENIED', reason: expect.stringMatching(/^MFA_REQUIRED/) }],
    });
    await enrol(server, account);
    expect((await simulated({ ...removing, userId: me.id })).allowed).toBe(true);
    expect((await simulated({ ...removing, roles: ['VIEWER'] })).allowed).toBe(true);
  });

  test('takes a user with scopes as a session that names them: narrowed, even by all that its roles give', async () => {
    const viewer = await server.signIn('viewer');
    const { me } = await viewer.get<{ me: { id: string; scopes: string[] } }>('{ me { id scopes } }');
    const asking = { operation: '{ me { sessions { id } } }', userId: me.id };
    expect((await simulated(asking)).allowed).toBe(true);
    expect((await simulated({ ...asking, scopes: me.scopes })).allowed).toBe(false);
  });

  test('refuses a user who is disabled, as a sign-in would be refused', async () => {
    const account = await registerAccount(server);
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: me.id });
    const { body } = await admin.ask(simulate, { input: { operation, variables: { title: 't' }, userId: me.id } });
    expect(body.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.userId',
      problem: 'disabled',
    });
  });

  test.each([
    ['an operation that does not parse', { operation: '{ me {' }, 'input.operation'],
    ['an unknown field', { operation: '{ nothing }' }, 'input.operation'],
    ['variables that are no object', { variables: [1] }, 'input.variables'],
    ['a user and roles at once', { userId: '01900000-0000-7000-8000-000000000000', roles: ['ADMIN'] }, 'input.roles'],
    ['a user who is not there', { userId: '01900000-0000-7000-8000-000000000000' }, 'input.userId'],
  ])('with %s is bad input', async (_, input, field) => {
    const { body } = await admin.ask(simulate, { input: { operation, ...input } });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });
});

describe('An operation that the server would refuse as too complex', () => {
  test.each([
    ['repeats itself', `{ ${'me { id } '.repeat(60)}}`],
    ['asks for too much', `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: __typename`).join(' ')} }`],
  ])('is not explained either: it %s', async (_, operation) => {
    const { body } = await admin.ask(
      'query ($input: SimulateAccessInput!) { simulateAccess(input: $input) { allowed } }',
      { input: { operation } },
    );
    expect(body.errors?.[0]?.extensions.code).toBe('OPERATION_TOO_COMPLEX');
  });
});

describe('Introspection', () => {
  const fieldsOf = async (who: Pick<TestServer, 'get'>, type: string): Promise<string[]> => {
    const { __type } = await who.get<{ __type: { fields: Array<{ name: string }> } }>(
      'query ($type: String!) { __type(name: $type) { fields { name } } }',
      { type },
    );
    return __type.fields.map(({ name }) => name);
  };

  test('shows each caller what its credential could reach', async () => {
    const viewer = await server.signIn('viewer');
    expect(await fieldsOf(server, 'Query')).not.toContain('me');
    expect(await fieldsOf(viewer, 'Query')).toContain('me');
    expect(await fieldsOf(viewer, 'Query')).not.toContain('accessMatrix');
    expect(await fieldsOf(admin, 'Query')).toContain('accessMatrix');
    expect(await fieldsOf(viewer, 'Mutation')).not.toContain('createArticle');
  });
});

describe('The signed access matrix', () => {
  const signed = async (): Promise<Buffer> => {
    const { signedAccessMatrix } = (await admin.get('{ signedAccessMatrix { html } }')) as {
      signedAccessMatrix: { html: string };
    };
    return Buffer.from(signedAccessMatrix.html);
  };
  const keysOf = async (of: TestServer): Promise<JSONWebKeySet> =>
    (await (await fetch(`${of.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;

  test('holds every field, runs nothing, and is verified by the published keys', async () => {
    const page = await signed();
    const text = page.toString();
    const { keyId, issuer } = await verifyPage(page, await keysOf(server));
    expect([keyId, issuer]).toEqual([(await keysOf(server)).keys[0]?.['kid'], server.config.http.publicUrl]);
    expect(text.match(/<tr><th scope="row">/g)).toHaveLength(accessMatrix(server.app.schema).length);
    expect(text).not.toMatch(/<script|<link|src=|href=/);
  });

  test('is refused once anything of it is changed, added or taken away, and by the keys of another server', async () => {
    const page = await signed();
    const keys = await keysOf(server);
    const text = page.toString();
    const at = text.lastIndexOf('<!-- signature ');
    const [head = '', , signature = ''] = text.slice(at).split(' ')[2]?.split('.') ?? [];
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'page-signature+jwt' })).toString('base64url');
    const changed = {
      'a cell': text.replace('○ denied', '● allowed'),
      'something behind it': `${text}<p>All is well.</p>`,
      'something within the last line': text.replace(' -->\n', ' --><p>All is well.</p><!-- -->\n'),
      'no last line': text.slice(0, at),
      'another digest': text.replace(
        /(signature [\w-]+\.)[\w-]+/,
        `$1${Buffer.from('{"sha256":"x"}').toString('base64url')}`,
      ),
      'no algorithm': text.replace(`${head}.`, `${unsigned}.`).replace(signature, ''),
      'an access token as signature': `${text.slice(0, at)}<!-- signature ${admin.accessToken} -->\n`,
    };
    for (const [name, one] of Object.entries(changed)) {
      expect([name, one === text]).toEqual([name, false]);
      await expect(verifyPage(Buffer.from(one), keys).then(() => name)).rejects.toThrow(/page|signature/);
    }
    await expect(verifyPage(page, { keys: [] })).rejects.toThrow('by none of these keys');
  });

  test('is for those who may see the matrix, and its signature lets nobody in', async () => {
    expect(await (await server.signIn('moderator')).refusal('{ signedAccessMatrix { html } }')).toBe('FORBIDDEN');
    const [, token = ''] = /<!-- signature (\S+) -->/.exec((await signed()).toString()) ?? [];
    const { status } = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"query":"{ __typename }"}',
    });
    expect([token.split('.').length, status]).toEqual([3, 401]);
  });

  test('is not made where one secret signs and verifies', async () => {
    const symmetric = await startServer({ JWT_ALGORITHM: 'HS256' });
    expect(await (await symmetric.signIn('admin')).refusal('{ signedAccessMatrix { html } }')).toBe('CONFLICT');
    await symmetric.stop();
  });

  test('is verified by the command line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
    const [page, keys] = [join(folder, 'access-matrix.html'), join(folder, 'jwks.json')];
    const verify = () =>
      promisify(execFile)(process.execPath, [
        join(import.meta.dirname, '../../src/cli/main.ts'),
        'access',
        'verify',
        '--jwks',
        keys,
        page,
      ]);
    writeFileSync(page, await signed());
    writeFileSync(keys, JSON.stringify(await keysOf(server)));
    expect((await verify()).stdout).toMatch(/^Genuine: signed by http:\/\/localhost:4000 at 20/);
    writeFileSync(page, (await signed()).toString().replace('○ denied', '● allowed'));
    await expect(verify()).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'The page was changed after it was signed.\n',
    });
    rmSync(folder, { recursive: true });
  });
});

describe('The command line', () => {
  const run = promisify(execFile);
  const cli = (...args: string[]) =>
    run(process.execPath, [join(import.meta.dirname, '../../src/cli/main.ts'), ...args]);
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('prints the access matrix without a database', async () => {
    const { stdout } = await cli('access', 'matrix', '--format', 'markdown');
    expect(stdout).toBe(committed('access-matrix.md'));
  });

  test('explains an operation to any operator', async () => {
    const file = join(folder, 'operation.graphql');
    writeFileSync(file, 'mutation { createArticle(input: { title: "t", body: "b" }) { id } }');
    expect((await cli('access', 'explain', '--as', 'role:VIEWER', file)).stdout).toMatch(
      /^DENIED +createArticle .*\n.*Refused\.\n$/s,
    );
    expect((await cli('access', 'explain', '--as', 'role:EDITOR', file)).stdout).toContain(
      'Nothing is refused for certain.',
    );
  });

  test('explains as one who has just signed in with a second factor, by role or by scopes', async () => {
    const file = join(folder, 'invite.graphql');
    writeFileSync(file, 'mutation { inviteUser(input: { email: "new@example.com", roles: [VIEWER] }) }');
    const explained = async (as: string) => (await cli('access', 'explain', '--as', as, file)).stdout;
    expect(await explained('role:ADMIN')).toMatch(/^ALLOWED .*\nNothing is refused for certain\.\n$/);
    expect(await explained('scopes:users:read users:manage')).toContain('Nothing is refused for certain.');
    expect(await explained('scopes:users:read')).toContain('Refused.');
  });

  test.each([
    ['repeats itself', `{ ${'me { id } '.repeat(60)}}`],
    ['asks for too much', `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: __typename`).join(' ')} }`],
    ['is nested too deeply', `{ ${'me { '.repeat(600)}id${' }'.repeat(600)} }`],
  ])('explains no operation that the server would refuse: it %s', async (_, operation) => {
    const file = join(folder, 'too-complex.graphql');
    writeFileSync(file, operation);
    await expect(cli('access', 'explain', '--as', 'anonymous', file)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^(?!.*\n\s+at ).*(too|most|repeat|deep)/is),
    });
  });

  test('says what to do if it is not understood', async () => {
    await expect(cli('access', 'nonsense')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Usage:'),
    });
    await expect(cli('access', 'explain', '--as', 'role:NOBODY', 'x.graphql')).rejects.toMatchObject({
      stderr: expect.stringContaining('--as must be anonymous'),
    });
  });
});

describe('A credential that was narrowed', () => {
  const rightsOf = createRights({ MEMBER: {}, EDITOR: { scopes: ['articles:write'] } });

  test('has a role only if its scopes cover what the role has, which no scopes do for a role without any', () => {
    expect(rightsOf(['EDITOR'], ['articles:write'])).toMatchObject({ roles: ['EDITOR'], isNarrowed: false });
    expect(rightsOf(['MEMBER'], ['openid'])).toEqual({ roles: [], scopes: [], isNarrowed: true });
    expect(rightsOf([], ['openid'])).toEqual({ roles: [], scopes: [], isNarrowed: true });
  });

  test('is no other than its user if it was not narrowed', () => {
    expect(rightsOf(['MEMBER'], null)).toMatchObject({ roles: ['MEMBER'], isNarrowed: false });
  });
});
