import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../../src/database/base.entity.ts';
import { insertTogether } from '../../../src/database/insert-together.ts';
import {
  challengeSeconds,
  endOfChallenge,
  issueChallenge,
  takeChallenge,
  type NewChallenge,
} from '../../../src/identity/sign-in/challenge-store.ts';
import { createDeviceTrust, type DeviceTrust } from '../../../src/identity/sign-in/device-trust.ts';
import { MfaChallenge } from '../../../src/identity/sign-in/mfa-challenge.entity.ts';
import { hashOfSecret } from '../../../src/identity/sign-in/secret-hash.ts';
import { TrustedDevice } from '../../../src/identity/sign-in/trusted-device.entity.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf, keepingRecorder } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const begin = new Date('2026-11-30T12:00:00.300Z');
const after = (seconds: number): Date => new Date(begin.getTime() + seconds * 1000);
const at = (now: Date): RequestContext => contextOf(server.database, { now });
const execute = (sql: string, params: unknown[] = []): Promise<unknown[]> =>
  server.database.fork().getConnection().execute(sql, params);
const userOf = ({ em }: RequestContext, name = 'editor'): Promise<User> =>
  em.findOneOrFail(User, { email: `${name}@demo.sallyport.test` });

describe('A challenge', () => {
  const given: Omit<NewChallenge, 'user'> = {
    methods: ['PASSWORD'],
    scopes: ['articles:read'],
    device: 'A phone',
    deviceId: 'ab'.repeat(16),
    delivery: 'COOKIE',
    states: { PASSKEY: { challenge: 'abc' } },
  };
  async function issue(): Promise<string> {
    const context = at(begin);
    return issueChallenge(context, { ...given, user: await userOf(context) });
  }
  const take = (text: string, seconds = 1) => takeChallenge(at(after(seconds)), text);
  const dead = {
    code: 'INVALID_GRANT',
    message: 'This sign-in has expired or was completed already: sign in again.',
  };

  test('is a text that is nowhere stored, and brings back what it was issued for, with its account as it is now', async () => {
    const text = await issue();
    expect(text).toMatch(/^spm_[\w-]{43}$/);
    const row = await server.database.fork().findOneOrFail(MfaChallenge, { hash: hashOfSecret(text) });
    expect(row).toMatchObject({ ...given, createdAt: begin, expiresAt: after(300), endedAt: null, attempts: 0 });
    expect(challengeSeconds).toBe(300);
    const context = at(after(1));
    const taken = await takeChallenge(context, text);
    expect(taken).toMatchObject({ ...given, id: row.id, attempts: 1 });
    const user = await userOf(at(begin));
    expect([taken.user.id, taken.user.email, taken.user.roles]).toEqual([user.id, user.email, user.roles]);
    expect(context.em.getUnitOfWork().getById(User, user.id)).toBe(taken.user);
  });

  test('can be answered for five minutes, five times, and is told to be tried anew then', async () => {
    const text = await issue();
    for (let tries = 0; tries < 5; tries += 1) await take(text, 299.999);
    for (const [seconds, retryAfterSeconds] of [
      [1, 299],
      [1.999, 299],
      [100.5, 200],
      [299.999, 1],
    ] as const) {
      await expect(take(text, seconds)).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        message: 'Too many wrong proofs for this sign-in: sign in again.',
        options: { retryAfterSeconds },
      });
    }
    await expect(take(text, 300)).rejects.toMatchObject(dead);
    await expect(take(await issue(), 300)).rejects.toMatchObject(dead);
    await expect(take('spm_none')).rejects.toMatchObject(dead);
  });

  test('is let through five times, however many come at once', async () => {
    const text = await issue();
    const taken = await Promise.allSettled(Array.from({ length: 12 }, () => take(text)));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  test.each([
    [
      'is disabled',
      `update users set status = 'DISABLED' where id = ?`,
      `update users set status = 'ACTIVE' where id = ?`,
    ],
    [
      'has another version',
      'update users set credential_version = credential_version + 1 where id = ?',
      'update users set credential_version = credential_version - 1 where id = ?',
    ],
  ])('is dead once its account %s, also if it has no attempt left', async (_, change, undo) => {
    const [fresh, used] = [await issue(), await issue()];
    for (let tries = 0; tries < 5; tries += 1) await take(used);
    const { id } = await userOf(at(begin));
    await execute(change, [id]);
    const refused = await Promise.allSettled([take(fresh), take(used)]);
    await execute(undo, [id]);
    for (const refusal of refused) expect(refusal).toMatchObject({ status: 'rejected', reason: dead });
    await take(fresh);
  });

  test('is used up by one of those who write something for it', async () => {
    const text = await issue();
    const challenge = await take(text);
    const event = keepingRecorder().prepare(at(begin), { type: 'session.started' });
    const use = () => insertTogether(at(begin).em, [event.row], endOfChallenge(challenge, after(2)));
    await use();
    await expect(use()).rejects.toMatchObject(dead);
    await expect(take(text)).rejects.toMatchObject(dead);
    expect(await at(begin).em.findOneOrFail(MfaChallenge, challenge.id)).toMatchObject({ endedAt: after(2) });
  });
});

