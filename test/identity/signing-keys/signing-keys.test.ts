import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { bySystem } from '../../../src/audit/record.ts';
import { Session } from '../../../src/identity/sessions/session.entity.ts';
import { changeKeys, type ChangeKeysDeps } from '../../../src/identity/signing-keys/change-keys.ts';
import {
  generateNextKey,
  listKeys,
  resealKeys,
  retireKey,
  rotateKeys,
} from '../../../src/identity/signing-keys/key-rotation.ts';
import { openKey } from '../../../src/identity/signing-keys/sealed-key.ts';
import { SigningKey } from '../../../src/identity/signing-keys/signing-key.entity.ts';
import { openSigningKeys } from '../../../src/identity/signing-keys/signing-keys.service.ts';
import { createCommandLine, type CommandLine, type Ended } from '../../support/command-line.ts';
import { createTestDatabase, postgresUrl } from '../../support/database.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { openProxy } from '../../support/proxy.ts';
import { signInDocument, startServer, type TestServer } from '../../support/server.ts';
import {
  askAs,
  eventually,
  isSignedIn,
  kidOf,
  masterKey,
  ofUnknownKey,
  openKeys,
  publishedKeys,
  publishedKids,
  signedElsewhere,
  vaultOf,
} from '../../support/signing-keys.ts';

const refreshDocument = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken tokenType } }';

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

const endings: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});
/** A server for one test. */
async function startFor(...settings: Parameters<typeof startServer>): Promise<TestServer> {
  const started = await startServer(...settings);
  endings.push(started.stop);
  return started;
}

/** What is recorded is looked at where the command line does it. */
const recorder = { record: () => undefined };
const depsOn = ({ database }: TestServer, fill = 1): ChangeKeysDeps => ({
  em: database.fork(),
  vault: vaultOf(fill),
  recorder,
  provenance: bySystem(new Date()),
});
const deps = (): ChangeKeysDeps => depsOn(server);
const statesOn = async (on: TestServer): Promise<string[]> => (await listKeys(depsOn(on))).map(({ state }) => state);

describe('Rotating the keys', () => {
  test('publishes the next one before it signs, ends no session, and ends in the retirement of the old one', async () => {
    const before = await server.signIn('editor');
    const next = await generateNextKey(deps(), 'EdDSA');
    await expect(generateNextKey(deps(), 'EdDSA')).rejects.toThrow('is the next key already');
    for (const node of [server, other]) {
      expect(await eventually(async () => (await publishedKids(node)).includes(next))).toBe(true);
      expect(kidOf(await node.signIn('editor'))).toBe(kidOf(before));
    }

    expect(await rotateKeys(deps(), 'EdDSA')).toBe(next);
    for (const node of [server, other])
      expect(await eventually(async () => kidOf(await node.signIn('editor')) === next)).toBe(true);
    const after = await server.signIn('editor');
    for (const node of [server, other]) {
      for (const user of [before, after]) expect(await isSignedIn(node, user)).toBe(true);
      expect(await publishedKids(node)).toEqual([kidOf(before), next]);
    }

    await expect(retireKey(deps(), next, 'EdDSA')).rejects.toThrow('run `keys rotate` first');
    await retireKey(deps(), kidOf(before), 'EdDSA');
    await expect(retireKey(deps(), kidOf(before), 'EdDSA')).rejects.toThrow('is retired already');
    for (const node of [server, other]) {
      expect(await eventually(async () => !(await isSignedIn(node, before)))).toBe(true);
      expect(await publishedKids(node)).toEqual([next]);
      expect(await isSignedIn(node, after)).toBe(true);
    }
    expect(await server.get(refreshDocument, { token: before.refreshToken })).toMatchObject({
      refresh: { tokenType: 'Bearer' },
    });
  });

  test('lets a node that has not heard of it yet take its tokens at once', async () => {
    const viewer = await server.signIn('viewer');
    // Until a rotation falls between two readings of that node.
    let kid: string;
    do kid = await rotateKeys(deps(), 'EdDSA');
    while ((await publishedKids(other)).includes(kid));
    const token = await signedElsewhere(server, viewer);
    expect(kidOf(token)).toBe(kid);
    expect(await isSignedIn(other, token)).toBe(true);
  });

  test('twice in the same moment happens twice, one after the other', async () => {
    const keys = await Promise.all([rotateKeys(deps(), 'EdDSA'), rotateKeys(deps(), 'EdDSA')]);
    expect(new Set(keys).size).toBe(2);
    const lines = await listKeys(deps());
    const states = keys.map((rotated) => lines.find(({ kid }) => kid === rotated)?.state);
    expect(states.toSorted()).toEqual(['active', 'retiring']);
    expect(lines.filter(({ state }) => state === 'active')).toHaveLength(1);
  });

  test('prepares one next key, however often it is asked to in the same moment', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => generateNextKey(deps(), 'EdDSA')));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await statesOn(server)).filter((state) => state === 'next')).toHaveLength(1);
  });
});

