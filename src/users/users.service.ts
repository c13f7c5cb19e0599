import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Recorder } from '../audit/record.ts';
import type { Principal } from '../authorization/index.ts';
import { newId } from '../database/base.entity.ts';
import { containing } from '../database/like.ts';
import type { Connection, Page } from '../database/pages.ts';
import type { Joined } from '../database/rows/list-selection.ts';
import { readNewest, readPage } from '../database/rows/list.ts';
import { rowById } from '../database/rows/read-by-id.ts';
import { relatedRow } from '../database/rows/related-row.ts';
import type { Reference } from '../database/rows/row.ts';
import type { Rows } from '../database/rows/source.ts';
import { AppError } from '../errors.ts';
import type { InTurn } from '../limits/turns.ts';
import type { RequestContext } from '../request/context.ts';
import { createFieldColumns } from '../request/field-columns.ts';
import { requireName } from '../request/input.ts';
import { requirePattern } from '../request/search-pattern.ts';
import type { Selection } from '../request/selection.ts';
import { User, type Role, type UserRow } from './user.entity.ts';

/** Reads users by id, those of one turn by one statement. */
export const userById = rowById(User);

export const userColumns = createFieldColumns(User, { emailVerified: ['emailVerifiedAt'], scopes: [], articles: [] });

/** Returns what is read of the users of a list together with the list. */
export const joinedUser = (rows: Rows, relation: string, selection: Selection): Joined => ({
  relation,
  columns: userColumns(rows, selection) ?? rows.source.tableOf(User).all,
});

/** The user behind a relation. */
export const relatedUser = (rows: Rows, reference: Reference, selection: Selection) =>
  relatedRow<User>(userById, rows, reference, userColumns(rows, selection));

const maxDisplayName = 100;
const maxSearch = 200;
/** The roles of a new account. */
export const newAccountRoles: readonly Role[] = ['VIEWER'];

export interface NewUser {
  /** Normalised already: what the `EmailAddress` scalar yields. */
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: string | null;
  readonly roles?: readonly Role[];
  /**
   * When the e-mail was proven, and whether by its owner or by the word of an issuer or a provider; absent if it was
   * not.
   */
  readonly emailProof?: { readonly at: Date; readonly by: 'owner' | 'assertion' };
}

/**
 * Checks that an e-mail that an account has just been given, in this transaction, is not kept for another account.
 * @throws CONFLICT if it is.
 */
export type RequireNotHeld = (tx: EntityManager, now: Date, which: { readonly email: string }) => Promise<void>;

/** Makes an account. @throws CONFLICT if the e-mail has one, or is kept for one. */
export async function createUser(
  em: EntityManager,
  now: Date,
  { email, displayName, passwordHash, roles, emailProof }: NewUser,
  requireNotHeld: RequireNotHeld,
): Promise<User> {
  const user = em.create(User, {
    id: newId(now),
    createdAt: now,
    email,
    emailVerifiedAt: emailProof?.at ?? null,
    emailProvedAt: emailProof?.by === 'owner' ? emailProof.at : null,
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
    throw new AppError('CONFLICT', 'This e-mail address has an account already: sign in instead.');
  }
  await requireNotHeld(em, now, { email });
  return user;
}

export type UserPage = Connection<UserRow>;

/** Lists all users for administrators; searches names and e-mails. */
export async function listUsers(
  { searches }: Readonly<Record<'searches', InTurn>>,
  context: RequestContext,
  search: string | null | undefined,
  page: Page,
  selection: Selection,
): Promise<UserPage> {
  const { rows } = context;
  const list = { page, columns: userColumns(rows, selection.nodes), isCounted: selection.has('totalCount') };
  if (search == null) return readPage(rows, User, { ...list, where: { closedAt: null } });
  const text = containing(requirePattern('search', search, maxSearch));
  const where = { closedAt: null, $or: [{ displayName: { $ilike: text } }, { email: { $ilike: text } }] };
  return readPage(rows, User, { ...list, where, inTurn: (statement) => searches(context, statement) });
}

/** Searches names, which are public; never e-mails. */
export const searchUsers = ({ rows }: RequestContext, _: Principal, text: string, first: number): Promise<UserRow[]> =>
  readNewest(rows, User, { where: { closedAt: null, displayName: { $ilike: containing(text) } } }, first);

/** @throws BAD_USER_INPUT for a name that is empty, overlong or cannot be stored. */
export const requireDisplayName = (name: string, field = 'input.displayName'): string =>
  requireName(field, name, maxDisplayName);

/** Changes a profile. @throws NOT_FOUND if the account is gone, or was closed meanwhile. */
export async function updateProfile(
  recorder: Recorder,
  context: RequestContext,
  id: string,
  { displayName }: { displayName?: string | null | undefined },
): Promise<UserRow> {
  if (displayName != null) await rename(recorder, context, id, requireDisplayName(displayName));
  const user = await userById(context.rows, id);
  if (user === null) throw noAccount();
  return user;
}

const rename = (recorder: Recorder, context: RequestContext, id: string, displayName: string): Promise<void> =>
  context.em.transactional(async (tx) => {
    const changed = await tx.nativeUpdate(User, { id, status: 'ACTIVE' }, { displayName });
    if (changed === 0) throw noAccount();
    recorder.record(tx, context, { type: 'account.profile_updated', subjectId: id });
  });

const noAccount = (): AppError => new AppError('NOT_FOUND', 'The account no longer exists.');
