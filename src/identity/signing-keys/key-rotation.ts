import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { TokenAlgorithm } from '../../config.ts';
import type { Origin, Recorder } from '../../record.ts';
import { makeKey, sealPurpose } from './key-material.ts';
import { SigningKey, type KeyState } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

export interface KeyRotationDeps {
  readonly em: EntityManager;
  readonly vault: Vault;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly origin: Origin;
}

/** A wish that the keys as they are do not allow; the message says what to do instead. */
export class KeyRotationError extends Error {}

/** What an operator sees of a key. */
export interface KeyLine {
  readonly kid: string;
  readonly algorithm: string;
  readonly state: KeyState;
  readonly createdAt: Date;
}

/** The keys of access tokens, oldest first. */
export async function listKeys({ em }: Pick<KeyRotationDeps, 'em'>): Promise<KeyLine[]> {
  const keys = await em.find(SigningKey, { purpose: 'access' }, { orderBy: { id: 'asc' } });
  return keys.map(({ id, algorithm, state, createdAt }) => ({ kid: id, algorithm, state, createdAt }));
}

/** Makes the key that will be used next. It is published from now on, so that everybody knows it before it signs. */
export async function generateNextKey(deps: KeyRotationDeps, algorithm: TokenAlgorithm): Promise<string> {
  return deps.em.transactional(async (tx) => {
    const keys = await lockKeys(tx, algorithm);
    const next = keys.find(({ state }) => state === 'next');
    if (next !== undefined) throw new KeyRotationError(`${next.id} is next already: rotate to it.`);
    const key = tx.create(
      SigningKey,
      await makeKey(deps, { purpose: 'access', algorithm, state: 'next', now: deps.origin.now }),
    );
    deps.recorder.record(tx, deps.origin, { type: 'signing_key.generated', subjectId: key.id });
    return key.id;
  });
}

/** Signs with the next key from now on. What the present one signed counts until it is retired: nobody is logged out. */
export async function rotateKeys(deps: KeyRotationDeps, algorithm: TokenAlgorithm): Promise<string> {
  return deps.em.transactional(async (tx) => {
    const keys = await lockKeys(tx, algorithm);
    const next =
      keys.find(({ state }) => state === 'next') ??
      tx.create(SigningKey, await makeKey(deps, { purpose: 'access', algorithm, state: 'next', now: deps.origin.now }));
    for (const key of keys) if (key.state === 'active') key.state = 'retiring';
    // One key may be active: the old one has to give way before the new one takes its place.
    await tx.flush();
    next.state = 'active';
    deps.recorder.record(tx, deps.origin, { type: 'signing_key.rotated', subjectId: next.id });
    return next.id;
  });
}

/** Ends a key, and with it every access token that it signed; their sessions go on by refreshing. */
export async function retireKey({ em, recorder, origin }: Omit<KeyRotationDeps, 'vault'>, kid: string): Promise<void> {
  await em.transactional(async (tx) => {
    const key = await tx.findOne(SigningKey, { id: kid, purpose: 'access' }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (key === null) throw new KeyRotationError(`There is no key ${kid}.`);
    if (key.state === 'active') throw new KeyRotationError(`${kid} is active: rotate first.`);
    key.state = 'retired';
    recorder.record(tx, origin, { type: 'signing_key.retired', subjectId: kid });
  });
}

/**
 * Seals every key anew, from the master key that was to the one that is. All or none.
 * @throws WrongMasterKeyError where the former key does not open one of them.
 */
export async function resealKeys({ em, vault, recorder, origin }: KeyRotationDeps, former: Vault): Promise<number> {
  return em.transactional(async (tx) => {
    const keys = await tx.find(SigningKey, {}, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } });
    for (const key of keys) {
      const purpose = sealPurpose(key.purpose, key.id);
      key.sealedKey = await vault.seal(purpose, await former.open(purpose, key.sealedKey));
    }
    recorder.record(tx, origin, { type: 'signing_key.resealed', details: { keys: keys.length } });
    return keys.length;
  });
}

const lockKeys = (tx: EntityManager, algorithm: TokenAlgorithm): Promise<SigningKey[]> =>
  tx.find(
    SigningKey,
    { purpose: 'access', algorithm },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
