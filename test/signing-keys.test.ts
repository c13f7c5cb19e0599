import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import {
  generateNextKey,
  listKeys,
  resealKeys,
  retireKey,
  rotateKeys,
} from '../src/identity/signing-keys/key-rotation.ts';
import { commandLine } from '../src/record.ts';
import { createVault } from '../src/identity/signing-keys/vault.ts';
import { createClient } from './support/client.ts';
import { startServer, type SignedIn, type TestServer } from './support/server.ts';

let server: TestServer;
let other: TestServer;
beforeAll(async () => {
  server = await startServer();
  // A second node over the same database; PGlite is one process's own, so there it is the same node.
  other = server.config.database.kind === 'postgresql' ? await startServer({}, server.config.database) : server;
});
afterAll(async () => {
  if (other !== server) await other.stop();
  await server.stop();
});

const vault = createVault(Buffer.alloc(32, 1));
const deps = () => ({ em: server.database.fork(), vault, recorder, origin: commandLine(new Date()) });
/** What is recorded is looked at where the command line does it. */
const recorder = { record: () => undefined };
const kidOf = ({ accessToken }: SignedIn): string => decodeProtectedHeader(accessToken).kid ?? '';
const isSignedIn = async (on: TestServer, { accessToken }: SignedIn): Promise<boolean> =>
  (await createClient(on.url, { authorization: `Bearer ${accessToken}` }).ask('{ me { id } }')).status === 200;

async function publishedKids(on: TestServer): Promise<string[]> {
  const { keys } = (await (await fetch(`${on.url}/.well-known/jwks.json`)).json()) as { keys: Array<{ kid: string }> };
  return keys.map(({ kid }) => kid);
}

/** Nodes follow within seconds: asks until it is so, and gives up in time. */
async function eventually(holds: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 40; tries += 1) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}

describe('Rotating the keys', () => {
  test('publishes the next one before it signs, logs nobody out, and ends in the retirement of the old one', async () => {
    const before = await server.signIn('editor');
    const next = await generateNextKey(deps(), 'EdDSA');
    await expect(generateNextKey(deps(), 'EdDSA')).rejects.toThrow('is next already');
    expect(await eventually(async () => (await publishedKids(other)).includes(next))).toBe(true);
    expect(kidOf(await server.signIn('editor'))).toBe(kidOf(before));

    expect(await rotateKeys(deps(), 'EdDSA')).toBe(next);
    expect(await eventually(async () => kidOf(await server.signIn('editor')) === next)).toBe(true);
    const after = await server.signIn('editor');
    for (const node of [server, other])
      for (const user of [before, after]) expect(await isSignedIn(node, user)).toBe(true);

    await expect(retireKey(deps(), next)).rejects.toThrow('rotate first');
    await retireKey(deps(), kidOf(before));
    expect(await eventually(async () => !(await isSignedIn(other, before)))).toBe(true);
    expect(await publishedKids(other)).not.toContain(kidOf(before));
    expect(await isSignedIn(other, after)).toBe(true);
    expect(
      await server.get('mutation ($t: String) { refresh(refreshToken: $t) { tokenType } }', { t: before.refreshToken }),
    ).toEqual({ refresh: { tokenType: 'Bearer' } });
  }, 60_000);

  test('without a next one makes it, and a node that has not heard of it looks for it at once', async () => {
    const kid = await rotateKeys(deps(), 'EdDSA');
    expect(await eventually(async () => kidOf(await server.signIn('viewer')) === kid)).toBe(true);
    expect(await isSignedIn(other, await server.signIn('viewer'))).toBe(true);
    expect((await listKeys(deps())).map(({ state }) => state)).toEqual(['retired', 'retiring', 'active']);
  }, 60_000);
});

describe('A new master key', () => {
  test('takes over what the former one sealed, and logs nobody out', async () => {
    const present = createVault(Buffer.alloc(32, 9));
    const editor = await server.signIn('editor');
    await expect(resealKeys(deps(), present)).rejects.toThrow('MASTER_KEY does not open');
    expect(await resealKeys({ ...deps(), vault: present }, vault)).toBeGreaterThanOrEqual(2);
    expect(await isSignedIn(server, editor)).toBe(true);
    await resealKeys(deps(), present);
  });
});

test.each(['ES256', 'RS256', 'HS256'])(
  'Tokens may be signed by %s',
  async (algorithm) => {
    const signing = await startServer({ JWT_ALGORITHM: algorithm });
    const editor = await signing.signIn('editor');
    expect(decodeProtectedHeader(editor.accessToken).alg).toBe(algorithm);
    expect(await isSignedIn(signing, editor)).toBe(true);
    expect((await publishedKids(signing)).length).toBe(algorithm === 'HS256' ? 0 : 1);
    await signing.stop();
  },
  60_000,
);
