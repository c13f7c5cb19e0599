import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

test('The migrations bring all that the entities have, and nothing else', async () => {
  expect(await server.database.orm.schema.getUpdateSchemaSQL()).toBe('');
});
