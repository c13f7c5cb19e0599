import type { EntityManager } from '@mikro-orm/postgresql';
import { freshEntityOf, selectFrom, type Row } from '../../../database/shared-rows.ts';
import { isEmail, normaliseEmail } from '../../../users/email.ts';
import { User, type UserStatus } from '../../../users/user.entity.ts';

/** An account before a password has proved it. */
export interface UnprovenAccount {
  readonly id: string;
  readonly status: UserStatus;
  readonly passwordHash: string | null;
  readonly credentialVersion: number;
  /** Makes the entity. Until then a known account takes no more time than an unknown e-mail. */
  readonly user: () => User;
}

interface AccountRow extends Row {
  readonly status: UserStatus;
  readonly password_hash: string | null;
  readonly credential_version: number;
}

/** Reads the account of an e-mail, in any spelling. */
export async function readAccount(em: EntityManager, text: string): Promise<UnprovenAccount | null> {
  const email = normaliseEmail(text);
  if (!isEmail(email)) return null;
  const select = selectFrom(em.getMetadata(User), ['passwordHash']);
  const [row] = await em.execute<AccountRow[]>(`${select} where email = ?`, [email]);
  if (row === undefined) return null;
  const { id, status, password_hash: passwordHash, credential_version: credentialVersion } = row;
  return { id, status, passwordHash, credentialVersion, user: () => freshEntityOf(em, User, row) };
}
