import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { bySystem } from '../../../src/audit/record.ts';
import { changeKeys, type ChangeKeysDeps } from '../../../src/identity/signing-keys/change-keys.ts';
import {
  generateNextKey,
  listKeys,
  resealKeys,
  retireKey,
  rotateKeys,
} from '../../../src/identity/signing-keys/key-rotation.ts';
import { rotateKeysByAge } from '../../../src/identity/signing-keys/rotate-by-age.ts';
import { openKey, sealKey } from '../../../src/identity/signing-keys/sealed-key.ts';
import { SigningKey } from '../../../src/identity/signing-keys/signing-key.entity.ts';
import { openSigningKeys } from '../../../src/identity/signing-keys/signing-keys.service.ts';
import { WrongMasterKeyError } from '../../../src/identity/signing-keys/vault.ts';
import { keepingRecorder } from '../../support/contexts.ts';
import { untilWaiting } from '../../support/locks.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { vaultOf } from '../../support/signing-keys.ts';
import { openTestDatabase, type OpenedDatabase } from '../../support/unit-of-work.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const begin = new Date('2026-12-01T12:00:00Z');
const after = (ms: number): Date => new Date(begin.getTime() + ms);

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

let recorder: ReturnType<typeof keepingRecorder>;
let first: string;
beforeEach(async () => {
  await database.fork().nativeDelete(SigningKey, {});
  recorder = keepingRecorder();
  const keys = await openSigningKeys({
    fork: database.fork,
    vault: vaultOf(1),
    clock: () => begin,
    algorithm: 'EdDSA',
    onFailure: () => undefined,
  });
  keys.close();
  first = keys.active().kid;
});

const depsAt = (now: Date, fill = 1): ChangeKeysDeps => ({
  em: database.fork(),
  vault: vaultOf(fill),
  recorder,
  provenance: bySystem(now),
});
const deps = (): ChangeKeysDeps => depsAt(begin);
const list = () => listKeys({ em: database.fork() });
const keyOf = (kid: string) => database.fork().findOneOrFail(SigningKey, kid);
const rootOf = () => database.fork().findOneOrFail(SigningKey, { purpose: 'refresh' });
/** What a refused change leaves behind. */
const asItWas = async (): Promise<void> => {
  expect(await list()).toEqual([{ kid: first, algorithm: 'EdDSA', state: 'active', createdAt: begin }]);
  expect(recorder.events).toEqual([]);
};

describe('A rotation by an operator', () => {
  test('records each of its steps with the key that it is about, and without a reason', async () => {
    const next = await generateNextKey(deps(), 'EdDSA');
    await rotateKeys(deps(), 'EdDSA');
    await retireKey(deps(), first, 'EdDSA');
    const by = { kind: 'anonymous' };
    expect(recorder.events).toEqual([
      { type: 'signing_key.generated', subjectId: next, by },
      { type: 'signing_key.rotated', subjectId: next, by },
      { type: 'signing_key.retired', subjectId: first, by },
    ]);
  });

  test('makes a key if none is next, and records that as well', async () => {
    const kid = await rotateKeys(deps(), 'EdDSA');
    expect(recorder.events).toMatchObject([
      { type: 'signing_key.generated', subjectId: kid },
      { type: 'signing_key.rotated', subjectId: kid },
    ]);
    expect(await list()).toMatchObject([
      { kid: first, state: 'retiring' },
      { kid, state: 'active' },
    ]);
  });

  test('writes down when the former key stopped signing, which its retirement leaves as it is', async () => {
    const second = await rotateKeys(depsAt(after(hourMs)), 'EdDSA');
    expect((await keyOf(first)).signedUntil).toEqual(after(hourMs));
    expect((await keyOf(second)).signedUntil).toBeNull();
    await retireKey(depsAt(after(dayMs)), first, 'EdDSA');
    expect((await keyOf(first)).signedUntil).toEqual(after(hourMs));
  });

  test('to an algorithm of which there was no key has no former key to end', async () => {
    const kid = await rotateKeys(deps(), 'ES256');
    expect(await list()).toMatchObject([
      { kid: first, algorithm: 'EdDSA', state: 'active' },
      { kid, algorithm: 'ES256', state: 'active' },
    ]);
  });

  test('takes the keys as the database has them, and writes nothing that its unit of work has left unwritten', async () => {
    const early = deps();
    for (const key of await early.em.find(SigningKey, {})) key.state = 'retired';
    const second = await rotateKeys(deps(), 'EdDSA');
    const third = await rotateKeys(early, 'EdDSA');
    expect(await list()).toMatchObject([
      { kid: first, state: 'retiring' },
      { kid: second, state: 'retiring' },
      { kid: third, state: 'active' },
    ]);
    expect(await rootOf()).toMatchObject({ state: 'active' });
  });

  testOnPostgres('waits for a change that is under way, and goes on from what that has done', async () => {
    let later: Promise<string> | undefined;
    const earlier = await changeKeys(deps(), async ({ addNext, activate }) => {
      const next = await addNext('EdDSA');
      later = rotateKeys(deps(), 'EdDSA');
      await Promise.race([later, untilWaiting(database, 1)]);
      await activate(next);
      return next.id;
    });
    const last = await later;
    expect(await list()).toMatchObject([
      { kid: first, state: 'retiring' },
      { kid: earlier, state: 'retiring' },
      { kid: last, state: 'active' },
    ]);
  });

  test('that fails changes nothing', async () => {
    const failing = changeKeys(deps(), async ({ all, addNext, activate, retire }) => {
      await activate(await addNext('EdDSA'));
      for (const key of all) retire(key);
      throw new Error('too bad');
    });
    await expect(failing).rejects.toThrow('too bad');
    recorder.events.length = 0;
    await asItWas();
  });
});