describe('A token of an unknown key', () => {
  test('is refused like any other that is forged', async () => {
    const { status, body } = await askAs(server, ofUnknownKey(await server.signIn('viewer')));
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('costs no reading of its own: a burst of them is no burst of statements', async () => {
    let readings = 0;
    const keys = await openSigningKeys({
      fork: () => ((readings += 1), server.database.fork()),
      vault: vaultOf(1),
      clock: () => new Date(),
      algorithm: 'EdDSA',
      onFailure: () => undefined,
    });
    readings = 0;
    await Promise.all(Array.from({ length: 500 }, () => keys.find(crypto.randomUUID())));
    expect(readings).toBe(1);
    const begun = performance.now();
    for (let asked = 0; asked < 3; asked += 1) await keys.find(crypto.randomUUID());
    keys.close();
    expect(readings).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - begun) / 1_000));
  });

  testOnPostgres(
    'is neither let in nor refused while the database is away',
    async () => {
      const direct = new URL(postgresUrl ?? '');
      const { location, drop } = await createTestDatabase();
      endings.push(drop);
      if (location.kind !== 'postgresql') throw new Error('no PostgreSQL');
      const proxy = await openProxy(Number(direct.port));
      endings.push(proxy.close);
      const url = location.url.replace(`:${direct.port}/`, `:${proxy.port}/`);
      const node = await startFor({}, { kind: 'postgresql', url });
      const unknown = ofUnknownKey(await node.signIn('viewer'));
      proxy.set('closed');
      const { status, body } = await askAs(node, unknown);
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      proxy.set('open');
      expect(await eventually(async () => (await askAs(node, unknown)).status === 401)).toBe(true);
    },
    60_000,
  );
});

describe('A key of a former algorithm', () => {
  let commands: CommandLine;
  let node: TestServer;
  beforeAll(async () => void (commands = await createCommandLine(masterKey(1))));
  afterAll(async () => {
    await node.stop();
    await commands.remove();
  });

  /** Beside the running server; an embedded database serves one process, so there it makes room. */
  async function run(...args: string[]): Promise<Ended> {
    if (postgresUrl === undefined) await node.stop();
    const ended = await commands.run(...args);
    if (postgresUrl === undefined) node = await startServer({}, commands.location);
    return ended;
  }

  test('verifies what it signed until it is retired, which needs no rotation', async () => {
    const former = await startServer({ JWT_ALGORITHM: 'HS256' }, commands.location);
    const editor = await former.signIn('editor');
    const leaked = kidOf(editor);
    await former.stop();
    const early = await commands.run('keys', 'retire', leaked);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('No EdDSA key is active yet') });

    node = await startServer({}, commands.location);
    const present = kidOf(await node.signIn('editor'));
    expect(await isSignedIn(node, editor)).toBe(true);
    expect(await run('keys', 'retire', leaked)).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        `${leaked} is retired.`,
        'Access tokens that it signed are refused within seconds; their sessions go on by refreshing.',
        'A server that still has JWT_ALGORITHM=HS256 issues none until it is restarted.',
        '',
      ].join('\n'),
    });
    expect(await eventually(async () => (await askAs(node, editor)).status === 401)).toBe(true);
    expect(await node.get(refreshDocument, { token: editor.refreshToken })).toMatchObject({
      refresh: { tokenType: 'Bearer' },
    });
    expect(await run('keys', 'retire', present)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${present} is active: run \`keys rotate\` first.`),
    });
    expect((await run('keys', 'list')).stdout).toMatch(
      new RegExp(`${leaked} {2}HS256 {2}retired .*\n${present} {2}EdDSA {2}active `),
    );
  }, 120_000);
});

