import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyServer } from '../support/copy.ts';
import { createTestDatabase } from '../support/database.ts';
import { signInAt } from '../support/nodes.ts';
import { killAll, startProcess, type ServerProcess } from '../support/process.ts';
import { publishArticle } from '../support/publish-article.ts';
import { testEnvironment, type SignedIn } from '../support/server.ts';
import { disposeListeners, listenAt } from '../support/websocket.ts';

const sdl = `
extend type Article {
  shelf: String @network(names: ["office"])
  desk: String @network(names: ["office", "here"])
}
`;

let server: ServerProcess;
let editor: SignedIn;
let drop: () => Promise<void>;
const copy = copyServer();
beforeAll(async () => {
  writeFileSync(join(copy, 'schema/networks.graphql'), sdl);
  const { location, drop: dropDatabase } = await createTestDatabase();
  drop = dropDatabase;
  const folder = location.kind === 'embedded' ? dirname(location.folder) : copy;
  const where = location.kind === 'postgresql' ? { DATABASE_URL: location.url } : {};
  const networks = { office: ['192.0.2.0/24', '2001:db8::/32'], here: ['127.0.0.0/8'] };
  const env = { ...testEnvironment, ...where, NETWORKS: JSON.stringify(networks), TRUSTED_PROXIES: '127.0.0.1' };
  server = await startProcess(folder, env, copy);
  editor = await signInAt(server.url, 'editor@demo.sallyport.test');
});
afterEach(disposeListeners);
afterAll(async () => {
  killAll();
  await drop();
  rmSync(copy, { recursive: true, force: true });
});

const everywhere = { shelf: null, desk: null };
const fields = Object.keys(everywhere);

/** From where, and which fields are refused there. */
const clients: ReadonlyArray<readonly [string, Record<string, string>, readonly string[]]> = [
  ['the office', { 'x-forwarded-for': '192.0.2.7' }, []],
  ['the office, by IPv6', { 'x-forwarded-for': '2001:db8::7' }, []],
  ['this machine', {}, ['shelf']],
  ['elsewhere', { 'x-forwarded-for': '203.0.113.9' }, fields],
  ['elsewhere, who claims to be in the office', { 'x-forwarded-for': '192.0.2.7, 203.0.113.9' }, fields],
];

describe('What takes a network', () => {
  test.each(clients)('is answered by the IP address of the client: from %s', async (_, headers, refused) => {
    const { body } = await editor.ask('{ articles(first: 1) { nodes { shelf desk } } }', {}, headers);
    expect(body.errors?.map(({ path, extensions }) => [path?.at(-1), extensions.code]) ?? []).toEqual(
      refused.map((field) => [field, 'FORBIDDEN']),
    );
  });

  test.each(clients)('is told of an event by the IP address of the listener: from %s', async (_, headers, refused) => {
    const connectionParams = { authorization: `Bearer ${editor.accessToken}` };
    const subscription = 'subscription { articlePublished { shelf desk } }';
    const listener = await listenAt(server.url, subscription, { headers, connectionParams });
    await publishArticle(editor, 'Where?');
    expect(await listener.heard(1)).toMatchObject([{ data: { articlePublished: everywhere } }]);
    const [event] = listener.events as Array<{ errors?: Array<{ path: string[]; extensions: { code: string } }> }>;
    expect(event?.errors?.map(({ path, extensions }) => [path.at(-1), extensions.code]) ?? []).toEqual(
      refused.map((field) => [field, 'FORBIDDEN']),
    );
  });
});
