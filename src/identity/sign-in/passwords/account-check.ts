import type { ReadCredentials } from '../../../database/credential-reads.ts';
import { credentialStates } from '../../../database/credential-states.ts';
import type { UserStatus } from '../../../users/user.entity.ts';

/** The facts that decide on the next request that carries an account's password. */
export interface AccountState {
  readonly userId: string;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly status: UserStatus;
  readonly roles: readonly string[];
  readonly credentialVersion: number;
  readonly secondFactors: readonly string[];
}

export type AccountCheck = (userId: string) => Promise<AccountState | null>;

/** Reads the present state of an account for each request; concurrent requests share one statement. */
export const createAccountCheck = (readCredentials: ReadCredentials): AccountCheck =>
  credentialStates((ids) => readCredentials<StateRow>(selectStates, ids), stateOf);

interface StateRow {
  id: string;
  email: string;
  password_hash: string | null;
  status: UserStatus;
  roles: string[];
  credential_version: number;
  second_factors: string[];
}

const selectStates = (ids: string): string =>
  `select id, email, password_hash, status, roles, credential_version, second_factors from users where id = any(${ids})`;

const stateOf = ({
  id,
  password_hash,
  credential_version,
  second_factors,
  email,
  status,
  roles,
}: StateRow): AccountState => ({
  userId: id,
  email,
  passwordHash: password_hash,
  status,
  roles,
  credentialVersion: credential_version,
  secondFactors: second_factors,
});
