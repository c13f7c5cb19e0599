import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { bySystem } from '../../../src/audit/record.ts';
import { generateNextKey, listKeys, rotateKeys } from '../../../src/identity/signing-keys/key-rotation.ts';
import { rotateKeysByAge } from '../../../src/identity/signing-keys/rotate-by-age.ts';
import { SigningKey } from '../../../src/identity/signing-keys/signing-key.entity.ts';
import { createCommandLine } from '../../support/command-line.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import {
  askAs,
  eventually,
  isSignedIn,
  kidOf,
  masterKey,
  publishedKids,
  signedElsewhere,
  vaultOf,
} from '../../support/signing-keys.ts';

const hour = 3_600;
const day = 24 * hour;
const maxAge = { SIGNING_KEY_MAX_AGE_DAYS: '10' };

/** The result of the job; undefined if another node does it, or it is not yet due. */
const keepHouse = async (node: TestServer): Promise<number | undefined> =>
  (await node.app.scheduler.run()).get('signing-keys');

const listOn = ({ database }: TestServer) => listKeys({ em: database.fork() });
const statesOn = async (on: TestServer): Promise<string[]> => (await listOn(on)).map(({ state }) => state);

const eventsOn = ({ database }: TestServer): Promise<unknown[]> =>
  database.orm.em.getConnection().execute(
    `select type, subject_id, actor_id, request_id, ip_address, details from audit_events
        where type like 'signing_key.%' order by at, id`,
  );

describe('A key that is too old', () => {
  let node: TestServer;
  beforeAll(async () => void (node = await startServer(maxAge)));
  afterAll(() => node.stop());
  let first = '';
  let second = '';

  test('has a successor published a day before, which does not sign yet', async () => {
    first = kidOf(await node.signIn('editor'));
    expect(await keepHouse(node)).toBe(0);
    node.wait(9 * day - 60);
    expect(await keepHouse(node)).toBe(0);
    node.wait(hour);
    expect(await keepHouse(node)).toBe(1);
    second = (await listOn(node)).at(-1)?.kid ?? '';
    expect(await eventually(async () => (await publishedKids(node)).includes(second))).toBe(true);
    expect(await publishedKids(node)).toEqual([first, second]);
    expect(kidOf(await node.signIn('editor'))).toBe(first);
    node.wait(day - 60);
    expect(await keepHouse(node)).toBe(0);
  });

  test('gives way to it, and what it signed is good until it expires', async () => {
    node.wait(hour);
    const before = await node.signIn('editor');
    expect(kidOf(before)).toBe(first);
    expect(await keepHouse(node)).toBe(1);
    // By another node, while this one may not have followed.
    expect(await isSignedIn(node, await signedElsewhere(node, before))).toBe(true);
    expect(await eventually(async () => kidOf(await node.signIn('editor')) === second)).toBe(true);
    expect(await publishedKids(node)).toEqual([first, second]);
    expect(await isSignedIn(node, before)).toBe(true);
    node.wait(895);
    expect(await isSignedIn(node, before)).toBe(true);
    node.wait(15);
    expect((await askAs(node, before)).status).toBe(401);
  });

  test('is retired when no token that it signed can live any more', async () => {
    node.wait(day);
    expect(await keepHouse(node)).toBe(0);
    expect(await statesOn(node)).toEqual(['retiring', 'active']);
    node.wait(hour);
    expect(await keepHouse(node)).toBe(1);
    expect(await statesOn(node)).toEqual(['retired', 'active']);
    expect(await eventually(async () => !(await publishedKids(node)).includes(first))).toBe(true);
    expect(kidOf(await node.signIn('editor'))).toBe(second);
  });

  test('has its events recorded as those of the command line are, without an actor, and why', async () => {
    const byNobody = { actor_id: null, request_id: null, ip_address: null, details: { cause: 'age' } };
    expect(await eventsOn(node)).toEqual([
      { type: 'signing_key.generated', subject_id: second, ...byNobody },
      { type: 'signing_key.rotated', subject_id: second, ...byNobody },
      { type: 'signing_key.retired', subject_id: first, ...byNobody },
    ]);
  });

  test('leaves the root of the refresh tokens alone', async () => {
    const roots = await node.database.fork().find(SigningKey, { purpose: 'refresh' });
    expect(roots).toMatchObject([{ state: 'active', signedUntil: null }]);
  });
});

