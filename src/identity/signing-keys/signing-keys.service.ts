import type { EntityManager } from '@mikro-orm/postgresql';
import type { JSONWebKeySet, JWK } from 'jose';
import type { TokenAlgorithm } from '../../config/config.ts';
import { AppError } from '../../errors.ts';
import type { Clock } from '../../request/context.ts';
import { addKey } from './add-key.ts';
import { makeKey, type KeyMaterial } from './key-material.ts';
import { lockKeys } from './lock-keys.ts';
import { createPacedReading } from './paced-reading.ts';
import { readAccessKeys, type AccessKeys } from './read-keys.ts';
import { openKey } from './sealed-key.ts';
import type { SignToken } from './sign-token.ts';
import { refreshRoot as root, SigningKey } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

export interface SigningKeys {
  /**
   * The key that signs new access tokens.
   * @throws SERVICE_UNAVAILABLE if there is none that this node can sign with.
   */
  readonly active: () => ActiveKey;
  /** From which the keys of refresh tokens are derived; it never leaves the server. */
  readonly refreshRoot: Uint8Array;
  /** Finds a key that may verify an access token; reads the database once if the key is not known yet. */
  readonly find: (kid: string) => Promise<KeyMaterial | undefined>;
  /** Returns whether a key is still accepted: what was verified with it ends with it. */
  readonly has: (kid: string) => boolean;
  /** The public parts (RFC 7517 §5). */
  readonly jwks: () => JSONWebKeySet;
  /** Stops following the database. */
  readonly close: () => void;
}

export type ActiveKey = KeyMaterial & { readonly sign: SignToken };

export interface SigningKeysDeps {
  readonly fork: () => EntityManager;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly algorithm: TokenAlgorithm;
  /** Called if following the database fails, and once for each reading that finds keys which cannot be used. */
  readonly onFailure: (error: unknown) => void;
}

/** A burst of tokens with made-up key ids must not become a burst of statements. */
const readingMs = 1_000;
/** The time within which a node follows a rotation that it was not told of by a token. */
const followMs = 5_000;

/**
 * Loads the keys of the database, making the first ones if there are none, and follows their changes. Several nodes may
 * start at once: one of them makes a key, and the others find it.
 *
 * A node whose master key is not the one of the database any more goes on with what it has opened: it verifies by
 * public parts what others sign, and signs with its last key until that is retired.
 * @throws WrongMasterKeyError if the master key does not open them at the start.
 */
export async function openSigningKeys(deps: SigningKeysDeps): Promise<SigningKeys> {
  const refreshRoot = await openRefreshRoot(deps);
  await ensureActive(deps);
  let known: AccessKeys = await readAccessKeys({ ...deps, em: deps.fork() }, new Map(), (error) => {
    throw error;
  });
  let signing = signingKey(known, deps.algorithm, null);

  let isClosed = false;

  async function read(): Promise<void> {
    // It may have waited for its pace while the database was closed.
    if (isClosed) return;
    const problems: unknown[] = [];
    known = await readAccessKeys({ ...deps, em: deps.fork() }, known, (error) => problems.push(error));
    signing = signingKey(known, deps.algorithm, signing);
    const [problem] = signing === null ? [nothingSigns(deps.algorithm, problems[0])] : problems;
    if (problem !== undefined) deps.onFailure(problem);
  }
  const readAgain = createPacedReading(read, readingMs);

  async function find(kid: string): Promise<KeyMaterial | undefined> {
    // Another node may just have begun to use it.
    if (!known.has(kid)) await readAgain();
    return known.get(kid);
  }

  // A database that is away leaves the last keys in force; nothing is let in by them that was not let in before.
  const follow = setInterval(() => void readAgain().catch(deps.onFailure), followMs).unref();

  return {
    active: () => signing ?? throwUnable(),
    refreshRoot,
    find,
    has: (kid) => known.has(kid),
    jwks: () => ({
      keys: [...known.values()].flatMap(({ publicJwk }): JWK[] => (publicJwk === null ? [] : [publicJwk])),
    }),
    close() {
      isClosed = true;
      clearInterval(follow);
    },
  };
}

/** Returns the active key; if this node cannot sign with it, the one that signed until now, while it is accepted. */
function signingKey(keys: AccessKeys, wanted: TokenAlgorithm, former: ActiveKey | null): ActiveKey | null {
  const active = [...keys.values()].find(({ state, algorithm }) => state === 'active' && algorithm === wanted);
  if (active !== undefined && canSign(active)) return active;
  return former !== null && keys.has(former.kid) ? former : null;
}

const canSign = (key: KeyMaterial): key is ActiveKey => key.sign !== null;

const nothingSigns = (algorithm: TokenAlgorithm, cause: unknown): Error =>
  new Error(`No ${algorithm} key is active that this server can sign with.`, { cause });

function throwUnable(): never {
  throw new AppError('SERVICE_UNAVAILABLE', 'This server cannot issue tokens at the moment. Try again shortly.', {
    retryAfterSeconds: 5,
    refusal: 'unavailable',
  });
}

/** Opened before anything else is sealed: by a wrong master key nothing is made that the right one would not open. */
async function openRefreshRoot(deps: SigningKeysDeps): Promise<Uint8Array> {
  const em = deps.fork();
  if ((await em.count(SigningKey, root)) === 0) {
    const key = await makeKey(deps, { ...root, algorithm: 'HS256', now: deps.clock() });
    await em.createQueryBuilder(SigningKey).insert(key).onConflict().ignore().execute();
  }
  return openKey(deps.vault, await em.findOneOrFail(SigningKey, root));
}

/** Makes the first key of an algorithm. */
async function ensureActive({ fork, vault, algorithm, clock }: SigningKeysDeps): Promise<void> {
  const wanted = { purpose: 'access', algorithm, state: 'active' } as const;
  const em = fork();
  if ((await em.count(SigningKey, wanted)) > 0) return;
  await em.transactional(async (tx) => {
    const keys = await lockKeys(tx);
    const isThere = keys.some(
      (key) => key.algorithm === algorithm && key.state === 'active' && key.purpose === 'access',
    );
    if (!isThere) await addKey({ tx, keys, vault }, { ...wanted, now: clock() });
  });
}
