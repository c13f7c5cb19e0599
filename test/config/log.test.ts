import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { createLog } from '../../src/config/log.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
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