describe('A device that is trusted', () => {
  let recorder: ReturnType<typeof keepingRecorder>;
  let trust: DeviceTrust;
  const trustedDeviceSeconds = 1_000;
  const [phone, laptop] = ['ab'.repeat(16), 'cd'.repeat(16)];
  const create = (seconds = trustedDeviceSeconds): DeviceTrust =>
    createDeviceTrust({ recorder, trustedDeviceSeconds: seconds });
  beforeEach(async () => {
    recorder = keepingRecorder();
    trust = create();
    await execute('delete from trusted_devices');
  });

  async function trustDevice(deviceId = phone, now = begin, name: string | null = 'A phone'): Promise<User> {
    const context = at(now);
    const user = await userOf(context);
    await trust.trust(context, user, { deviceId, name });
    return user;
  }

  test('spares its user the second factor for its time, there alone, at the version of the account', async () => {
    const user = await trustDevice();
    const spares = (seconds: number, owner: Pick<User, 'id' | 'credentialVersion'> = user, device = phone) =>
      trust.isTrusted(at(after(seconds)), owner, device);
    expect(await spares(999.999)).toBe(true);
    expect(await spares(1_000)).toBe(false);
    expect(await spares(1, user, laptop)).toBe(false);
    expect(await spares(1, await userOf(at(begin), 'viewer'))).toBe(false);
    expect(await spares(1, { id: user.id, credentialVersion: user.credentialVersion + 1 })).toBe(false);
    expect(recorder.events).toEqual([
      { type: 'device.trusted', actorId: user.id, subjectId: user.id, by: { kind: 'anonymous' } },
    ]);
  });

  test('is trusted for as long as a setting says that was made shorter since, and for no longer than it was told', async () => {
    const user = await trustDevice();
    expect(await create(100).isTrusted(at(after(99.999)), user, phone)).toBe(true);
    expect(await create(100).isTrusted(at(after(100)), user, phone)).toBe(false);
    expect(await create(5_000).isTrusted(at(after(1_000)), user, phone)).toBe(false);
    expect(await create(0).isTrusted(at(begin), user, phone)).toBe(false);
  });

  test('is none where the setting switches trust off', async () => {
    trust = create(0);
    server.statements.length = 0;
    const user = await trustDevice();
    expect(await trust.isTrusted(at(begin), user, phone)).toBe(false);
    expect(server.statements.filter((sql) => sql.includes('trusted_devices'))).toEqual([]);
    expect(await execute('select id from trusted_devices')).toEqual([]);
    expect(recorder.events).toEqual([]);
  });

  test('is trusted anew, under its new name, if it was before', async () => {
    await trustDevice();
    const user = await trustDevice(phone, after(500), null);
    expect(await trust.isTrusted(at(after(1_499)), user, phone)).toBe(true);
    const devices = await server.database.fork().find(TrustedDevice, {});
    expect(devices).toMatchObject([{ name: null, createdAt: after(500), expiresAt: after(1_500) }]);
  });

  test('is listed with the others of its user, the newest first, while it spares anything', async () => {
    const user = await trustDevice();
    await trustDevice(laptop, after(500), 'A laptop');
    const names = async (seconds: number, owner: Pick<User, 'id' | 'credentialVersion'> = user) =>
      (await trust.list(at(after(seconds)), owner)).map(({ name }) => name);
    expect(await names(600)).toEqual(['A laptop', 'A phone']);
    expect(await names(1_000)).toEqual(['A laptop']);
    expect(await names(600, { id: user.id, credentialVersion: user.credentialVersion + 1 })).toEqual([]);
    expect(await names(600, await userOf(at(begin), 'viewer'))).toEqual([]);
  });

  test('is no more once its own user revokes it, or all are removed', async () => {
    const user = await trustDevice();
    const viewer = await userOf(at(begin), 'viewer');
    const [device] = await trust.list(at(begin), user);
    const id = device?.id ?? '';
    const notFound = { code: 'NOT_FOUND' };
    await expect(trust.revoke(at(begin), viewer.id, id)).rejects.toMatchObject(notFound);
    await expect(trust.revoke(at(begin), user.id, newId(begin))).rejects.toMatchObject(notFound);
    await expect(trust.revoke(at(begin), user.id, 'x')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await trust.isTrusted(at(begin), user, phone)).toBe(true);
    await trust.revoke(at(begin), user.id, id);
    expect(await trust.isTrusted(at(begin), user, phone)).toBe(false);
    expect(recorder.events.slice(1)).toEqual([
      { type: 'device.trust_revoked', subjectId: user.id, by: { kind: 'anonymous' } },
    ]);
    await trustDevice();
    expect(await trust.removeAll(at(begin).em, viewer.id)).toBe(0);
    expect(await trust.removeAll(at(begin).em, user.id)).toBe(1);
  });
});