describe('A wish that the keys do not allow is refused with what to do, and changes nothing:', () => {
  test('a second next key', async () => {
    const next = await generateNextKey(deps(), 'EdDSA');
    await expect(generateNextKey(deps(), 'EdDSA')).rejects.toThrow(
      `${next} is the next key already: rotate to it with \`keys rotate\`.`,
    );
    expect(await list()).toMatchObject([{ kid: first }, { kid: next, state: 'next' }]);
    expect(recorder.events).toHaveLength(1);
  });

  test('the end of a key that there is not', async () => {
    const { id: root } = await rootOf();
    for (const kid of ['01900000-0000-7000-8000-000000000001', root])
      await expect(retireKey(deps(), kid, 'EdDSA')).rejects.toThrow(`There is no key ${kid}.`);
    await asItWas();
    expect(await rootOf()).toMatchObject({ id: root, state: 'active' });
  });

  test('the end of the key that signs', async () => {
    await expect(retireKey(deps(), first, 'EdDSA')).rejects.toThrow(`${first} is active: run \`keys rotate\` first.`);
    await asItWas();
  });

  test('the end of the key that signs, for an algorithm that does not sign yet', async () => {
    await expect(retireKey(deps(), first, 'ES256')).rejects.toThrow(
      'No ES256 key is active yet: start a server with JWT_ALGORITHM=ES256 first.',
    );
    await asItWas();
  });

  test('a second end', async () => {
    await rotateKeys(deps(), 'EdDSA');
    await retireKey(deps(), first, 'EdDSA');
    recorder.events.length = 0;
    await expect(retireKey(deps(), first, 'EdDSA')).rejects.toThrow(`${first} is retired already.`);
    expect(recorder.events).toEqual([]);
  });
});

describe('A key may be retired', () => {
  test('while it is next or retiring, even if none signs by the algorithm of the servers', async () => {
    const next = await generateNextKey(deps(), 'EdDSA');
    expect(await retireKey(depsAt(after(hourMs)), next, 'RS256')).toEqual({
      kid: next,
      algorithm: 'EdDSA',
      state: 'next',
      createdAt: begin,
    });
    expect(await keyOf(next)).toMatchObject({ state: 'retired', signedUntil: after(hourMs) });
    const second = await rotateKeys(deps(), 'EdDSA');
    expect(await retireKey(deps(), first, 'RS256')).toMatchObject({ kid: first, state: 'retiring' });
    expect(await list()).toMatchObject([
      { kid: first, state: 'retired' },
      { kid: next, state: 'retired' },
      { kid: second, state: 'active' },
    ]);
  });

  test('while it is active for an algorithm by which servers sign no more', async () => {
    await rotateKeys(deps(), 'ES256');
    expect(await retireKey(deps(), first, 'ES256')).toMatchObject({ kid: first, algorithm: 'EdDSA', state: 'active' });
    expect(await keyOf(first)).toMatchObject({ state: 'retired' });
  });
});

describe('No key is made by a master key', () => {
  test('that does not open the root of the refresh tokens, although it opens the others', async () => {
    const em = database.fork();
    const root = await em.findOneOrFail(SigningKey, { purpose: 'refresh' });
    root.sealedKey = await sealKey(vaultOf(9), root, await openKey(vaultOf(1), root));
    await em.flush();
    for (const make of [generateNextKey, rotateKeys])
      await expect(make(deps(), 'EdDSA')).rejects.toThrow(WrongMasterKeyError);
    await asItWas();
  });
});

