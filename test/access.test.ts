import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { matrixText } from '../src/access/matrix-text.ts';
import { accessMatrix, type FieldAccess } from '../src/authorization/index.ts';
import { printSchema } from '../src/cli/schema.ts';
import { startServer, type SignedIn, type TestServer } from './support/server.ts';

let server: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer();
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

const committed = (name: string): string => readFileSync(join(import.meta.dirname, '__snapshots__', name), 'utf8');

describe('What is committed', () => {
  test('is the schema as it is (`npm run print` renews it)', () => {
    expect(printSchema()).toBe(committed('schema.graphql'));
  });

  test('is who can see what, as the running server has it (`npm run print` renews it)', () => {
    expect(matrixText(accessMatrix(server.app.schema), 'markdown')).toBe(committed('access-matrix.md'));
  });
});

describe('The access matrix', () => {
  const matrix = '{ accessMatrix { coordinate requirement anonymous roles { role outcome } } }';

  test('is shown to those who may simulate access, and to nobody else', async () => {
    const { accessMatrix: lines } = await admin.get<{ accessMatrix: object[] }>(matrix);
    expect(lines).toContainEqual({
      coordinate: 'Mutation.createArticle',
      requirement: expect.stringContaining('articles:write'),
      anonymous: 'DENIED',
      roles: [
        { role: 'VIEWER', outcome: 'DENIED' },
        { role: 'EDITOR', outcome: expect.not.stringMatching('DENIED') },
        { role: 'MODERATOR', outcome: 'DENIED' },
        { role: 'ADMIN', outcome: expect.not.stringMatching('DENIED') },
      ],
    });
    expect(await server.refusal(matrix)).toBe('UNAUTHENTICATED');
    expect(await (await server.signIn('editor')).refusal(matrix)).toBe('FORBIDDEN');
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

describe('The command line', () => {
  const run = promisify(execFile);
  const cli = (...args: string[]) => run(process.execPath, [join(import.meta.dirname, '../src/cli/main.ts'), ...args]);
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('prints the access matrix without a database', async () => {
    const { stdout } = await cli('access', 'matrix', '--format', 'markdown');
    expect(stdout).toBe(committed('access-matrix.md'));
  });

  test('explains an operation to whoever asks', async () => {
    const file = join(folder, 'operation.graphql');
    writeFileSync(file, 'mutation { createArticle(input: { title: "t", body: "b" }) { id } }');
    expect((await cli('access', 'explain', '--as', 'role:VIEWER', file)).stdout).toMatch(
      /^DENIED +createArticle .*\n.*Refused\.\n$/s,
    );
    expect((await cli('access', 'explain', '--as', 'role:EDITOR', file)).stdout).toContain(
      'Nothing is refused for certain.',
    );
  });

  test('says what to do where it is not understood', async () => {
    await expect(cli('access', 'nonsense')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Usage:'),
    });
    await expect(cli('access', 'explain', '--as', 'role:NOBODY', 'x.graphql')).rejects.toMatchObject({
      stderr: expect.stringContaining('--as is anonymous'),
    });
  });
});
