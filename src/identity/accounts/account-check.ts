import { collectedStates } from '../../database/collected-states.ts';
import type { Consult } from '../../database/consult.ts';
import type { UserStatus } from '../../users/user.entity.ts';

/** What decides on the next request that comes by an account's password. */
export interface AccountState {
  readonly userId: string;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly status: UserStatus;
  readonly roles: readonly string[];
  readonly credentialVersion: number;
}

export type AccountCheck = (userId: string) => Promise<AccountState | null>;

/** Reads the state of an account, as of now, for each request; those of concurrent requests by one statement. */
export const createAccountCheck = (consult: Consult): AccountCheck =>
  collectedStates((ids) => consult<StateRow>(selectStates, ids), stateOf);

interface StateRow {
  id: string;
  email: string;
  password_hash: string | null;
  status: UserStatus;
  roles: string[];
  credential_version: number;
}

const selectStates = (ids: string): string =>
  `select id, email, password_hash, status, roles, credential_version from users where id = any(${ids})`;

const stateOf = ({ id, password_hash, credential_version, email, status, roles }: StateRow): AccountState => ({
  userId: id,
  email,
  passwordHash: password_hash,
  status,
  roles,
  credentialVersion: credential_version,
});
