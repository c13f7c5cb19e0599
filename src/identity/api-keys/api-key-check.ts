import type { ReadCredentials } from '../../database/credential-reads.ts';
import { credentialStates } from '../../database/credential-states.ts';
import type { UserStatus } from '../../users/user.entity.ts';

/**
 * The facts that decide on the next request of a key: its row and its owner's, read on the primary for every request.
 */
export interface ApiKeyState {
  readonly ownerId: string;
  readonly secretHash: Uint8Array;
  readonly scopes: readonly string[];
  readonly networks: readonly string[];
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly isRevoked: boolean;
  /** The owner's, as of now. */
  readonly roles: readonly string[];
  readonly status: UserStatus;
  readonly secondFactors: readonly string[];
}

export type ApiKeyCheck = (keyId: string) => Promise<ApiKeyState | null>;

/** Reads the present state of a key for each request; concurrent requests share one statement. */
export const createApiKeyCheck = (readCredentials: ReadCredentials): ApiKeyCheck =>
  credentialStates((ids) => readCredentials<StateRow>(selectStates, ids), stateOf);

interface StateRow {
  id: string;
  owner_id: string;
  secret_hash: Uint8Array;
  scopes: string[];
  networks: string[];
  expires_at: number | null;
  last_used_at: number | null;
  is_revoked: boolean;
  roles: string[];
  status: UserStatus;
  second_factors: string[];
}

const selectStates = (ids: string): string => `
  select k.id, k.owner_id, k.secret_hash, k.scopes, k.networks, k.revoked_at is not null as is_revoked,
         extract(epoch from k.expires_at)::float8 as expires_at,
         extract(epoch from k.last_used_at)::float8 as last_used_at,
         u.roles, u.status, u.second_factors
    from api_keys k join users u on u.id = k.owner_id
   where k.id = any(${ids})`;

const stateOf = (row: StateRow): ApiKeyState => ({
  ownerId: row.owner_id,
  secretHash: row.secret_hash,
  scopes: row.scopes,
  networks: row.networks,
  expiresAt: momentOf(row.expires_at),
  lastUsedAt: momentOf(row.last_used_at),
  isRevoked: row.is_revoked,
  roles: row.roles,
  status: row.status,
  secondFactors: row.second_factors,
});

const momentOf = (seconds: number | null): Date | null => (seconds === null ? null : new Date(seconds * 1000));
