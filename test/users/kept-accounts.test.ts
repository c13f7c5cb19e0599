import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/database/base.entity.ts';
import { AppError } from '../../src/errors.ts';
import { User } from '../../src/users/user.entity.ts';
import { createUser, updateProfile, type NewUser, type RequireNotHeld } from '../../src/users/users.service.ts';
import { contextOf, keepingRecorder } from '../support/contexts.ts';
import { openTestDatabase, type OpenedDatabase } from '../support/unit-of-work.ts';

/** The service of users alone, on a database. */

const now = new Date('2026-01-02T03:04:05.678Z');
const proved = new Date('2025-01-02T03:04:05.678Z');

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());
beforeEach(async () => void (await database.fork().nativeDelete(User, {})));

const ada: NewUser = { email: 'ada@example.com', displayName: ' Ada ', passwordHash: null };
const make = (account: NewUser = ada, requireNotHeld: RequireNotHeld = async () => undefined): Promise<User> =>
  database.fork().transactional((tx) => createUser(tx, now, account, requireNotHeld));
const rowOf = (id: string): Promise<User> => database.fork().findOneOrFail(User, id, { populate: ['passwordHash'] });

describe('A new account', () => {
  test('is a viewer’s, active, without a factor, and nothing was ended yet', async () => {
    const made = await make();
    const account = {
      email: 'ada@example.com',
      displayName: 'Ada',
      createdAt: now,
      roles: ['VIEWER'],
      status: 'ACTIVE',
      emailVerifiedAt: null,
      emailProvedAt: null,
      disabledReason: null,
      closedAt: null,
      passwordHash: null,
      credentialVersion: 0,
      secondFactors: [],
    };
    expect(made).toMatchObject(account);
    expect(await rowOf(made.id)).toMatchObject(account);
    const given = await make({ ...ada, email: 'bob@example.com', passwordHash: '$argon2id$', roles: ['EDITOR'] });
    expect(await rowOf(given.id)).toMatchObject({ passwordHash: '$argon2id$', roles: ['EDITOR'] });
  });

  test('has the moment of a proof of its e-mail, and of one by its owner apart from one by the word of others', async () => {
    const byOwner = await make({ ...ada, emailProof: { at: proved, by: 'owner' } });
    expect(await rowOf(byOwner.id)).toMatchObject({ emailVerifiedAt: proved, emailProvedAt: proved });
    const byOthers = await make({ ...ada, email: 'bob@example.com', emailProof: { at: proved, by: 'assertion' } });
    expect(await rowOf(byOthers.id)).toMatchObject({ emailVerifiedAt: proved, emailProvedAt: null });
  });

  test('is refused if its e-mail has one, and any other failure is no conflict', async () => {
    await make();
    await expect(make()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'This e-mail address has an account already: sign in instead.',
    });
    const overlong = { ...ada, email: `${'a'.repeat(320)}@example.com` };
    await expect(make(overlong)).rejects.not.toHaveProperty('code', 'CONFLICT');
    await expect(make({ ...ada, email: 'bob@example.com', displayName: ' ' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      extensions: { field: 'input.displayName' },
    });
    expect(await database.fork().count(User)).toBe(1);
  });

  test('is not made if its e-mail is kept for another, which is looked at once the e-mail is taken', async () => {
    const seen: unknown[] = [];
    const held = new AppError('CONFLICT', 'It is kept.');
    await expect(
      make(ada, async (tx, moment, which) => {
        seen.push(
          moment,
          which,
          (await tx.fork({ clear: true, keepTransactionContext: true }).find(User, which)).length,
        );
        throw held;
      }),
    ).rejects.toBe(held);
    expect(seen).toEqual([now, { email: 'ada@example.com' }, 1]);
    expect(await database.fork().count(User)).toBe(0);
  });
});

describe('A profile', () => {
  const recorder = keepingRecorder();
  beforeEach(() => void (recorder.events.length = 0));
  const update = (id: string, displayName?: string | null) =>
    updateProfile(recorder, contextOf(database, { now }), id, { displayName });

  test('is changed and recorded, and neither if no name is given', async () => {
    const { id } = await make();
    for (const nothing of [undefined, null])
      expect(await update(id, nothing)).toMatchObject({ id, displayName: 'Ada' });
    expect(recorder.events).toEqual([]);
    expect(await update(id, ' Ada L. ')).toMatchObject({ id, displayName: 'Ada L.' });
    expect(await rowOf(id)).toMatchObject({ displayName: 'Ada L.' });
    expect(recorder.events).toMatchObject([{ type: 'account.profile_updated', subjectId: id }]);
  });

  test('of an account that is gone or disabled is not found, and nothing is recorded', async () => {
    const { id } = await make();
    await database.fork().nativeUpdate(User, { id }, { status: 'DISABLED' });
    const gone = { code: 'NOT_FOUND', message: 'The account no longer exists.' };
    await expect(update(id, 'Eve')).rejects.toMatchObject(gone);
    await expect(update(newId(now), 'Eve')).rejects.toMatchObject(gone);
    await expect(update(newId(now))).rejects.toMatchObject(gone);
    expect(await rowOf(id)).toMatchObject({ displayName: 'Ada' });
    expect(recorder.events).toEqual([]);
  });

  test('keeps its name if the new one is empty or overlong', async () => {
    const { id } = await make();
    await expect(update(id, ' ')).rejects.toMatchObject({ extensions: { problem: 'empty' } });
    await expect(update(id, 'x'.repeat(101))).rejects.toMatchObject({ extensions: { problem: 'too_long' } });
    expect(await update(id, '🏰'.repeat(100))).toMatchObject({ displayName: '🏰'.repeat(100) });
  });
});
