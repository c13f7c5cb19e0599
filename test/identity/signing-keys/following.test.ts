import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { bySystem } from '../../../src/audit/record.ts';
import type { TokenAlgorithm } from '../../../src/config/config.ts';
import type { ChangeKeysDeps } from '../../../src/identity/signing-keys/change-keys.ts';
import { generateNextKey, resealKeys, retireKey, rotateKeys } from '../../../src/identity/signing-keys/key-rotation.ts';
import { openKey, sealKey } from '../../../src/identity/signing-keys/sealed-key.ts';
import { SigningKey } from '../../../src/identity/signing-keys/signing-key.entity.ts';
import { openSigningKeys, type SigningKeys } from '../../../src/identity/signing-keys/signing-keys.service.ts';
import { WrongMasterKeyError } from '../../../src/identity/signing-keys/vault.ts';
import { keepingRecorder } from '../../support/contexts.ts';
import { stopTimers } from '../../support/own-time.ts';
import { vaultOf } from '../../support/signing-keys.ts';
import { openTestDatabase, type OpenedDatabase } from '../../support/unit-of-work.ts';
import { until } from '../../support/until.ts';

const now = new Date('2026-12-01T12:00:00Z');
const unknown = '01900000-0000-7000-8000-000000000001';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

let readings: number;
let failures: unknown[];
const opened: SigningKeys[] = [];
beforeEach(async () => {
  await database.fork().nativeDelete(SigningKey, {});
  [readings, failures] = [0, []];
});
afterEach(() => {
  for (const { close } of opened.splice(0)) close();
});

interface Given {
  readonly fill?: number;
  readonly algorithm?: TokenAlgorithm;
}
/** A node that starts now. */
async function open({ fill = 1, algorithm = 'EdDSA' }: Given = {}): Promise<SigningKeys> {
  const keys = await openSigningKeys({
    fork: () => ((readings += 1), database.fork()),
    vault: vaultOf(fill),
    clock: () => now,
    algorithm,
    onFailure: (error) => failures.push(error),
  });
  opened.push(keys);
  readings = 0;
  return keys;
}
/** Makes a node look again, as a token of a key that it does not know does. */
const lookAgain = (keys: SigningKeys) => keys.find(unknown);

const deps = (fill = 1): ChangeKeysDeps => ({
  em: database.fork(),
  vault: vaultOf(fill),
  recorder: keepingRecorder(),
  provenance: bySystem(now),
});
const published = ({ jwks }: SigningKeys) => jwks().keys.map(({ kid }) => kid);
const rows = () => database.fork().find(SigningKey, {}, { orderBy: { id: 'asc' } });

/** Does something while the keys cannot be read. */
async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  await database.fork().execute('alter table signing_keys rename to signing_keys_away');
  try {
    return await work();
  } finally {
    await database.fork().execute('alter table signing_keys_away rename to signing_keys');
  }
}

describe('A start', () => {
  test('makes the root of the refresh tokens and a key that signs, each once', async () => {
    const keys = await open();
    const { refreshRoot } = await open();
    expect(await rows()).toMatchObject([
      { purpose: 'refresh', algorithm: 'HS256', state: 'active', createdAt: now, signedUntil: null, publicJwk: null },
      { purpose: 'access', algorithm: 'EdDSA', state: 'active', createdAt: now, signedUntil: null },
    ]);
    expect(keys.refreshRoot).toHaveLength(32);
    expect(refreshRoot).toEqual(keys.refreshRoot);
    expect(published(keys)).toEqual([keys.active().kid]);
    expect(failures).toEqual([]);
  });

  test('of several nodes at once makes each once as well', async () => {
    const nodes = await Promise.all(Array.from({ length: 5 }, () => open()));
    expect(new Set(nodes.map(({ active }) => active().kid)).size).toBe(1);
    expect(new Set(nodes.map(({ refreshRoot }) => Buffer.from(refreshRoot).toString('hex'))).size).toBe(1);
    expect(await rows()).toHaveLength(2);
  });

  test('makes a key of its own algorithm beside those of others', async () => {
    const first = (await open()).active().kid;
    const keys = await open({ algorithm: 'ES256' });
    expect(keys.active()).toMatchObject({ algorithm: 'ES256', state: 'active' });
    expect(published(keys)).toEqual([first, keys.active().kid]);
    expect((await open()).active().kid).toBe(first);
  });

  test('makes no other key that signs while there is one, whatever else there is', async () => {
    const { active } = await open();
    await generateNextKey(deps(), 'EdDSA');
    await rotateKeys(deps(), 'EdDSA');
    await generateNextKey(deps(), 'EdDSA');
    const before = await rows();
    expect((await open()).active().kid).not.toBe(active().kid);
    expect(await rows()).toHaveLength(before.length);
  });

  test('makes a key if all of its algorithm are over', async () => {
    const first = (await open()).active().kid;
    await rotateKeys(deps(), 'ES256');
    await retireKey(deps(), first, 'ES256');
    const { kid } = (await open()).active();
    expect(kid).not.toBe(first);
    expect(await database.fork().findOneOrFail(SigningKey, first)).toMatchObject({ state: 'retired' });
  });

  test('fails if the keys cannot be read, and makes none', async () => {
    await open();
    const before = await rows();
    await expect(whileAway(() => open())).rejects.toThrow('signing_keys');
    expect(await rows()).toHaveLength(before.length);
  });

  test.each(['root', 'key that signs'])('fails if the master key does not open the %s', async (which) => {
    await open();
    const em = database.fork();
    const row = await em.findOneOrFail(SigningKey, { purpose: which === 'root' ? 'refresh' : 'access' });
    row.sealedKey = await sealKey(vaultOf(9), row, await openKey(vaultOf(1), row));
    await em.flush();
    await expect(open()).rejects.toThrow(WrongMasterKeyError);
  });

  test('reads no key that is retired, whoever can open it', async () => {
    const first = (await open()).active().kid;
    await rotateKeys(deps(), 'EdDSA');
    await retireKey(deps(), first, 'EdDSA');
    await database.fork().nativeUpdate(SigningKey, { id: first }, { sealedKey: 'nothing' });
    expect(published(await open())).not.toContain(first);
  });
});

