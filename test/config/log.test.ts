import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createLog } from '../../src/config/log.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => server.stop());

test('A broken constraint is logged without the row that broke it', async () => {
  const lines: string[] = [];
  const log = createLog('info', new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }));
  const broken = server.database.orm.em.getConnection().execute(
    `insert into users (id, created_at, email, display_name, status, credential_version, password_hash)
       values (gen_random_uuid(), now(), 'typed@example.com', 'Name', 'ACTIVE', 0, 'a hash that nobody should read')`,
  );
  await broken.catch((error: unknown) => log.error({ err: error }, 'unexpected error'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('null value in column \\"roles\\"');
  expect(lines[0]).toContain('"stack"');
  expect(lines[0]).not.toContain('Failing row');
  expect(lines[0]).not.toMatch(/a hash that nobody should read|typed@example/);
});

test('What turns the direction of writing, or commands a terminal, stands escaped in the log', () => {
  const lines: string[] = [];
  const log = createLog('info', new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }));
  const hostile = 'user \u202enimda\u2066 \u009b2J \u007f \u2028 {"level":60}\n';
  log.warn({ name: hostile }, hostile);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: hostile, msg: hostile });
});

test('An error is logged with what helps to find it, and without what a driver puts beside', () => {
  const lines: string[] = [];
  const log = createLog('info', new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }));
  const error = new Error('broken\n - detail: Failing row contains (typed).');
  error.stack = 'Error: broken\n - detail: Failing row\ncontains (typed).\n    at one (file.ts:1:1)';
  log.error(
    { err: Object.assign(error, { code: '23502', port: 5432, query: 'insert typed', params: ['typed'] }) },
    'failed',
  );
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: {
      type: 'Error',
      message: 'broken',
      stack: 'Error: broken\n    at one (file.ts:1:1)',
      code: '23502',
      port: 5432,
    },
  });
  expect(lines[0]).not.toContain('typed');
});

test('The text of a line has no row either, whether an error brings it or whoever logs it', () => {
  const lines: string[] = [];
  const log = createLog('info', new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }));
  const error = new Error('broken\n - detail: Failing row contains (typed).');
  log.error(error);
  log.error({ err: error });
  log.error(`failed: ${String(error)}`);
  log.error({ one: 1 }, `failed: ${String(error)}`);
  log.error({ one: 1 }, 'failed: %s', error.message);
  log.error({ one: 1 });
  log.error({ err: null });
  log.error(null);
  log.error({ err: error }, 'as it is: %s');
  expect(lines.map((line) => (JSON.parse(line) as { msg?: string | null }).msg)).toEqual([
    'broken',
    'broken',
    'failed: Error: broken',
    'failed: Error: broken',
    'failed: broken',
    undefined,
    undefined,
    null,
    'as it is: %s',
  ]);
  expect(lines.join('')).not.toContain('typed');
});

test.each([
  [null, null],
  ['broken\n - detail: typed', 'broken'],
  [7, 7],
  [{ code: 'ONE', typed: 'typed' }, { code: 'ONE' }],
])('Whatever is thrown can be logged, such as %j', (err, logged) => {
  const lines: string[] = [];
  const log = createLog('info', new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }));
  log.error({ err }, 'failed');
  expect(lines.map((line) => (JSON.parse(line) as { err?: unknown }).err)).toEqual([logged]);
});

test('The log goes to the standard output unless a stream is named', () => {
  const lines: string[] = [];
  const output = pino.destination('/dev/null');
  jest.spyOn(output, 'write').mockImplementation((line) => lines.push(line) > 0);
  const open = jest.spyOn(pino, 'destination').mockReturnValue(output);
  createLog('info').info('one');
  expect(open.mock.calls).toEqual([[1]]);
  expect(lines).toEqual([expect.stringContaining('"msg":"one"')]);
  output.end();
});