describe('Keys of a server', () => {
  const passing: TestServer[] = [];
  async function startFor(...settings: Parameters<typeof startServer>): Promise<TestServer> {
    const started = await startServer(...settings);
    passing.push(started);
    return started;
  }
  afterEach(async () => {
    for (const started of passing.splice(0).toReversed()) await started.stop();
  });

  const deps = (on: TestServer, agoDays = 0) => ({
    em: on.database.fork(),
    vault: vaultOf(1),
    recorder: { record: () => undefined },
    provenance: bySystem(new Date(Date.now() - agoDays * day * 1000)),
  });

  test('that never replaces them stay, and retire all the same once an operator has rotated', async () => {
    const node = await startFor({ SIGNING_KEY_MAX_AGE_DAYS: '0' });
    node.wait(4_000 * day);
    expect(await keepHouse(node)).toBe(0);
    node.wait(-4_000 * day);
    await rotateKeys(deps(node), 'EdDSA');
    await node.database.fork().execute('delete from job_leases');
    node.wait(26 * hour);
    expect(await keepHouse(node)).toBe(1);
    expect(await statesOn(node)).toEqual(['retired', 'active']);
  });

  test('that was off for long publish a successor for a day before it signs', async () => {
    const node = await startFor(maxAge);
    node.wait(100 * day);
    expect(await keepHouse(node)).toBe(1);
    node.wait(23 * hour);
    expect(await keepHouse(node)).toBe(0);
    node.wait(hour);
    expect(await keepHouse(node)).toBe(1);
    expect(await statesOn(node)).toEqual(['retiring', 'active']);
  });

  test('that an operator has prepared are taken, and those of another algorithm left alone', async () => {
    const node = await startFor(maxAge);
    const next = await generateNextKey(deps(node), 'EdDSA');
    const foreign = await rotateKeys(deps(node), 'ES256');
    node.wait(5 * day);
    expect(await keepHouse(node)).toBe(0);
    node.wait(5 * day);
    expect(await keepHouse(node)).toBe(1);
    expect(await listOn(node)).toMatchObject([
      { state: 'retiring' },
      { kid: next, state: 'active' },
      { kid: foreign, state: 'active', algorithm: 'ES256' },
    ]);
  });

  test('without a record of when they stopped signing are kept as if it were now', async () => {
    const node = await startFor(maxAge);
    await rotateKeys(deps(node, 3), 'EdDSA');
    await node.database.fork().nativeUpdate(SigningKey, { state: 'retiring' }, { signedUntil: null });
    expect(await keepHouse(node)).toBe(0);
    node.wait(24 * hour);
    expect(await keepHouse(node)).toBe(0);
    node.wait(hour);
    expect(await keepHouse(node)).toBe(1);
  });

  test('are replaced by a job of its own as well, where servers come and go', async () => {
    const commands = await createCommandLine({ ...masterKey(1), ...maxAge });
    const node = await startServer(maxAge, commands.location);
    await node.database.fork().execute(`update signing_keys set created_at = created_at - interval '9 days'`);
    await node.stop();
    expect((await commands.run('housekeeping', 'run')).stdout).toMatch(/^signing-keys: 1$/m);
    expect((await commands.run('keys', 'list')).stdout).toMatch(
      /^\S+ {2}EdDSA {2}active .*\n\S+ {2}EdDSA {2}next .*\n$/,
    );
    expect(await commands.run('housekeeping', 'run')).toMatchObject({ code: 0, stdout: 'Nothing is due.\n' });
    await commands.remove();
  }, 120_000);

  test('are replaced once if several nodes find them due', async () => {
    const node = await startFor();
    const { vault, recorder } = deps(node);
    const job = rotateKeysByAge({ vault, recorder, algorithm: 'EdDSA', maxAgeDays: 10 });
    const atOnce = async (days: number): Promise<void> => {
      const now = new Date(Date.now() + days * day * 1000);
      const context = { fork: node.database.fork, now, pause: async () => undefined, log: { warn: () => undefined } };
      const done = await Promise.all(Array.from({ length: 5 }, () => job.run(context)));
      expect(done.toSorted()).toEqual([0, 0, 0, 0, 1]);
    };
    await atOnce(9);
    expect(await statesOn(node)).toEqual(['active', 'next']);
    await atOnce(10);
    expect(await statesOn(node)).toEqual(['retiring', 'active']);
    await atOnce(12);
    expect(await statesOn(node)).toEqual(['retired', 'active']);
  });

  testOnPostgres(
    'are replaced once, however many nodes there are, and each follows',
    async () => {
      const node = await startFor(maxAge);
      const others = await Promise.all([1, 2].map(() => startFor(maxAge, node.config.database)));
      const nodes = [node, ...others];
      const before = await node.signIn('editor');
      const all = async (days: number): Promise<void> => {
        for (const each of nodes) each.wait(days * day);
        const done = await Promise.all(nodes.map(keepHouse));
        expect(done.filter((changes) => changes !== undefined)).toEqual([1]);
      };
      await all(9);
      expect(await statesOn(node)).toEqual(['active', 'next']);
      await all(1);
      expect(await statesOn(node)).toEqual(['retiring', 'active']);
      expect(await eventsOn(node)).toMatchObject([{ type: 'signing_key.generated' }, { type: 'signing_key.rotated' }]);
      const second = (await listOn(node))[1]?.kid;
      for (const each of nodes)
        expect(await eventually(async () => kidOf(await each.signIn('editor')) === second)).toBe(true);
      await all(2);
      expect(await statesOn(node)).toEqual(['retired', 'active']);
      expect(await eventsOn(node)).toHaveLength(3);
      for (const each of nodes)
        expect(await eventually(async () => !(await publishedKids(each)).includes(kidOf(before)))).toBe(true);
    },
    120_000,
  );
});
