import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Principal } from '../authorization/index.ts';
import { newId } from '../database/base.entity.ts';
import { byId } from '../database/by-id.ts';
import { containing } from '../database/like.ts';
import { findPage, pageInTurn, type Connection, type Page } from '../database/pages.ts';
import { AppError } from '../errors.ts';
import { requireText } from '../input.ts';
import type { Searches } from '../limits/searches.ts';
import type { Recorder } from '../record.ts';
import type { RequestScope } from '../request.ts';
import { User, type Role } from './user.entity.ts';

/** Users by id, collected into one statement for each tick. */
export const userById = byId(User);

const longestDisplayName = 100;
const longestSearch = 200;
/** What an account may do to which nobody gave a role. */
export const newAccountRoles: readonly Role[] = ['VIEWER'];

export interface NewUser {
  /** Normalised already: what the `EmailAddress` scalar yields. */
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: string | null;
  readonly roles?: readonly Role[];
  /** When the address was proven, where it is. */
  readonly emailVerifiedAt?: Date;
}

/** @throws CONFLICT where the address has an account. */
export async function createUser(
  em: EntityManager,
  now: Date,
  { email, displayName, passwordHash, roles, emailVerifiedAt }: NewUser,
): Promise<User> {
  const user = em.create(User, {
    id: newId(now),
    createdAt: now,
    email,
    emailVerifiedAt: emailVerifiedAt ?? null,
    displayName: requireDisplayName(displayName),
    roles: [...(roles ?? newAccountRoles)],
    status: 'ACTIVE',
    disabledReason: null,
    closedAt: null,
    passwordHash,
    credentialVersion: 0,
  });
  try {
    await em.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new AppError('CONFLICT', 'This address has an account already: sign in instead.');
  }
  return user;
}

export type UserPage = Connection<User>;

/** Everybody, for those who may read users: by name and address. */
export async function listUsers(
  searches: Searches,
  scope: RequestScope,
  search: string | null | undefined,
  page: Page,
): Promise<UserPage> {
  const { em } = scope;
  if (search == null) return findPage(em, User, { closedAt: null }, page);
  const text = containing(requireText('search', search, longestSearch));
  const found = { closedAt: null, $or: [{ displayName: { $ilike: text } }, { email: { $ilike: text } }] };
  return pageInTurn(
    (statement) => searches(scope, statement),
    () => findPage(em, User, found, page),
  );
}

/** Names are public; an address is never searched. */
export const searchUsers = ({ em }: RequestScope, _: Principal, text: string, first: number): Promise<User[]> =>
  em.find(
    User,
    { closedAt: null, displayName: { $ilike: containing(text) } },
    { orderBy: { id: 'desc' }, limit: first },
  );

/** @throws BAD_USER_INPUT for a name that is empty, overlong or cannot be stored. */
export const requireDisplayName = (name: string, field = 'input.displayName'): string =>
  requireText(field, name, longestDisplayName);

/** @throws NOT_FOUND where the account is not there any more, or was closed while this was under way. */
export async function updateProfile(
  recorder: Recorder,
  scope: RequestScope,
  id: string,
  { displayName }: { displayName?: string | null | undefined },
): Promise<User> {
  if (displayName != null) await rename(recorder, scope, id, requireDisplayName(displayName));
  const user = await userById(scope.em, id);
  if (user === null) throw noAccount();
  return user;
}

const rename = (recorder: Recorder, scope: RequestScope, id: string, displayName: string): Promise<void> =>
  scope.em.transactional(async (tx) => {
    const changed = await tx.nativeUpdate(User, { id, status: 'ACTIVE' }, { displayName });
    if (changed === 0) throw noAccount();
    recorder.record(tx, scope, { type: 'account.profile_updated', subjectId: id });
  });

const noAccount = (): AppError => new AppError('NOT_FOUND', 'The account does not exist any more.');
