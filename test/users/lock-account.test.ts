import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findAdministrators } from '../../src/users/administrators.ts';
import { lockAccount } from '../../src/users/lock-account.ts';
import { User } from '../../src/users/user.entity.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const emailOf = (name: string) => `${name}@demo.sallyport.test`;

describe('An account that is locked', () => {
  test('is what the database has, whatever was made of it before', async () => {
    await server.database.fork().transactional(async (tx) => {
      const before = await tx.findOneOrFail(User, { email: emailOf('viewer') });
      before.roles = ['ADMIN'];
      // In the same unit of work: what is decided on it is decided on what others have written.
      const locked = await lockAccount(tx, { id: before.id });
      expect(locked?.roles).toEqual(['VIEWER']);
    });
    const after = await server.database.fork().findOneOrFail(User, { email: emailOf('viewer') });
    expect(after.roles).toEqual(['VIEWER']);
  });

  test('is none if it is disabled or unknown, by whatever it is looked for', async () => {
    const em = server.database.fork();
    await em.nativeUpdate(User, { email: emailOf('editor') }, { status: 'DISABLED' });
    await em.transactional(async (tx) => {
      expect(await lockAccount(tx, { email: emailOf('editor') })).toBeNull();
      expect(await lockAccount(tx, { email: emailOf('nobody') })).toBeNull();
      expect(await lockAccount(tx, { $or: [{ email: emailOf('editor') }, { status: 'DISABLED' }] })).toBeNull();
    });
    await em.nativeUpdate(User, { email: emailOf('editor') }, { status: 'ACTIVE' });
  });
});

test('Administrators are those with the role who may sign in; none of them is left half-read in the unit of work', async () => {
  const em = server.database.fork();
  const admin = await server.database.fork().findOneOrFail(User, { email: emailOf('admin') });
  expect(await findAdministrators(em)).toMatchObject([{ id: admin.id, secondFactors: [] }]);
  expect([...em.getUnitOfWork().getIdentityMap().keys()]).toEqual([]);
  await em.nativeUpdate(User, { id: admin.id }, { status: 'DISABLED' });
  expect(await findAdministrators(em)).toEqual([]);
  await em.nativeUpdate(User, { id: admin.id }, { status: 'ACTIVE' });
});