describe('A key that is', () => {
  test('next is published and verifies, and does not sign', async () => {
    const keys = await open();
    const { kid } = keys.active();
    const next = await generateNextKey(deps(), 'EdDSA');
    expect(await keys.find(next)).toMatchObject({ kid: next, algorithm: 'EdDSA', state: 'next' });
    expect(published(keys)).toEqual([kid, next]);
    expect([keys.has(next), keys.active().kid]).toEqual([true, kid]);
  });

  test('retiring is published and verifies, and signs no more', async () => {
    const keys = await open();
    const { kid: former } = keys.active();
    const present = await rotateKeys(deps(), 'EdDSA');
    await lookAgain(keys);
    expect(keys.active()).toMatchObject({ kid: present, state: 'active' });
    expect(published(keys)).toEqual([former, present]);
    expect([await keys.find(former), keys.has(former)]).toMatchObject([{ kid: former, state: 'retiring' }, true]);
  });

  test('retired is gone: it neither verifies nor is published', async () => {
    const keys = await open();
    const { kid: former } = keys.active();
    const present = await rotateKeys(deps(), 'EdDSA');
    await retireKey(deps(), former, 'EdDSA');
    await lookAgain(keys);
    expect([await keys.find(former), keys.has(former), published(keys)]).toEqual([undefined, false, [present]]);
  });

  test('known is found without a look at the database', async () => {
    const keys = await open();
    expect(await keys.find(keys.active().kid)).toMatchObject({ kid: keys.active().kid });
    expect(readings).toBe(0);
  });

  test('known is opened once: what it is does not change', async () => {
    const keys = await open();
    const before = keys.active();
    await database.fork().nativeUpdate(SigningKey, { id: before.kid }, { sealedKey: 'nothing' });
    await lookAgain(keys);
    expect(keys.active().sign).toBe(before.sign);
    expect(failures).toEqual([]);
  });

  test('symmetric is published nowhere, and verifies by its secret', async () => {
    const keys = await open({ algorithm: 'HS256' });
    const { kid, sign, verificationKey } = keys.active();
    expect(keys.jwks()).toEqual({ keys: [] });
    const row = await database.fork().findOneOrFail(SigningKey, kid);
    expect(verificationKey).toEqual(await openKey(vaultOf(1), row));
    expect((await jwtVerify(await sign({ alg: 'HS256' }, { sub: 'a' }), verificationKey)).payload).toEqual({
      sub: 'a',
    });
  });
});

const unableToSign = expect.objectContaining({
  code: 'SERVICE_UNAVAILABLE',
  message: 'This server cannot issue tokens at the moment. Try again shortly.',
  options: { retryAfterSeconds: 5, refusal: 'unavailable' },
});