describe('A change of the master key', () => {
  test('seals every key anew, the root and those that are over as well, and is recorded with their number', async () => {
    await rotateKeys(deps(), 'EdDSA');
    await retireKey(deps(), first, 'EdDSA');
    recorder.events.length = 0;
    const secrets = async (fill: number) =>
      Promise.all((await database.fork().find(SigningKey, {})).map((key) => openKey(vaultOf(fill), key)));
    const before = await secrets(1);
    expect(before).toHaveLength(3);
    expect(await resealKeys(depsAt(begin, 9), vaultOf(1))).toBe(3);
    expect(await secrets(9)).toEqual(before);
    expect(recorder.events).toEqual([
      { type: 'signing_key.resealed', details: { keys: 3 }, by: { kind: 'anonymous' } },
    ]);
  });

  test('seals all of them or none', async () => {
    const em = database.fork();
    const key = await em.findOneOrFail(SigningKey, first);
    key.sealedKey = await sealKey(vaultOf(5), key, await openKey(vaultOf(1), key));
    await em.flush();
    await expect(resealKeys(depsAt(begin, 9), vaultOf(1))).rejects.toThrow(WrongMasterKeyError);
    await openKey(vaultOf(1), await rootOf());
    await asItWas();
  });

  test('takes the keys as the database has them, and writes nothing that its unit of work has left unwritten', async () => {
    const late = depsAt(begin, 9);
    for (const key of await late.em.find(SigningKey, {})) key.signedUntil = begin;
    await resealKeys(depsAt(begin, 5), vaultOf(1));
    await resealKeys(late, vaultOf(5));
    for (const key of await database.fork().find(SigningKey, {})) {
      await openKey(vaultOf(9), key);
      expect(key.signedUntil).toBeNull();
    }
  });
});

describe('Keys that are looked after by age', () => {
  const lookAt = (now: Date, maxAgeDays = 10): Promise<number> =>
    rotateKeysByAge({ vault: vaultOf(1), recorder, algorithm: 'EdDSA', maxAgeDays }).run({
      fork: database.fork,
      now,
      pause: async () => undefined,
      log: { warn: () => undefined },
    });
  const states = async () => (await list()).map(({ state }) => state);

  test('have a successor made, used and retired on the moment, and each step is recorded with its reason', async () => {
    const steps: Array<[Date, number]> = [
      [after(9 * dayMs - 1), 0],
      [after(9 * dayMs), 1],
      [after(9 * dayMs), 0],
      [after(10 * dayMs - 1), 0],
      [after(10 * dayMs), 1],
      [after(11 * dayMs + hourMs - 1), 0],
      [after(11 * dayMs + hourMs), 1],
      [after(11 * dayMs + hourMs), 0],
    ];
    for (const [now, changes] of steps) expect([now, await lookAt(now)]).toEqual([now, changes]);
    const [{ kid: second } = { kid: '' }] = (await list()).slice(1);
    const because = { details: { cause: 'age' }, by: { kind: 'anonymous' } };
    expect(recorder.events).toEqual([
      { type: 'signing_key.generated', subjectId: second, ...because },
      { type: 'signing_key.rotated', subjectId: second, ...because },
      { type: 'signing_key.retired', subjectId: first, ...because },
    ]);
    expect(await keyOf(first)).toMatchObject({ state: 'retired', signedUntil: after(10 * dayMs) });
  });

  test('give way to the next one only once that has been published for a day', async () => {
    expect(await lookAt(after(30 * dayMs))).toBe(1);
    expect(await lookAt(after(31 * dayMs - 1))).toBe(0);
    expect(await states()).toEqual(['active', 'next']);
    expect(await lookAt(after(31 * dayMs))).toBe(1);
    expect(await states()).toEqual(['retiring', 'active']);
  });

  test('give way to one that an operator has prepared only once they are too old', async () => {
    const next = await generateNextKey(deps(), 'EdDSA');
    expect(await lookAt(after(10 * dayMs - 1))).toBe(0);
    expect(await lookAt(after(10 * dayMs))).toBe(1);
    expect(await keyOf(next)).toMatchObject({ state: 'active' });
  });

  test('have no successor made if none signs by that algorithm', async () => {
    await database.fork().nativeUpdate(SigningKey, { id: first }, { state: 'retiring', signedUntil: after(0) });
    expect(await lookAt(after(hourMs))).toBe(0);
    expect(await states()).toEqual(['retiring']);
  });

  test('are retired and replaced in one look, which counts both', async () => {
    await rotateKeys(deps(), 'EdDSA');
    expect(await lookAt(after(30 * dayMs))).toBe(2);
    expect(await states()).toEqual(['retired', 'active', 'next']);
  });

  test('are retired, and never replaced, if no age is set', async () => {
    await rotateKeys(deps(), 'EdDSA');
    expect(await lookAt(after(4_000 * dayMs), 0)).toBe(1);
    expect(await states()).toEqual(['retired', 'active']);
    expect(await lookAt(after(4_000 * dayMs), 0)).toBe(0);
  });

  test('without a record of when they stopped signing are kept from the first look on', async () => {
    await rotateKeys(deps(), 'EdDSA');
    await database.fork().nativeUpdate(SigningKey, { id: first }, { signedUntil: null });
    expect(await lookAt(after(5 * dayMs))).toBe(0);
    expect(await keyOf(first)).toMatchObject({ state: 'retiring', signedUntil: after(5 * dayMs) });
  });
});

test('The keys that an operator is shown are those of access tokens, oldest first', async () => {
  const second = await rotateKeys(depsAt(after(hourMs)), 'EdDSA');
  expect(await list()).toEqual([
    { kid: first, algorithm: 'EdDSA', state: 'retiring', createdAt: begin },
    { kid: second, algorithm: 'EdDSA', state: 'active', createdAt: after(hourMs) },
  ]);
});
