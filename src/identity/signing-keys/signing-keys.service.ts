import type { EntityManager } from '@mikro-orm/postgresql';
import type { JSONWebKeySet, JWK } from 'jose';
import { newId } from '../../database/base.entity.ts';
import type { Clock } from '../../request.ts';
import { generateKey, importKey, type KeyMaterial, type TokenAlgorithm } from './key-material.ts';
import { SigningKey, type KeyPurpose } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

export interface SigningKeys {
  /** The key that signs new access tokens. */
  readonly active: KeyMaterial;
  /** From which the keys of refresh tokens are derived; it never leaves the server. */
  readonly refreshRoot: Uint8Array;
  /** A key that may verify an access token; looks into the database once where it is not known yet. */
  readonly find: (kid: string) => Promise<KeyMaterial | undefined>;
  /** Whether a key still counts: what was verified with it dies with it. */
  readonly has: (kid: string) => boolean;
  /** The public parts (RFC 7517 §5). */
  readonly jwks: () => JSONWebKeySet;
}

export interface SigningKeysDeps {
  readonly fork: () => EntityManager;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly algorithm: TokenAlgorithm;
}

/** A burst of tokens with made-up key ids must not become a burst of statements. */
const reloadCooldownMs = 5_000;

/**
 * Loads the keys of the database, making the first ones where there are none. Several nodes may start at once: a
 * unique index lets one key be the active one.
 * @throws WrongMasterKeyError where the master key does not open them.
 */
export async function openSigningKeys(deps: SigningKeysDeps): Promise<SigningKeys> {
  await ensureActive(deps, 'access', deps.algorithm);
  await ensureActive(deps, 'refresh', 'HS256');
  const refreshRoot = await loadRefreshRoot(deps);
  let known = await loadAccessKeys(deps);
  let loadedAt = deps.clock().getTime();

  const active = [...known.values()].find(({ state, algorithm }) => state === 'active' && algorithm === deps.algorithm);
  if (active === undefined) throw new Error(`No active ${deps.algorithm} key in the database.`);

  async function find(kid: string): Promise<KeyMaterial | undefined> {
    const now = deps.clock().getTime();
    if (!known.has(kid) && now - loadedAt >= reloadCooldownMs) {
      loadedAt = now;
      known = await loadAccessKeys(deps);
    }
    return known.get(kid);
  }

  return {
    active,
    refreshRoot,
    find,
    has: (kid) => known.has(kid),
    jwks: () => ({
      keys: [...known.values()].flatMap(({ publicJwk }): JWK[] => (publicJwk === null ? [] : [publicJwk])),
    }),
  };
}

async function ensureActive(deps: SigningKeysDeps, purpose: KeyPurpose, algorithm: TokenAlgorithm): Promise<void> {
  const em = deps.fork();
  if ((await em.count(SigningKey, { purpose, algorithm, state: 'active' })) > 0) return;
  const id = newId(deps.clock());
  const { secret, publicJwk } = await generateKey(algorithm, id);
  const sealedKey = await deps.vault.seal(sealPurpose(purpose, id), secret);
  const row = { id, createdAt: deps.clock(), purpose, algorithm, state: 'active' as const, publicJwk, sealedKey };
  await em.createQueryBuilder(SigningKey).insert(row).onConflict().ignore().execute();
}

async function loadRefreshRoot({ fork, vault }: SigningKeysDeps): Promise<Uint8Array> {
  const key = await fork().findOneOrFail(SigningKey, { purpose: 'refresh', state: 'active' });
  return vault.open(sealPurpose('refresh', key.id), key.sealedKey);
}

async function loadAccessKeys({ fork, vault }: SigningKeysDeps): Promise<Map<string, KeyMaterial>> {
  const rows = await fork().find(
    SigningKey,
    { purpose: 'access', state: { $ne: 'retired' } },
    { orderBy: { id: 'asc' } },
  );
  const keys = await Promise.all(
    rows.map(async (row) => importKey(row, await vault.open(sealPurpose('access', row.id), row.sealedKey))),
  );
  return new Map(keys.map((key) => [key.kid, key]));
}

const sealPurpose = (purpose: KeyPurpose, id: string): string => `${purpose} key ${id}`;