describe('A new master key', () => {
  test('takes over what the former one sealed, and ends no session', async () => {
    const editor = await server.signIn('editor');
    await expect(resealKeys(deps(), vaultOf(9))).rejects.toThrow('MASTER_KEY does not open');
    expect(await resealKeys(depsOn(server, 9), vaultOf(1))).toBeGreaterThanOrEqual(2);
    expect(await isSignedIn(server, editor)).toBe(true);
    await resealKeys(deps(), vaultOf(9));
  });

  testOnPostgres('seals a key that comes in the same moment, too', async () => {
    let resealing: Promise<number> | undefined;
    await changeKeys(deps(), async ({ addNext }) => {
      await addNext('RS256');
      resealing = resealKeys(depsOn(server, 9), vaultOf(1));
      await Promise.race([resealing, eventually(isSomebodyWaiting)]);
    });
    await resealing;
    for (const key of await server.database.fork().find(SigningKey, {})) await openKey(vaultOf(9), key);
    await resealKeys(deps(), vaultOf(9));
  });

  async function isSomebodyWaiting(): Promise<boolean> {
    const waiting = await server.database
      .fork()
      .execute<unknown[]>(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
    return waiting.length > 0;
  }

  test('that is wrong makes no key', async () => {
    const before = await statesOn(server);
    for (const make of [generateNextKey, rotateKeys])
      await expect(make(depsOn(server, 9), 'ES256')).rejects.toThrow('MASTER_KEY does not open');
    expect(await statesOn(server)).toEqual(before);
  });
});

describe('A node that still has the former master key', () => {
  let node: TestServer;
  beforeAll(async () => void (node = await startServer()));
  afterAll(() => node.stop());
  const complaints = (): number => node.logged.filter((line) => line.includes('MASTER_KEY does not open')).length;

  test('takes tokens of keys that it cannot open, publishes them, and signs with the last one that it could', async () => {
    const before = await node.signIn('editor');
    await resealKeys(depsOn(node, 9), vaultOf(1));
    const present = await rotateKeys(depsOn(node, 9), 'EdDSA');
    const elsewhere = await signedElsewhere(node, before, 9);
    expect(kidOf(elsewhere)).toBe(present);
    for (const holder of [elsewhere, before]) expect(await isSignedIn(node, holder)).toBe(true);
    expect(await publishedKids(node)).toEqual([kidOf(before), present]);
    const after = await node.signIn('editor');
    expect(kidOf(after)).toBe(kidOf(before));
    expect(await isSignedIn(node, after)).toBe(true);
  });

  test('refuses what it does not know as ever, and complains once for each reading', async () => {
    const viewer = await node.signIn('viewer');
    const logged = complaints();
    const answers = await Promise.all(Array.from({ length: 30 }, () => askAs(node, ofUnknownKey(viewer))));
    for (const { status, body } of answers)
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(complaints()).toBeGreaterThan(logged);
    expect(complaints()).toBeLessThan(logged + 10);
  });

  test('issues no token once its last key is retired, uses none up, and goes on when it can open one', async () => {
    const viewer = await node.signIn('viewer');
    await retireKey(depsOn(node, 9), kidOf(viewer), 'EdDSA');
    expect(await eventually(async () => !(await isSignedIn(node, viewer)))).toBe(true);
    const input = { email: 'viewer@demo.sallyport.test', password: 'sallyport-demo' };
    const sessions = () => node.database.fork().count(Session);
    const begun = await sessions();
    for (const answer of [
      await node.ask(signInDocument, { input }),
      await node.ask(refreshDocument, { token: viewer.refreshToken }),
    ])
      expect(answer.body.errors?.[0]?.extensions).toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        retryAfterSeconds: expect.any(Number),
      });
    expect(await sessions()).toBe(begun);
    expect(node.logged.join('')).toContain('No EdDSA key is active that this server can sign with.');
    await resealKeys(depsOn(node), vaultOf(9));
    expect(await eventually(async () => (await node.ask(signInDocument, { input })).body.errors === undefined)).toBe(
      true,
    );
    // Longer than the grace: a token that had been used up would end its session.
    node.wait(60);
    expect(await node.get(refreshDocument, { token: viewer.refreshToken })).toMatchObject({
      refresh: { tokenType: 'Bearer' },
    });
  });

  test('cannot verify by a symmetric key that it cannot open', async () => {
    const symmetric = await startFor({ JWT_ALGORITHM: 'HS256' });
    const before = await symmetric.signIn('editor');
    await resealKeys(depsOn(symmetric, 9), vaultOf(1));
    await rotateKeys(depsOn(symmetric, 9), 'HS256');
    const { status, body } = await askAs(symmetric, await signedElsewhere(symmetric, before, 9));
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await isSignedIn(symmetric, before)).toBe(true);
  });

  testOnPostgres(
    'and one that was restarted take each other’s tokens',
    async () => {
      const commands = await createCommandLine({ ...masterKey(9), PREVIOUS_MASTER_KEY: masterKey(1).MASTER_KEY });
      endings.push(commands.remove);
      const former = await startFor({}, commands.location);
      const before = await former.signIn('editor');
      expect((await commands.run('keys', 'reseal')).stdout).toBe('2 keys are sealed with MASTER_KEY.\n');
      const restarted = await startFor(masterKey(9), commands.location);
      const [, present = ''] = /^(\S+) is active/.exec((await commands.run('keys', 'rotate')).stdout) ?? [];
      expect(await eventually(async () => kidOf(await restarted.signIn('editor')) === present)).toBe(true);
      const after = [await restarted.signIn('editor'), await former.signIn('editor')];
      for (const on of [former, restarted])
        for (const user of [before, ...after]) expect(await isSignedIn(on, user)).toBe(true);
    },
    120_000,
  );
});

