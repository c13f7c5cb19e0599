import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const audits = serverAudits({ url: () => `${server.url}/graphql` });

test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
  'GraphQL over HTTP: %s %s',
  async (_, __, audit) => {
    const result = await audit.fn();
    expect(['ok', 'notice']).toContain(result.status);
  },
);
