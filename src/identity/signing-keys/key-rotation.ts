import type { EntityManager } from '@mikro-orm/postgresql';
import type { TokenAlgorithm } from '../../config/config.ts';
import { changeKeys, type ChangeKeysDeps } from './change-keys.ts';
import { lockKeys } from './lock-keys.ts';
import { openKey, sealKey } from './sealed-key.ts';
import { SigningKey, type KeyState } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

/** A wish that the keys as they are do not allow; the message says what to do instead. */
class KeyRotationError extends Error {}

/** A key as an operator sees it. */
export interface KeyLine {
  readonly kid: string;
  readonly algorithm: TokenAlgorithm;
  readonly state: KeyState;
  readonly createdAt: Date;
}

/** The keys of access tokens, oldest first. */
export async function listKeys({ em }: { readonly em: EntityManager }): Promise<KeyLine[]> {
  const keys = await em.find(SigningKey, { purpose: 'access' }, { orderBy: { id: 'asc' } });
  return keys.map(({ id, algorithm, state, createdAt }) => ({ kid: id, algorithm, state, createdAt }));
}

/** Makes the key that will be used next, and publishes it. */
export const generateNextKey = (deps: ChangeKeysDeps, algorithm: TokenAlgorithm): Promise<string> =>
  changeKeys(deps, async ({ find, addNext }) => {
    const next = find(algorithm, 'next');
    if (next !== undefined)
      throw new KeyRotationError(`${next.id} is the next key already: rotate to it with \`keys rotate\`.`);
    return (await addNext(algorithm)).id;
  });

/** Signs with the next key from now on, or with a new one if there is no next key. */
export const rotateKeys = (deps: ChangeKeysDeps, algorithm: TokenAlgorithm): Promise<string> =>
  changeKeys(deps, async ({ find, addNext, activate }) => {
    const next = find(algorithm, 'next') ?? (await addNext(algorithm));
    await activate(next);
    return next.id;
  });

/**
 * Ends a key that signs no more, and with it every access token that it signed; their sessions go on by refreshing.
 * @param algorithm By which servers sign. A key that is active for another one is what a change of it left behind.
 * @returns what it was.
 */
export const retireKey = (deps: ChangeKeysDeps, kid: string, algorithm: TokenAlgorithm): Promise<KeyLine> =>
  changeKeys(deps, async ({ all, find, retire }) => {
    const key = all.find(({ id }) => id === kid);
    if (key === undefined) throw new KeyRotationError(`There is no key ${kid}.`);
    if (key.state === 'retired') throw new KeyRotationError(`${kid} is retired already.`);
    if (key.state === 'active') requireReplaced(key, algorithm, find(algorithm, 'active'));
    const { id, state, createdAt } = key;
    retire(key);
    return { kid: id, algorithm: key.algorithm, state, createdAt };
  });

function requireReplaced(key: SigningKey, algorithm: TokenAlgorithm, active: SigningKey | undefined): void {
  if (key === active) throw new KeyRotationError(`${key.id} is active: run \`keys rotate\` first.`);
  if (active === undefined)
    throw new KeyRotationError(
      `No ${algorithm} key is active yet: start a server with JWT_ALGORITHM=${algorithm} first.`,
    );
}

/**
 * Seals every key anew, from the master key that was to the one that is. All or none.
 * @throws WrongMasterKeyError if the former key does not open one of them.
 */
export const resealKeys = ({ em, vault, recorder, provenance }: ChangeKeysDeps, former: Vault): Promise<number> =>
  em.transactional(
    async (tx) => {
      const keys = await lockKeys(tx);
      for (const key of keys) key.sealedKey = await sealKey(vault, key, await openKey(former, key));
      recorder.record(tx, provenance, { type: 'signing_key.resealed', details: { keys: keys.length } });
      return keys.length;
    },
    { clear: true },
  );
