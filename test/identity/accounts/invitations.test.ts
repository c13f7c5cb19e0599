import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createRights } from '../../../src/access/rights-of-roles.ts';
import { roles as roleTable } from '../../../src/access/roles.ts';
import type { SecurityEvent } from '../../../src/audit/record.ts';
import type { Principal } from '../../../src/authorization/index.ts';
import { AccountToken } from '../../../src/identity/accounts/account-token.entity.ts';
import { createInvitations, type Invitations } from '../../../src/identity/accounts/invitations.service.ts';
import { createMailTemplates } from '../../../src/identity/accounts/mail-templates.ts';
import { issueToken } from '../../../src/identity/accounts/single-use-tokens.ts';
import { createPasswords } from '../../../src/identity/sign-in/passwords/passwords.ts';
import { User, type Role } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { openTestDatabase, workOf, type OpenedDatabase } from '../../support/unit-of-work.ts';

let database: OpenedDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.remove());

const now = new Date('2026-01-02T03:04:05Z');
const guest = 'guest@example.com';
const service: Principal = { kind: 'service', id: 'a subject', userId: null, roles: [], scopes: ['*'] };
const passwords = createPasswords({ memoryKib: 1024, time: 1, parallelism: 1, concurrency: 1, contextWords: [] });
const templates = createMailTemplates('https://app.example.com');
const noted: SecurityEvent[] = [];
let links: string[] = [];

/** Invites as a server does whose roles have these scopes. */
function invitationsOf(table: Parameters<typeof createRights>[0] = roleTable): Invitations {
  return createInvitations({
    mail: {
      async require(_, compose) {
        const mail = await compose(database.fork(), templates);
        for (const part of mail?.parts ?? []) if (typeof part !== 'string') links.push(part.url);
      },
    },
    passwords,
    recorder: { record: (_, __, event) => void noted.push(event) },
    rightsOf: createRights(table),
  });
}
const invitations = invitationsOf();
const invite = (principal: Principal, roles: readonly Role[] = ['VIEWER']): Promise<void> =>
  invitations.invite(workOf(database, now, principal), principal, { email: guest, roles });
const accept = (by = invitations): Promise<User> =>
  by.accept(workOf(database, now), {
    token: new URL(links.at(-1) ?? '').searchParams.get('token') ?? '',
    password: 'correct horse battery',
    displayName: 'Guest',
  });

/** The administrator who invites, and the account as a principal. */
let admin: User;
let byAdmin: Principal;
beforeEach(async () => {
  const em = database.fork();
  await em.nativeDelete(AccountToken, {});
  await em.nativeDelete(User, {});
  noted.length = 0;
  links = [];
  const input = { email: 'admin@example.com', displayName: 'Admin', passwordHash: null, roles: ['ADMIN' as const] };
  admin = await em.transactional((tx) => createUser(tx, now, input, async () => undefined));
  byAdmin = { kind: 'user', id: admin.id, roles: ['ADMIN'], scopes: ['*'] };
});

test('An invitation is noted when it is sent and when it is accepted, with the roles that it gives', async () => {
  await invite(byAdmin, ['EDITOR', 'EDITOR']);
  const user = await accept();
  expect(user).toMatchObject({ email: guest, roles: ['EDITOR'], emailVerifiedAt: now, emailProvedAt: now });
  const { id } = await database.fork().findOneOrFail(AccountToken, { email: guest });
  expect(noted).toEqual([
    { type: 'invitation.sent', details: { invitationId: id, roles: ['EDITOR'] } },
    {
      type: 'invitation.accepted',
      actorId: user.id,
      subjectId: user.id,
      details: { invitationId: id, roles: ['EDITOR'] },
    },
  ]);
});

test('An invitation of a caller who is no user is accepted like every other', async () => {
  await invite(service);
  expect(await database.fork().findOneOrFail(AccountToken, { email: guest })).toMatchObject({ user: null });
  expect(await accept()).toMatchObject({ email: guest, roles: ['VIEWER'] });
});

test('Nobody invites beyond what they may do themselves', async () => {
  const editor: Principal = { ...service, scopes: ['articles', 'comments'] };
  await invite(editor, ['EDITOR']);
  await expect(invite(editor, ['ADMIN'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(invite({ kind: 'anonymous' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(links).toHaveLength(1);
});

test('An invitation is accepted with a fit password and name, and by one of two callers at once', async () => {
  await invite(byAdmin);
  const [link = ''] = links;
  const token = new URL(link).searchParams.get('token') ?? '';
  const by = (password: string, displayName: string): Promise<User> =>
    invitations.accept(workOf(database, now), { token, password, displayName });
  await expect(by('guest@example.com', 'Guest')).rejects.toMatchObject({ options: { field: 'input.password' } });
  await expect(by('correct horse battery', ' ')).rejects.toMatchObject({ options: { field: 'input.displayName' } });
  const tries = await Promise.allSettled([accept(), accept()]);
  expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('Whoever accepts an invitation has no use for other links that would make the account', async () => {
  await invite(byAdmin);
  const em = database.fork();
  await issueToken(em, now, { purpose: 'registration', email: guest, displayName: 'Guest', passwordHash: 'hash' });
  await issueToken(em, now, { purpose: 'registration', email: 'other@example.com' });
  await accept();
  const open = await database.fork().find(AccountToken, { endedAt: null });
  expect(open.map(({ email }) => email)).toEqual(['other@example.com']);
});

test('An e-mail that has an account, or is kept for one, is not invited', async () => {
  await issueToken(database.fork(), now, { purpose: 'email-revert', email: guest, user: admin });
  await expect(invite(byAdmin)).rejects.toMatchObject({ code: 'CONFLICT' });
  const own = invitations.invite(workOf(database, now, byAdmin), byAdmin, { email: admin.email, roles: [] });
  await expect(own).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([noted, links]).toEqual([[], []]);
});

test('An account that has changed since its credential was checked invites nobody', async () => {
  const principal = { ...byAdmin, credentialVersion: 1 };
  await expect(invite(principal)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await database.fork().nativeUpdate(User, admin.id, { status: 'DISABLED' });
  await expect(invite(byAdmin)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect([noted, links]).toEqual([[], []]);
});

test.each([
  ['whose account was disabled', { status: 'DISABLED' as const }, roleTable],
  ['who lost the role', { roles: ['EDITOR' as const] }, roleTable],
  [
    'who manages users still, but lost what the invitation gives',
    { roles: ['MODERATOR' as const] },
    { ...roleTable, MODERATOR: { scopes: ['users:manage'] } },
  ],
])('An invitation of somebody %s is worth nothing', async (_, change, table) => {
  await invite(byAdmin, ['EDITOR']);
  await database.fork().nativeUpdate(User, admin.id, change);
  await expect(accept(invitationsOf(table))).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    options: { field: 'input.token', problem: 'invalid_token' },
  });
});
