import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder, SecurityEvent } from '../../audit/record.ts';
import type { TokenAlgorithm } from '../../config/config.ts';
import { addKey } from './add-key.ts';
import { lockKeys } from './lock-keys.ts';
import type { KeyState, SigningKey } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

export interface ChangeKeysDeps {
  readonly em: EntityManager;
  readonly vault: Vault;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly provenance: Provenance;
  /** The reason to record with the change; absent if an operator asked for it. */
  readonly cause?: 'age';
}

/** The keys, held against every other writer, and the steps of a rotation; each step is recorded. */
export interface LockedKeys {
  /** The keys of access tokens, oldest first. */
  readonly all: readonly SigningKey[];
  readonly find: (algorithm: TokenAlgorithm, state: KeyState) => SigningKey | undefined;
  /** Makes the key that will be used next. It is published from now on, so that everybody knows it before it signs. */
  readonly addNext: (algorithm: TokenAlgorithm) => Promise<SigningKey>;
  /**
   * Signs with a key from now on. Tokens of its predecessor are accepted until that is retired: no user is logged out.
   */
  readonly activate: (next: SigningKey) => Promise<void>;
  /** Ends a key, and with it every access token that it signed. */
  readonly retire: (key: SigningKey) => void;
}

/** Runs a rotation of the keys of access tokens, or a part of it, for an operator or for a server by itself. */
export const changeKeys = <T>(deps: ChangeKeysDeps, work: (keys: LockedKeys) => Promise<T>): Promise<T> =>
  deps.em.transactional(async (tx) => work(stepsOf(deps, tx, await lockKeys(tx))), { clear: true });

function stepsOf(
  { vault, recorder, provenance, cause }: ChangeKeysDeps,
  tx: EntityManager,
  keys: SigningKey[],
): LockedKeys {
  const { now } = provenance;
  const all = keys.filter(({ purpose }) => purpose === 'access');
  const find: LockedKeys['find'] = (algorithm, state) =>
    all.find((key) => key.algorithm === algorithm && key.state === state);

  function record(type: SecurityEvent['type'], { id }: SigningKey): void {
    recorder.record(tx, provenance, { type, subjectId: id, ...(cause === undefined ? {} : { details: { cause } }) });
  }

  async function addNext(algorithm: TokenAlgorithm): Promise<SigningKey> {
    const key = await addKey({ tx, keys, vault }, { purpose: 'access', algorithm, state: 'next', now });
    record('signing_key.generated', key);
    return key;
  }

  async function activate(next: SigningKey): Promise<void> {
    const former = find(next.algorithm, 'active');
    if (former !== undefined) Object.assign(former, { state: 'retiring', signedUntil: now });
    // One key may be active: the old one has to give way before the new one takes its place.
    await tx.flush();
    next.state = 'active';
    record('signing_key.rotated', next);
  }

  function retire(key: SigningKey): void {
    key.state = 'retired';
    key.signedUntil ??= now;
    record('signing_key.retired', key);
  }

  return { all, find, addNext, activate, retire };
}