describe('A node that cannot open the key that signs', () => {
  test('verifies by its public part, signs with the last one that it could open, and says so once for each reading', async () => {
    const keys = await open();
    const { kid: former } = keys.active();
    await resealKeys(deps(9), vaultOf(1));
    const second = await rotateKeys(deps(9), 'EdDSA');
    const third = await rotateKeys(deps(9), 'EdDSA');
    const signed = await (await open({ fill: 9 })).active().sign({ alg: 'EdDSA' }, { sub: 'a' });
    const found = await keys.find(third);
    expect(found).toMatchObject({ kid: third, algorithm: 'EdDSA', state: 'active', sign: null });
    expect((await jwtVerify(signed, found?.verificationKey ?? new Uint8Array())).payload).toEqual({ sub: 'a' });
    expect(published(keys)).toEqual([former, second, third]);
    expect(keys.active().kid).toBe(former);
    expect(failures).toEqual([expect.any(WrongMasterKeyError)]);
    await lookAgain(keys);
    expect(failures).toEqual([expect.any(WrongMasterKeyError), expect.any(WrongMasterKeyError)]);
  });

  test('signs nothing once the last one is retired, and goes on when it can open one', async () => {
    const keys = await open();
    const { kid: former } = keys.active();
    await resealKeys(deps(9), vaultOf(1));
    const present = await rotateKeys(deps(9), 'EdDSA');
    await retireKey(deps(9), former, 'EdDSA');
    const failure = expect.objectContaining({
      message: 'No EdDSA key is active that this server can sign with.',
      cause: expect.any(WrongMasterKeyError),
    });
    for (const told of [[failure], [failure, failure]]) {
      await lookAgain(keys);
      expect(() => keys.active()).toThrow(unableToSign);
      expect(failures).toEqual(told);
    }
    await resealKeys(deps(1), vaultOf(9));
    await lookAgain(keys);
    expect(keys.active().kid).toBe(present);
    expect(failures).toHaveLength(2);
  });

  test('leaves out one whose public part is damaged, tells of it, and follows the others', async () => {
    const keys = await open();
    const { kid: former } = keys.active();
    const damaged = await rotateKeys(deps(1), 'EdDSA');
    await database.fork().nativeUpdate(SigningKey, { id: damaged }, { publicJwk: { kty: 'OKP', crv: 'none', x: '' } });
    const present = await rotateKeys(deps(1), 'EdDSA');
    await lookAgain(keys);
    expect(keys.active().kid).toBe(present);
    expect([former, damaged, present].map((kid) => keys.has(kid))).toEqual([true, false, true]);
    expect(failures).toHaveLength(1);
  });

  test('leaves out a symmetric one, which has no public part', async () => {
    const keys = await open({ algorithm: 'HS256' });
    const { kid: former } = keys.active();
    await resealKeys(deps(9), vaultOf(1));
    const present = await rotateKeys(deps(9), 'HS256');
    expect(await keys.find(present)).toBeUndefined();
    expect([keys.has(present), keys.active().kid]).toEqual([false, former]);
  });
});

test('A node whose algorithm has no key any more signs nothing, although it can sign by another', async () => {
  const keys = await open({ algorithm: 'ES256' });
  const { kid } = keys.active();
  await rotateKeys(deps(), 'EdDSA');
  await lookAgain(keys);
  expect(keys.active().kid).toBe(kid);
  await retireKey(deps(), kid, 'EdDSA');
  await lookAgain(keys);
  expect(() => keys.active()).toThrow(unableToSign);
  expect(failures).toEqual([expect.objectContaining({ message: expect.stringContaining('No ES256 key is active') })]);
});

describe('A node follows the database', () => {
  beforeEach(() => stopTimers('intervals'));
  afterEach(() => void jest.useRealTimers());

  test('every five seconds, without being told of a change by a token', async () => {
    const keys = await open();
    const present = await rotateKeys(deps(), 'EdDSA');
    jest.advanceTimersByTime(4_999);
    expect(keys.active().kid).not.toBe(present);
    jest.advanceTimersByTime(1);
    await until(() => keys.active().kid === present, 'the new key');
    expect(readings).toBe(1);
  });

  test('until it is closed', async () => {
    const keys = await open();
    keys.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('and then reads nothing more, also if it was about to', async () => {
    const keys = await open();
    await lookAgain(keys);
    const asked = lookAgain(keys);
    keys.close();
    expect(await asked).toBeUndefined();
    expect(readings).toBe(1);
  });

  test('and while that is away goes on with the keys that it has, tells of it, and follows again later', async () => {
    const keys = await open();
    const { kid: former } = keys.active();
    await whileAway(async () => {
      jest.advanceTimersByTime(5_000);
      await until(() => failures.length > 0, 'a failure');
      await expect(keys.find(unknown)).rejects.toThrow('signing_keys');
      expect([keys.active().kid, keys.has(former), published(keys)]).toEqual([former, true, [former]]);
      expect(await keys.find(former)).toMatchObject({ kid: former });
    });
    expect(failures).toEqual([expect.objectContaining({ message: expect.stringContaining('signing_keys') })]);
    const present = await rotateKeys(deps(), 'EdDSA');
    jest.advanceTimersByTime(5_000);
    await until(() => keys.active().kid === present, 'the new key');
  });
});
