import type { Config } from '../config/config.ts';
import { readEnvironment } from '../config/environment.ts';
import { isUuid } from '../database/ids.ts';
import type { ChangeKeysDeps } from '../identity/signing-keys/change-keys.ts';
import {
  generateNextKey,
  listKeys,
  resealKeys,
  retireKey,
  rotateKeys,
  type KeyLine,
} from '../identity/signing-keys/key-rotation.ts';
import { readMasterKey } from '../identity/signing-keys/master-key.ts';
import { createVault } from '../identity/signing-keys/vault.ts';
import type { Arguments } from './command.ts';
import { UsageError } from './usage.ts';
import { withDatabase } from './with-database.ts';

/** `keys list`: what there is, oldest first; no secret part is shown, anywhere. */
export const printKeys = (): Promise<string> =>
  withKeys(async ({ em }) => {
    const lines = await listKeys({ em });
    return lines
      .map((key) => `${key.kid}  ${key.algorithm.padEnd(5)}  ${key.state.padEnd(8)}  ${key.createdAt.toISOString()}\n`)
      .join('');
  });

export const generateKeys = (): Promise<string> =>
  withKeys(async (deps, { tokens }) => `${await generateNextKey(deps, tokens.algorithm)} is next.\n`);

export const rotate = (): Promise<string> =>
  withKeys(async (deps, { tokens }) => `${await rotateKeys(deps, tokens.algorithm)} is active.\n`);

export async function retire({ files: [kid] }: Arguments): Promise<string> {
  if (kid === undefined || !isUuid(kid)) throw new UsageError('Give the id of a key; `keys list` shows the ids.');
  const key = await withKeys((deps, { tokens }) => retireKey(deps, kid, tokens.algorithm));
  return retired(key);
}

/** Says what becomes of those who hold its tokens, and of a server that would still sign with it. */
const retired = ({ kid, algorithm, state }: KeyLine): string =>
  [
    `${kid} is retired.`,
    state === 'next'
      ? 'It has signed nothing.'
      : 'Access tokens that it signed are refused within seconds; their sessions go on by refreshing.',
    ...(state === 'active'
      ? [`A server that still has JWT_ALGORITHM=${algorithm} issues none until it is restarted.`]
      : []),
    '',
  ].join('\n');

/**
 * `keys reseal`: after MASTER_KEY was changed. The former one comes by the environment: arguments are seen by others.
 */
export const reseal = (): Promise<string> =>
  withKeys(async (deps) => {
    const former = Buffer.from(readEnvironment()['PREVIOUS_MASTER_KEY'] ?? '', 'base64');
    if (former.length !== 32)
      throw new UsageError('Set PREVIOUS_MASTER_KEY to the former master key: 32 bytes in base64.');
    return `${await resealKeys(deps, createVault(former))} keys are sealed with MASTER_KEY.\n`;
  });

const withKeys = <T>(work: (deps: ChangeKeysDeps, config: Config) => Promise<T>): Promise<T> =>
  withDatabase(({ config, database, recorder, provenance }) =>
    work({ em: database.fork(), vault: createVault(readMasterKey(config.masterKey)), recorder, provenance }, config),
  );