describe('A start', () => {
  const keysOn = (on: TestServer) => on.database.fork().find(SigningKey, {}, { orderBy: { id: 'asc' } });

  test('with a wrong master key makes nothing that the right one would not open', async () => {
    const before = (await keysOn(server)).length;
    await expect(openKeys(server.database.fork, 9, 'ES256')).rejects.toThrow('MASTER_KEY does not open');
    expect(await keysOn(server)).toHaveLength(before);
    expect((await openKeys(server.database.fork, 1, 'ES256')).active().algorithm).toBe('ES256');
  });

  test('of several nodes at once makes one key of each kind', async () => {
    const empty = await startFor();
    await empty.database.fork().nativeDelete(SigningKey, {});
    const nodes = await Promise.all(Array.from({ length: 5 }, () => openKeys(empty.database.fork)));
    expect(new Set(nodes.map(({ active }) => active().kid)).size).toBe(1);
    expect(new Set(nodes.map(({ refreshRoot }) => Buffer.from(refreshRoot).toString('hex'))).size).toBe(1);
    expect(await keysOn(empty)).toHaveLength(2);
  });

  test('finds out that one row stands in for another', async () => {
    const swapped = await startFor({ JWT_ALGORITHM: 'HS256' });
    await rotateKeys(depsOn(swapped), 'HS256');
    const [root, former, active] = await keysOn(swapped);
    for (const stranger of [root, former]) {
      const em = swapped.database.fork();
      await em.nativeUpdate(SigningKey, { id: active?.id ?? '' }, { sealedKey: stranger?.sealedKey ?? '' });
      await expect(openKeys(swapped.database.fork, 1, 'HS256')).rejects.toThrow('MASTER_KEY does not open');
      await em.nativeUpdate(SigningKey, { id: active?.id ?? '' }, { sealedKey: active?.sealedKey ?? '' });
    }
    await openKeys(swapped.database.fork, 1, 'HS256');
    // The root itself, in the rank of a key that signed.
    const asFormer = { purpose: 'access', state: 'retiring' } as const;
    await swapped.database.fork().nativeUpdate(SigningKey, { id: root?.id ?? '' }, asFormer);
    await expect(openKeys(swapped.database.fork, 1, 'HS256')).rejects.toThrow('MASTER_KEY does not open');
  });
});

describe('Tokens may be signed by', () => {
  test.each(['EdDSA', 'ES256', 'RS256'])(
    '%s, which anyone verifies by what is published',
    async (algorithm) => {
      const signing = await startFor({ JWT_ALGORITHM: algorithm });
      const editor = await signing.signIn('editor');
      expect(decodeProtectedHeader(editor.accessToken)).toEqual({ alg: algorithm, typ: 'at+jwt', kid: kidOf(editor) });
      expect(await isSignedIn(signing, editor)).toBe(true);
      const keys = await publishedKeys(signing);
      expect(keys).toMatchObject([{ kid: kidOf(editor), alg: algorithm, use: 'sig' }]);
      // The private parts of all kinds of keys (RFC 7518 §6, RFC 8037 §2).
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(keys[0]).not.toHaveProperty(part);
      if (algorithm === 'RS256') expect(Buffer.from(keys[0]?.n ?? '', 'base64url')).toHaveLength(3072 / 8);
      const { payload } = await jwtVerify(editor.accessToken, createLocalJWKSet({ keys }), { typ: 'at+jwt' });
      expect(payload.sub).toBe(editor.id);
    },
    60_000,
  );

  test('HS256, whose key is published nowhere, and which pins its hash', async () => {
    const signing = await startFor({ JWT_ALGORITHM: 'HS256' });
    const editor = await signing.signIn('editor');
    expect(decodeProtectedHeader(editor.accessToken).alg).toBe('HS256');
    expect(await isSignedIn(signing, editor)).toBe(true);
    expect(await publishedKeys(signing)).toEqual([]);

    const row = await signing.database.fork().findOneOrFail(SigningKey, { purpose: 'access' });
    const secret = await openKey(vaultOf(1), row);
    expect(secret).toHaveLength(32);
    const signedBy = async (alg: string) => ({
      accessToken: await new SignJWT(decodeJwt(editor.accessToken))
        .setProtectedHeader({ alg, typ: 'at+jwt', kid: row.id })
        .sign(secret),
    });
    expect(await isSignedIn(signing, await signedBy('HS256'))).toBe(true);
    expect((await askAs(signing, await signedBy('HS512'))).status).toBe(401);
  });
});
