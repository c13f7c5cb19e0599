import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newId } from '../../../src/database/base.entity.ts';
import { changeUser } from '../../../src/identity/accounts/change-user.ts';
import type { RequestPrincipal } from '../../../src/request/credentials.ts';
import { User, type Role } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { openTestDatabase, type OpenedDatabase } from '../../support/unit-of-work.ts';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

/** The ids of an administrator, of one who acts and of another user. */
let [admin, actor, user] = ['', '', ''];
beforeEach(async () => {
  const em = database.fork();
  await em.nativeDelete(User, {});
  const add = async (name: string, roles: Role[]): Promise<string> => {
    const input = { email: `${name}@example.com`, displayName: name, passwordHash: null, roles };
    return (await em.transactional((tx) => createUser(tx, new Date(), input, async () => undefined))).id;
  };
  [admin, actor, user] = [await add('admin', ['ADMIN']), await add('actor', ['VIEWER']), await add('user', ['VIEWER'])];
});

const byUser = (id: string, credentialVersion = 0): RequestPrincipal => ({
  kind: 'user',
  id,
  roles: [],
  scopes: [],
  credentialVersion,
});

/** Gives a user roles on behalf of a caller, whatever its rights are. */
const give = (principal: RequestPrincipal, id: string, roles: Role[], em = database.fork()): Promise<User> =>
  changeUser({ em, principal }, id, (found) => void (found.roles = roles));
const userNow = (id: string): Promise<User> => database.fork().findOneOrFail(User, id);

test('A user is changed by whoever may, also by one who is no administrator or no user', async () => {
  await give(byUser(actor), user, ['EDITOR']);
  expect(await userNow(user)).toMatchObject({ roles: ['EDITOR'] });
  await give({ kind: 'service', id: 'issuer subject', userId: null, roles: [], scopes: [] }, user, ['MODERATOR']);
  expect(await userNow(user)).toMatchObject({ roles: ['MODERATOR'] });
});

test('A user is not changed by an account that has changed meanwhile', async () => {
  for (const principal of [byUser(actor, 1), byUser(newId(new Date()))])
    await expect(give(principal, user, ['EDITOR'])).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await userNow(user)).toMatchObject({ roles: ['VIEWER'] });
});

test('The last administrator stays, whoever makes the change', async () => {
  for (const id of [admin, actor])
    await expect(give(byUser(id), admin, ['EDITOR'])).rejects.toMatchObject({ code: 'CONFLICT' });
  const disabling = changeUser(
    { em: database.fork(), principal: byUser(actor) },
    admin,
    (found) => void (found.status = 'DISABLED'),
  );
  await expect(disabling).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await userNow(admin)).toMatchObject({ roles: ['ADMIN'], status: 'ACTIVE' });
  await give(byUser(actor), user, ['ADMIN']);
  await give(byUser(user), admin, ['EDITOR']);
  expect(await userNow(admin)).toMatchObject({ roles: ['EDITOR'] });
});

test('A user is changed where there is no administrator, too', async () => {
  await database.fork().nativeUpdate(User, admin, { status: 'DISABLED' });
  await give(byUser(actor), user, ['EDITOR']);
  expect(await userNow(user)).toMatchObject({ roles: ['EDITOR'] });
});

test('A change sees the account as it is now, not as it was read before', async () => {
  const em = database.fork();
  await em.findOneOrFail(User, user);
  await database.fork().nativeUpdate(User, user, { status: 'DISABLED' });
  expect(await give(byUser(actor), user, ['EDITOR'], em)).toMatchObject({ status: 'DISABLED' });
});

test('A user that is not there, or whose account was closed, is not found', async () => {
  await database.fork().nativeUpdate(User, user, { closedAt: new Date() });
  for (const id of [user, newId(new Date())])
    await expect(give(byUser(actor), id, ['EDITOR'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await userNow(user)).toMatchObject({ roles: ['VIEWER'] });
});
