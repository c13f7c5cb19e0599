import type { EntityManager } from '@mikro-orm/postgresql';
import type { JSONWebKeySet, JWK } from 'jose';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../request.ts';
import type { TokenAlgorithm } from '../../config.ts';
import { importKey, makeKey, sealPurpose, type KeyMaterial } from './key-material.ts';
import { SigningKey, type KeyPurpose } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

export interface SigningKeys {
  /** The key that signs new access tokens. */
  readonly active: () => KeyMaterial;
  /** From which the keys of refresh tokens are derived; it never leaves the server. */
  readonly refreshRoot: Uint8Array;
  /** A key that may verify an access token; looks into the database once where it is not known yet. */
  readonly find: (kid: string) => Promise<KeyMaterial | undefined>;
  /** Whether a key still counts: what was verified with it dies with it. */
  readonly has: (kid: string) => boolean;
  /** The public parts (RFC 7517 §5). */
  readonly jwks: () => JSONWebKeySet;
  /** Stops following the database. */
  readonly close: () => void;
}

export interface SigningKeysDeps {
  readonly fork: () => EntityManager;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly algorithm: TokenAlgorithm;
  /** Told where following the database fails. */
  readonly onFailure: (error: unknown) => void;
}

/** A burst of tokens with made-up key ids must not become a burst of statements. */
const reloadCooldownMs = 1_000;
/** How soon a node follows a rotation that it was not told of by a token. */
const followMs = 5_000;

/**
 * Loads the keys of the database, making the first ones where there are none, and follows what becomes of them. Several
 * nodes may start at once: a unique index lets one key be the active one.
 * @throws WrongMasterKeyError where the master key does not open them.
 */
export async function openSigningKeys(deps: SigningKeysDeps): Promise<SigningKeys> {
  await ensureActive(deps, 'access', deps.algorithm);
  await ensureActive(deps, 'refresh', 'HS256');
  const refreshRoot = await loadRefreshRoot(deps);
  let known = await loadAccessKeys(deps);
  let active = activeOf(known, deps.algorithm);
  let reloading: Promise<void> | undefined;
  let lastMiss = 0;

  async function reload(): Promise<void> {
    known = await loadAccessKeys(deps);
    active = activeOf(known, deps.algorithm);
  }

  /** A key that another node has just begun to use: looked for at once, then at most once in a cooldown. */
  async function find(kid: string): Promise<KeyMaterial | undefined> {
    if (known.has(kid)) return known.get(kid);
    reloading ??= setTimeout(Math.max(0, lastMiss + reloadCooldownMs - Date.now()))
      .then(reload)
      .finally(() => {
        lastMiss = Date.now();
        reloading = undefined;
      });
    await reloading;
    return known.get(kid);
  }

  // A database that is away leaves the last keys in force; nothing is let in by them that was not let in before.
  const follow = setInterval(() => void reload().catch(deps.onFailure), followMs).unref();

  return {
    active: () => active,
    refreshRoot,
    find,
    has: (kid) => known.has(kid),
    jwks: () => ({
      keys: [...known.values()].flatMap(({ publicJwk }): JWK[] => (publicJwk === null ? [] : [publicJwk])),
    }),
    close: () => clearInterval(follow),
  };
}

function activeOf(keys: ReadonlyMap<string, KeyMaterial>, wanted: TokenAlgorithm): KeyMaterial {
  const active = [...keys.values()].find(({ state, algorithm }) => state === 'active' && algorithm === wanted);
  if (active === undefined) throw new Error(`No active ${wanted} key in the database.`);
  return active;
}

async function ensureActive(deps: SigningKeysDeps, purpose: KeyPurpose, algorithm: TokenAlgorithm): Promise<void> {
  const em = deps.fork();
  if ((await em.count(SigningKey, { purpose, algorithm, state: 'active' })) > 0) return;
  const key = await makeKey(deps, { purpose, algorithm, state: 'active', now: deps.clock() });
  await em.createQueryBuilder(SigningKey).insert(key).onConflict().ignore().execute();
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
